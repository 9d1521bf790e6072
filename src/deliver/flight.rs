//! A lane's requests in flight: so many at once, by a limit that may move.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::concurrency::{Concurrency, Sent};

/// The seats of a lane.
#[derive(Debug)]
pub(super) struct Flight {
    seats: Semaphore,
    limit: Mutex<Limit>,
}

#[derive(Debug)]
struct Limit {
    /// Moves the limit, where it is to move.
    concurrency: Option<Concurrency>,
    /// Seats that are taken and not there any more: they go when they are given back.
    surplus: usize,
}

/// A seat, free again when this is dropped.
#[derive(Debug)]
pub(super) struct Seat<'a> {
    flight: &'a Flight,
    permit: Option<SemaphorePermit<'a>>,
    sent: Option<Sent>,
}

/// What an answer says of the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Load {
    /// It was borne.
    Borne,
    /// It was too much.
    TooMuch,
    /// Nothing.
    Unknown,
}

impl Flight {
    /// `max` seats, at least 1, whose number follows the load if the flight is `adaptive`.
    pub(super) fn new(max: usize, concurrency: Option<Concurrency>) -> Self {
        Self {
            seats: Semaphore::new(max),
            limit: Mutex::new(Limit {
                concurrency,
                surplus: 0,
            }),
        }
    }

    /// A seat, when there is one: in the order they are asked for.
    pub(super) async fn seat(&self) -> Seat<'_> {
        // The semaphore is never closed.
        let permit = self.seats.acquire().await.ok();
        let concurrency = &self.lock().concurrency;
        Seat {
            flight: self,
            permit,
            sent: concurrency.as_ref().map(Concurrency::send),
        }
    }

    /// Takes an answer, and gives the new limit if it moved.
    fn report(&self, sent: Option<Sent>, load: Load) -> Option<usize> {
        let mut limit = self.lock();
        let (concurrency, sent) = (limit.concurrency.as_mut()?, sent?);
        let before = concurrency.limit();
        match load {
            Load::Borne => concurrency.succeeded(sent),
            Load::TooMuch => concurrency.overloaded(sent),
            Load::Unknown => {}
        }
        let after = concurrency.limit();
        let (more, fewer) = (after.saturating_sub(before), before.saturating_sub(after));
        let kept = more.min(limit.surplus);
        limit.surplus -= kept;
        self.seats.add_permits(more - kept);
        limit.surplus += fewer - self.seats.forget_permits(fewer);
        (after != before).then_some(after)
    }

    fn lock(&self) -> MutexGuard<'_, Limit> {
        self.limit.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seat<'_> {
    /// Takes what the answer says of the load, and gives the new limit if it moved.
    pub(super) fn report(&self, load: Load) -> Option<usize> {
        self.flight.report(self.sent, load)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut limit = self.flight.lock();
        if limit.surplus > 0
            && let Some(permit) = self.permit.take()
        {
            limit.surplus -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn seats_follow_the_limit_down_and_up() {
        let flight = Flight::new(4, Some(Concurrency::new(4)));
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(flight.seat().await);
        }
        assert_eq!(taken[0].report(Load::TooMuch), Some(2));
        assert_eq!(
            taken[1].report(Load::TooMuch),
            None,
            "sent before it was halved"
        );
        taken.truncate(2);
        assert_eq!(flight.seats.available_permits(), 0, "two of four are gone");
        taken.clear();
        assert_eq!(flight.seats.available_permits(), 2);

        let two = [flight.seat().await, flight.seat().await];
        assert_eq!(two[0].report(Load::Borne), None);
        assert_eq!(two[1].report(Load::Borne), Some(3));
        drop(two);
        assert_eq!(flight.seats.available_permits(), 3);
    }

    #[tokio::test]
    async fn a_limit_that_does_not_move_keeps_its_seats() {
        let flight = Flight::new(2, None);
        assert_eq!(flight.seat().await.report(Load::TooMuch), None);
        assert_eq!(flight.seats.available_permits(), 2);
    }
}
