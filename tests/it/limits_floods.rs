//! A flood of dead letters of our own making stays in the retry topics until it is mended.

use firebell::clock;

use crate::kit::scene::{everywhere, own, start, wait_records, wait_settled};
use crate::kit::topics::{Record, produce, read};
use crate::kit::{Answer, Daemon, Plan, Receiver, Setup, events, unique, until};

/// Events that the workflow refuses.
const REFUSED: usize = 30;
/// Records that cannot be read.
const GARBAGE: usize = 20;
/// What may be given up.
const BURST: usize = 10;

fn flooded(setup: &Setup, receiver: &Receiver, name: &str) -> (Plan, Daemon) {
    receiver.answer("/w", Answer::Status(400));
    let plan = Plan::new(setup, &unique(name))
        .set("dead_letter.flood.burst", BURST)
        .set("dead_letter.flood.per_minute", 1)
        .workflow("w", &receiver.url("/w"))
        .on_high_alerts("a", &["w"]);
    let daemon = start(setup, &plan, 1);
    let mut records: Vec<_> = (0..REFUSED as u64)
        .map(|number| Record::of(events::alert(number, "High")))
        .collect();
    records.extend((0..GARBAGE).map(|_| Record::of("garbage")));
    produce(&setup.cluster, &plan.name, &records);
    (plan, daemon)
}

#[test]
fn a_flood_of_dead_letters_waits_in_the_last_retry_topic_until_it_is_mended() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let (plan, daemon) = flooded(setup, &receiver, "flood");
        let says = format!(
            "w: too many dead letters; more of them wait in {}",
            plan.retry_topics()[1]
        );
        until("readiness says so", || {
            let (status, text) = daemon.get("/readyz")?;
            (status == 503 && text.contains(&says)).then_some(())
        });
        let withheld = wait_records(setup, &plan.retry_topics()[1], REFUSED - BURST - 1);
        assert_eq!(own(&withheld[0], "reason"), "rejected");
        assert_eq!(own(&withheld[0], "rounds"), "0");
        let counted = daemon.metric("firebell_withheld_total", &[("reason", "rejected")]);
        assert!(counted.is_some_and(|count| count >= 1.0), "{counted:?}");

        let mended = clock::now_millis();
        receiver.answer("/w", Answer::Status(200));
        wait_settled(setup, &plan);
        until("it is ready again", || daemon.is_ready().then_some(()));
        let letters = read(&setup.cluster, plan.dead_letter_topic());
        let of = |stage| {
            letters
                .iter()
                .filter(|one| own(one, "stage") == stage)
                .count()
        };
        // Time earns one in a minute; what is delivered earns others, once it is mended.
        let given_up = letters.iter().filter(|one| own(one, "stage") == "deliver");
        let stamps = given_up.filter_map(|one| one.timestamp);
        let before: Vec<i64> = stamps.filter(|at| *at < mended).collect();
        let earned = usize::try_from((mended - before[0]) / 60_000).unwrap() + 1;
        assert!(
            (BURST..=BURST + earned).contains(&before.len()),
            "{} and {earned} earned",
            before.len()
        );
        assert_eq!(
            of("decode"),
            GARBAGE,
            "what cannot be read is never held back"
        );
        let taken = receiver
            .requests("/w")
            .iter()
            .filter(|one| one.accepted())
            .count();
        assert_eq!(taken + of("deliver"), REFUSED);
    });
}
