//! Topics change while a daemon runs, and while it does not: nothing that is written after that is
//! skipped, and an offset that no longer says where we stand is put right.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::kit::changes::grow_topic;
use crate::kit::scene::{on_kafka, start};
use crate::kit::topics::{Record, produce};
use crate::kit::{Plan, Receiver, Setup, events, unique, until};

#[test]
fn new_partitions_of_a_source_are_read() {
    on_kafka(|setup| {
        let receiver = Receiver::start();
        let plan = plan(setup, "grows", &receiver);
        let _daemon = start(setup, &plan, 1);
        write(setup, &plan, 0..3);
        wait_delivered(&receiver, 0..3);
        grow_topic(&setup.cluster, &plan.name, 3);
        let one = |number: u64| Record {
            partition: Some(i32::try_from(number % 3).unwrap()),
            ..Record::of(events::alert(number, "High"))
        };
        let records: Vec<_> = (3..12).map(one).collect();
        produce(&setup.cluster, &plan.name, &records);
        wait_delivered(&receiver, 0..12);
    });
}

fn plan(setup: &Setup, name: &str, receiver: &Receiver) -> Plan {
    Plan::new(setup, &unique(name))
        .patient()
        .workflow("w", &receiver.url("/w"))
        .on_high_alerts("a", &["w"])
}

fn write(setup: &Setup, plan: &Plan, numbers: Range<u64>) {
    let records: Vec<_> = numbers
        .map(|number| Record::of(events::alert(number, "High")))
        .collect();
    produce(&setup.cluster, &plan.name, &records);
}

fn wait_delivered(receiver: &Receiver, numbers: Range<u64>) {
    let wanted: BTreeSet<u64> = numbers.collect();
    until(&format!("{} alerts are delivered", wanted.len()), || {
        let requests = receiver.requests("/w");
        let numbers = requests.iter().filter_map(|one| events::number(&one.body));
        let seen: BTreeSet<u64> = numbers.collect();
        wanted.is_subset(&seen).then_some(())
    });
}
