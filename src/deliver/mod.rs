//! Stage four: a delivery becomes an outcome.
//!
//! Enters: a [`Delivery`]. Leaves: an [`Outcome`]. Each workflow has a [`Lane`] of its own: its
//! own places, its own requests in flight, its own HTTP client, so that a dead workflow delays
//! nobody else. What can block: taking a place, for as long as `delivery.lane_wait` while the
//! lane is trusted, and not at all once it has let a place wait run out. After that everything
//! happens in the record's own task.
//!
//! A webhook's URL is a credential. It is read in `request.rs` alone, judged in `egress/`, and `attempt.rs` is the one
//! place where an HTTP error becomes text.

mod attempt;
mod backoff;
mod client;
mod delivery;
mod egress;
mod haste;
mod lane;
mod lanes;
mod outcome;
mod request;
mod retry_after;
mod status;

pub use delivery::{Delivery, Origin, Progress, delivery_id};
pub use haste::Haste;
pub use lane::{Lane, Place};
pub use lanes::{Lanes, LanesError};
pub use outcome::{Outcome, Pace, Undelivered};
pub use status::classify;
