//! What is said of dead letters and of deliveries that wait.

use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::kit::scene::{alike, everywhere, own, start, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Cli, Daemon, Plan, Receiver, Setup, events, free_port, unique, until};

/// A small alert: what is shown of it fits here.
const ALERT: &str = r#"{"SystemAlertId":"7","AlertType":"VM_Demo","Severity":"High"}"#;

fn refusing(setup: &Setup, receiver: &Receiver, name: &str) -> Plan {
    receiver.answer("/w", Answer::Status(400));
    Plan::new(setup, &unique(name))
        .workflow("page-on-call", &receiver.url("/w"))
        .on_high_alerts("high-alerts", &["page-on-call"])
}

/// A daemon with four dead letters, of which two are none of ours.
fn four(setup: &Setup, receiver: &Receiver, name: &str) -> (Plan, Daemon) {
    let plan = refusing(setup, receiver, name);
    let daemon = start(setup, &plan, 1);
    let dead = plan.dead_letter_topic();
    let alert = Record {
        key: Some(b"key\x1b[2J".to_vec()),
        headers: vec![("trace".to_owned(), Some(b"\xffabc".to_vec()))],
        ..Record::of(ALERT)
    };
    // One after the other, so that they stand in this order.
    produce(&setup.cluster, &plan.name, &[alert]);
    wait_records(setup, dead, 1);
    produce(&setup.cluster, &plan.name, &[Record::of("{\"no\": ")]);
    wait_records(setup, dead, 2);
    let foreign = [Record::of("somebody else's"), Record::default()];
    produce(&setup.cluster, dead, &foreign);
    (plan, daemon)
}

