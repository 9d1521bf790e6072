//! Log lines: text for people, JSON for machines, to standard error.

use std::panic::{self, PanicHookInfo};
use std::thread;

use tracing::Level;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{fmt, registry};

use crate::config::{Log, LogFormat};

/// Libraries whose finer lines could show a URL or a credential, or are of no use to an operator.
const CAPPED: [&str; 7] = [
    "reqwest",
    "hyper",
    "hyper_util",
    "h2",
    "rustls",
    "rdkafka",
    "axum",
];

/// Starts logging for the whole process; once.
pub fn start_logging(log: &Log) -> Result<(), TryInitError> {
    let level = LevelFilter::from_level(log.level);
    let capped = level.min(LevelFilter::from_level(Level::INFO));
    let filter = Targets::new()
        .with_default(level)
        .with_targets(CAPPED.into_iter().map(|target| (target, capped)));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let registry = registry().with(filter);
    match log.format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
        LogFormat::Text => registry.with(lines.with_target(false)).try_init(),
    }?;
    panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// A panic as one line of the log: the default hook writes lines of its own among them. A text that
/// was put together may hold what an event or a secret says, and is left out.
fn log_panic(info: &PanicHookInfo<'_>) {
    let thread = thread::current();
    let place = info.location().map(ToString::to_string);
    tracing::error!(
        thread = thread.name(),
        place,
        error = info.payload().downcast_ref::<&'static str>(),
        "a panic: a defect of Firebell's or of a library's"
    );
}
