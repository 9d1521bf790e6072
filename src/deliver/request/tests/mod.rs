//! What is sent, mode by mode and preset by preset.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use super::*;
use crate::config::{Config, Sources, load};
use crate::consume::Record;
use crate::deliver::{Origin, Progress};
use crate::event::{Coordinates, EventKind};

mod batches;
mod modes;
mod presets;

/// A workflow with these lines of configuration.
fn workflow(lines: &str) -> Workflow {
    let url = "url: 'https://hooks.example/run?sig=hush'";
    let config = configured(&format!("{url}\n    {}", lines.replace('\n', "\n    ")));
    config.workflows["chat"].clone()
}

fn configured(lines: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firebell.yaml");
    let text = format!("sources: [alerts]\nworkflows:\n  chat:\n    {lines}\n");
    fs::write(&file, &text).unwrap();
    let sources = Sources {
        file: Some(file),
        environment: Vec::new(),
    };
    load(&sources).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// The delivery of an event at an offset.
fn delivery(event: &str, kind: EventKind, offset: i64) -> Delivery {
    let coordinates = Coordinates {
        topic: "alerts".into(),
        partition: 3,
        offset,
    };
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let carrier = Record {
        coordinates: coordinates.clone(),
        timestamp: Some(1_760_000_000_000),
        key: None,
        value: None,
        headers: vec![("traceparent".to_owned(), Some(trace.into()))],
    };
    Delivery {
        origin: Origin {
            coordinates,
            timestamp: Some(1_760_000_000_000),
            place: 1,
            kind,
        },
        automation: "wake üp".into(),
        workflow: "chat".into(),
        id: format!("msg_{offset}"),
        event_id: format!("evt_{offset}"),
        progress: Progress::default(),
        body: Bytes::copy_from_slice(event.as_bytes()),
        value: Bytes::new(),
        event_time: None,
        carrier: Arc::new(carrier),
    }
}

/// A request as it goes over the wire.
fn shown(request: &Request) -> String {
    let mut shown = format!("{} {}\n", request.method(), request.url());
    let mut headers: Vec<_> = request.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        writeln!(shown, "{name}: {value}").unwrap();
    }
    format!("{shown}\n{}", body(request))
}

fn body(request: &Request) -> String {
    let bytes = request.body().unwrap().as_bytes().unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_trace_parent_is_passed_on_only_when_valid() {
    let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    assert!(is_parent(good));
    for bad in [
        "",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ] {
        assert!(!is_parent(bad), "{bad}");
    }
}
