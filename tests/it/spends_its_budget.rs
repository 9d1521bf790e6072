//! A workflow that fails is not asked a multiple of what came.

use serde_json::json;

use crate::kit::scene::{everywhere, start};
use crate::kit::topics::{Record, produce};
use crate::kit::{Answer, Plan, Receiver, events, unique, until};

const EVENTS: u32 = 50;

#[test]
fn attempts_in_process_stay_within_their_budget() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.answer("/w", Answer::Status(500));
        let name = unique("budget");
        // Nothing comes back from a tier while it is looked at.
        let tier = json!({"topic": format!("{name}.retry.1h"), "delay": "1h"});
        let plan = Plan::new(setup, &name)
            .set("retry.tiers", json!([tier]))
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.attempts", 10)
            .set("workflows.w.breaker.enabled", false)
            .set("workflows.w.retry_budget", json!({"share": 0.1, "min": 2}))
            .on_high_alerts("a", &["w"]);
        let daemon = start(setup, &plan, 1);
        let numbers = 0..u64::from(EVENTS);
        let records: Vec<Record> = numbers
            .map(|number| Record::of(events::alert(number, "High")))
            .collect();
        produce(&setup.cluster, &plan.name, &records);
        let failed = [("reason", "server-error")];
        until("all are parked", || {
            let parked = daemon.metric("firebell_parked_total", &failed)?;
            (parked >= f64::from(EVENTS)).then_some(())
        });
        let sent = receiver.requests("/w").len();
        let most = usize::try_from(EVENTS + 2 + EVENTS / 10).unwrap();
        let least = usize::try_from(EVENTS + 2).unwrap();
        assert!((least..=most).contains(&sent), "{setup}: {sent} requests");
        let denied = daemon.metric("firebell_retries_over_budget_total", &[]);
        assert!(
            denied >= Some(f64::from(EVENTS) / 2.0),
            "{setup}: {denied:?}"
        );
    });
}
