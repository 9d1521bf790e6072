//! The `kafka.event_hubs` section: a preset for the Kafka endpoint of Azure Event Hubs.
//!
//! Sources: Microsoft's documents on Kafka clients (`apache-kafka-configurations`,
//! `azure-event-hubs-apache-kafka-overview`) and on the emulator.

use std::path::Path;
use std::time::Duration;

use super::oauth::GrantFields;
use super::workflows::entra_endpoint;
use crate::config::load::DEFAULTS_ORIGIN;
use crate::config::{Decode, EventHubs, Kafka, Login, Sasl, Secret, Security, Tls};
use crate::document::{Field, Section};

mod connection_string;

use connection_string::{ConnectionString, Service};

/// What the service wants, set unless the operator does.
const PROPERTIES: [(&str, &str); 5] = [
    // It closes a connection without a word that was idle for 240 s.
    ("connections.max.idle.ms", "180000"),
    ("metadata.max.age.ms", "180000"),
    ("socket.keepalive.enable", "true"),
    // Of a producer: more than 20 s, since the service throttles by answering late.
    ("request.timeout.ms", "60000"),
    // The service closes a connection that sends more than 1,046,528 bytes.
    ("message.max.bytes", "1000000"),
];

/// 1,000,000 without [`crate::settle`]'s room for headers.
const MAX_BYTES: usize = 848 << 10;

const SESSION: Duration = Duration::from_secs(30);

/// What the section leads to.
pub(super) struct Preset {
    server: String,
    security: Security,
    about: EventHubs,
    /// Whether the session's length is left to it.
    session: bool,
}

impl Preset {
    /// The settings with what the preset says of them.
    pub(super) fn over(self, kafka: Kafka) -> Kafka {
        let mut properties = kafka.properties;
        for (name, value) in PROPERTIES {
            let value = || Secret::new(value.to_owned());
            properties.entry(name.to_owned()).or_insert_with(value);
        }
        let session_timeout = if self.session && kafka.drain_timeout < SESSION {
            SESSION
        } else {
            kafka.session_timeout
        };
        Kafka {
            bootstrap_servers: vec![self.server],
            security: self.security,
            event_hubs: Some(self.about),
            session_timeout,
            properties,
            ..kafka
        }
    }
}

/// The preset; `Some(None)` when the section is not used, `None` when it is wrong.
#[expect(clippy::option_option, reason = "wrong, absent, and there")]
pub(super) fn event_hubs(kafka: &mut Section<'_>, folder: &Path) -> Option<Option<Preset>> {
    let field = kafka.field("event_hubs");
    let mut section = field.section()?;
    let fields = Fields::of(&mut section);
    section.finish();
    let by_string = fields.connection_string.clone().optional();
    let by_name = fields.namespace.clone().optional();
    let set = by_string.as_ref().or(by_name.as_ref());
    let place = set.map(|field| field.place().clone());
    let (server, security, entity_path) = match (by_string, by_name) {
        (None, None) => {
            fields.refuse("used with kafka.event_hubs.namespace");
            return Some(None);
        }
        (Some(string), None) => {
            fields.refuse("not used with a connection string");
            by_connection_string(&string)?
        }
        (None, Some(namespace)) => by_entra(fields, &namespace, folder)?,
        (Some(_), Some(namespace)) => {
            namespace.wrong("is in the connection string already: set one of the two");
            return None;
        }
    };
    contradictions(kafka);
    let session = is_default(&kafka.field("session_timeout"));
    let about = EventHubs {
        place: place?,
        entity_path,
    };
    Some(Some(Preset {
        server,
        security,
        about,
        session,
    }))
}

type Way = (String, Security, Option<String>);

struct Fields<'a> {
    connection_string: Field<'a>,
    namespace: Field<'a>,
    tenant: Field<'a>,
    authority: Field<'a>,
    grant: GrantFields<'a>,
}

impl<'a> Fields<'a> {
    fn of(section: &mut Section<'a>) -> Self {
        Self {
            connection_string: section.field("connection_string").secret(),
            namespace: section.field("namespace"),
            tenant: section.field("tenant"),
            authority: section.field("authority"),
            grant: GrantFields::of(section),
        }
    }

    /// A credential that is set and not used is a mistake.
    fn refuse(&self, message: &str) {
        let named = self.grant.named();
        let grant = named.into_iter().map(|(_, field)| field);
        for field in [&self.tenant, &self.authority].into_iter().chain(grant) {
            super::security::refuse(field.clone(), message);
        }
    }
}

