use std::time::Duration;

use super::kit::{Case, LEAST, refused};
use crate::config::{Config, Sasl, Security};

const STRING: &str = "Endpoint=sb://events.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=SECRET=";

fn with(lines: &str) -> Config {
    Case::new(&format!("{LEAST}{lines}")).load()
}

#[test]
fn a_connection_string_is_all_that_is_needed() {
    let kafka = with(&format!(
        "kafka: {{ event_hubs: {{ connection_string: '{STRING}' }} }}\n"
    ))
    .kafka;
    assert_eq!(
        kafka.bootstrap_servers,
        ["events.servicebus.windows.net:9093"]
    );
    assert_eq!(kafka.session_timeout, Duration::from_secs(30));
    let Security::SaslTls(tls, Sasl::Plain(login)) = kafka.security else {
        panic!("PLAIN within TLS");
    };
    assert!(tls.ca_file.is_none());
    assert_eq!(login.username, "$ConnectionString");
    assert_eq!(login.password.expose(), STRING);
}

#[test]
fn what_the_preset_sets_besides_is_left_to_the_operator() {
    let text = format!(
        "kafka:
  event_hubs: {{ connection_string: '{STRING}' }}
  session_timeout: 60s
  properties: {{ request.timeout.ms: 90000, compression.type: gzip }}
decode: {{ max_bytes: 100 KiB }}
"
    );
    let config = with(&text);
    assert_eq!(config.kafka.session_timeout, Duration::from_mins(1));
    assert_eq!(config.decode.max_bytes, 100 << 10);
    let property = |name: &str| config.kafka.properties[name].expose().as_str();
    assert_eq!(property("request.timeout.ms"), "90000");
    assert_eq!(property("connections.max.idle.ms"), "180000");
    let usual = with(&format!(
        "kafka: {{ event_hubs: {{ connection_string: '{STRING}' }} }}\n"
    ));
    // And 128 KiB for headers.
    assert!(usual.decode.max_bytes + (128 << 10) <= 1_000_000);
}

#[test]
fn an_application_of_entra_gets_tokens_for_its_namespace() {
    for (namespace, host) in [
        ("events", "events.servicebus.windows.net"),
        (
            "events.servicebus.usgovcloudapi.net",
            "events.servicebus.usgovcloudapi.net",
        ),
    ] {
        let kafka = with(&format!(
            "kafka: {{ event_hubs: {{ namespace: {namespace}, tenant: t.example, client_id: c, client_secret: s }} }}\n"
        ))
        .kafka;
        assert_eq!(kafka.bootstrap_servers, [format!("{host}:9093")]);
        let Security::SaslTls(_, Sasl::OauthBearer(grant)) = kafka.security else {
            panic!("OAUTHBEARER within TLS");
        };
        assert_eq!(grant.scope, Some(format!("https://{host}/.default")));
        assert_eq!(
            grant.token_endpoint.as_str(),
            "https://login.microsoftonline.com/t.example/oauth2/v2.0/token"
        );
    }
}

#[test]
fn the_emulator_has_no_tls() {
    let text = STRING.replace("events.servicebus.windows.net", "localhost");
    let kafka = with(&format!(
        "kafka: {{ event_hubs: {{ connection_string: '{text};UseDevelopmentEmulator=true' }} }}\n"
    ))
    .kafka;
    assert_eq!(kafka.bootstrap_servers, ["localhost:9092"]);
    assert!(matches!(
        kafka.security,
        Security::SaslPlaintext(Sasl::Plain(_))
    ));
}

#[test]
fn what_contradicts_the_preset_is_a_problem() {
    let text = format!(
        "kafka:
  bootstrap_servers: ['a:9093']
  event_hubs: {{ connection_string: '{STRING}', tenant: t }}
  security: {{ protocol: sasl_tls, sasl: {{ mechanism: PLAIN, username: u, password: SECRET }} }}
  create_topics: true
  group_protocol: consumer
  properties: {{ compression.codec: zstd }}
"
    );
    insta::assert_snapshot!(refused(&text), @"
    firebell.yaml:3:3: kafka.bootstrap_servers: is set by kafka.event_hubs: leave one of the two out
    firebell.yaml:4:135: kafka.event_hubs.tenant: not used with a connection string
    firebell.yaml:5:15: kafka.security.protocol: is set by kafka.event_hubs: leave one of the two out
    firebell.yaml:5:43: kafka.security.sasl.mechanism: is set by kafka.event_hubs: leave one of the two out
    firebell.yaml:5:61: kafka.security.sasl.username: is set by kafka.event_hubs: leave one of the two out
    firebell.yaml:5:74: kafka.security.sasl.password: is set by kafka.event_hubs: leave one of the two out
    firebell.yaml:6:3: kafka.create_topics: Event Hubs creates none through Kafka
        help: create the event hubs in Azure; Standard has ten a namespace
    firebell.yaml:7:3: kafka.group_protocol: Event Hubs knows `classic` alone
    firebell.yaml:8:17: kafka.properties.compression.codec: Event Hubs knows `none` and `gzip`
    9 problems
    ");
    let text = format!(
        "kafka:
  event_hubs: {{ connection_string: '{STRING}', namespace: n }}
"
    );
    insta::assert_snapshot!(refused(&text), @"
    firebell.yaml:3:135: kafka.event_hubs.namespace: is in the connection string already: set one of the two
    1 problem
    ");
    insta::assert_snapshot!(refused("kafka:
  event_hubs: { namespace: 'sb://n/', tenant: '../t', client_id: c }
"), @"
    firebell.yaml:3:17: kafka.event_hubs.namespace: expected a namespace such as `security-events`, or its host, found `sb://n/`
    firebell.yaml:3:39: kafka.event_hubs.tenant: expected a tenant: its id, or a domain of it, found `../t`
    firebell.yaml:3:55: kafka.event_hubs.client_id: needs one of client_secret, key_file and federated_token_file
    3 problems
    ");
    insta::assert_snapshot!(refused("kafka:
  event_hubs: { tenant: t }
"), @"
    firebell.yaml:3:17: kafka.event_hubs.tenant: used with kafka.event_hubs.namespace
    1 problem
    ");
    insta::assert_snapshot!(refused("kafka:
  event_hubs: { connection_string: 'Endpoint=SECRET' }
"), @"
    firebell.yaml:3:17: kafka.event_hubs.connection_string: Endpoint must be `sb://NAMESPACE.servicebus.windows.net/`
    1 problem
    ");
}

#[test]
fn no_topics_are_created_with_tokens() {
    insta::assert_snapshot!(refused("kafka:
  create_topics: true
  security:
    protocol: sasl_tls
    sasl: { mechanism: OAUTHBEARER, token_endpoint: 'https://t.test/', client_id: c, client_secret: s }
"), @"
    firebell.yaml:3:3: kafka.create_topics: no topics are created with OAUTHBEARER: create them beforehand
    1 problem
    ");
}
