use super::*;
use proptest::prelude::*;

const SETTINGS: Settings = Settings {
    window: Duration::from_secs(30),
    min_requests: 4,
    failure_share: 0.5,
    probe_after: Duration::from_secs(10),
    probe_max: Duration::from_mins(1),
};

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Sends a request that ends so at once.
fn send(breaker: &mut Breaker, now: Instant, health: Health) {
    let ticket = breaker.admit(now).unwrap();
    breaker.report(ticket, health, now);
}

fn opened(now: Instant) -> Breaker {
    let mut breaker = Breaker::new(SETTINGS);
    for _ in 0..4 {
        send(&mut breaker, now, Health::Ill);
    }
    assert_eq!(breaker.position(), Position::Open);
    breaker
}

#[test]
fn opens_at_its_share_of_failures_and_not_below_its_volume() {
    let now = Instant::now();
    let mut few = Breaker::new(SETTINGS);
    for _ in 0..3 {
        send(&mut few, now, Health::Ill);
    }
    assert_eq!(few.shut(now), None);

    let mut mixed = Breaker::new(SETTINGS);
    let healths = [
        Health::Well,
        Health::Well,
        Health::Well,
        Health::Ill,
        Health::Ill,
    ];
    for health in healths {
        send(&mut mixed, now, health);
    }
    assert_eq!(mixed.shut(now), None);
    send(&mut mixed, now, Health::Ill);
    assert_eq!(mixed.shut(now), Some(Shut::Until(now + seconds(10))));
}

#[test]
fn failures_of_long_ago_do_not_count() {
    let mut now = Instant::now();
    let mut breaker = Breaker::new(SETTINGS);
    for _ in 0..20 {
        send(&mut breaker, now, Health::Ill);
        now += seconds(11);
    }
    assert_eq!(breaker.shut(now), None);
}

#[test]
fn one_probe_is_let_through_and_its_success_closes() {
    let now = Instant::now();
    let mut breaker = opened(now);
    let then = now + seconds(10);
    assert_eq!(breaker.admit(then - seconds(1)), Err(Shut::Until(then)));
    let probe = breaker.admit(then).unwrap();
    assert_eq!(breaker.admit(then), Err(Shut::Probing(then + seconds(10))));
    assert_eq!(breaker.position(), Position::HalfOpen);
    breaker.report(probe, Health::Well, then);
    assert_eq!(breaker.position(), Position::Closed);
    // What was counted before says nothing of the workflow that came back.
    send(&mut breaker, then, Health::Ill);
    assert_eq!(breaker.shut(then), None);
}

#[test]
fn probes_that_fail_come_at_twice_the_distance_up_to_the_bound() {
    let mut now = Instant::now();
    let mut breaker = opened(now);
    let mut waits = Vec::new();
    for _ in 0..5 {
        let Some(Shut::Until(until)) = breaker.shut(now) else {
            panic!("it is open");
        };
        waits.push((until - now).as_secs());
        now = until;
        send(&mut breaker, now, Health::Ill);
    }
    assert_eq!(waits, [10, 20, 40, 60, 60]);
}

#[test]
fn a_probe_that_is_cut_off_leaves_its_place_to_the_next() {
    let now = Instant::now();
    let mut breaker = opened(now);
    let then = now + seconds(10);
    send(&mut breaker, then, Health::Unknown);
    assert!(breaker.admit(then).is_ok());
}

#[test]
fn what_was_sent_before_it_opened_decides_nothing() {
    let now = Instant::now();
    let mut breaker = Breaker::new(SETTINGS);
    let early = breaker.admit(now).unwrap();
    for _ in 0..4 {
        send(&mut breaker, now, Health::Ill);
    }
    breaker.report(early, Health::Well, now);
    assert_eq!(breaker.position(), Position::Open);
    let then = now + seconds(10);
    let probe = breaker.admit(then).unwrap();
    breaker.report(early, Health::Ill, then);
    breaker.report(probe, Health::Well, then);
    assert_eq!(breaker.position(), Position::Closed);
}

