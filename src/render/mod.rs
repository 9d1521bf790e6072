//! Templates: an event and its delivery become the text of a request, or a reason why not.
//!
//! A [`Template`] is compiled when the configuration is loaded: what can be known to be wrong is
//! a [`Mistake`] with its place. At run time it is given [`Input`]s and ends, whatever it says and
//! whatever the event holds: its steps, its output and its depth are bounded. What it says of a
//! failure is the template's own text, never the event's.
//!
//! In a template of JSON the place of a value decides how it is written: within a string as text
//! without its quotes, elsewhere as a JSON value. The place is that of the text that was written
//! so far, so no value can end the string that it stands in. A [`UrlTemplate`] writes each value
//! percent-encoded, after the host alone.
//!
//! Enters: text. Leaves: text. Nothing here blocks, reads a file or the clock.

mod checks;
mod context;
mod environment;
mod event;
mod failure;
mod filters;
mod formatter;
mod mistake;
mod scan;
mod sink;
mod summary;
mod template;
#[cfg(test)]
mod tests;
mod url;

pub use context::{About, DELIVERY, Input, Settings, Shape};
pub use environment::{FILTERS, TESTS};
pub use failure::RenderError;
pub use mistake::Mistake;
pub use summary::NAMES as SUMMARY;
pub use template::{Language, Template};
pub use url::UrlTemplate;
