use super::kit::{Case, LEAST, refused};

#[test]
fn an_unknown_key_is_a_problem_with_the_nearest_name() {
    insta::assert_snapshot!(refused("kafka:\n  group_idd: x\n"), @"
    firebell.yaml:3:3: kafka.group_idd: unknown key
        help: did you mean `group_id`? known here: event_hubs, bootstrap_servers, group_id, client_id, group_protocol, group_instance_id, security, create_topics, create_sources, topic_partitions, topic_replication, commit_interval, drain_timeout, session_timeout, start_timeout, assignment_timeout, statistics_interval, topics_interval, window, properties
    1 problem
    ");
}

#[test]
fn a_wrong_type_is_a_problem() {
    insta::assert_snapshot!(refused("kafka:\n  group_id: [a]\n  create_topics: 'yes'\ndecode: 5\nlog: { level: true }\n"), @r"
    firebell.yaml:3:3: kafka.group_id: expected text, found a list
    firebell.yaml:4:3: kafka.create_topics: expected `true` or `false`, found `yes`
    firebell.yaml:5:1: decode: expected a section of keys, found a single value
    firebell.yaml:6:8: log.level: expected text, found `true`
        help: quotes make it text
    4 problems
    ");
}

#[test]
fn a_missing_file_is_a_problem() {
    insta::assert_snapshot!(Case::new(LEAST).refused_from("nothing.yaml"), @r"
    nothing.yaml: failed to read the file: No such file or directory (os error 2)
    1 problem
    ");
}

#[test]
fn a_glob_that_matches_no_file_is_a_problem() {
    insta::assert_snapshot!(refused("automations: ['rules/*.yaml', nothing.yaml, 'a[']\n"), @r"
    firebell.yaml:2:15: automations[0]: expected a file, or a pattern that matches one, found `rules/*.yaml`
    firebell.yaml:2:31: automations[1]: expected a file, or a pattern that matches one, found `nothing.yaml`
    firebell.yaml:2:45: automations[2]: not a pattern of files: invalid range pattern
    3 problems
    ");
}

#[test]
fn a_missing_secret_is_one_problem_that_names_it() {
    let text = "workflows:
  a: { url: '${env:PAGE_URL}' }
  b: { url: '${file:/nowhere/secret}' }
  c: { url: 'https://example.test/${vault:x}' }
  d: { url: 'https://example.test/${env:X' }
";
    insta::assert_snapshot!(refused(text), @r"
    firebell.yaml:3:8: workflows.a.url: the environment variable `PAGE_URL` is not set
    firebell.yaml:4:8: workflows.b.url: failed to read the file `/nowhere/secret`: No such file or directory (os error 2)
    firebell.yaml:5:8: workflows.c.url: unknown reference; known are `${env:NAME}` and `${file:/path}`; write `$${` for a plain `${`
    firebell.yaml:6:8: workflows.d.url: `${` is not closed; write `$${` for a plain `${`
    4 problems
    ");
}

#[test]
fn a_referenced_value_is_never_shown() {
    let text = "kafka: { group_protocol: '${env:P}', drain_timeout: '${env:D}' }\nadmin: { listen: '${env:L}' }\n";
    let case = Case::new(&format!("{LEAST}{text}"))
        .with_variable("P", "hunter2")
        .with_variable("D", "hunter3")
        .with_variable("L", "hunter4");
    let message = case.refused();
    assert!(!message.contains("hunter"), "{message}");
    insta::assert_snapshot!(message, @r"
    firebell.yaml:2:10: kafka.group_protocol: unknown value
        help: known here: classic, consumer
    firebell.yaml:2:38: kafka.drain_timeout: expected a duration such as `500ms`, `30s`, `5m` or `2h`, found a value that is not shown
    firebell.yaml:3:10: admin.listen: expected an address and a port, such as `0.0.0.0:9464`, found a value that is not shown
    3 problems
    ");
}

#[test]
fn a_bad_duration_or_size_is_a_problem() {
    let text = "kafka:
  drain_timeout: 30
  session_timeout: 1d
  start_timeout: soon
  assignment_timeout: 5h
decode: { max_bytes: lots }
";
    insta::assert_snapshot!(refused(text), @r"
    firebell.yaml:3:3: kafka.drain_timeout: expected a duration such as `500ms`, `30s`, `5m` or `2h`, found `30`
        help: a number needs its unit: `30s`, perhaps
    firebell.yaml:4:3: kafka.session_timeout: expected a duration such as `500ms`, `30s`, `5m` or `2h`, found `1d`
        help: days are not known here; write `24h`
    firebell.yaml:5:3: kafka.start_timeout: expected a duration such as `500ms`, `30s`, `5m` or `2h`, found `soon`
    firebell.yaml:6:3: kafka.assignment_timeout: expected a duration from 10s to 1h, found `5h`
    firebell.yaml:7:11: decode.max_bytes: expected a size such as `4096`, `512 KiB` or `8 MiB`, found `lots`
    5 problems
    ");
}

#[test]
fn a_bad_url_is_a_problem_and_never_shown() {
    let text = "workflows:
  a: { url: 'example.test/SECRET' }
  b: { url: 'ftp://example.test/SECRET' }
  c: { url: 'https://example.test:SECRET/' }
  d: { url: '' }
  e: {}
  f: { url: [https://example.test/SECRET] }
  g: { url: 'https://example:SECRET@example.test/' }
";
    let message = refused(text);
    assert!(
        !message.contains("SECRET") && !message.contains("example"),
        "{message}"
    );
    insta::assert_snapshot!(message, @r"
    firebell.yaml:3:8: workflows.a.url: expected a URL, `https://…` or `http://…`; it is a secret and not shown: relative URL without a base
    firebell.yaml:4:8: workflows.b.url: expected a URL, `https://…` or `http://…`; it is a secret and not shown
    firebell.yaml:5:8: workflows.c.url: expected a URL, `https://…` or `http://…`; it is a secret and not shown: invalid port number
    firebell.yaml:6:8: workflows.d.url: must not be empty
    firebell.yaml:7:3: workflows.e.url: missing
    firebell.yaml:8:8: workflows.f.url: expected text, found a list
    firebell.yaml:9:8: workflows.g.url: must not hold a name or a password: use auth with `type: basic`
    7 problems
    ");
}

#[test]
fn limits_that_contradict_each_other_are_problems() {
    let text = "kafka: { drain_timeout: 40s, session_timeout: 40s }
shutdown: { grace: 30s }
workflow_defaults: { backoff: { min: 5s }, colour: red }
workflows:
  a: { url: 'http://a.test/', timeout: 1s }
  b: { url: 'http://b.test/', connect_timeout: 40s, max_in_flight: 200 }
";
    insta::assert_snapshot!(refused(text), @"
    firebell.yaml:2:10: kafka.drain_timeout: must be shorter than kafka.session_timeout (40s)
    firebell.yaml:3:13: shutdown.grace: must be longer than kafka.drain_timeout (40s)
    firebell.yaml:4:33: workflow_defaults.backoff.min: must not be more than max (2s)
    firebell.yaml:4:44: workflow_defaults.colour: unknown key
        help: known here: own_group, timeout, connect_timeout, max_in_flight, queue, attempts, backoff, adaptive, rate, breaker, retry_budget, status, auth, signing, tls, batch, headers, method, mode, template
    firebell.yaml:7:53: workflows.b.max_in_flight: must not be more than queue (128)
    5 problems
    ");
}

#[test]
fn no_own_group_has_the_retry_topics_groups_name() {
    let text = "workflows: { retry: { url: 'https://a.test/', own_group: true } }\n";
    insta::assert_snapshot!(refused(text), @r"
    firebell.yaml:2:47: workflows.retry.own_group: the retry topics are read by the group `<group_id>.retry`: give this workflow another name
    1 problem
    ");
}

#[test]
fn a_topic_has_one_role_and_a_name_that_kafka_takes() {
    let text = "sources: [a, { topic: a }, { topic: 'b c', kind: alert }, firebell.dead-letter]
retry:
  tiers:
    - { topic: a, delay: 30s }
    - { topic: r, delay: 30s }
";
    insta::assert_snapshot!(Case::new(text).refused(), @r"
    firebell.yaml:1:16: sources[1].topic: this topic has a role already: sources[0] at firebell.yaml:1:11
    firebell.yaml:1:30: sources[2].topic: expected a topic's name: 1 to 249 letters, digits, `.`, `_` and `-`, found `b c`
    firebell.yaml:1:44: sources[2].kind: unknown kind `alert`
        help: did you mean `Alerts`? known here: auto, recommendations, compliance, Alerts, Assessments, AssessmentsSnapshot, SubAssessments, SubAssessmentsSnapshot, SecureScores, SecureScoresSnapshot, SecureScoreControls, SecureScoreControlsSnapshot, RegulatoryComplianceAssessment, RegulatoryComplianceAssessmentSnapshot, AttackPaths, AttackPathsSnapshot
    firebell.yaml:4:9: retry.tiers[0].topic: this topic has a role already: sources[0] at firebell.yaml:1:11
    firebell.yaml:5:19: retry.tiers[1].delay: must be longer than the delay before it (30s)
    defaults: dead_letter.topic: this topic has a role already: sources[3] at firebell.yaml:1:59
    6 problems
    ");
}

#[test]
fn a_configuration_without_sources_is_refused() {
    insta::assert_snapshot!(Case::new("").refused(), @r"
    defaults: sources: needs one at least
        help: name the topics that events come from: `sources: [{ topic: security.alerts }]`
    1 problem
    ");
}

#[test]
fn a_property_that_correctness_hangs_on_is_refused() {
    let text = "kafka:
  bootstrap_servers: ['kafka', '', 'k:0', 'http://k:9092']
  properties: { enable.auto.commit: true, ssl.key.password: SECRET, socket.timeout.ms: [1] }
";
    let message = refused(text);
    assert!(!message.contains("SECRET"), "{message}");
    insta::assert_snapshot!(message, @r"
    firebell.yaml:3:23: kafka.bootstrap_servers[0]: expected `host:port`, found `kafka`
    firebell.yaml:3:32: kafka.bootstrap_servers[1]: must not be empty
    firebell.yaml:3:36: kafka.bootstrap_servers[2]: expected `host:port`, found `k:0`
    firebell.yaml:3:43: kafka.bootstrap_servers[3]: expected `host:port`, found `http://k:9092`
    firebell.yaml:4:17: kafka.properties.enable.auto.commit: refused
        help: an offset is stored when its record is settled, and never before
    firebell.yaml:4:43: kafka.properties.ssl.key.password: refused
        help: use kafka.security.tls.key_password
    firebell.yaml:4:69: kafka.properties.socket.timeout.ms: expected text, a number, `true` or `false`, found a list
    7 problems
    ");
}

#[test]
fn credentials_that_the_protocol_does_not_use_are_problems() {
    let plain = "kafka: { security: { sasl: { mechanism: PLAIN, password: SECRET } } }\n";
    insta::assert_snapshot!(refused(plain), @r"
    firebell.yaml:2:30: kafka.security.sasl.mechanism: not used with this protocol; set kafka.security.protocol to `sasl_tls` or `sasl_plaintext`
    firebell.yaml:2:48: kafka.security.sasl.password: not used with this protocol; set kafka.security.protocol to `sasl_tls` or `sasl_plaintext`
    2 problems
    ");
    let half = "kafka:
  security:
    protocol: sasl_tls
    tls: { key_file: key.pem }
    sasl: { mechanism: SCRAM-SHA-1, username: me }
";
    insta::assert_snapshot!(refused(half), @r"
    firebell.yaml:5:12: kafka.security.tls.key_file: needs certificate_file beside it
    firebell.yaml:6:13: kafka.security.sasl.mechanism: unknown value `SCRAM-SHA-1`
        help: did you mean `SCRAM-SHA-512`? known here: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER
    2 problems
    ");
    let other = "kafka: { security: { protocol: sasl_plaintext, sasl: { mechanism: plain, username: me, scope: x } } }\n";
    insta::assert_snapshot!(refused(other), @r"
    firebell.yaml:2:48: kafka.security.sasl.password: missing
    firebell.yaml:2:88: kafka.security.sasl.scope: used with mechanism OAUTHBEARER alone
    2 problems
    ");
}

#[test]
fn every_missing_credential_is_named() {
    let text = "kafka: { security: { protocol: sasl_tls, sasl: { mechanism: plain } } }\n";
    insta::assert_snapshot!(refused(text), @r"
    firebell.yaml:2:42: kafka.security.sasl.password: missing
    firebell.yaml:2:42: kafka.security.sasl.username: missing
    2 problems
    ");
}

#[test]
fn a_secret_that_stands_one_level_too_high_is_not_shown() {
    let text = "workflows: { a: 'https://example.test/SECRET' }
kafka: { properties: SECRET, security: { protocol: sasl_tls, sasl: SECRET } }
";
    let message = refused(text);
    assert!(!message.contains("SECRET"), "{message}");
    insta::assert_snapshot!(message, @r"
    firebell.yaml:2:14: workflows.a: expected a section of keys, found a single value
    firebell.yaml:3:10: kafka.properties: expected a section of keys, found a single value
    firebell.yaml:3:62: kafka.security.sasl: expected a section of keys, found a single value
    3 problems
    ");
}

#[test]
fn what_is_not_yaml_is_a_problem_with_its_place() {
    insta::assert_snapshot!(Case::new("sources:\n  - a\n  b: c\n").refused(), @r"
    firebell.yaml:3:3: not YAML that can be read: while parsing a block collection, did not find expected '-' indicator
    1 problem
    ");
    insta::assert_snapshot!(Case::new("- a\n").refused(), @r"
    firebell.yaml:1:1: expected a section of keys, found a list
    1 problem
    ");
    insta::assert_snapshot!(refused("sources: [b]\n"), @r"
    firebell.yaml:2:1: the key `sources` stands here a second time
    1 problem
    ");
}