/// The same in the plainest way: every request with its time, nothing forgotten.
#[derive(Debug, Default)]
struct Model {
    seen: Vec<(Instant, bool)>,
    open_until: Option<Instant>,
    probing: bool,
    failed_probes: u32,
    round: u32,
}

impl Model {
    fn admits(&self, now: Instant) -> bool {
        !self.probing && self.open_until.is_none_or(|until| until <= now)
    }

    fn admit(&mut self, now: Instant) -> Option<u32> {
        if !self.admits(now) {
            return None;
        }
        if self.open_until.is_some() {
            self.probing = true;
            self.round += 1;
        }
        Some(self.round)
    }

    fn report(&mut self, round: u32, health: Health, now: Instant) {
        if round != self.round {
            return;
        }
        let probing = std::mem::take(&mut self.probing);
        match (probing, health) {
            (true, Health::Well) => {
                *self = Self {
                    round: self.round + 1,
                    ..Self::default()
                }
            }
            (true, Health::Ill) => {
                self.failed_probes += 1;
                let wait = SETTINGS.probe_after * 2u32.pow(self.failed_probes.min(10));
                self.open(now + wait.min(SETTINGS.probe_max));
            }
            (true, Health::Unknown) => self.open(now),
            (false, Health::Unknown) => {}
            (false, Health::Well) => self.seen.push((now, false)),
            (false, Health::Ill) => {
                self.seen.push((now, true));
                if self.is_too_much(now) {
                    self.open(now + SETTINGS.probe_after);
                }
            }
        }
    }

    fn open(&mut self, until: Instant) {
        self.open_until = Some(until);
        self.round += 1;
    }

    /// Times are whole windows apart or the same, so that buckets and exact ages agree.
    fn is_too_much(&self, now: Instant) -> bool {
        let young = self
            .seen
            .iter()
            .filter(|(at, _)| now - *at < SETTINGS.window);
        let (all, ill) = young.fold((0, 0), |(all, ill), (_, bad)| {
            (all + 1, ill + i32::from(*bad))
        });
        all >= 4 && ill * 2 >= all
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// Time passes, in units of the window's buckets.
    Wait(u32),
    Send,
    /// One of the requests in flight ends.
    End(usize, Health),
}

fn step() -> impl Strategy<Value = Step> {
    let health = prop_oneof![
        2 => Just(Health::Well),
        5 => Just(Health::Ill),
        1 => Just(Health::Unknown),
    ];
    prop_oneof![
        1 => (1u32..8).prop_map(Step::Wait),
        4 => Just(Step::Send),
        4 => (any::<usize>(), health).prop_map(|(which, health)| Step::End(which, health)),
    ]
}

proptest! {
    #[test]
    fn agrees_with_a_model_that_forgets_nothing(steps in prop::collection::vec(step(), 1..300)) {
        let mut now = Instant::now();
        let mut breaker = Breaker::new(SETTINGS);
        let mut model = Model::default();
        let mut flying = Vec::new();
        for step in steps {
            match step {
                Step::Wait(parts) => now += SETTINGS.window / 10 * parts,
                Step::Send => {
                    let (ticket, known) = (breaker.admit(now).ok(), model.admit(now));
                    prop_assert_eq!(ticket.is_some(), known.is_some());
                    flying.extend(ticket.zip(known));
                }
                Step::End(..) if flying.is_empty() => {}
                Step::End(which, health) => {
                    let (ticket, known) = flying.swap_remove(which % flying.len());
                    breaker.report(ticket, health, now);
                    model.report(known, health, now);
                }
            }
            prop_assert_eq!(breaker.shut(now).is_none(), model.admits(now));
            prop_assert_eq!(breaker.position() == Position::HalfOpen, model.probing);
        }
    }
}
