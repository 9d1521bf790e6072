//! The two ways from a record to its events, held to one another.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::config::{Decode, SourceKind};
use crate::decode::{
    Decoder, Event, Extractor, Facts, Json, Needs, Reading, Resource, Slots, Value, walk,
};
use crate::path::Path;

/// That the extraction tells of a record what the tree tells: errors, events, and their values.
///
/// # Panics
///
/// If it does not.
pub(crate) fn assert_agree(payload: &[u8], source: SourceKind, (paths, limits): (&[Path], Decode)) {
    let slots = Arc::new(Slots::new(paths));
    let extractor = Extractor::new(Arc::clone(&slots), limits);
    let mut reading = Reading::default();
    // The second time over what the first has left.
    for _ in 0..2 {
        let extracted = extractor.extract(payload, source, &mut reading);
        let decoded = Decoder::new(Needs::everything(), limits).decode(payload, source);
        let shown = String::from_utf8_lossy(&payload[..payload.len().min(400)]);
        let (extracted, decoded) = match (extracted, decoded) {
            (Ok(extracted), Ok(decoded)) => (extracted, decoded),
            (Err(error), Err(expected)) => {
                assert_eq!(error, expected, "{shown}");
                continue;
            }
            (extracted, decoded) => panic!("{extracted:?}, but {decoded:?}: {shown}"),
        };
        let bad: Vec<_> = extracted.bad().collect();
        assert_eq!(bad, decoded.bad, "{shown}");
        assert_eq!(extracted.events().len(), decoded.events.len(), "{shown}");
        for (facts, event) in extracted.events().zip(&decoded.events) {
            assert_same(&facts, event);
            for path in paths {
                let slot = slots.get(path).expect("each path has a slot");
                let expected = values_at(&event.fields, path);
                let values = facts.values().filter(|(of, _)| *of == slot);
                assert!(
                    values.map(|(_, value)| value).eq(expected),
                    "{path}: {shown}"
                );
            }
        }
    }
}

fn assert_same(facts: &Facts<'_>, event: &Event<'_>) {
    assert_eq!(facts.text(), event.text);
    assert_eq!(facts.place(), event.place);
    assert_eq!(facts.kind(), event.kind, "{}", event.text);
    assert_eq!(facts.deleted(), event.deleted(), "{}", event.text);
    assert_eq!(facts.time(), event.time(), "{}", event.text);
    let resources = facts.resources().map(|resource| match resource {
        Resource::Id(id) => id.to_owned(),
        Resource::Subscription(id) => format!("/subscriptions/{id}"),
    });
    let (mut resources, mut expected) = (resources.collect::<Vec<_>>(), event.resource_ids());
    resources.sort_unstable();
    expected.sort_unstable();
    assert_eq!(resources, expected, "{}", event.text);
}

fn values_at<'t>(fields: &'t Json<'_>, path: &Path) -> Vec<Value<'t>> {
    let mut values = Vec::new();
    let _continues: ControlFlow<()> = walk(fields, path.steps(), &mut |value| {
        values.push(match value {
            Json::Null => Value::Null,
            Json::Bool(yes) => Value::Bool(*yes),
            Json::Number(text) => Value::Number(text),
            Json::Text(text) => Value::Text(text),
            Json::Object(_) | Json::Array(_) => Value::Object,
        });
        ControlFlow::Continue(())
    });
    values
}
