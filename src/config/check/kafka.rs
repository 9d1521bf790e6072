//! The `kafka` section.

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use super::event_hubs;
use super::properties::{Passed, properties};
use super::security::security;
use crate::config::{CreateTopics, GroupProtocol, Kafka, Sasl, Security, Window};
use crate::document::{Field, Section, show_duration};

/// librdkafka takes a member for dead that has not polled for 5 min; a drain must be over in half.
const DRAIN: RangeInclusive<Duration> = seconds(1, 149);

pub(super) const GROUP_PROTOCOLS: [(&str, GroupProtocol); 2] = [
    ("classic", GroupProtocol::Classic),
    ("consumer", GroupProtocol::Consumer),
];

const fn seconds(least: u64, most: u64) -> RangeInclusive<Duration> {
    Duration::from_secs(least)..=Duration::from_secs(most)
}

pub(super) fn kafka(mut section: Section<'_>, folder: &Path) -> Option<Kafka> {
    let preset = event_hubs::event_hubs(&mut section, folder);
    let bootstrap_servers = servers(&section.field("bootstrap_servers"));
    let group_id = section.field("group_id").text();
    let client_id = section.field("client_id").text();
    let group_protocol = section.field("group_protocol").choice(&GROUP_PROTOCOLS);
    let group_instance_id = section.field("group_instance_id").optional();
    let security = section
        .field("security")
        .section()
        .and_then(|s| security(s, folder));
    let (create_topics, create_sources) = created(&mut section, security.as_ref());
    let commit = Duration::from_millis(250)..=Duration::from_mins(1);
    let commit_interval = section.field("commit_interval").duration(commit);
    let (drain_timeout, session_timeout) = leaving(&mut section);
    let start_timeout = section.field("start_timeout").duration(seconds(1, 600));
    let assignment_timeout = section
        .field("assignment_timeout")
        .duration(seconds(10, 3600));
    let statistics_interval = section
        .field("statistics_interval")
        .duration(seconds(1, 600));
    let topics_interval = section.field("topics_interval").duration(seconds(1, 3600));
    let window = section.field("window").section().and_then(window);
    let properties = section.field("properties").section().and_then(properties);
    section.finish();
    let Passed { values, places } = properties?;
    let kafka = Kafka {
        bootstrap_servers: bootstrap_servers?,
        group_id: group_id?.to_owned(),
        client_id: client_id?.to_owned(),
        group_protocol: group_protocol?,
        group_instance_id: match group_instance_id {
            Some(field) => Some(field.text()?.to_owned()),
            None => None,
        },
        security: security?,
        event_hubs: None,
        create_topics,
        create_sources,
        commit_interval: commit_interval?,
        drain_timeout: drain_timeout?,
        session_timeout: session_timeout?,
        start_timeout: start_timeout?,
        assignment_timeout: assignment_timeout?,
        statistics_interval: statistics_interval?,
        topics_interval: topics_interval?,
        window: window?,
        properties: values,
        properties_at: places,
    };
    Some(match preset? {
        Some(preset) => preset.over(kafka),
        None => kafka,
    })
}

fn servers(field: &Field<'_>) -> Option<Vec<String>> {
    let items = field.items()?;
    if items.is_empty() {
        field.wrong("needs one at least");
    }
    let servers: Vec<Option<String>> = items.iter().map(server).collect();
    servers.into_iter().collect()
}

fn server(field: &Field<'_>) -> Option<String> {
    let text = field.text()?;
    let port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0);
    match text.rsplit_once(':') {
        Some((host, number)) if !host.is_empty() && !host.contains('/') && port(number) => {
            Some(text.to_owned())
        }
        Some(_) | None => field.mismatch("`host:port`", None),
    }
}

/// What is created: topics of ours, and sources.
fn created(
    section: &mut Section<'_>,
    security: Option<&Security>,
) -> (Option<CreateTopics>, Option<CreateTopics>) {
    let own = creates(&section.field("create_topics"), security);
    let sources = creates(&section.field("create_sources"), security);
    let partitions = section.field("topic_partitions").integer(1..=1000);
    let field = section.field("topic_replication");
    let replication = field.integer(-1..=100);
    if replication == Some(0) {
        field.wrong("must be -1 or one at least");
    }
    let (Some(partitions), Some(replication)) = (partitions, replication) else {
        return (None, None);
    };
    let create = CreateTopics {
        partitions,
        replication,
    };
    (own.then_some(create), sources.then_some(create))
}

/// Whether topics are to be created. A mistake counts as `false`: its problem fails the whole
/// reading.
fn creates(field: &Field<'_>, security: Option<&Security>) -> bool {
    let wanted = field.flag().unwrap_or_default();
    // The library's client for that serves no events, and a token is asked for by one.
    let tokens = matches!(
        security,
        Some(
            Security::SaslTls(_, Sasl::OauthBearer(_))
                | Security::SaslPlaintext(Sasl::OauthBearer(_))
        )
    );
    if tokens && wanted {
        field.wrong("no topics are created with OAUTHBEARER: create them beforehand");
    }
    wanted
}

/// The timeouts of leaving the group.
fn leaving(section: &mut Section<'_>) -> (Option<Duration>, Option<Duration>) {
    let field = section.field("drain_timeout");
    let drain = field.duration(DRAIN);
    let session = section.field("session_timeout").duration(seconds(6, 1800));
    if let (Some(drain), Some(session)) = (drain, session)
        && drain >= session
    {
        let session = show_duration(session);
        field.wrong(&format!(
            "must be shorter than kafka.session_timeout ({session})"
        ));
    }
    (drain, session)
}

fn window(mut section: Section<'_>) -> Option<Window> {
    let records = section.field("records").integer(1..=100_000);
    let span = section.field("span").integer(1..=1_000_000);
    if let (Some(records), Some(span)) = (records, span)
        && span < records
    {
        section
            .field("span")
            .wrong(&format!("must be at least `records` ({records})"));
    }
    let bytes = section.field("bytes").size(64 << 10..=1 << 30);
    section.finish();
    Some(Window {
        records: records?,
        span: span?,
        bytes: bytes?,
    })
}
