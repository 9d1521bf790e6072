//! A header's name is bytes: whatever they are, it is in the retry topic and in the dead-letter topic as
//! it was, and the log says nothing but JSON.

use firebell::consume::header_name;

use crate::kit::scene::{everywhere, own, start, wait_records, wait_settled};
use crate::kit::topics::{Record, produce};
use crate::kit::{Answer, Plan, Receiver, events, unique};

#[test]
fn every_name_of_a_header_is_kept_byte_for_byte() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        // Parked once, and then given up.
        receiver.script("/w", |_, nth| {
            Answer::Status(if nth == 0 { 503 } else { 400 })
        });
        let plan = Plan::new(setup, &unique("names"))
            .workflow("w", &receiver.url("/w"))
            .set("workflows.w.attempts", 1)
            .on_high_alerts("a", &["w"]);
        let daemon = start(setup, &plan, 1);
        let names: [&[u8]; 7] = [
            b"nul\0name",
            b"\0",
            b"\xff\xfe",
            b"half of \xe2\x82",
            b"",
            "\u{10ffff}".as_bytes(),
            b"plain",
        ];
        let header = |name: &&[u8]| (header_name::of_bytes(name), Some(name.to_vec()));
        let without_value = |name: &&[u8]| (header_name::of_bytes(name), None);
        let headers: Vec<_> = names
            .iter()
            .map(header)
            .chain(names.iter().map(without_value))
            .collect();
        let with = |value: String| Record {
            headers: headers.clone(),
            ..Record::of(value)
        };
        let records = [with(events::alert(1, "High")), with("garbage".to_owned())];
        produce(&setup.cluster, &plan.name, &records);
        let letters = wait_records(setup, plan.dead_letter_topic(), 2);
        wait_settled(setup, &plan);
        let parked = wait_records(setup, &plan.retry_topics()[0], 1);
        for record in letters.iter().chain(&parked) {
            let foreign = record.headers.get(..headers.len());
            assert_eq!(foreign, Some(&headers[..]), "{}", own(record, "reason"));
        }
        // Every line is JSON: this panics on any other.
        let lines = daemon.lines_of_events();
        assert!(!lines.iter().any(|line| line.to_string().contains("panic")));
    });
}
