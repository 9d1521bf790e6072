//! A workflow is shown who we are: a token fetched once for all, and once more when it is refused.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use crate::kit::scene::{start, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Daemon, Plan, Received, Receiver, Setup, events, unique, until};

/// Deliveries in a wave.
const MANY: usize = 100;

/// Grants `hush-hush-1`, `hush-hush-2` and so on: the name of every secret of the suite.
fn grants(nth: usize, life: u64) -> Answer {
    let token = token(nth + 1);
    let answer = json!({"access_token": token, "token_type": "Bearer", "expires_in": life});
    Answer::Json(200, answer.to_string())
}

fn token(number: usize) -> String {
    format!("{}-{number}", crate::kit::SECRET)
}

fn bears(request: &Received, number: usize) -> bool {
    request.header("authorization") == Some(&*format!("Bearer {}", token(number)))
}

/// A plan whose workflow `w` wants tokens of the receiver's own `/token`.
fn with_tokens(plan: Plan, receiver: &Receiver) -> Plan {
    let endpoint = receiver.url("/token");
    plan.workflow("w", &receiver.url("/w?api-version=1&sp=%2Frun"))
        .on_high_alerts("a", &["w"])
        .set(
            "workflows.w.auth",
            json!({
                "type": "oauth2",
                "token_endpoint": endpoint.split_once('?').unwrap().0,
                "client_id": "us",
                "client_secret": crate::kit::SECRET,
            }),
        )
}

fn alerts(from: usize) -> Vec<Record> {
    let numbers = from..from + MANY;
    numbers
        .map(|number| Record::of(events::alert(u64::try_from(number).unwrap(), "High")))
        .collect()
}

/// Waits until so many requests were taken, and gives them.
fn wait_taken(receiver: &Receiver, count: usize) -> Vec<Received> {
    until(&format!("{count} deliveries"), || {
        let mut requests = receiver.requests("/w");
        requests.retain(Received::accepted);
        (requests.len() >= count).then_some(requests)
    })
}

#[test]
fn a_token_is_fetched_once_for_many_deliveries_and_once_more_when_it_is_refused() {
    let setup = &Setup::in_process();
    let receiver = Receiver::start();
    let good = Arc::new(AtomicUsize::new(1));
    let known = Arc::clone(&good);
    receiver.script("/token", |_, nth| grants(nth, 3600));
    receiver.script("/w", move |request, _| {
        let is_good = bears(request, known.load(Ordering::SeqCst));
        Answer::Status(if is_good { 200 } else { 401 })
    });
    let plan = with_tokens(Plan::new(setup, &unique("tokens")), &receiver);
    let _daemon = start(setup, &plan, 2);

    produce(&setup.cluster, &plan.name, &alerts(0));
    let first = wait_taken(&receiver, MANY);
    assert!(first.iter().all(|request| bears(request, 1)));
    assert_eq!(
        receiver.requests("/token").len(),
        1,
        "one for {MANY} deliveries"
    );
    assert_eq!(
        first[0].query.as_deref(),
        Some("api-version=1"),
        "no shared access key"
    );

    good.store(2, Ordering::SeqCst);
    produce(&setup.cluster, &plan.name, &alerts(MANY));
    let both = wait_taken(&receiver, 2 * MANY);
    assert!(both[MANY..].iter().all(|request| bears(request, 2)));
    wait_settled(setup, &plan);
    let asked = receiver.requests("/token");
    let refused = receiver.requests("/w").len() - 2 * MANY;
    assert_eq!(asked.len(), 2, "{refused} were refused: one more token");
    assert!(refused >= 1);
    eprintln!(
        "{} deliveries, {refused} refused with 401: {} token requests",
        2 * MANY,
        asked.len()
    );
    // The refused ones were sent again within their attempt.
    let attempts = both.iter().map(|request| request.header("ce-attempt"));
    assert!(attempts.into_iter().all(|attempt| attempt == Some("1")));
    for topic in plan.retry_topics() {
        assert!(read(&setup.cluster, &topic).is_empty(), "{topic}");
    }
}

#[test]
fn without_a_token_nothing_is_sent_and_nothing_is_lost() {
    let setup = &Setup::in_process();
    let receiver = Receiver::start();
    let refusal = json!({"error": "invalid_client", "error_description": "the secret expired"});
    receiver.answer("/token", Answer::Json(401, refusal.to_string()));
    let plan = with_tokens(Plan::new(setup, &unique("tokenless")), &receiver);
    let daemon = start(setup, &plan, 1);
    produce(&setup.cluster, &plan.name, &alerts(0));
    let alarm = [("workflow", "w"), ("reason", "no-token")];
    wait_alarm(&daemon, &alarm, 1.0);
    until("a delivery is parked", || {
        (!read(&setup.cluster, &plan.retry_topics()[1]).is_empty()).then_some(())
    });
    assert!(receiver.requests("/w").is_empty());
    let said = daemon.output();
    assert!(
        said.contains("invalid_client: the secret expired"),
        "{said}"
    );

    receiver.script("/token", |_, nth| grants(nth, 3600));
    let taken = wait_taken(&receiver, MANY);
    // What was not sent is no attempt.
    let attempts = taken.iter().map(|request| request.header("ce-attempt"));
    assert!(attempts.into_iter().all(|attempt| attempt == Some("1")));
    wait_alarm(&daemon, &alarm, 0.0);
    assert_eq!(receiver.requests("/w").len(), MANY);
}

fn wait_alarm(daemon: &Daemon, labels: &[(&str, &str)], value: f64) {
    until(&format!("the alarm is {value}"), || {
        let found = daemon.metric("firebell_workflow_alarm", labels)?;
        ((found - value).abs() < 0.5).then_some(())
    });
}
