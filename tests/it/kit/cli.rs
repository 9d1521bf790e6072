//! The real binary as a command that ends by itself, or is killed.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;

use firebell::letters::advice;
use firebell::reason::Reason;
use regex::Regex;
use tempfile::TempDir;

use super::plan::Plan;
use super::silence::SECRET;
use super::wait::SOON;

/// Commands with the configuration of a plan.
#[derive(Debug)]
pub(crate) struct Cli {
    folder: TempDir,
    config: PathBuf,
    plan: Plan,
}

/// What a command said, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Cli {
    /// Commands that know what the daemons of this plan know.
    pub(crate) fn new(plan: &Plan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            // Nothing listens: only a daemon does.
            config: plan.write(folder.path(), 9),
            folder,
            plan: plan.clone(),
        }
    }

    /// Writes a file beside the configuration, and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs a command to its end; panics when it shows a secret. One that does not end [`SOON`]
    /// is killed, and has no exit code.
    pub(crate) fn run(&self, args: &[&str]) -> Said {
        let output = ended(&mut self.command(args));
        // Where the files are differs from run to run.
        let folder = format!("{}/", self.folder.path().display());
        let text = |bytes| String::from_utf8_lossy(bytes).replace(&folder, "");
        let said = Said {
            code: output.status.code(),
            out: text(&output.stdout),
            err: without_progress(&text(&output.stderr)),
        };
        for text in [&said.out, &said.err] {
            assert!(!text.contains(SECRET), "{args:?} shows a secret: {text}");
        }
        said
    }

    /// The same, of a line as one types it, without quotes.
    pub(crate) fn line(&self, line: &str) -> Said {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Starts a command that somebody else ends.
    pub(crate) fn spawn(&self, args: &[&str]) -> Child {
        let mut command = self.command(args);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firebell"));
        command
            .args(args)
            .arg("--config")
            .arg(&self.config)
            .envs(self.plan.environment().iter().cloned())
            .stdin(Stdio::null());
        command
    }
}

fn ended(command: &mut Command) -> Output {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let pid = child.id().to_string();
    let (running, ended) = mpsc::channel::<()>();
    let watch = thread::spawn(move || {
        if ended.recv_timeout(SOON) == Err(RecvTimeoutError::Timeout) {
            Command::new("kill")
                .args(["-s", "KILL", &pid])
                .status()
                .unwrap();
        }
    });
    let output = child.wait_with_output().unwrap();
    drop(running);
    watch.join().unwrap();
    output
}

/// Without the lines that say how far reading is, which only a busy machine sees.
fn without_progress(text: &str) -> String {
    let progress = Regex::new(r"(?m)^.*: \d+ of \d+ records\n").unwrap();
    progress.replace_all(text, "").into_owned()
}

impl Said {
    /// Both, without what differs from run to run: names of topics, ids, instants, durations.
    pub(crate) fn shown(&self, plan: &Plan) -> String {
        let both = format!("{}--\n{}", self.out, self.err);
        let mut text = both.replace(&plan.name, "events");
        // The runbook is for whoever writes it: here it counts that its entry stands.
        for reason in Reason::ALL {
            let entry = advice(reason.label()).unwrap().replace('\n', "\n  ");
            text = text.replace(&entry, &format!("the entry for {reason}"));
        }
        for (what, word) in [
            (r"msg_[0-9a-f]{32}", "msg_ID"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "INSTANT"),
            (r"webhook-timestamp: \d+", "webhook-timestamp: SECONDS"),
            (r"evt_[0-9a-f]{32}", "evt_ID"),
            (r"manual/0/\d+", "manual/0/NOW"),
            (r"delivered after [0-9a-z ]+", "delivered after TIME"),
        ] {
            text = Regex::new(what)
                .unwrap()
                .replace_all(&text, word)
                .into_owned();
        }
        text
    }
}
