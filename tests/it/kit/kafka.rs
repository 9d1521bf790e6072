//! Apache Kafka for the broker suite: one `KRaft` node for the whole test process, or the cluster
//! that `FIREBELL_TEST_KAFKA` names.
//!
//! Without Java 17, Maven or what Maven fetches there is none: a line on stderr says so, once.
//! `FIREBELL_TEST_KAFKA=none` turns it off, and with `FIREBELL_REQUIRE_KAFKA=1` doing without is
//! a failure.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use rdkafka::consumer::Consumer;
use tempfile::TempDir;

use super::cluster::client;
use super::jars;
use super::ports::free_port;
use super::wait::{SOON, within};

/// An id in the form that Kafka wants: 16 bytes in Base64.
const CLUSTER_ID: &str = "ZmlyZWJlbGwtdGVzdHMtMQ";

/// Ends the node when the pipe to this script closes, which the system does however this process
/// ends. Its arguments: the node's folder, then the node's command.
const SUPERVISOR: &str = r#"
home=$1; shift
"$@" </dev/null >>"$home/output" 2>&1 &
node=$!
cat >/dev/null
kill -9 $node; wait $node
rm -rf "$home"
"#;

/// A node that lives as long as this process.
pub(super) struct Node {
    bootstrap: String,
    /// Holds the pipe; dropped by the end of the process alone.
    _supervisor: Option<Child>,
}

/// What a node is started with.
pub(super) struct Launch {
    /// Further arguments of what formats its storage.
    pub(super) format: Vec<String>,
    /// Further arguments of its virtual machine.
    pub(super) jvm: Vec<String>,
    /// The file of its properties.
    pub(super) properties: String,
}

/// The address of Apache Kafka, started at the first call; none when it cannot be had.
pub(crate) fn bootstrap() -> Option<&'static str> {
    static NODE: OnceLock<Option<Node>> = OnceLock::new();
    let node = NODE.get_or_init(|| found(wanted().and_then(|()| find())));
    node.as_ref().map(|node| &*node.bootstrap)
}

/// What was found, or a line on stderr about why not; without it where it is required, a failure.
pub(super) fn found<T>(found: Result<T, String>) -> Option<T> {
    let reason = match found {
        Ok(found) => return Some(found),
        Err(reason) => reason,
    };
    say_absent(&reason).unwrap();
    let required = env::var("FIREBELL_REQUIRE_KAFKA").is_ok_and(|value| value == "1");
    assert!(
        !required,
        "FIREBELL_REQUIRE_KAFKA is set, but there is no Kafka: {reason}"
    );
    None
}

/// Whether it is not turned off.
pub(super) fn wanted() -> Result<(), String> {
    match env::var("FIREBELL_TEST_KAFKA") {
        Ok(none) if none == "none" => Err("turned off by FIREBELL_TEST_KAFKA=none".to_owned()),
        _ => Ok(()),
    }
}

fn say_absent(reason: &str) -> io::Result<()> {
    // Written directly: the test harness keeps what `eprintln!` prints in a test that passes.
    writeln!(
        io::stderr(),
        "the broker suite did not run on Apache Kafka: {reason}"
    )
}

fn find() -> Result<Node, String> {
    if let Ok(named) = env::var("FIREBELL_TEST_KAFKA") {
        wait_until_it_answers(&named)
            .map_err(|error| format!("FIREBELL_TEST_KAFKA names {named}: {error}"))?;
        return Ok(Node {
            bootstrap: named,
            _supervisor: None,
        });
    }
    let libs = jars::folder()?;
    let home = home()?;
    let [bootstrap, controller] = std::array::from_fn(|_| format!("127.0.0.1:{}", free_port()));
    let launch = Launch {
        format: Vec::new(),
        jvm: Vec::new(),
        properties: properties(&home, (&bootstrap, &controller), ""),
    };
    start(&libs, &home, &bootstrap, &launch)
}

/// A folder for a node. Kept: the supervisor removes it.
pub(super) fn home() -> Result<PathBuf, String> {
    let home = tempfile::Builder::new().prefix("firebell-kafka-").tempdir();
    home.map(TempDir::keep).map_err(|error| error.to_string())
}

/// Starts a node, and waits until it answers at `bootstrap`.
pub(super) fn start(
    libs: &Path,
    home: &Path,
    bootstrap: &str,
    launched: &Launch,
) -> Result<Node, String> {
    let classpath = format!("{}/*", libs.display());
    let supervisor = launch(home, &classpath, launched)
        .map_err(|error| format!("its node does not start: {error}"))?;
    wait_until_it_answers(bootstrap).map_err(|error| {
        let output = fs::read_to_string(home.join("output")).unwrap_or_default();
        format!("its node does not start: {error}; its output:\n{output}")
    })?;
    Ok(Node {
        bootstrap: bootstrap.to_owned(),
        _supervisor: Some(supervisor),
    })
}

fn launch(home: &Path, classpath: &str, launch: &Launch) -> io::Result<Child> {
    let config = home.join("server.properties");
    fs::write(&config, &launch.properties)?;
    let output = File::create(home.join("output"))?;
    let formatted = Command::new("java")
        .args([
            "-cp",
            classpath,
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
        ])
        .args(["-t", CLUSTER_ID, "-c"])
        .arg(&config)
        .args(&launch.format)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .status()?;
    if !formatted.success() {
        let output = fs::read_to_string(home.join("output"))?;
        return Err(io::Error::other(format!(
            "its storage was not formatted: {output}"
        )));
    }
    Command::new("sh")
        .args(["-c", SUPERVISOR, "supervisor"])
        .arg(home)
        .args([
            "java",
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
        ])
        .args(&launch.jvm)
        .args(["-Dlog4j2.level=WARN", "-cp", classpath, "kafka.Kafka"])
        .arg(&config)
        .stdin(Stdio::piped())
        // It outlives this process by a moment, and must not hold what reads our output.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // A group of its own, so that Ctrl-C ends the supervisor by the pipe alone.
        .process_group(0)
        .spawn()
}

fn wait_until_it_answers(bootstrap: &str) -> Result<(), String> {
    let client = client(bootstrap);
    within(SOON, || {
        let metadata = client.fetch_metadata(None, Duration::from_secs(1)).ok()?;
        (!metadata.brokers().is_empty()).then_some(())
    })
    .ok_or_else(|| format!("no answer within {SOON:?}"))
}

/// Short waits and low bounds, so that tests need not be slow. `further` listeners are each named
/// for how it is secured, as [`super::secured`] does.
pub(super) fn properties(home: &Path, (plain, controller): (&str, &str), further: &str) -> String {
    let further = match further {
        "" => String::new(),
        some => format!(",{some}"),
    };
    format!(
        "process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://{plain},CONTROLLER://{controller}{further}
advertised.listeners=PLAINTEXT://{plain}{further}
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers={controller}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,TLS:SSL,MUTUAL:SSL,SASL:SASL_SSL
inter.broker.listener.name=PLAINTEXT
log.dirs={}/data
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=2
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.consumer.min.session.timeout.ms=1000
group.consumer.session.timeout.ms=6000
group.consumer.min.heartbeat.interval.ms=100
group.consumer.heartbeat.interval.ms=200
",
        home.display()
    )
}
