//! The real binary as a child process: started, asked, stopped or killed.

use std::fs::{self, File};
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Once;
use std::thread;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::cluster::unique;
use super::plan::Plan;
use super::ports::{free_port, get};
use super::silence::assert_silent;
use super::wait::{SOON, until, within};

/// The program under test.
const FIREBELL: &str = env!("CARGO_BIN_EXE_firebell");

/// A running daemon; dropping it kills it.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    admin: SocketAddr,
    output: PathBuf,
    folder: TempDir,
}

impl Daemon {
    /// Runs `firebell run` with this plan.
    pub(crate) fn start(plan: &Plan) -> Self {
        Self::start_program(FIREBELL, plan)
    }

    /// Runs another build of the binary with this plan.
    pub(crate) fn start_program(program: &str, plan: &Plan) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let admin = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
        let config = plan.write(folder.path(), admin.port());
        if program == FIREBELL {
            show(&config, plan);
        }
        let output = output_folder().join(format!("{}.log", unique(&plan.name)));
        let stdout = File::create(&output).unwrap();
        let child = Command::new(program)
            .args(["run", "--config"])
            .arg(config)
            .envs(plan.environment().iter().cloned())
            .stdin(Stdio::null())
            .stderr(stdout.try_clone().unwrap())
            .stdout(stdout)
            .spawn()
            .unwrap();
        Self {
            child,
            admin,
            output,
            folder,
        }
    }

    /// Replaces the automations on disk.
    pub(crate) fn rewrite_automations(&self, plan: &Plan) {
        plan.write_automations(self.folder.path());
    }

    /// The folder of its files.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Waits until it says that it is ready; panics when it ends before, or is late.
    pub(crate) fn wait_ready(&mut self) {
        until("the daemon is ready", || {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!(
                    "the daemon ended with {status} before it was ready:\n{}",
                    self.output()
                );
            }
            self.is_ready().then_some(())
        });
    }

    /// Whether it says now that it is ready.
    pub(crate) fn is_ready(&self) -> bool {
        self.get("/readyz").is_some_and(|(status, _)| status == 200)
    }

    /// The status and body that its admin listener gives for a path; none without an answer.
    /// Panics when it shows a secret.
    pub(crate) fn get(&self, path: &str) -> Option<(u16, String)> {
        let (status, body) = get(self.admin, path)?;
        assert_silent(path, &body);
        Some((status, body))
    }

    /// The sum of a metric's series that bear these labels; none when there is no such series.
    pub(crate) fn metric(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let (_, text) = self.get("/metrics")?;
        sum_of_series(&text, name, labels)
    }

    /// Waits until it heeds signals; panics when it is late.
    pub(crate) fn wait_alive(&self) {
        until("the daemon is alive", || self.get("/livez"));
    }

    /// Asks it to stop.
    pub(crate) fn sigterm(&self) {
        self.signal("TERM");
    }

    /// Ends it as a crash would.
    pub(crate) fn sigkill(&self) {
        self.signal("KILL");
    }

    /// Sends a signal by its name without `SIG`: `STOP`, `CONT`, `HUP`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", name, &pid])
            .status()
            .unwrap();
        assert!(sent.success(), "SIG{name} was not sent to {pid}");
    }

    /// Waits until it has ended; panics when it is late.
    pub(crate) fn wait_exit(&mut self) -> ExitStatus {
        until("the daemon has ended", || self.child.try_wait().unwrap())
    }

    /// The most memory that it has held so far, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.unwrap().trim().trim_end_matches(" kB");
        kilobytes.parse::<u64>().unwrap() * 1024
    }

    /// CPU time it has had so far, in seconds, of its own and of the system for it.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name before it may hold spaces, and ends in the last bracket.
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks = fields.split_whitespace().skip(11).take(2);
        // Linux counts a hundred ticks a second for user space, whatever its own clock does.
        ticks
            .map(|field| field.parse::<f64>().unwrap() / 100.0)
            .sum()
    }

    /// The whole lines of its log, as JSON, but for those that the cluster makes it write at any
    /// time: the client library's, and those of the groups.
    pub(crate) fn lines_of_events(&self) -> Vec<Value> {
        let of_the_cluster = |line: &Value| {
            let target = line["target"].as_str().unwrap();
            target == "librdkafka" || target.starts_with("firebell::consume")
        };
        let output = self.output();
        let (whole, _) = output.rsplit_once('\n').unwrap_or_default();
        let lines = whole.lines();
        let mut lines: Vec<Value> = lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        lines.retain(|line| !of_the_cluster(line));
        lines
    }

    /// What it has written to stdout and stderr.
    pub(crate) fn output(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.output).unwrap()).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if thread::panicking() {
            let said = fs::read(&self.output).unwrap_or_default();
            let tail = said
                .get(said.len().saturating_sub(8_000)..)
                .unwrap_or_default();
            eprintln!(
                "the end of {}:\n{}",
                self.output.display(),
                String::from_utf8_lossy(tail)
            );
        } else {
            // For what it looks at: the metrics of every daemon of the suite, at its end.
            self.get("/metrics");
        }
        // It may have ended already; then there is nothing to kill.
        drop(self.child.kill());
        within(SOON, || self.child.try_wait().ok().flatten());
    }
}

/// Has the program say what it would do, and keeps that beside the outputs.
fn show(config: &Path, plan: &Plan) {
    let said = Command::new(FIREBELL)
        .args(["check", "--config"])
        .arg(config)
        .envs(plan.environment().iter().cloned())
        .output()
        .unwrap();
    let text = [said.stdout, said.stderr].concat();
    assert_silent("check", &String::from_utf8_lossy(&text));
    let file = format!("{}-check.log", unique(&plan.name));
    fs::write(output_folder().join(file), text).unwrap();
}

/// Where the output of every daemon is kept, until another run an hour later.
pub(crate) fn output_folder() -> PathBuf {
    static SWEPT: Once = Once::new();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it-output");
    fs::create_dir_all(&folder).unwrap();
    SWEPT.call_once(|| {
        if let Err(error) = sweep(&folder) {
            eprintln!("{} was not swept: {error}", folder.display());
        }
    });
    folder
}

fn sweep(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > Duration::from_hours(1) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Adds up the series of Prometheus' text format that have this name and these labels.
pub(crate) fn sum_of_series(text: &str, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let wanted: Vec<_> = labels
        .iter()
        .map(|(key, value)| format!("{key}=\"{value}\""))
        .collect();
    text.lines()
        .filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let (found, borne) = series.split_once('{').unwrap_or((series, ""));
            // After `{` or a comma, so that `topic` is not found in `source_topic`.
            let borne = format!(",{borne}");
            let bears = |label: &String| borne.contains(&format!(",{label}"));
            (found == name && wanted.iter().all(bears)).then(|| value.parse().ok())?
        })
        .reduce(|sum: f64, value| sum + value)
}
