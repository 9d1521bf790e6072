//! Dead letters are put back: exactly those that are meant, once, and not for ever.

use std::collections::{BTreeMap, BTreeSet};

use crate::kit::scene::{alike, counted, everywhere, own, start, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Cli, Plan, Received, Receiver, Setup, events, unique, until};

/// Events, for two workflows each: a thousand dead letters.
const EVENTS: u64 = 500;

/// Two workflows that refuse everything, in a plan.
fn refusing(setup: &Setup, receiver: &Receiver, name: &str) -> Plan {
    receiver.answer("/broken", Answer::Status(400));
    receiver.answer("/other", Answer::Status(422));
    Plan::new(setup, &unique(name))
        .workflow("broken", &receiver.url("/broken"))
        .workflow("other", &receiver.url("/other"))
        .on_high_alerts("a", &["broken", "other"])
}

fn alerts(count: u64) -> Vec<Record> {
    let record = |number| Record {
        key: Some(format!("key {number}").into_bytes()),
        headers: vec![("x".to_owned(), Some(vec![0xff]))],
        ..Record::of(format!(" {}\n", events::alert(number, "High")))
    };
    (0..count).map(record).collect()
}

/// How often each delivery was sent since there were so many requests.
fn sent_since(receiver: &Receiver, path: &str, count: usize) -> BTreeMap<String, usize> {
    counted(receiver.ids(path).into_iter().skip(count))
}

/// Must-show: a thousand dead letters, the workflow repaired, exactly the chosen ones delivered,
/// with unchanged ids, once each, though the redrive was killed half-way.
#[test]
fn redrives_the_chosen_ones_once_each_though_it_is_killed_half_way() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = refusing(setup, &receiver, "redrive");
        let _daemon = start(setup, &plan, 2);
        produce(&setup.cluster, &plan.name, &alerts(EVENTS));
        let chosen = usize::try_from(EVENTS).unwrap();
        let letters = wait_records(setup, plan.dead_letter_topic(), 2 * chosen);
        wait_settled(setup, &plan);
        let ids: BTreeSet<String> = receiver.ids("/broken").into_iter().collect();
        assert_eq!((letters.len(), ids.len()), (2 * chosen, chosen));

        // Both are mended, and one is asked for.
        receiver.answer("/broken", Answer::Status(200));
        receiver.answer("/other", Answer::Status(200));
        let cli = Cli::new(&plan);
        let redrive = ["dead-letters", "redrive", "--workflow", "broken"];
        let dry = cli.run(&redrive);
        assert_eq!(
            (dry.code, &*dry.out),
            (Some(0), "would redrive 500 to broken\n")
        );
        let mut killed = cli.spawn(&[&redrive[..], &["--rate", "25", "--yes"]].concat());
        // The rest of them takes it fifteen seconds more.
        until("some of them are delivered", || {
            (receiver.ids("/broken").len() > chosen + chosen / 4).then_some(())
        });
        killed.kill().unwrap();
        assert_eq!(
            killed.wait().unwrap().code(),
            None,
            "it had ended before it was killed"
        );
        let resumed = cli.run(&[&redrive[..], &["--yes"]].concat());
        assert_eq!(resumed.code, Some(0), "{resumed:?}");

        until("all of them are delivered", || {
            (receiver.ids("/broken").len() >= 2 * chosen).then_some(())
        });
        wait_settled(setup, &plan);
        let sent = sent_since(&receiver, "/broken", chosen);
        let repeats: usize = sent.values().map(|times| times - 1).sum();
        eprintln!(
            "{setup}: {} delivered, {repeats} repeats; {}",
            sent.len(),
            resumed.out.trim()
        );
        assert_eq!(sent.keys().cloned().collect::<BTreeSet<_>>(), ids);
        assert_eq!(repeats, 0);
        assert_eq!(
            receiver.ids("/other").len(),
            chosen,
            "what was not meant was redriven"
        );
        same_bytes(&receiver);
        let listed = cli.run(&["dead-letters", "list", "--output", "json"]);
        assert_eq!(listed.out.lines().count(), chosen);
        assert_eq!(
            listed.err,
            "500 open, 500 settled (500 redriven, 0 purged)\n"
        );
        let again = cli.run(&[&redrive[..], &["--yes"]].concat());
        assert_eq!((again.code, &*again.err), (Some(0), "nothing to redrive\n"));
    });
}

/// Each delivery had the same body before and after.
fn same_bytes(receiver: &Receiver) {
    let mut bodies: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
    for request in receiver.requests("/broken") {
        let id = request.header("webhook-id").unwrap().to_owned();
        bodies.entry(id).or_default().insert(request.body.to_vec());
    }
    assert!(bodies.values().all(|bodies| bodies.len() == 1));
}

/// Killed after the delivery was put back and before the marker: the marker alone is written.
#[test]
fn what_was_put_back_without_its_marker_is_not_put_back_again() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = refusing(setup, &receiver, "unmarked");
        let copy = format!("{}.copy", plan.name);
        let unmarked = plan.clone().set("dead_letter.topic", copy.as_str());
        let _daemon = start(setup, &plan, 1);
        setup.cluster.create_topic(&copy, 1);
        produce(&setup.cluster, &plan.name, &alerts(6));
        let letters = wait_records(setup, plan.dead_letter_topic(), 12);
        // As it was before anything was redriven: the same places, no markers.
        produce(&setup.cluster, &copy, &letters);
        receiver.answer("/broken", Answer::Status(200));
        let redrive = ["dead-letters", "redrive", "--workflow", "broken", "--yes"];
        let first = Cli::new(&plan).run(&[&redrive[..], &["--limit", "4"]].concat());
        assert_eq!(
            (first.code, &*first.out),
            (Some(0), "redrove 4 to broken\n")
        );

        let second = Cli::new(&unmarked).run(&redrive);
        assert_eq!(second.code, Some(0), "{second:?}");
        let mut lines: Vec<&str> = second.out.lines().collect();
        lines.sort_unstable();
        let marked = "redrove 4 to broken: put back by a run that was cut off, so only the marker";
        assert_eq!(lines, ["redrove 2 to broken", marked]);
        until("all are delivered", || {
            (receiver.ids("/broken").len() >= 12).then_some(())
        });
        wait_settled(setup, &plan);
        let sent = sent_since(&receiver, "/broken", 6);
        assert_eq!(sent.len(), 6);
        assert!(sent.values().all(|times| *times == 1), "{sent:?}");
    });
}

