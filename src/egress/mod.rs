//! Which hosts may be called: never a cloud's metadata nor a link-local address, whatever the
//! notation; private ones unless the operator says otherwise.
//!
//! Pure: an address or a name in, a verdict out. [`crate::config`] asks it about the hosts that a
//! URL spells out, and [`crate::deliver`] about every host before a request and about every
//! address that a name leads to.

mod embedded;
mod names;
mod networks;
mod rules;

pub use names::{Name, NameError};
pub use networks::is_forbidden;
pub use rules::{Exceptions, Private, Refusal, Rules};

#[cfg(test)]
mod tests;