#[test]
fn open_dead_letters_are_listed() {
    let [listed, json] = alike(|setup| {
        let receiver = Receiver::start();
        let (plan, _daemon) = four(setup, &receiver, "listed");
        let cli = Cli::new(&plan);
        ["list", "list --output json"].map(|what| {
            let said = cli.line(&format!("dead-letters {what}"));
            assert_eq!(said.code, Some(0));
            said.shown(&plan)
        })
    });
    insta::assert_snapshot!(listed, @"
    WHEN                  ID                                    WORKFLOW      AUTOMATION   REASON                                          STATUS  ATTEMPTS  PLACE
    INSTANT  msg_ID  page-on-call  high-alerts  rejected                                        400     1         events.dlq/0/0
    INSTANT  -                                     -             -            not-json                                        -       -         events.dlq/0/1
    INSTANT  -                                     -             -            unreadable: header firebell-version is missing  -       -         events.dlq/0/2
    INSTANT  -                                     -             -            unreadable: header firebell-version is missing  -       -         events.dlq/0/3
    --
    2 open, 0 settled, 2 unreadable
    ");
    insta::assert_snapshot!(json, @r#"
    {"state":"open","at":"INSTANT","topic":"events.dlq","partition":0,"offset":0,"id":"msg_ID","workflow":"page-on-call","automation":"high-alerts","kind":"Alerts","stage":"deliver","reason":"rejected","status":400,"error":"answered 400","attempts":1,"rounds":0,"redriven":0,"since":"INSTANT","first_attempt":"INSTANT","last_attempt":"INSTANT","event_time":null,"origin":{"topic":"events","partition":0,"offset":0,"place":0,"at":"INSTANT"},"bytes":61,"key":"key\u001b[2J","headers":[["trace",{"base64":"/2FiYw=="}]]}
    {"state":"open","at":"INSTANT","topic":"events.dlq","partition":0,"offset":1,"id":null,"workflow":null,"automation":null,"kind":null,"stage":"decode","reason":"not-json","status":null,"error":"found an early end at line 1, column 7, expected one JSON value","attempts":null,"rounds":null,"redriven":0,"since":null,"first_attempt":null,"last_attempt":null,"event_time":null,"origin":{"topic":"events","partition":0,"offset":1,"place":null,"at":"INSTANT"},"bytes":7,"key":null,"headers":[]}
    {"state":"unreadable","at":"INSTANT","topic":"events.dlq","partition":0,"offset":2,"why":"header firebell-version is missing","bytes":15,"key":null,"headers":[]}
    {"state":"unreadable","at":"INSTANT","topic":"events.dlq","partition":0,"offset":3,"why":"header firebell-version is missing","bytes":null,"key":null,"headers":[]}
    --
    2 open, 0 settled, 2 unreadable
    "#);
}

#[test]
fn a_dead_letter_is_shown_whole() {
    let [shown, record, foreign] = alike(|setup| {
        let receiver = Receiver::start();
        let (plan, _daemon) = four(setup, &receiver, "shown");
        let (cli, dead) = (Cli::new(&plan), plan.dead_letter_topic());
        let raw = cli.line("dead-letters show 0/0 --raw");
        assert_eq!((raw.code, &*raw.out), (Some(0), ALERT));
        let whole = cli.line("dead-letters show 0/0");
        let letters = wait_records(setup, dead, 4);
        let by_id = cli.line(&format!("dead-letters show {}", own(&letters[0], "id")));
        assert_eq!(by_id, whole);
        let second = cli.line(&format!("dead-letters show {dead}/0/1"));
        [whole, second, cli.line("dead-letters show 0/2")].map(|said| said.shown(&plan))
    });
    insta::assert_snapshot!(shown, @r#"
    dead letter  events.dlq/0/0
    state        open
    reason       rejected
    status       400
    error        answered 400
    given up     INSTANT, stage deliver
    delivery     msg_ID
    workflow     page-on-call
    automation   high-alerts
    attempts     1 in 0 rounds, first INSTANT, last INSTANT
    came from    events/0/0, event 0, Alerts, INSTANT
    key          key�[2J
    header       trace: �abc

    runbook
      the entry for rejected

    value, 61 bytes
    {
      "SystemAlertId": "7",
      "AlertType": "VM_Demo",
      "Severity": "High"
    }
    --
    "#);
    insta::assert_snapshot!(record, @r#"
    dead letter  events.dlq/0/1
    state        open
    reason       not-json
    error        found an early end at line 1, column 7, expected one JSON value
    given up     INSTANT, stage decode
    came from    events/0/1, INSTANT

    runbook
      the entry for not-json

    value, 7 bytes
    {"no":
    --
    "#);
    insta::assert_snapshot!(foreign, @"
    unreadable   events.dlq/0/2
    why          header firebell-version is missing

    value, 15 bytes
    somebody else's
    --
    ");
}

#[test]
fn purging_hides_and_deletes_nothing() {
    let [open, all] = alike(|setup| {
        let receiver = Receiver::start();
        let (plan, _daemon) = four(setup, &receiver, "purged");
        let (cli, dead) = (Cli::new(&plan), plan.dead_letter_topic());
        let purge = "dead-letters purge --reason rejected --status 400-499";
        let dry = cli.line(purge);
        assert_eq!(dry.out, "would purge 1 for page-on-call, rejected\n");
        let kept = read(&setup.cluster, dead).len();
        assert_eq!(kept, 4, "a dry run wrote something");
        let done = cli.line(&format!("{purge} --yes"));
        assert_eq!(done.out, "purged 1 for page-on-call, rejected\n");
        assert_eq!(done.code, Some(0));
        assert_eq!(read(&setup.cluster, dead).len(), 5);

        let shown = cli.line("dead-letters show 0/0");
        let says = shown.out.contains("\nstate        purged 20");
        assert!(says, "{shown:?}");
        let redrive = cli.line("dead-letters redrive --workflow page-on-call --yes");
        assert_eq!(redrive.err, "nothing to redrive\n");
        let list = "dead-letters list --stage deliver";
        let listed = [cli.line(list), cli.line(&format!("{list} --all"))];
        listed.map(|said| said.shown(&plan))
    });
    insta::assert_snapshot!(open, @"
    --
    0 open, 1 settled (0 redriven, 1 purged)
    ");
    insta::assert_snapshot!(all, @"
    WHEN                  ID                                    WORKFLOW      AUTOMATION   REASON             STATUS  ATTEMPTS  PLACE
    INSTANT  msg_ID  page-on-call  high-alerts  rejected (purged)  400     1         events.dlq/0/0
    --
    0 open, 1 settled (0 redriven, 1 purged)
    ");
}

#[test]
fn what_is_asked_wrongly_is_said_at_once() {
    let [missing, hinted] = alike(|setup| {
        let receiver = Receiver::start();
        let plan = refusing(setup, &receiver, "wrongly");
        let cli = Cli::new(&plan);
        let said = |args: &[&str]| {
            let said = cli.run(args);
            (said.code, said.shown(&plan))
        };
        // Like no other test's: the nearest name would be one of theirs.
        let nowhere = plan.clone().set("dead_letter.topic", "nowhere-to-be-found");
        let missing = Cli::new(&nowhere).run(&["dead-letters", "list"]);
        assert_eq!(missing.code, Some(64));
        let missing = missing.shown(&nowhere);
        plan.create_topics(&setup.cluster, 1);
        let (code, text) = said(&["dead-letters", "list", "--workflow", "page-on-cal"]);
        assert_eq!(code, Some(0));
        let hinted = text;
        for (args, expected) in [
            (&["dead-letters", "list", "--reason", "gine"][..], 64),
            (&["dead-letters", "purge", "--yes"][..], 64),
            (&["dead-letters", "show", "0/x"][..], 64),
            (&["dead-letters", "show", "elsewhere/0/0"][..], 64),
            (&["dead-letters", "show", "0/0"][..], 1),
            (&["dead-letters", "show", "msg_0"][..], 1),
        ] {
            assert_eq!(said(args).0, Some(expected), "{args:?}");
        }
        [missing, hinted]
    });
    insta::assert_snapshot!(missing, @"
    --
    the cluster has no topic nowhere-to-be-found
        help: check its name, and that this user may see it
    ");
    insta::assert_snapshot!(hinted, @"
    --
    0 open, 0 settled
        help: the configuration has no workflow `page-on-cal`: did you mean `page-on-call`? known here: page-on-call
    ");
}

#[test]
fn a_cluster_that_is_not_there_is_told_within_the_time_allowed() {
    let setup = &crate::kit::setups()[0];
    let nobody = format!("127.0.0.1:{}", free_port());
    let plan = Plan::new(setup, &unique("nobody"))
        .set("kafka.bootstrap_servers", vec![nobody])
        .set("kafka.start_timeout", "2s")
        .workflow("w", "http://127.0.0.1:9/")
        .on_high_alerts("a", &["w"]);
    let said = Cli::new(&plan).run(&["dead-letters", "list"]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.err.contains("failed to reach Kafka at 127.0.0.1:"),
        "{said:?}"
    );
}

/// What must be mended first is not waited for.
#[test]
fn a_cluster_that_lets_nobody_in_is_told_at_once() {
    let setup = &crate::kit::setups()[0];
    let runtime = Runtime::new().unwrap();
    let server = untrusted(&runtime);
    let plan = refusing(setup, &Receiver::start(), "refused")
        .set("kafka.bootstrap_servers", vec![server])
        .set("kafka.security.protocol", "tls")
        // Longer than a command is let run.
        .set("kafka.start_timeout", "10m");
    let said = Cli::new(&plan).line("dead-letters list");
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.to_lowercase().contains("ssl"), "{said:?}");
}

/// A server of TLS whose certificate nobody trusts.
fn untrusted(runtime: &Runtime) -> String {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever connects goes away again, as soon as it has seen the certificate.
            drop(acceptor.accept(stream).await);
        }
    });
    address.to_string()
}

#[test]
fn what_waits_is_listed_until_it_is_delivered() {
    let listed = alike(|setup| {
        let receiver = Receiver::start();
        let plan = refusing(setup, &receiver, "waits");
        receiver.answer("/w", Answer::Status(404));
        let tiers = tiers(&plan);
        let plan = plan
            .set("retry.tiers", tiers)
            .set("workflows.page-on-call.attempts", 1);
        let _daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &[Record::of(ALERT)]);
        // Somebody must mend it: it waits in the second tier, for an hour.
        wait_records(setup, &plan.retry_topics()[1], 1);
        let cli = Cli::new(&plan);
        let listed = cli.run(&["retries", "list"]).shown(&plan);
        let none = cli.run(&["retries", "list", "--workflow", "other"]);
        assert!(none.out.is_empty(), "{none:?}");

        produce(
            &setup.cluster,
            &plan.retry_topics()[0],
            &[Record::of(events::alert(1, "Low"))],
        );
        wait_records(setup, plan.dead_letter_topic(), 1);
        until("what could not be read is settled", || {
            let said = cli.run(&["retries", "list", "--output", "json"]);
            (said.out.lines().count() == 1).then_some(())
        });
        let all = cli.run(&["retries", "list", "--all", "--output", "json"]);
        assert_eq!(all.out.lines().count(), 2, "{all:?}");
        listed
    });
    insta::assert_snapshot!(listed, @"
    DUE                   ID                                    WORKFLOW      AUTOMATION   REASON     STATUS  ATTEMPTS  PLACE
    INSTANT  msg_ID  page-on-call  high-alerts  not-found  404     1         events.retry.1h/0/0
    --
    events.retry.1s, after 1s: 0
    events.retry.1h, after 1h: 1
    ");
}

fn tiers(plan: &Plan) -> serde_json::Value {
    let name = &plan.name;
    serde_json::json!([
        {"topic": format!("{name}.retry.1s"), "delay": "1s"},
        {"topic": format!("{name}.retry.1h"), "delay": "1h"},
    ])
}

#[test]
fn a_filter_takes_what_it_says_and_nothing_else() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = refusing(setup, &receiver, "filters");
        let _daemon = start(setup, &plan, 1);
        let dead = plan.dead_letter_topic();
        let records = [Record::of(ALERT), Record::of("[7]"), Record::of("no")];
        produce(&setup.cluster, &plan.name, &records);
        let letters = wait_records(setup, dead, 3);
        wait_settled(setup, &plan);
        let cli = Cli::new(&plan);
        let of_delivery = letters
            .iter()
            .find_map(|one| one.header("firebell-id"))
            .unwrap();
        for (args, expected) in [
            (&["--id", of_delivery][..], 1),
            (&["--id", "msg_0"], 0),
            (&["--kind", "alerts"], 1),
            (&["--kind", "compliance"], 0),
            (&["--automation", "high-alerts"], 1),
            (&["--stage", "decode"], 2),
            (&["--reason", "not-json", "--reason", "rejected"], 2),
            (&["--reason", "not-json", "--stage", "deliver"], 0),
            (&["--status", "400"], 1),
            (&["--status", "401-499"], 0),
            (&["--since", "1h"], 3),
            (&["--until", "1h"], 0),
            (&["--since", "1h", "--until", "2999-01-01T00:00:00Z"], 3),
        ] {
            let json = ["dead-letters", "list", "--output", "json"];
            let said = cli.run(&[&json[..], args].concat());
            assert_eq!(said.out.lines().count(), expected, "{args:?}: {said:?}");
        }
    });
}
