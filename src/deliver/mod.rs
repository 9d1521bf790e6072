//! Stage four: a delivery becomes an outcome.
//!
//! Enters: a [`Delivery`]. Leaves: an [`Outcome`]. Each workflow has a [`Lane`] of its own: its
//! own places, its own requests in flight, its own HTTP client, so that a dead workflow delays
//! nobody else. What can block: taking a place, for as long as `delivery.lane_wait` while the
//! lane is trusted, and not at all once it has let a place wait run out. After that everything
//! happens in the record's own task.
//!
//! A lane's gate says who sends a request and when. What decides is pure and has the time passed in:
//! the breaker, the limit on requests in flight, the retry budget. Nothing is held while something is
//! waited for, and what would wait for long is parked without an attempt.
//!
//! A webhook's URL is a credential. It is read in `request.rs` alone, judged in `egress/`, and `attempt.rs`
//! is the one place where an HTTP error becomes text.

mod alarm;
mod allowance;
mod attempt;
mod backoff;
mod batch;
mod breaker;
mod budget;
mod client;
mod concurrency;
mod delivery;
mod egress;
mod flight;
mod gate;
mod haste;
mod identity;
mod lane;
mod lanes;
mod outcome;
mod place;
mod preview;
mod rate;
mod refusal;
mod request;
mod retry_after;
mod sender;
mod sign;
mod signal;
mod status;
mod window;

pub use delivery::{Delivery, Origin, Progress};
pub use haste::Haste;
pub use identity::Identity;
pub use lane::Lane;
pub use lanes::{Lanes, LanesError};
pub use outcome::{Outcome, Pace, Undelivered};
pub use place::Place;
pub use preview::{Preview, preview};
pub use status::classify;
