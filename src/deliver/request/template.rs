//! A body by template.

use super::{Load, Payload, event};
use crate::config::{Body, Requests};
use crate::deliver::Delivery;
use crate::reason::{Failure, Reason};
use crate::render::{About, Input, RenderError, Settings};

/// What the template makes of the deliveries.
pub(super) fn content(
    body: &Body,
    requests: &Requests,
    load: Load<'_>,
) -> Result<Payload, Failure> {
    let text = rendered(requests, load, |inputs, settings| {
        body.template.render(inputs, settings)
    })?;
    Ok(Payload {
        body: text.into(),
        content_type: body.content_type.clone(),
        headers: Vec::new(),
    })
}

/// What `render` makes of the deliveries.
pub(super) fn rendered(
    requests: &Requests,
    load: Load<'_>,
    render: impl FnOnce(&[Input<'_>], &Settings) -> Result<String, RenderError>,
) -> Result<String, Failure> {
    let unread = |_| Failure::new(Reason::RenderFailed, "the event is not UTF-8");
    let told: Vec<Told> = load.deliveries().iter().map(Told::of).collect();
    let inputs: Result<Vec<Input<'_>>, _> = told.iter().map(Told::input).collect();
    let text = render(&inputs.map_err(unread)?, requests.settings.expose());
    text.map_err(|error| Failure::new(Reason::RenderFailed, error.to_string()))
}

/// A delivery with the texts that are made for a template.
struct Told<'a> {
    delivery: &'a Delivery,
    time: String,
}

impl<'a> Told<'a> {
    fn of(delivery: &'a Delivery) -> Self {
        Self {
            delivery,
            time: event::time(delivery).unwrap_or_default(),
        }
    }

    fn input(&self) -> Result<Input<'_>, std::str::Utf8Error> {
        let delivery = self.delivery;
        let origin = &delivery.origin;
        Ok(Input {
            event: std::str::from_utf8(&delivery.body)?,
            about: About {
                id: &delivery.id,
                event_id: &delivery.event_id,
                attempt: event::attempt(delivery),
                automation: &delivery.automation,
                workflow: &delivery.workflow,
                kind: origin.kind.name(),
                topic: &origin.coordinates.topic,
                partition: origin.coordinates.partition,
                offset: origin.coordinates.offset,
                place: origin.place,
                time: &self.time,
            },
        })
    }
}