fn by_connection_string(field: &Field<'_>) -> Option<Way> {
    let text = field.text()?;
    let string = field.valid(ConnectionString::parse(text))?;
    // These letters as they stand: the service takes the connection string as the password.
    let sasl = Sasl::Plain(Login {
        username: "$ConnectionString".to_owned(),
        password: Secret::new(text.trim().to_owned()),
    });
    let (server, security) = match string.service {
        Service::Azure => (
            format!("{}:9093", string.host),
            Security::SaslTls(Tls::default(), sasl),
        ),
        Service::Emulator => (
            format!("{}:9092", string.host),
            Security::SaslPlaintext(sasl),
        ),
    };
    Some((server, security, string.entity_path))
}

fn by_entra(fields: Fields<'_>, namespace: &Field<'_>, folder: &Path) -> Option<Way> {
    fields.grant.needs_certificate();
    let endpoint = entra_endpoint(&fields.authority, &fields.tenant);
    let host = host(namespace);
    let scope = host.as_ref().map(|host| format!("https://{host}/.default"));
    let grant = fields.grant.grant(endpoint, scope.as_deref(), folder)?;
    let sasl = Sasl::OauthBearer(Box::new(grant));
    let server = format!("{}:9093", host?);
    Some((server, Security::SaslTls(Tls::default(), sasl), None))
}

/// The namespace's host; a name alone is one of the public cloud.
fn host(field: &Field<'_>) -> Option<String> {
    let name = field.text()?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if !name.chars().all(fits) || name.starts_with('.') {
        return field.mismatch("a namespace such as `security-events`, or its host", None);
    }
    Some(if name.contains('.') {
        name.to_owned()
    } else {
        format!("{name}.servicebus.windows.net")
    })
}

/// What the preset says itself, or the service does not have, must not be said by hand.
fn contradictions(kafka: &mut Section<'_>) {
    let servers = kafka.field("bootstrap_servers");
    if !is_default(&servers) {
        servers.wrong("is set by kafka.event_hubs: leave one of the two out");
    }
    if let Some(security) = kafka.field("security").section() {
        for (_, field) in security.named() {
            set_by_hand(&field);
        }
    }
    for key in ["create_topics", "create_sources"] {
        let topics = kafka.field(key);
        if topics.flag() == Some(true) {
            let help = "create the event hubs in Azure; Standard has ten a namespace";
            topics.problem(
                "Event Hubs creates none through Kafka",
                Some(help.to_owned()),
            );
        }
    }
    let protocol = kafka.field("group_protocol");
    if protocol
        .text()
        .is_some_and(|text| text.eq_ignore_ascii_case("consumer"))
    {
        protocol.wrong("Event Hubs knows `classic` alone");
    }
    compression(kafka);
}

/// Reports the keys of `kafka.security` that the defaults do not have.
fn set_by_hand(field: &Field<'_>) {
    if field.is_single() {
        if !is_default(field) {
            field.wrong("is set by kafka.event_hubs: leave one of the two out");
        }
    } else if let Some(section) = field.clone().optional().and_then(|field| field.section()) {
        for (_, below) in section.named() {
            set_by_hand(&below);
        }
    }
}

/// The service refuses what is compressed otherwise.
fn compression(kafka: &mut Section<'_>) {
    let properties = kafka.field("properties").section();
    let named = properties.map(Section::named).unwrap_or_default();
    for (name, field) in named {
        let codec = matches!(name, "compression.codec" | "compression.type");
        let text = field.node().and_then(|node| node.scalar());
        if codec && !text.is_some_and(|text| matches!(text, "none" | "gzip")) {
            field.secret().wrong("Event Hubs knows `none` and `gzip`");
        }
    }
}

/// What is parked has room for its headers below the service's bound, unless the operator says
/// otherwise.
pub(super) fn decode(field: &Field<'_>) -> Option<Decode> {
    let own = !is_default(&field.section()?.field("max_bytes"));
    let decode = super::decode(field.section()?)?;
    let max_bytes = if own { decode.max_bytes } else { MAX_BYTES };
    Some(Decode {
        max_bytes,
        ..decode
    })
}

fn is_default(field: &Field<'_>) -> bool {
    &*field.place().origin == DEFAULTS_ORIGIN
}
