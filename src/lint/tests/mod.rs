mod automations;
mod kit;
mod rules;
mod silent;
mod sound;
mod speed;
