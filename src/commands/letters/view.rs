//! A letter as JSON, and its parts as text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;

use crate::consume::Record;
use crate::letters::{Letter, shown};
use crate::settle::headers::{Header, HeaderError, PREFIX};
use crate::settle::original_key;

/// A letter, all of it but its value.
#[derive(Debug, Serialize)]
pub(crate) struct LetterView<'a> {
    state: &'a str,
    at: Option<String>,
    topic: &'a str,
    partition: i32,
    offset: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<String>,
    id: Option<&'a str>,
    workflow: Option<&'a str>,
    automation: Option<&'a str>,
    kind: Option<&'a str>,
    stage: Option<&'a str>,
    reason: Option<&'a str>,
    status: Option<u16>,
    error: Option<&'a str>,
    attempts: Option<i64>,
    rounds: Option<i64>,
    redriven: u32,
    since: Option<String>,
    first_attempt: Option<String>,
    last_attempt: Option<String>,
    event_time: Option<&'a str>,
    origin: OriginView<'a>,
    bytes: Option<usize>,
    key: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<&'a str>,
    headers: Vec<(&'a str, Option<Text<'a>>)>,
}

#[derive(Debug, Serialize)]
struct OriginView<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    place: Option<i64>,
    at: Option<String>,
}

/// What nobody can read.
#[derive(Debug, Serialize)]
pub(crate) struct UnreadableView<'a> {
    state: &'static str,
    at: Option<String>,
    topic: &'a str,
    partition: i32,
    offset: i64,
    why: String,
    bytes: Option<usize>,
    key: Option<Text<'a>>,
    headers: Vec<(&'a str, Option<Text<'a>>)>,
}

/// Text, or what is none.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Text<'a> {
    Utf8(&'a str),
    Bytes { base64: String },
}

impl<'a> Text<'a> {
    fn of(bytes: &'a Bytes) -> Self {
        std::str::from_utf8(bytes).map_or_else(
            |_| Self::Bytes {
                base64: STANDARD.encode(bytes),
            },
            Self::Utf8,
        )
    }
}

impl<'a> LetterView<'a> {
    /// A letter in this state.
    pub(crate) fn new(letter: &'a Letter, state: &'a str) -> Self {
        let time = |name| letter.number(name).map(instant);
        let record = &letter.record;
        let at = letter.at();
        Self {
            state,
            at: record.timestamp.map(instant),
            topic: &at.topic,
            partition: at.partition,
            offset: at.offset,
            due: None,
            id: letter.id(),
            workflow: letter.own("workflow"),
            automation: letter.own("automation"),
            kind: letter.own("kind"),
            stage: letter.own("stage"),
            reason: letter.own("reason"),
            status: letter.status(),
            error: letter.own("error"),
            attempts: letter.number("attempts"),
            rounds: letter.number("rounds"),
            redriven: letter.redriven(),
            since: time("since"),
            first_attempt: time("first-attempt"),
            last_attempt: time("last-attempt"),
            event_time: letter.own("time"),
            origin: OriginView {
                topic: &letter.origin.topic,
                partition: letter.origin.partition,
                offset: letter.origin.offset,
                place: letter.number("place"),
                at: time("timestamp"),
            },
            bytes: record.value.as_ref().map(Bytes::len),
            key: original_key(record).map(Text::of),
            changed: letter.own("changed"),
            headers: other_headers(record),
        }
    }
}

impl<'a> UnreadableView<'a> {
    /// A record, and why it cannot be read.
    pub(crate) fn new(record: &'a Record, why: &HeaderError) -> Self {
        let at = &record.coordinates;
        Self {
            state: "unreadable",
            at: record.timestamp.map(instant),
            topic: &at.topic,
            partition: at.partition,
            offset: at.offset,
            why: why.to_string(),
            bytes: record.value.as_ref().map(Bytes::len),
            key: record.key.as_ref().map(Text::of),
            headers: other_headers(record),
        }
    }
}

/// The headers that have no field of their own: foreign ones, and those that a record had before
/// it became a dead letter.
fn other_headers(record: &Record) -> Vec<(&str, Option<Text<'_>>)> {
    let other = |(name, _): &&Header| {
        name.strip_prefix(PREFIX)
            .is_none_or(|rest| rest.starts_with("was-"))
    };
    let headers = record.headers.iter().filter(other);
    headers
        .map(|(name, value)| (name.as_str(), value.as_ref().map(Text::of)))
        .collect()
}

/// An instant, of milliseconds since the epoch, to the second.
pub(crate) fn instant(millis: i64) -> String {
    Timestamp::from_millisecond(millis).map_or_else(
        |_| millis.to_string(),
        |at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
    )
}

/// One line that no terminal obeys.
pub(crate) fn plain(text: &str) -> String {
    shown(text).replace(['\n', '\t'], " ")
}
