use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const LIMITS: Limits = Limits {
    records: 4,
    bytes: 100,
    span: 8,
};

fn ledger() -> Ledger {
    Ledger::new(1, LIMITS)
}

#[test]
fn nothing_received_means_nothing_to_commit() {
    assert_eq!(ledger().watermark(), None);
}

#[test]
fn commits_nothing_past_an_unsettled_record() {
    let mut ledger = ledger();
    let first = ledger.receive(10, 1, 0);
    let second = ledger.receive(11, 1, 0);
    ledger.pass(12);
    assert!(ledger.settle(second));
    assert_eq!(ledger.watermark(), Some(10));
    assert!(ledger.settle(first));
    assert_eq!(ledger.watermark(), Some(13));
}

#[test]
fn gaps_in_the_offsets_are_harmless() {
    let mut ledger = ledger();
    let first = ledger.receive(5, 1, 0);
    let second = ledger.receive(900, 1, 0);
    assert!(ledger.settle(first));
    assert_eq!(ledger.watermark(), Some(900));
    assert!(ledger.settle(second));
    assert_eq!(ledger.watermark(), Some(901));
}

#[test]
fn a_ticket_of_another_epoch_changes_nothing() {
    let mut old = Ledger::new(1, LIMITS);
    let stale = old.receive(7, 1, 0);
    let mut new = Ledger::new(2, LIMITS);
    let fresh = new.receive(7, 1, 0);
    assert!(!new.settle(stale));
    assert_eq!(new.watermark(), Some(7));
    assert!(new.settle(fresh));
}

#[test]
fn is_full_by_count_by_bytes_and_by_span() {
    let mut by_count = ledger();
    let held: Vec<_> = (0..4)
        .map(|offset| by_count.receive(offset, 1, 0))
        .collect();
    assert!(!by_count.has_room());
    drop(held);

    let mut by_bytes = ledger();
    let _held = by_bytes.receive(0, 1_000, 0);
    assert!(!by_bytes.has_room());

    let mut by_span = ledger();
    let _head = by_span.receive(0, 1, 0);
    for offset in 1..8 {
        let ticket = by_span.receive(offset, 1, 0);
        assert!(by_span.settle(ticket));
    }
    assert!(!by_span.has_room());
    assert_eq!(by_span.blocker(), Some((0, 0)));
}

#[test]
fn what_came_before_the_offsets_went_back_moves_no_watermark() {
    let mut ledger = ledger();
    let old = ledger.receive(50, 1, 0);
    ledger.pass(51);
    ledger.begin_anew();
    assert_eq!(ledger.watermark(), None);
    ledger.pass(0);
    let new = ledger.receive(1, 1, 0);
    let newer = ledger.receive(2, 1, 0);
    assert_eq!(ledger.watermark(), Some(1));
    assert!(ledger.settle(new));
    assert_eq!(ledger.watermark(), Some(2));
    assert_eq!(ledger.unsettled(), 2, "the old one still takes its room");
    assert!(ledger.settle(old));
    assert_eq!(ledger.watermark(), Some(2));
    assert!(ledger.settle(newer));
    assert_eq!((ledger.watermark(), ledger.unsettled()), (Some(3), 0));
}

#[test]
fn one_record_larger_than_the_window_is_let_in() {
    let ledger = Ledger::new(1, Limits { bytes: 0, ..LIMITS });
    assert!(ledger.has_room());
}

#[derive(Debug, Clone)]
enum Step {
    Pass { gap: i64 },
    Receive { gap: i64, bytes: usize },
    Settle { pick: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0..4_i64).prop_map(|gap| Step::Pass { gap }),
        (0..4_i64, 0..50_usize).prop_map(|(gap, bytes)| Step::Receive { gap, bytes }),
        (0..16_usize).prop_map(|pick| Step::Settle { pick }),
    ];
    proptest::collection::vec(step, 0..200)
}

proptest! {
    /// The model keeps every offset in a map; the watermark is the smallest unsettled one.
    #[test]
    fn agrees_with_a_map_of_all_offsets(steps in steps()) {
        let mut ledger = Ledger::new(3, Limits { records: 1_000, bytes: 1 << 20, span: 1_000 });
        let mut model: BTreeMap<i64, bool> = BTreeMap::new();
        let mut bytes: BTreeMap<i64, usize> = BTreeMap::new();
        let mut tickets = Vec::new();
        let mut offset = 0;
        for step in steps {
            match step {
                Step::Pass { gap } => {
                    offset += 1 + gap;
                    ledger.pass(offset);
                    model.insert(offset, true);
                }
                Step::Receive { gap, bytes: size } => {
                    offset += 1 + gap;
                    tickets.push((offset, ledger.receive(offset, size, 0)));
                    model.insert(offset, false);
                    bytes.insert(offset, size);
                }
                Step::Settle { pick } => {
                    if tickets.is_empty() {
                        continue;
                    }
                    let (settled, ticket) = tickets.remove(pick % tickets.len());
                    prop_assert!(ledger.settle(ticket));
                    model.insert(settled, true);
                    bytes.remove(&settled);
                }
            }
            let unsettled = model.iter().find(|(_, settled)| !**settled).map(|(at, _)| *at);
            let expected = unsettled.or_else(|| model.keys().last().map(|last| last + 1));
            prop_assert_eq!(ledger.watermark(), expected);
            prop_assert_eq!(ledger.unsettled(), tickets.len());
            prop_assert_eq!(ledger.bytes, bytes.values().sum::<usize>());
        }
    }
}
