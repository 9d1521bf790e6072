//! The tree to the checked [`Config`]: every bound, every rule between two keys.
//!
//! Each function reads all its fields before it gives up on one of them, so that one run reports
//! everything.

mod dead_letter;
mod egress;
mod event_hubs;
mod kafka;
mod oauth;
mod properties;
mod refused;
mod security;
mod tls;
mod topics;
mod workflows;

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tracing::Level;

use crate::config::groups::ManagementGroups;
use crate::config::{Admin, Config, Decode, Delivery, Log, LogFormat, Shutdown, automations};
use crate::document::{Field, Node, Report, Section, show_duration};

pub use properties::{Kind as PropertyKind, known_properties};
pub(super) use workflows::{presets, with_defaults};

const LOG_FORMATS: [(&str, LogFormat); 2] = [("json", LogFormat::Json), ("text", LogFormat::Text)];

const LOG_LEVELS: [(&str, Level); 5] = [
    ("error", Level::ERROR),
    ("warn", Level::WARN),
    ("info", Level::INFO),
    ("debug", Level::DEBUG),
    ("trace", Level::TRACE),
];

/// The keys that hold one of some names, and these.
pub(super) fn choices() -> [(&'static str, Vec<&'static str>); 14] {
    [
        ("kafka.group_protocol", names(&kafka::GROUP_PROTOCOLS)),
        ("kafka.security.protocol", names(&security::PROTOCOLS)),
        (
            "kafka.security.sasl.mechanism",
            names(&security::MECHANISMS),
        ),
        (
            "kafka.security.sasl.client_secret_in",
            names(&oauth::SECRET_IN),
        ),
        (
            "kafka.security.sasl.key_algorithm",
            names(&oauth::ALGORITHMS),
        ),
        (
            "kafka.event_hubs.client_secret_in",
            names(&oauth::SECRET_IN),
        ),
        ("kafka.event_hubs.key_algorithm", names(&oauth::ALGORITHMS)),
        ("workflow_defaults.auth.type", names(&workflows::AUTH_TYPES)),
        (
            "workflow_defaults.auth.client_secret_in",
            names(&oauth::SECRET_IN),
        ),
        (
            "workflow_defaults.auth.key_algorithm",
            names(&oauth::ALGORITHMS),
        ),
        ("log.format", names(&LOG_FORMATS)),
        ("log.level", names(&LOG_LEVELS)),
        ("workflow_defaults.mode", names(&workflows::MODES)),
        ("workflow_defaults.method", workflows::METHODS.to_vec()),
    ]
}

fn names<T>(choices: &[(&'static str, T)]) -> Vec<&'static str> {
    choices.iter().map(|(name, _)| *name).collect()
}

/// Reads the tree; what is wrong is in the report.
pub(super) fn check(root: &Node, folder: &Path, report: &Report) -> Option<Config> {
    let mut root = Section::root(root, report)?;
    let kafka = root
        .field("kafka")
        .section()
        .and_then(|section| kafka::kafka(section, folder));
    let mut topics = topics::Topics::default();
    let sources = topics::sources(&root.field("sources"), &mut topics);
    let retry = root
        .field("retry")
        .section()
        .and_then(|s| topics::retry(s, &mut topics));
    let dead_letter = root
        .field("dead_letter")
        .section()
        .and_then(|s| dead_letter::dead_letter(s, &mut topics));
    let decode = root.field("decode");
    let decode = match kafka.as_ref().and_then(|kafka| kafka.event_hubs.as_ref()) {
        Some(_) => event_hubs::decode(&decode),
        None => decode.section().and_then(self::decode),
    };
    let by_name = workflows::named(&root.field("workflows"));
    let names: Vec<&str> = by_name.iter().map(|(name, _)| *name).collect();
    let groups = ManagementGroups::read(&root.field("management_groups"), folder, report);
    let known = automations::Known {
        workflows: Some(&names),
        groups: &groups,
    };
    let rule_files = automations::files_of(&root.field("automations"), folder);
    let read = automations::read(&rule_files, known, report);
    let (automations, origins) = read.into_iter().unzip();
    let egress = root.field("egress").section().and_then(egress::egress);
    let defaults = root.field("workflow_defaults");
    let delivery = root.field("delivery").section().and_then(delivery);
    let beside = (egress, beside_workflows(folder, report, delivery.as_ref()));
    let workflows = workflows::workflows(&defaults, by_name, beside);
    let admin = root.field("admin").section().and_then(admin);
    let log = root.field("log").section().and_then(log);
    let drain = kafka.as_ref().map(|kafka| kafka.drain_timeout);
    let shutdown = root
        .field("shutdown")
        .section()
        .and_then(|s| shutdown(s, drain));
    root.finish();
    Some(Config {
        kafka: kafka?,
        sources: sources?,
        decode: decode?,
        retry: retry?,
        dead_letter: dead_letter?,
        automations,
        origins,
        rule_files,
        texts: report.texts(),
        workflows: workflows?,
        delivery: delivery?,
        admin: admin?,
        log: log?,
        shutdown: shutdown?,
    })
}

fn beside_workflows<'a>(
    folder: &'a Path,
    report: &'a Report,
    delivery: Option<&'a Delivery>,
) -> workflows::Beside<'a> {
    workflows::Beside {
        folder,
        report,
        // Without a name there is a problem, and nothing is made of it.
        deployment: delivery.map_or("", |one| &one.deployment),
    }
}

pub(super) fn decode(mut section: Section<'_>) -> Option<Decode> {
    let max_bytes = section.field("max_bytes").size(1 << 10..=64 << 20);
    let max_depth = section.field("max_depth").integer(8..=512);
    section.finish();
    Some(Decode {
        max_bytes: max_bytes?,
        max_depth: max_depth?,
    })
}

fn delivery(mut section: Section<'_>) -> Option<Delivery> {
    let bounds = Duration::from_millis(1)..=Duration::from_mins(1);
    let lane_wait = section.field("lane_wait").duration(bounds);
    let deployment = deployment(&section.field("deployment"));
    section.finish();
    Some(Delivery {
        lane_wait: lane_wait?,
        deployment: deployment?,
    })
}

/// Signs that a URI takes as they are.
fn deployment(field: &Field<'_>) -> Option<String> {
    let name = field.text()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
        field.wrong("a deployment's name has 1 to 64 letters, digits, `.`, `_` and `-`");
        return None;
    }
    Some(name.to_owned())
}

fn admin(mut section: Section<'_>) -> Option<Admin> {
    let listen = listen(&section.field("listen"));
    section.finish();
    Some(Admin { listen: listen? })
}

fn listen(field: &Field<'_>) -> Option<SocketAddr> {
    let address = field.text()?.parse().ok();
    address.or_else(|| field.mismatch("an address and a port, such as `0.0.0.0:9464`", None))
}

fn log(mut section: Section<'_>) -> Option<Log> {
    let format = section.field("format").choice(&LOG_FORMATS);
    let level = section.field("level").choice(&LOG_LEVELS);
    section.finish();
    Some(Log {
        format: format?,
        level: level?,
    })
}

fn shutdown(mut section: Section<'_>, drain: Option<Duration>) -> Option<Shutdown> {
    let field = section.field("grace");
    let grace = field.duration(Duration::from_secs(1)..=Duration::from_mins(10));
    section.finish();
    if let (Some(grace), Some(drain)) = (grace, drain)
        && grace <= drain
    {
        let drain = show_duration(drain);
        field.wrong(&format!(
            "must be longer than kafka.drain_timeout ({drain})"
        ));
    }
    Some(Shutdown { grace: grace? })
}
