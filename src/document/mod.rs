//! YAML read for people: a tree that knows where every value is written, and a reader that
//! collects all problems before it gives up.
//!
//! [`parse`] turns text into [`Node`]s. A [`Section`] hands out [`Field`]s by name; a field reads
//! itself as a duration, a size, a choice. What is wrong becomes a [`Problem`] in the [`Report`],
//! and reading goes on, so that one run names everything there is to mend. A value that came from
//! a reference, or stands under a secret key, is never shown; an [`Excerpt`] shows lines of files
//! that hold no secret alone.

mod excerpt;
mod field;
mod json;
mod nearest;
mod node;
mod problem;
mod quantity;
mod read;
mod section;
#[cfg(test)]
mod tests;
mod yaml;

pub use excerpt::{Excerpt, Texts};
pub use field::Field;
pub use nearest::{nearest, suggestion};
pub use node::{Node, Piece, Place, Value};
pub use problem::{Problem, Problems, Report};
pub use quantity::{show_duration, show_size};
pub use section::Section;
pub use yaml::parse;
