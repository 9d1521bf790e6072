//! One run: two daemons that are ended and started again while events come in.

use std::time::Duration;

use fastrand::Rng;
use serde_json::json;

use super::ledger::{Report, audit};
use super::world::{TAKING, World};
use crate::kit::{Daemon, Plan, SOON, Setup, within};

/// Events of one run; half of them match and go to three workflows each.
const EVENTS: u64 = 4_000;
/// How often a daemon is ended.
const ROUNDS: u64 = 6;
/// Events that are in flight at a kill, and unanswered for longer than the commit interval.
const HELD: u64 = 40;

/// How daemons end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chaos {
    /// Killed or stopped, others joining, broker errors in between.
    Everything,
    /// Stopped, others joining, and nothing else.
    StopsOnly,
}

/// What a run came to.
pub(crate) struct Run {
    pub(crate) report: Report,
    pub(crate) kills: usize,
    pub(crate) stops: usize,
}

/// A run under way.
pub(crate) struct Campaign<'a> {
    setup: &'a Setup,
    chaos: Chaos,
    rng: Rng,
    world: World<'a>,
    daemons: Vec<Daemon>,
    kills: usize,
    stops: usize,
}

/// A plan with the waits and bounds of a kind of chaos.
fn limited(plan: Plan, chaos: Chaos) -> Plan {
    match chaos {
        Chaos::Everything => plan
            .set("shutdown.grace", "1m")
            .set("workflows.healthy.timeout", "2s")
            .set("workflows.half.timeout", "2s")
            .set(
                "workflow_defaults.breaker",
                json!({"probe_after": "2s", "probe_max": "2s"}),
            ),
        // A request that a busy machine answers too late, or that a stop cuts off, was taken all the
        // same: none may end by its timeout, and a stop waits for the few that are under way.
        Chaos::StopsOnly => TAKING
            .iter()
            .fold(plan.patient(), |plan, workflow| {
                plan.set(&format!("workflows.{workflow}.max_in_flight"), 4)
                    .set(&format!("workflows.{workflow}.queue"), 8)
            })
            .set("kafka.drain_timeout", "6s")
            .set("kafka.session_timeout", "8s")
            // The in-process cluster would not keep all that a breaker parks in tiers as short as
            // these, where nothing is cut short.
            .set("workflow_defaults.breaker", json!({"enabled": false})),
    }
}

impl<'a> Campaign<'a> {
    /// Runs it all, and holds what came against what had to come.
    pub(crate) fn run(setup: &'a Setup, chaos: Chaos, seed: u64) -> Run {
        let world = World::new(setup, |plan| limited(plan, chaos));
        let daemons = vec![Daemon::start(&world.plan), Daemon::start(&world.plan)];
        let mut campaign = Self {
            setup,
            chaos,
            rng: Rng::with_seed(seed),
            world,
            daemons,
            kills: 0,
            stops: 0,
        };
        for daemon in &mut campaign.daemons {
            daemon.wait_ready();
        }
        for round in 0..ROUNDS {
            campaign.round(round);
        }
        let run = campaign.finish();
        let Run {
            report,
            kills,
            stops,
        } = &run;
        eprintln!("{setup}: seed {seed}, {kills} kills, {stops} stops: {report}");
        run
    }

    fn round(&mut self, round: u64) {
        if self.is_slow_to_rebalance() {
            self.wait_until_calm();
        }
        self.world.produce(EVENTS / ROUNDS);
        let broken = self.chaos == Chaos::Everything && round % 2 == 1;
        if broken {
            self.world.break_writes();
        }
        let joins = self.rng.u8(..3) == 0 && !self.is_slow_to_rebalance();
        let mut third = joins.then(|| Daemon::start(&self.world.plan));
        let mark = self.world.accepted() + self.rng.usize(20..200);
        // Late is no failure: the chaos goes on either way.
        within(Duration::from_secs(4), || {
            (self.world.accepted() >= mark).then_some(())
        });
        let kill = self.chaos == Chaos::Everything && self.rng.u8(..2) == 0;
        if kill {
            // Refused writes would refuse these events too.
            if !broken {
                // What hangs would keep it from draining.
                third.take().into_iter().for_each(|third| self.stop(third));
                self.world.hold(HELD);
            }
            self.kill_one();
        } else {
            self.stop_one();
        }
        if broken {
            self.world.mend_writes();
        }
        if let Some(third) = third {
            self.stop(third);
        }
    }

    /// Kills one of the two, and starts it again.
    fn kill_one(&mut self) {
        let mut daemon = self.daemons.swap_remove(self.rng.usize(..2));
        daemon.sigkill();
        daemon.wait_exit();
        self.kills += 1;
        self.world.let_go();
        self.daemons.push(Daemon::start(&self.world.plan));
    }

    /// Stops one of the two, and starts it again.
    fn stop_one(&mut self) {
        let mut daemon = self.daemons.swap_remove(self.rng.usize(..2));
        if self.chaos == Chaos::Everything {
            // With broker errors it may have to leave something unsettled.
            daemon.sigterm();
            daemon.wait_exit();
            self.stops += 1;
        } else {
            self.stop(daemon);
        }
        self.daemons.push(Daemon::start(&self.world.plan));
    }

    fn stop(&mut self, mut daemon: Daemon) {
        self.stops += 1;
        daemon.wait_alive();
        daemon.sigterm();
        let status = daemon.wait_exit();
        assert_eq!(
            status.code(),
            Some(0),
            "{}: a stop did not drain",
            self.setup
        );
    }

    /// Whether a stop that must cost no repetition has to wait for the end of each rebalance.
    fn is_slow_to_rebalance(&self) -> bool {
        self.chaos == Chaos::StopsOnly && !self.setup.takes_commits_while_joining()
    }

    fn wait_until_calm(&mut self) {
        for daemon in &mut self.daemons {
            daemon.wait_ready();
        }
        let rebalances = |daemons: &[Daemon]| {
            let count = |daemon: &Daemon| daemon.metric("firebell_rebalances_total", &[]);
            daemons.iter().filter_map(count).sum::<f64>()
        };
        let mut last = rebalances(&self.daemons);
        while within(Duration::from_secs(9), || {
            let now = rebalances(&self.daemons);
            (now > last).then(|| last = now)
        })
        .is_some()
        {}
    }

    /// Heals the world, waits until all is settled, stops the daemons.
    fn finish(mut self) -> Run {
        self.world.heal();
        let settled = within(2 * SOON, || self.world.is_settled().then_some(()));
        if self.is_slow_to_rebalance() {
            self.wait_until_calm();
        }
        let setup = self.setup;
        for daemon in std::mem::take(&mut self.daemons) {
            self.stop(daemon);
        }
        let report = audit(&self.world.expected, &self.world.seen());
        assert!(settled.is_some(), "{setup}: not settled in time: {report}");
        assert!(
            self.world.is_settled(),
            "{setup}: committed is not the end offset"
        );
        Run {
            report,
            kills: self.kills,
            stops: self.stops,
        }
    }
}
