//! Apache Kafka's own jars, fetched once by Maven and kept beside the build's other products.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::wait::within;

/// The release that the broker suite runs on.
const VERSION: &str = "4.2.0";
/// How long Maven may take: 45 jars of 43 MB in all.
const FETCH: Duration = Duration::from_mins(15);

const POM: &str = r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>firebell.tests</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>KAFKA</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.1</version>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-core</artifactId>
      <version>2.25.1</version>
    </dependency>
  </dependencies>
</project>
"#;

/// The folder of the jars, fetched if they are not there; or why they cannot be had.
pub(super) fn folder() -> Result<PathBuf, String> {
    java_17()?;
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let home = scratch
        .parent()
        .unwrap_or(scratch)
        .join(format!("kafka-{VERSION}"));
    fetch(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    Ok(home.join("libs"))
}

fn java_17() -> Result<(), String> {
    let output = Command::new("java")
        .args(["-XshowSettings:properties", "-version"])
        .output()
        .map_err(|error| format!("java does not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let version = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("java.specification.version = "))
        .unwrap_or("unknown");
    // Before 9 the version is "1.8", which is no whole number.
    match version.parse::<u32>() {
        Ok(17..) => Ok(()),
        _ => Err(format!("Java 17 or later is needed, and java is {version}")),
    }
}

/// Fetches under a lock, so that test processes at the same time wait for one fetch.
fn fetch(home: &Path) -> io::Result<()> {
    fs::create_dir_all(home)?;
    let lock = File::create(home.join(".lock"))?;
    lock.lock()?;
    let complete = home.join(".complete");
    if complete.exists() {
        return Ok(());
    }
    let libs = home.join("libs");
    if libs.exists() {
        fs::remove_dir_all(&libs)?;
    }
    writeln!(
        io::stderr(),
        "the broker suite fetches Apache Kafka {VERSION} with Maven into {}",
        home.display()
    )?;
    fs::write(home.join("pom.xml"), POM.replace("KAFKA", VERSION))?;
    run_maven(home)?;
    File::create(complete)?;
    Ok(())
}

fn run_maven(home: &Path) -> io::Result<()> {
    let log = home.join("maven.log");
    let output = File::create(&log)?;
    let mut maven = Command::new("mvn")
        .args([
            "-B",
            "-q",
            "-ntp",
            "-Dstyle.color=never",
            "dependency:copy-dependencies",
        ])
        .args(["-DoutputDirectory=libs", "-DincludeScope=runtime"])
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .map_err(|error| io::Error::other(format!("mvn does not start: {error}")))?;
    let Some(status) = within(FETCH, || maven.try_wait().transpose()) else {
        maven.kill()?;
        maven.wait()?;
        return Err(io::Error::other(format!(
            "Maven was not done within {FETCH:?}"
        )));
    };
    if status?.success() {
        return Ok(());
    }
    let said = fs::read_to_string(log)?;
    let why = said
        .lines()
        .find(|line| line.contains("ERROR"))
        .unwrap_or("it said no error");
    Err(io::Error::other(format!("Maven failed: {why}")))
}
