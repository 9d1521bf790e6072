//! Files in, automations out: what is read, what is said, and what they then do.

mod behaviour;
mod events;
mod hostile;
mod kit;
mod lists;
mod policies;
mod resources;
mod templates;
mod written;
