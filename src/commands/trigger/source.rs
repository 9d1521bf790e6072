//! Where the event is taken from: a file, or a record on Kafka.

use std::sync::Arc;

use bytes::Bytes;

use crate::cli::Trigger;
use crate::clock;
use crate::commands::letters::kind;
use crate::commands::{Failure, explain};
use crate::config::{Config, SourceKind};
use crate::consume::Record;
use crate::event::Coordinates;
use crate::letters::Topics;
use crate::settle::{Parked, headers};

/// A record, and what is known of it.
pub(super) struct Source {
    /// The record; one of a file's own making has no place on Kafka.
    pub(super) record: Arc<Record>,
    /// The value that holds the event, or the events.
    pub(super) payload: Bytes,
    /// What says the kind.
    pub(super) kind: SourceKind,
    /// The delivery that stands in a retry topic or in the dead-letter topic.
    pub(super) parked: Option<Parked>,
    /// Whether it stands on Kafka: then its deliveries have the ids that they always have.
    pub(super) on_kafka: bool,
}

impl Source {
    /// Reads what the command line names.
    pub(super) async fn of(asked: &Trigger, config: &Config) -> Result<Self, Failure> {
        let fixed = asked.kind.as_deref().map(kind).transpose()?;
        let fixed = fixed.map(SourceKind::Fixed);
        let Some(record) = &asked.record else {
            return Self::of_file(asked, config, fixed.unwrap_or(SourceKind::Auto));
        };
        let record = Arc::new(read(config, &place(record)?).await?);
        let parked = headers::read_dead(&record, clock::now_millis()).ok();
        let payload = match &parked {
            Some(parked) => parked.delivery(&record).body,
            None => record.value.clone().unwrap_or_default(),
        };
        let mut sources = config.sources.iter();
        let of_source = sources.find(|one| *one.topic == *record.coordinates.topic);
        let of_parked = parked
            .as_ref()
            .map(|one| SourceKind::Fixed(one.origin.kind));
        let kind = fixed
            .or(of_parked)
            .or(of_source.map(|one| one.kind))
            .unwrap_or(SourceKind::Auto);
        Ok(Self {
            record,
            payload,
            kind,
            parked,
            on_kafka: true,
        })
    }

    fn of_file(asked: &Trigger, config: &Config, kind: SourceKind) -> Result<Self, Failure> {
        let path = asked.event.clone().unwrap_or_default();
        let payload = Bytes::from(explain::bytes(&path, config.decode.max_bytes)?);
        let now = clock::now_millis();
        let record = Record {
            coordinates: Coordinates {
                topic: "manual".into(),
                partition: 0,
                offset: now,
            },
            timestamp: Some(now),
            key: None,
            value: Some(payload.clone()),
            headers: Vec::new(),
        };
        Ok(Self {
            record: Arc::new(record),
            payload,
            kind,
            parked: None,
            on_kafka: false,
        })
    }
}

fn place(text: &str) -> Result<Coordinates, Failure> {
    let mut parts = text.rsplitn(3, '/');
    let offset = parts.next().and_then(|text| text.parse().ok());
    let partition = parts.next().and_then(|text| text.parse().ok());
    match (parts.next(), partition, offset) {
        (Some(topic), Some(partition), Some(offset)) if !topic.is_empty() => Ok(Coordinates {
            topic: topic.into(),
            partition,
            offset,
        }),
        _ => Err(Failure::Wrong(format!(
            "--record: expected `topic/partition/offset`, found `{text}`"
        ))),
    }
}

async fn read(config: &Config, at: &Coordinates) -> Result<Record, Failure> {
    let topics = Topics::new(config);
    let mut extent = topics.extent(&at.topic).await?.only(at.partition);
    let gone = |why: String| Failure::Undone(format!("there is no record {at}: {why}"));
    let kept = extent.partitions.get_mut(&at.partition);
    let kept = kept.ok_or_else(|| gone("the topic has no such partition".to_owned()))?;
    if !kept.contains(&at.offset) {
        let text = format!("offsets from {} to below {} are kept", kept.start, kept.end);
        return Err(gone(text));
    }
    *kept = at.offset..at.offset + 1;
    let read = topics.read(&extent)?.next().await?;
    read.ok_or_else(|| gone("it was deleted".to_owned()))
}
