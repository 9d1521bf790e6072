//! No output shows a secret: of a daemon that fails in every way that could print one, and of
//! every daemon that another test has run so far. `.ci/run` searches again when all have run.
//!
//! The kit looks on its own, in every test, at what a daemon says over HTTP, at the records that it
//! wrote, and at what `firebell check` says of its configuration.

use std::fs;

use crate::kit::{
    Answer, Daemon, Plan, Receiver, SECRET, assert_silent, events, output_folder, setups, topics,
    unique, until,
};

#[test]
fn no_output_shows_a_secret() {
    for setup in setups().iter().take(1) {
        let receiver = Receiver::start();
        receiver.answer("/refusing", Answer::Status(400));
        receiver.answer(
            "/moved",
            Answer::WithHeader(307, "location", receiver.url("/healthy")),
        );
        receiver.answer("/cut", Answer::CloseMidResponse);
        let url = |path: &str| receiver.url(path);
        let plan = Plan::new(setup, &unique("secrets"))
            .set("log.level", "trace")
            .env("FIREBELL_TEST_SECRET", &url("/healthy"))
            .workflow("healthy", "${env:FIREBELL_TEST_SECRET}")
            .workflow("refusing", &url("/refusing"))
            .workflow("moved", &url("/moved"))
            .workflow("cut", &url("/cut"))
            .workflow("nobody", &format!("http://127.0.0.1:9/hook?sig={SECRET}"))
            .on_high_alerts("all", &["healthy", "refusing", "moved", "cut", "nobody"]);
        plan.create_topics(&setup.cluster, 1);
        let mut daemon = Daemon::start(&plan);
        daemon.wait_ready();
        let records = [topics::Record::of(events::alert(1, "High"))];
        topics::produce(&setup.cluster, &plan.name, &records);
        receiver.wait_for("/healthy", 1);
        receiver.wait_for("/refusing", 1);
        until("what fails has failed", || {
            let parked = daemon.metric("firebell_parked_total", &[])?;
            (parked >= 1.0).then_some(())
        });
        for path in ["/metrics", "/readyz"] {
            assert!(daemon.get(path).is_some(), "no {path}");
        }
        daemon.sigterm();
        daemon.wait_exit();
        let mut all = topics::read(&setup.cluster, plan.dead_letter_topic());
        for topic in plan.retry_topics() {
            all.extend(topics::read(&setup.cluster, &topic));
        }
        assert!(all.len() >= 3, "{setup}: too few records to tell");
    }
    refuses_a_property_without_its_value();
    search_every_output();
}

/// The client library's own words for a setting that it refuses hold the value.
fn refuses_a_property_without_its_value() {
    for name in ["no.such.property", "socket.timeout.ms"] {
        let plan = Plan::new(&setups()[0], &unique("property"))
            .workflow("w", "http://127.0.0.1:9/")
            .on_high_alerts("all", &["w"])
            .set("kafka.properties", serde_json::json!({name: SECRET}));
        let mut daemon = Daemon::start(&plan);
        let status = daemon.wait_exit();
        assert_eq!(status.code(), Some(64), "{}", daemon.output());
        assert!(daemon.output().contains(name), "{}", daemon.output());
        assert_silent("a refused property", &daemon.output());
    }
}

/// What the daemons of all tests wrote, the ones of this test at level `trace` among them.
fn search_every_output() {
    let mut searched = 0;
    for entry in fs::read_dir(output_folder()).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        assert_silent(&path.display().to_string(), &text);
        searched += 1;
    }
    assert!(searched > 0, "there is no output to search");
    eprintln!("{searched} outputs hold no secret");
}
