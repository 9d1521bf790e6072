//! The connection to Kafka is secured in each way that there is, on Apache Kafka; and who is not
//! let in is told why at once, and not after the time that a start may take.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kit::scene::{own, start_again, wait_records};
use crate::kit::topics::{Record, produce};
use crate::kit::{
    Cli, Cluster, Daemon, Plan, Receiver, SECRET, Secured, Setup, TokenServer, USER, events,
    secured, unique, until,
};

/// The tests' own way to the node: without anything.
fn aside(secured: &Secured) -> Setup {
    Setup {
        cluster: Arc::new(Cluster::Kafka(secured.plain.clone())),
        group_protocol: "classic",
    }
}

/// A plan whose daemon connects to one of the node's listeners.
fn plan(secured: &Secured, name: &str, (server, security): (&str, &Value)) -> Plan {
    Plan::new(&aside(secured), &unique(name))
        .set("kafka.bootstrap_servers", vec![server])
        .set("kafka.security", security.clone())
}

fn login(secured: &Secured, mechanism: &str, password: &str) -> Value {
    json!({
        "protocol": "sasl_tls",
        "tls": {"ca_file": secured.file("ca.pem")},
        "sasl": {"mechanism": mechanism, "username": USER, "password": password},
    })
}

fn tokens(secured: &Secured, server: &TokenServer, secret: &str) -> Value {
    json!({
        "protocol": "sasl_tls",
        "tls": {"ca_file": secured.file("ca.pem")},
        "sasl": {
            "mechanism": "OAUTHBEARER",
            "token_endpoint": server.url(),
            "client_id": "firebell",
            "client_secret": secret,
        },
    })
}

fn tls(secured: &Secured, authority: &str) -> Value {
    json!({"protocol": "tls", "tls": {"ca_file": secured.file(authority)}})
}

fn mutual(secured: &Secured, who: &str) -> Value {
    json!({"protocol": "tls", "tls": {
        "ca_file": secured.file("ca.pem"),
        "certificate_file": secured.file(&format!("{who}.pem")),
        "key_file": secured.file(&format!("{who}.key")),
    }})
}

#[test]
fn delivers_over_every_way_of_securing_the_connection() {
    let Some(secured) = secured() else { return };
    let server = TokenServer::start(&secured.signer, Duration::from_mins(5));
    let ways = [
        ("tls", &secured.tls, tls(secured, "ca.pem")),
        ("mutual-tls", &secured.mutual, mutual(secured, "client")),
        ("plain", &secured.sasl, login(secured, "PLAIN", SECRET)),
        (
            "scram-256",
            &secured.sasl,
            login(secured, "SCRAM-SHA-256", SECRET),
        ),
        (
            "scram-512",
            &secured.sasl,
            login(secured, "SCRAM-SHA-512", SECRET),
        ),
        (
            "oauthbearer",
            &secured.sasl,
            tokens(secured, &server, SECRET),
        ),
    ];
    thread::scope(|scope| {
        for (name, address, security) in &ways {
            scope.spawn(move || delivers(secured, name, (address, security)));
        }
    });
    assert!(server.given() >= 1);
}

/// Reads in each of its groups, delivers and writes; what cannot be read becomes a dead letter, which
/// a command reads.
fn delivers(secured: &Secured, name: &str, way: (&str, &Value)) {
    let (setup, receiver) = (aside(secured), Receiver::start());
    let plan = plan(secured, name, way)
        .workflow("w", &receiver.url("/w"))
        .workflow("own", &receiver.url("/own"))
        .set("workflows.own.own_group", true)
        .on_high_alerts("a", &["w", "own"]);
    plan.create_topics(&setup.cluster, 1);
    let _daemon = start_again(&plan);
    let records = [Record::of(events::alert(1, "High")), Record::of("no event")];
    produce(&setup.cluster, &plan.name, &records);
    receiver.wait_for("/w", 1);
    receiver.wait_for("/own", 1);
    let letters = wait_records(&setup, plan.dead_letter_topic(), 1);
    assert_eq!(own(&letters[0], "reason"), "not-json", "{name}");
    let listed = Cli::new(&plan).run(&["dead-letters", "list"]);
    assert_eq!(listed.code, Some(0), "{name}: {}", listed.err);
    assert!(listed.out.contains("not-json"), "{name}: {}", listed.out);
}

