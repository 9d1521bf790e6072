//! A secret in a file that is replaced is used from then on, without a restart.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use standardwebhooks::Webhook;

use crate::kit::scene::start;
use crate::kit::topics::{Record, produce};
use crate::kit::{Answer, Plan, Receiver, SECRET, Setup, events, unique, until};

/// A reference to a file of the folder.
fn file(folder: &Path, name: &str) -> String {
    format!("${{file:{}}}", folder.join(name).display())
}

/// The signing secret of a round.
fn signing(round: u8) -> String {
    format!("whsec_{}", STANDARD.encode([round; 32]))
}

/// Writes the secrets of a round, as somebody does who rotates them: into another file, moved.
fn write(folder: &Path, round: u8) {
    let put = |name: &str, text: &str| {
        fs::write(folder.join("next"), text).unwrap();
        fs::rename(folder.join("next"), folder.join(name)).unwrap();
    };
    put("bearer", &format!("{SECRET}-bearer-{round}\n"));
    put("signing", &signing(round));
    put("client", &format!("{SECRET}-client-{round}"));
}

fn plan(setup: &Setup, receiver: &Receiver, folder: &Path) -> Plan {
    let token_endpoint = receiver.url("/token");
    let bearer = json!({"type": "bearer", "token": file(folder, "bearer")});
    let oauth2 = json!({
        "type": "oauth2",
        "token_endpoint": token_endpoint.split_once('?').unwrap().0,
        "client_id": "us",
        "client_secret": file(folder, "client"),
    });
    Plan::new(setup, &unique("rotates"))
        .workflow("bearer", &receiver.url("/bearer"))
        .set("workflows.bearer.auth", bearer)
        .set(
            "workflows.bearer.signing.secrets",
            json!([file(folder, "signing")]),
        )
        .workflow("token", &receiver.url("/token-wanted"))
        .set("workflows.token.auth", oauth2)
        .on_high_alerts("a", &["bearer", "token"])
}

/// Sends one event, and holds what comes to the secrets of a round.
fn deliver(setup: &Setup, receiver: &Receiver, plan: &Plan, round: u8) {
    let event = events::alert(u64::from(round), "High");
    produce(&setup.cluster, &plan.name, &[Record::of(event)]);
    let count = usize::from(round);
    let last = receiver.wait_for("/bearer", count).pop().unwrap();
    let expected = format!("Bearer {SECRET}-bearer-{round}");
    assert_eq!(last.header("authorization"), Some(&*expected));
    let verify = |round| {
        let receiver = Webhook::new(&signing(round)).unwrap();
        receiver.verify(&last.body, &last.headers).is_ok()
    };
    assert!(verify(round) && !verify(round + 1) && !verify(round - 1));
    receiver.wait_for("/token-wanted", count);
    let asked = receiver.requests("/token").pop().unwrap();
    let asked = String::from_utf8(asked.body.to_vec()).unwrap();
    assert!(asked.contains(&format!("client_secret={SECRET}-client-{round}")));
}

#[test]
fn secrets_in_files_are_used_as_they_are_now() {
    let setup = Setup::in_process();
    let (receiver, folder) = (Receiver::start(), tempfile::tempdir().unwrap());
    receiver.script("/token", |_, nth| {
        // No life at all: each delivery wants a token of its own.
        let token = format!("{SECRET}-{nth}");
        let answer = json!({"access_token": token, "token_type": "bearer", "expires_in": 0});
        Answer::Json(200, answer.to_string())
    });
    write(folder.path(), 1);
    let plan = plan(&setup, &receiver, folder.path());
    let daemon = start(&setup, &plan, 1);
    deliver(&setup, &receiver, &plan, 1);
    for round in 2..=3 {
        write(folder.path(), round);
        // Said once for each of the three.
        let said = 3 * (usize::from(round) - 1);
        until("the files are read again", || {
            let output = daemon.output();
            (output.matches("read again from its file").count() == said).then_some(())
        });
        deliver(&setup, &receiver, &plan, round);
    }
    // What is broken meanwhile leaves the last good one in use.
    fs::write(folder.path().join("signing"), "not a secret").unwrap();
    fs::remove_file(folder.path().join("bearer")).unwrap();
    until("it says so", || {
        let output = daemon.output();
        (output.matches("the last good value is used").count() >= 2).then_some(())
    });
    produce(
        &setup.cluster,
        &plan.name,
        &[Record::of(events::alert(9, "High"))],
    );
    let last = receiver.wait_for("/bearer", 4).pop().unwrap();
    let receiver = Webhook::new(&signing(3)).unwrap();
    assert!(receiver.verify(&last.body, &last.headers).is_ok());
    assert!(!daemon.output().contains("not a secret"));
}