#[test]
fn what_fails_again_and_again_stops_at_the_guard() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = refusing(setup, &receiver, "guard");
        let _daemon = start(setup, &plan, 1);
        produce(&setup.cluster, &plan.name, &alerts(3));
        wait_records(setup, plan.dead_letter_topic(), 6);
        let cli = Cli::new(&plan);
        let redrive = ["dead-letters", "redrive", "--workflow", "broken", "--yes"];
        for round in 1..=3_usize {
            let said = cli.run(&redrive);
            assert_eq!((said.code, &*said.out), (Some(0), "redrove 3 to broken\n"));
            // Six at first; a marker and a new letter for each, each time.
            let letters = wait_records(setup, plan.dead_letter_topic(), 6 + 6 * round);
            let again = letters.iter().filter(|one| {
                one.header("firebell-stage").is_some()
                    && one.header("firebell-redriven") == Some(&*round.to_string())
            });
            let again: Vec<_> = again.collect();
            assert_eq!(again.len(), 3);
            assert_eq!(own(again[0], "attempts"), "1", "they count anew");
        }
        let requests = receiver.ids("/broken").len();
        let stopped = cli.run(&redrive);
        assert_eq!(stopped.code, Some(1));
        assert_eq!(
            stopped.out,
            "cannot redrive 3: it was redriven 3 times already: mend the workflow first, then raise --max-redrives\n"
        );
        wait_settled(setup, &plan);
        assert_eq!(receiver.ids("/broken").len(), requests);
        assert_eq!(
            counted(receiver.ids("/broken"))
                .into_values()
                .collect::<Vec<_>>(),
            [4, 4, 4]
        );

        receiver.answer("/broken", Answer::Status(200));
        let raised = cli.run(&[&redrive[..], &["--max-redrives", "4"]].concat());
        assert_eq!(
            (raised.code, &*raised.out),
            (Some(0), "redrove 3 to broken\n")
        );
        receiver.wait_for("/broken", requests + 3);
    });
}

/// To a workflow that replaces one which is gone, it is another delivery. What never was one
/// stays where it is.
#[test]
fn another_workflow_gets_another_id_and_what_never_was_a_delivery_stays() {
    let refusal = alike(|setup| {
        let receiver = Receiver::start();
        let name = unique("replaced");
        receiver.answer("/old", Answer::Status(400));
        let before = Plan::new(setup, &name)
            .workflow("old", &receiver.url("/old"))
            .on_high_alerts("old", &["old"]);
        let mut daemon = start(setup, &before, 1);
        produce(&setup.cluster, &name, &alerts(2));
        produce(&setup.cluster, &name, &[Record::of("no event")]);
        wait_records(setup, before.dead_letter_topic(), 3);
        wait_settled(setup, &before);
        daemon.sigterm();
        assert_eq!(daemon.wait_exit().code(), Some(0));

        let after = Plan::new(setup, &name)
            .workflow("older", &receiver.url("/new"))
            .on_high_alerts("new", &["older"]);
        let _daemon = crate::kit::scene::start_again(&after);
        let cli = Cli::new(&after);
        let refused = cli.line("dead-letters redrive --yes");
        assert_eq!(refused.code, Some(1));
        let unknown = cli.line("dead-letters redrive --to oldest");
        assert_eq!(unknown.code, Some(64), "{unknown:?}");
        let to = cli.line("dead-letters redrive --workflow old --to older --yes");
        assert_eq!(to.out, "redrove 2 to older\n", "{to:?}");
        assert_eq!(to.code, Some(0));

        let requests = receiver.wait_for("/new", 2);
        wait_settled(setup, &after);
        let (old, new) = (receiver.ids("/old"), receiver.ids("/new"));
        assert_eq!((old.len(), new.len()), (2, 2), "{requests:?}");
        assert!(new.iter().all(|id| !old.contains(id)));
        let for_old = |one: &Received| one.header("ce-automation") == Some("old");
        assert!(requests.iter().all(for_old));
        read(&setup.cluster, &after.retry_topics()[0])
            .iter()
            .for_each(is_whole);
        refused.shown(&after)
    });
    insta::assert_snapshot!(refusal, @"
    cannot redrive 2: the configuration has no workflow `old`: name another one with --to (did you mean `older`? known here: older)
    cannot redrive 1: there never was a delivery: the record could not be read. Mend its producer, and produce it again
    --
    ");
}

/// Key, value and foreign headers are those of [`alerts`].
fn is_whole(parked: &Record) {
    assert_eq!(parked.headers[0], ("x".to_owned(), Some(vec![0xff])));
    let begins =
        |part: &Option<Vec<u8>>, with| part.as_ref().is_some_and(|one| one.starts_with(with));
    assert!(begins(&parked.key, b"key "), "{parked:?}");
    assert!(begins(&parked.value, b" {"), "{parked:?}");
}