/// What the daemon says as it ends, without the names that differ from run to run.
fn refusal(secured: &Secured, name: &str, way: (&str, &Value)) -> String {
    let plan = plan(secured, "refused", way)
        .set("log.format", "text")
        // What must be mended first is not waited for.
        .set("kafka.start_timeout", "10m");
    let mut daemon = Daemon::start(&plan);
    let ended = daemon.wait_exit();
    assert_eq!(ended.code(), Some(1), "{name}");
    let output = daemon.output();
    let said = output
        .split("failed to connect to ")
        .nth(1)
        .unwrap_or(&output);
    let (why, help) = said.trim().split_once('\n').unwrap();
    // The library's words are longer or shorter, by what it saw first: these are always in them.
    let mut parts = why.splitn(3, ": ");
    let ours = parts.by_ref().take(2).collect::<Vec<_>>().join(": ");
    let (_, words) = WORDS.into_iter().find(|(way, _)| *way == name).unwrap();
    let theirs = parts.next().unwrap_or_default();
    assert!(theirs.contains(words), "{name}: {theirs}");
    let why = ours.replace(way.0, "SERVER");
    format!("{name}\n    {why}\n{help}")
}

/// What the client library says of each.
const WORDS: [(&str, &str); 11] = [
    ("a wrong password, PLAIN", "Invalid username or password"),
    (
        "a wrong password, SCRAM",
        "invalid credentials with SASL mechanism SCRAM-SHA-512",
    ),
    (
        "a wrong client secret",
        "answered 401: invalid_client: unknown client",
    ),
    ("another authority", "certificate verify failed"),
    ("no authority", "certificate verify failed"),
    ("no certificate", "alert bad certificate"),
    ("a stranger's certificate", "alert bad certificate"),
    (
        "plaintext towards TLS",
        "Disconnected: connection closed by peer",
    ),
    (
        "TLS towards plaintext",
        "connecting to a PLAINTEXT broker listener?",
    ),
    ("TLS towards SASL", "SSL connection closed by peer"),
    ("SASL towards TLS", "SASL PLAIN mechanism handshake failed"),
];

/// A connection that is not let in: what is wrong with it, the listener, the settings.
type Way<'a> = (&'static str, &'a String, Value);

fn wrong_ways<'a>(secured: &'a Secured, server: &TokenServer) -> Vec<Way<'a>> {
    let plaintext = json!({"protocol": "plaintext"});
    let wrong = "hush-hush-wrong";
    vec![
        (
            "a wrong password, PLAIN",
            &secured.sasl,
            login(secured, "PLAIN", wrong),
        ),
        (
            "a wrong password, SCRAM",
            &secured.sasl,
            login(secured, "SCRAM-SHA-512", wrong),
        ),
        (
            "a wrong client secret",
            &secured.sasl,
            tokens(secured, server, "other"),
        ),
        (
            "another authority",
            &secured.tls,
            tls(secured, "other-ca.pem"),
        ),
        ("no authority", &secured.tls, json!({"protocol": "tls"})),
        ("no certificate", &secured.mutual, tls(secured, "ca.pem")),
        (
            "a stranger's certificate",
            &secured.mutual,
            mutual(secured, "stranger"),
        ),
        ("plaintext towards TLS", &secured.tls, plaintext.clone()),
        (
            "TLS towards plaintext",
            &secured.plain,
            tls(secured, "ca.pem"),
        ),
        ("TLS towards SASL", &secured.sasl, tls(secured, "ca.pem")),
        (
            "SASL towards TLS",
            &secured.tls,
            login(secured, "PLAIN", SECRET),
        ),
    ]
}

