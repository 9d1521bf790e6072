mod automations;
mod hubs;
mod kit;
mod rules;
mod silent;
mod sound;
mod speed;
