//! What the commands about letters share: which are meant, how reading goes on, how one looks.

mod asked;
mod page;
mod progress;
mod scan;
mod view;

pub(super) use asked::{filter, kind};
pub(super) use page::{Form, Page};
pub(super) use progress::Progress;
pub(super) use scan::{Found, Scan};
pub(super) use view::{LetterView, UnreadableView, instant, plain};
