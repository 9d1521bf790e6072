use std::time::Duration;

use super::kit::{Case, LEAST};
use crate::config::{Sasl, Security, Sources, load};

#[test]
fn a_variable_stands_above_the_file_and_the_file_above_the_defaults() {
    let case = Case::new(
        "sources: [a]\nkafka: { group_id: file, client_id: file, window: { records: 7 } }\n",
    )
    .with_variable("FIREBELL__KAFKA__CLIENT_ID", "variable")
    .with_variable("FIREBELL__KAFKA__WINDOW__RECORDS", "9")
    .with_variable("FIREBELL__KAFKA__DRAIN_TIMEOUT", "5s")
    .with_variable("FIREBELL__KAFKA__CREATE_TOPICS", "true")
    .with_variable("FIREBELL_KAFKA__GROUP_ID", "not ours");
    let kafka = case.load().kafka;
    assert_eq!(
        (kafka.group_id.as_str(), kafka.client_id.as_str()),
        ("file", "variable")
    );
    assert_eq!((kafka.window.records, kafka.window.bytes), (9, 8 << 20));
    assert_eq!(kafka.drain_timeout, Duration::from_secs(5));
    assert_eq!(kafka.create_topics.map(|create| create.partitions), Some(4));
}

#[test]
fn a_list_in_a_variable_or_a_reference_is_written_with_commas() {
    let case = Case::new("sources: []\nkafka: { bootstrap_servers: '${env:BROKERS}' }\n")
        .with_variable("BROKERS", "a:1,b:2")
        .with_variable("FIREBELL__SOURCES", "alerts, recommendations,");
    let config = case.load();
    assert_eq!(config.kafka.bootstrap_servers, ["a:1", "b:2"]);
    let topics: Vec<&str> = config.sources.iter().map(|source| &*source.topic).collect();
    assert_eq!(topics, ["alerts", "recommendations"]);
}

#[test]
fn variables_alone_are_enough() {
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let environment = vec![
        variable("FIREBELL__SOURCES", "alerts"),
        variable("FIREBELL__WORKFLOWS__PAGE__URL", "https://example.test/"),
    ];
    let config = load(&Sources {
        file: None,
        environment,
    })
    .unwrap();
    assert_eq!(config.workflows.keys().collect::<Vec<_>>(), ["page"]);
}

#[test]
fn a_problem_of_a_variable_names_the_variable() {
    let case = Case::new(LEAST)
        .with_variable("FIREBELL__KAFAK__GROUP_ID", "x")
        .with_variable("FIREBELL__KAFKA__DRAIN_TIMEOUT", "5")
        .with_variable("FIREBELL__LOG", "json")
        .with_variable("FIREBELL__SHUTDOWN__GRACE__NOW", "1s");
    insta::assert_snapshot!(case.refused(), @"
    the environment variable FIREBELL__KAFAK__GROUP_ID: kafak: unknown key
        help: did you mean `kafka`? known here: kafka, sources, retry, dead_letter, decode, workflows, management_groups, automations, egress, workflow_defaults, delivery, admin, log, shutdown
    the environment variable FIREBELL__KAFKA__DRAIN_TIMEOUT: kafka.drain_timeout: expected a duration such as `500ms`, `30s`, `5m` or `2h`, found `5`
        help: a number needs its unit: `5s`, perhaps
    the environment variable FIREBELL__LOG: log: expected a section of keys, found a single value
    the environment variable FIREBELL__SHUTDOWN__GRACE__NOW: shutdown.grace: expected a duration such as `500ms`, `30s`, `5m` or `2h`, found a section
    4 problems
    ");
}

#[test]
fn names_with_dots_and_capitals_survive_every_layer() {
    let text = "sources: [a]
kafka: { properties: { socket.timeout.ms: 60000, client.rack: Rack.1 } }
workflows:
  On-Call.2: { url: 'https://example.test/', timeout: 10s }
";
    let case = Case::new(text)
        .with_variable("FIREBELL__WORKFLOWS__ON_CALL_2__TIMEOUT", "7s")
        .with_variable("FIREBELL__KAFKA__PROPERTIES__CLIENT_RACK", "Rack.2")
        .with_variable("FIREBELL__KAFKA__PROPERTIES__SOCKET_NAGLE_DISABLE", "true");
    let config = case.load();
    assert_eq!(
        config.workflows["On-Call.2"].timeout,
        Duration::from_secs(7)
    );
    assert_eq!(config.workflows.len(), 1);
    let shown = |name: &str| config.kafka.properties[name].expose().as_str();
    assert_eq!(shown("socket.timeout.ms"), "60000");
    assert_eq!(shown("client.rack"), "Rack.2");
    assert_eq!(shown("socket.nagle.disable"), "true");
}

#[test]
fn a_key_without_a_value_keeps_its_default() {
    let text = "sources: [a]
kafka:
log: { level: }
workflows:
  w: { url: 'https://example.test/', queue: }
";
    let config = Case::new(text).load();
    assert_eq!(config.kafka.group_id, "firebell");
    assert_eq!(config.workflows["w"].queue, 128);
}

#[test]
fn references_stand_for_variables_and_files() {
    let text = "sources: [a]
kafka:
  client_id: '$${x}-${env:HOST}-${env:HOST}'
  security:
    protocol: sasl_tls
    tls: { ca_file: ca.pem }
    sasl: { mechanism: plain, username: $ConnectionString, password: '${file:secret}' }
";
    let case = Case::new(text)
        .with_file("secret", "Endpoint=sb://x;Key=a${env:HOST}=\n\n")
        .with_variable("HOST", "h1");
    let config = case.load();
    assert_eq!(config.kafka.client_id, "${x}-h1-h1");
    let Security::SaslTls(tls, Sasl::Plain(login)) = &config.kafka.security else {
        panic!("not what is written");
    };
    assert_eq!(tls.ca_file.as_deref(), Some(&*case.path().join("ca.pem")));
    assert_eq!(login.username, "$ConnectionString");
    assert_eq!(
        login.password.expose(),
        "Endpoint=sb://x;Key=a${env:HOST}=\n"
    );
}

#[test]
fn a_file_of_more_than_a_mebibyte_is_not_read() {
    let text = "sources: [a]\nkafka: { client_id: '${file:big}' }\n";
    let full = Case::new(text).with_file("big", &"x".repeat(1 << 20));
    assert_eq!(full.load().kafka.client_id.len(), 1 << 20);
    let over = Case::new(text).with_file("big", &"x".repeat((1 << 20) + 1));
    insta::assert_snapshot!(over.refused(), @r"
    firebell.yaml:2:10: kafka.client_id: failed to read the file `big`: more than 1 MiB
    1 problem
    ");
}

#[test]
fn no_secret_is_shown_by_a_configuration() {
    let text = "sources: [a]
kafka:
  properties: { sasl.kerberos.keytab: SECRET }
  security:
    protocol: sasl_tls
    tls: { certificate_file: c, key_file: k, key_password: SECRET }
    sasl: { mechanism: scram-sha-512, username: me, password: SECRET }
workflows: { w: { url: 'https://me:SECRET@example.test/SECRET?sig=SECRET' } }
";
    assert!(!format!("{:?}", Case::new(text).load()).contains("SECRET"));
}
