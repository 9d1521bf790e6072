//! `firebell trigger`: one workflow, one event, now.

use crate::kit::scene::{everywhere, start, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Cli, Plan, Receiver, events, setups, unique};

const ALERT: &str = r#"{"SystemAlertId":"7","AlertType":"VM_Demo","Severity":"High"}"#;
const LOW: &str = r#"{"SystemAlertId":"8","AlertType":"VM_Demo","Severity":"Low"}"#;

/// Three workflows of which one takes what it gets, and the files to send them.
struct Hand {
    receiver: Receiver,
    plan: Plan,
    cli: Cli,
    high: String,
    low: String,
    both: String,
}

impl Hand {
    fn new() -> Self {
        let setup = &setups()[0];
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("trigger"))
            .workflow("good", &receiver.url("/good"))
            .workflow("bad", &receiver.url("/bad"))
            .workflow("slow", &receiver.url("/slow"))
            .on_high_alerts("high", &["good", "bad"]);
        receiver.answer("/bad", Answer::Status(400));
        receiver.answer("/slow", Answer::Status(503));
        let cli = Cli::new(&plan);
        Self {
            high: cli.file("high.json", ALERT),
            low: cli.file("low.json", LOW),
            both: cli.file("both.json", &format!("[{LOW},{ALERT}]")),
            receiver,
            plan,
            cli,
        }
    }

    fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let said = self.cli.run(&[&["trigger"], args].concat());
        (said.code, said.shown(&self.plan))
    }

    fn sent(&self, path: &str) -> usize {
        self.receiver.requests(path).len()
    }
}

#[test]
fn a_trigger_is_one_attempt_by_the_way_of_every_delivery() {
    let hand = Hand::new();
    let (code, good) = hand.run(&["good", "--event", &hand.high]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(good, @"
    workflow good
      POST http://…
      content-type: application/json
      webhook-id: msg_ID
      webhook-timestamp: SECONDS
      x-ms-client-tracking-id: msg_ID
      ce-specversion: 1.0
      ce-id: evt_ID
      ce-source: /firebell/manual
      ce-type: firebell.Alerts
      ce-automation: manual
      ce-workflow: good
      ce-attempt: 1
      ce-record: manual/0/NOW
      ce-place: 0
      ce-time: INSTANT
      61 bytes of Alerts
    delivered after TIME
    --
    ");
    let (code, bad) = hand.run(&["bad", "--event", &hand.high]);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!(bad, @"
    workflow bad
      POST http://…
      content-type: application/json
      webhook-id: msg_ID
      webhook-timestamp: SECONDS
      x-ms-client-tracking-id: msg_ID
      ce-specversion: 1.0
      ce-id: evt_ID
      ce-source: /firebell/manual
      ce-type: firebell.Alerts
      ce-automation: manual
      ce-workflow: bad
      ce-attempt: 1
      ce-record: manual/0/NOW
      ce-place: 0
      ce-time: INSTANT
      61 bytes of Alerts
    not delivered after TIME: rejected: answered 400
    the daemon would make a dead letter of it, at once
      the entry for rejected
    --
    ");
    assert_eq!(hand.run(&["slow", "--event", &hand.high]).0, Some(1));
    assert_eq!(hand.sent("/slow"), 1, "more than one attempt");
    let dry = hand.run(&["good", "--event", &hand.high, "--dry-run"]);
    assert_eq!(dry.0, Some(0));
    assert_eq!(hand.sent("/good"), 1, "a dry run was sent");
}

#[test]
fn an_automation_runs_what_it_matches_and_says_why_it_does_not() {
    let hand = Hand::new();
    let (high, low) = (&*hand.high, &*hand.low);
    // Both of its workflows, of which one refuses.
    let both = hand.run(&["--automation", "high", "--event", high]);
    assert_eq!(
        (both.0, hand.sent("/good"), hand.sent("/bad")),
        (Some(1), 1, 1)
    );
    let one = hand.run(&["good", "--automation", "high", "--event", high]);
    assert_eq!(
        (one.0, hand.sent("/good"), hand.sent("/bad")),
        (Some(0), 2, 1)
    );
    let (code, unmatched) = hand.run(&["--automation", "high", "--event", low]);
    assert_eq!((code, hand.sent("/good")), (Some(1), 2));
    insta::assert_snapshot!(unmatched, @r#"
    event 0: Alerts
      ✗ high  (automations.yaml:7:7)
          no rule set holds
          ✗ rule set 1
              ✗ Severity Equals "high": found "Low", different
    fires: nothing
    runs:  nothing
    --
    high does not match: nothing was run
    "#);
    let requests = hand.receiver.requests("/good");
    assert_eq!(requests[1].header("ce-automation"), Some("high"));
    let ids = hand.receiver.ids("/good");
    assert_ne!(ids[0], ids[1], "each run means it anew");
}

#[test]
fn what_cannot_be_triggered_is_told_by_the_exit_code() {
    let hand = Hand::new();
    let (high, both) = (&*hand.high, &*hand.both);
    for (args, expected) in [
        (&["good", "--event", both][..], 64),
        (&["good", "--event", both, "--place", "1"], 0),
        (&["good", "--event", both, "--place", "2"], 64),
        (
            &["--automation", "high", "--event", both, "--place", "0"],
            1,
        ),
        (&["goood", "--event", high], 64),
        (&["slow", "--automation", "high", "--event", high], 64),
        (&["good", "--event", "/nowhere.json"], 64),
        (&["good", "--record", "somewhere/0"], 64),
        (&["--event", high], 64),
        (&["good"], 64),
    ] {
        let (code, text) = hand.run(args);
        assert_eq!(code, Some(expected), "{args:?}: {text}");
    }
}

#[test]
fn a_record_is_triggered_with_the_id_of_its_delivery() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("by-record"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        receiver.answer("/w", Answer::Status(410));
        let _daemon = start(setup, &plan, 1);
        let record = Record::of(format!(" {}\n", events::alert(1, "High")));
        produce(&setup.cluster, &plan.name, &[record]);
        wait_records(setup, plan.dead_letter_topic(), 1);
        wait_settled(setup, &plan);
        receiver.answer("/w", Answer::Status(200));
        let cli = Cli::new(&plan);
        let source = format!("{}/0/0", plan.name);
        let letter = format!("{}/0/0", plan.dead_letter_topic());
        for args in [
            &["--automation", "a", "--record", &source][..],
            &["w", "--record", &letter],
        ] {
            let said = cli.run(&[&["trigger"], args].concat());
            assert_eq!(said.code, Some(0), "{said:?}");
        }
        let requests = receiver.requests("/w");
        assert_eq!(requests.len(), 3);
        for request in &requests[1..] {
            assert_eq!(
                request.header("webhook-id"),
                requests[0].header("webhook-id")
            );
            assert_eq!(request.header("ce-id"), requests[0].header("ce-id"));
            assert_eq!(request.body, requests[0].body);
        }
        let missing = cli.run(&["trigger", "w", "--record", &format!("{}/0/1", plan.name)]);
        assert_eq!(missing.code, Some(1), "{missing:?}");
        // It settles nothing: who triggers decides what becomes of the letter.
        assert_eq!(read(&setup.cluster, plan.dead_letter_topic()).len(), 1);
    });
}