#[test]
fn who_is_not_let_in_is_told_why_at_once() {
    let Some(secured) = secured() else { return };
    let server = TokenServer::start(&secured.signer, Duration::from_mins(5));
    let ways = wrong_ways(secured, &server);
    let said: Vec<String> = thread::scope(|scope| {
        let running: Vec<_> = ways
            .iter()
            .map(|(name, server, security)| {
                scope.spawn(move || refusal(secured, name, (server, security)))
            })
            .collect();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    insta::assert_snapshot!(said.join("\n"), @"
    a wrong password, PLAIN
        Kafka at SERVER: the cluster does not take our credentials
        help: check kafka.security.sasl: username and password, or what the token is fetched with
    a wrong password, SCRAM
        Kafka at SERVER: the cluster does not take our credentials
        help: check kafka.security.sasl: username and password, or what the token is fetched with
    a wrong client secret
        Kafka at SERVER: no token can be had for it
        help: check kafka.security.sasl: token_endpoint, client_id and the credential beside them
    another authority
        Kafka at SERVER: its certificate is not trusted
        help: check kafka.security.tls.ca_file, and that the certificate is for the host of kafka.bootstrap_servers
    no authority
        Kafka at SERVER: its certificate is not trusted
        help: check kafka.security.tls.ca_file, and that the certificate is for the host of kafka.bootstrap_servers
    no certificate
        Kafka at SERVER: it does not take our certificate, or misses one
        help: check kafka.security.tls.certificate_file and key_file: the cluster must trust who signed them
    a stranger's certificate
        Kafka at SERVER: it does not take our certificate, or misses one
        help: check kafka.security.tls.certificate_file and key_file: the cluster must trust who signed them
    plaintext towards TLS
        Kafka at SERVER: its listener closes the connection at once
        help: check kafka.security.protocol, and the port in kafka.bootstrap_servers: the listener may want TLS or SASL
    TLS towards plaintext
        Kafka at SERVER: its listener speaks no TLS
        help: check kafka.security.protocol: `plaintext` or `sasl_plaintext`, or the port in kafka.bootstrap_servers
    TLS towards SASL
        Kafka at SERVER: its listener closes the connection at once
        help: check kafka.security.protocol, and the port in kafka.bootstrap_servers: the listener may want TLS or SASL
    SASL towards TLS
        Kafka at SERVER: its listener does not know this SASL mechanism, or no SASL
        help: check kafka.security.sasl.mechanism, and kafka.security.protocol
    ");
}

#[test]
fn credentials_that_are_revoked_while_it_runs_show_in_readiness() {
    let Some(secured) = secured() else { return };
    // The broker lets nobody stay for longer than the token holds.
    let server = TokenServer::start(&secured.signer, Duration::from_secs(10));
    let (setup, receiver) = (aside(secured), Receiver::start());
    let way = (&*secured.sasl, &tokens(secured, &server, SECRET));
    let plan = plan(secured, "revoked", way)
        .workflow("w", &receiver.url("/w"))
        .on_high_alerts("a", &["w"]);
    plan.create_topics(&setup.cluster, 1);
    let daemon = start_again(&plan);
    let before = server.given();
    until("tokens are renewed", || {
        (server.given() >= before + 3 && daemon.is_ready()).then_some(())
    });
    server.revoke();
    until("readiness says so", || {
        let (status, said) = daemon.get("/readyz")?;
        let told = said.contains("sources: no way into the cluster: no token can be had");
        (status == 503 && told).then_some(())
    });
    server.restore(Duration::from_secs(10));
    until("it is ready again", || daemon.is_ready().then_some(()));
    produce(
        &setup.cluster,
        &plan.name,
        &[Record::of(events::alert(1, "High"))],
    );
    receiver.wait_for("/w", 1);
}
