//! A workflow gets the request that it is configured for; a batch is settled event by event.

use std::collections::BTreeSet;

use firebell::deliver::Identity;
use serde_json::{Value, json};

use crate::kit::scene::{everywhere, own, start, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Plan, Received, Receiver, Setup, events, unique};

/// The event that is refused, and with it every batch that it is in.
const BAD: u64 = 13;
const COUNT: u64 = 40;

/// Spaces and number forms that no serializer would write again.
const ODD: &str = "{ \"SystemAlertId\" : \"5f1d0000-0000-4000-8000-00000000002a\",\t\"AlertType\":\"x\" ,\
                   \"Severity\":\"H\\u0069gh\", \"n\":1.50E+2, \"AlertDisplayName\": \"\\\"}, {\" }";

/// Whether a structured event is that of the source's first record.
fn is_the_first_event(setup: &Setup, plan: &Plan, event: &Value) {
    let at = read(&setup.cluster, &plan.name)[0].timestamp;
    let identity = Identity::new(ODD.as_bytes(), at, 0);
    assert_eq!(event["id"], json!(identity.event_id()));
    assert_eq!(event["record"], json!(format!("{}/0/0", plan.name)));
    assert_eq!(event["place"], json!(0));
}

#[test]
fn each_mode_makes_its_own_request() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = of_each_mode(setup, &receiver);
        let _daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &[Record::of(ODD)]);
        wait_settled(setup, &plan);

        let one = receiver.wait_for("/structured", 1).remove(0);
        assert_eq!(
            one.header("content-type"),
            Some("application/cloudevents+json")
        );
        assert_eq!(one.header("x-team"), Some("bells"));
        let text = std::str::from_utf8(&one.body).unwrap();
        assert!(text.ends_with(&format!("\"data\":{ODD}}}")), "{text}");
        let event: Value = serde_json::from_str(text).unwrap();
        is_the_first_event(setup, &plan, &event);
        assert_eq!(event["deliveryid"], json!(one.header("webhook-id")));

        let one = receiver.wait_for("/template", 1).remove(0);
        assert_eq!(one.method, "PUT");
        assert_eq!(
            one.body,
            r#"{"title": "\"}, {", "n": 150.0, "key": "for the receiver"}"#
        );

        let one = receiver.wait_for("/preset", 1).remove(0);
        let message: Value = serde_json::from_slice(&one.body).unwrap();
        assert_eq!(message["blocks"][0]["text"]["text"], json!("\"}, {"));

        let one = receiver.wait_for("/of/High", 1).remove(0);
        let query = one.query.unwrap();
        assert!(query.starts_with("t=%22%7D%2C%20%7B&sig="), "{query}");

        let letters = wait_records(setup, plan.dead_letter_topic(), 1);
        assert_eq!(letters.len(), 1);
        assert_eq!(
            (
                own(&letters[0], "stage"),
                own(&letters[0], "reason"),
                own(&letters[0], "workflow")
            ),
            ("render", "render-failed", "failing")
        );
        assert_eq!(
            own(&letters[0], "error"),
            "line 1 of the template: undefined value: `event.nothing`"
        );
        assert_eq!(letters[0].value.as_deref(), Some(ODD.as_bytes()));
        assert!(receiver.requests("/failing").is_empty());
    });
}

fn of_each_mode(setup: &Setup, receiver: &Receiver) -> Plan {
    let template = json!({
        "text": r#"{"title": "{{ summary.title }}", "n": {{ event.N }}, "key": {{ settings.key }}}"#,
        "settings": {"key": "for the receiver"},
    });
    let url = "/of/{{ event.Severity }}?t={{ summary.title }}";
    Plan::new(setup, &unique("modes"))
        .workflow("structured", &receiver.url("/structured"))
        .set("workflows.structured.mode", "structured")
        .set("workflows.structured.headers", json!({"X-Team": "bells"}))
        .workflow("template", &receiver.url("/template"))
        .set("workflows.template.template", template)
        .set("workflows.template.method", "PUT")
        .workflow("preset", &receiver.url("/preset"))
        .set("workflows.preset.template", json!({"preset": "slack"}))
        .workflow("url", &receiver.url(url))
        .workflow("failing", &receiver.url("/failing"))
        .set("workflows.failing.template", "{{ event.nothing }}")
        .on_high_alerts(
            "all",
            &["structured", "template", "preset", "url", "failing"],
        )
}

#[test]
fn a_batch_is_settled_event_by_event() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        receiver.script("/plain", refusing(400));
        receiver.script("/events", refusing(413));
        let batch = json!({"max_events": 8, "max_wait": "200ms"});
        let plan = Plan::new(setup, &unique("batch"))
            .set("workflow_defaults.batch", batch)
            .workflow("plain", &receiver.url("/plain"))
            .workflow("events", &receiver.url("/events"))
            .set("workflows.events.mode", "structured")
            .on_high_alerts("all", &["plain", "events"]);
        let daemon = start(setup, &plan, 2);
        let records: Vec<Record> = (0..COUNT)
            .map(|number| Record::of(events::alert(number, "High")))
            .collect();
        produce(&setup.cluster, &plan.name, &records);
        wait_settled(setup, &plan);

        let letters = wait_records(setup, plan.dead_letter_topic(), 2);
        assert_eq!(letters.len(), 2);
        for letter in &letters {
            assert_eq!(events::number(letter.value.as_deref().unwrap()), Some(BAD));
            assert_eq!(own(letter, "reason"), "rejected");
        }
        let good: BTreeSet<u64> = (0..COUNT).filter(|number| *number != BAD).collect();
        for path in ["/plain", "/events"] {
            let requests = receiver.requests(path);
            let taken = requests.iter().filter(|one| one.accepted());
            let mut taken: Vec<u64> = taken.flat_map(|one| numbers(&one.body)).collect();
            taken.sort_unstable();
            assert_eq!(
                taken,
                good.iter().copied().collect::<Vec<_>>(),
                "{path}: each once"
            );
            assert!(requests.iter().all(|one| numbers(&one.body).len() <= 8));
            let most = requests.iter().map(|one| numbers(&one.body).len()).max();
            assert!(most > Some(1), "{path}: no batch at all");
            println!("{path}: {} requests for {COUNT} events", requests.len());
        }
        let sent = receiver.requests("/plain").len() + receiver.requests("/events").len();
        let counted = daemon.metric("firebell_attempts_total", &[]).unwrap();
        let sent = f64::from(u32::try_from(sent).unwrap());
        assert!((counted - sent).abs() < 0.5, "{counted} of {sent}");
    });
}

/// After an outage of two answers, whose events come back in new batches, refuses the bad event.
fn refusing(status: u16) -> impl Fn(&Received, usize) -> Answer {
    move |request, nth| {
        if nth < 2 {
            Answer::Status(503)
        } else if numbers(&request.body).contains(&BAD) {
            Answer::Status(status)
        } else {
            Answer::Status(200)
        }
    }
}

/// The numbers of the events in a batch of either mode.
fn numbers(body: &[u8]) -> Vec<u64> {
    let items: Vec<Value> = serde_json::from_slice(body).unwrap();
    let event = |item: &Value| item.get("data").unwrap_or(item).to_string();
    let numbers = items
        .iter()
        .filter_map(|item| events::number(event(item).as_bytes()));
    numbers.collect()
}
