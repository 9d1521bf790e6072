//! `firebell check`: reads the configuration, says what it would do, and what is probably wrong.

use std::io::{self, Write};

use super::clients::usable;
use crate::config::{
    self, Access, Auth, Config, Expanded, LoadError, LogFormat, Mode, SourceKind, Sources, Workflow,
};
use crate::consume::{HandoverError, TopicsError, look_at_retries, look_at_topics};
use crate::document::{show_duration, show_size};
use crate::event::EventKind;
use crate::lint::lint;
use crate::rules::Automation;

/// Rule sets of an assignment that are shown.
const SHOWN_RULE_SETS: usize = 10;

/// Why the check failed.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The configuration is wrong.
    #[error(transparent)]
    Invalid(#[from] LoadError),
    /// The cluster's topics are not as they should be, or it does not say.
    #[error(transparent)]
    Topics(#[from] TopicsError),
    /// The group of the retry topics would leave records behind, or the cluster does not say.
    #[error(transparent)]
    Groups(#[from] HandoverError),
    /// The answer cannot be written.
    #[error("failed to write the answer")]
    Unwritten(#[from] io::Error),
}

/// What the check found in a configuration that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// Nothing.
    Clean,
    /// Warnings.
    Warned,
}

/// Loads the configuration and the tests beside its rules, writes what it would do, without a secret, and then what is
/// probably wrong with it at an instant, in milliseconds since the epoch.
///
/// # Errors
/// All problems of the configuration, or that `out` cannot be written.
pub fn check(sources: &Sources, now: i64, out: &mut impl Write) -> Result<Checked, CheckError> {
    Ok(look(sources, now, out)?.1)
}

/// As [`check`], and asks the cluster of the configuration for what a start would refuse. Changes
/// nothing there.
///
/// # Errors
/// As [`check`], what is wrong with the topics, or that the cluster does not answer.
pub async fn check_kafka(
    sources: &Sources,
    now: i64,
    out: &mut impl Write,
) -> Result<Checked, CheckError> {
    let (config, checked) = look(sources, now, out)?;
    let topics = look_at_topics(&config).await?;
    let to_create: Vec<&str> = topics.to_create().collect();
    // Without its topics the group has nothing to begin or to leave.
    if !config
        .retry
        .tiers
        .iter()
        .any(|tier| to_create.contains(&&*tier.topic))
    {
        look_at_retries(&config).await?;
    }
    writeln!(out, "\ntopics       as they should be")?;
    for topic in to_create {
        writeln!(out, "  {topic}  would be created")?;
    }
    for warning in topics.warnings() {
        writeln!(out, "  warning: {warning}")?;
    }
    if let Some(untold) = topics.untold() {
        writeln!(out, "  note: {untold}")?;
    }
    Ok(if topics.warnings().is_empty() {
        checked
    } else {
        Checked::Warned
    })
}

fn look(
    sources: &Sources,
    now: i64,
    out: &mut impl Write,
) -> Result<(Config, Checked), CheckError> {
    let (config, _tests) = config::load_with_tests(sources, &[])?;
    let config = usable(config)?;
    describe(&config, out)?;
    let checked = warn(&config, now, out)?;
    Ok((config, checked))
}

fn warn(config: &Config, now: i64, out: &mut impl Write) -> io::Result<Checked> {
    let warnings = lint(config, now);
    for warning in &warnings {
        write!(out, "\n{}", warning.shown(&config.texts))?;
    }
    match warnings.len() {
        0 => writeln!(out, "\nno warnings").map(|()| Checked::Clean),
        1 => writeln!(out, "\n1 warning").map(|()| Checked::Warned),
        count => writeln!(out, "\n{count} warnings").map(|()| Checked::Warned),
    }
}

fn describe(config: &Config, out: &mut impl Write) -> io::Result<()> {
    cluster(config, out)?;
    topics(config, out)?;
    automations(config, out)?;
    workflows(config, out)?;
    ending(config, out)
}

fn cluster(config: &Config, out: &mut impl Write) -> io::Result<()> {
    let kafka = &config.kafka;
    writeln!(out, "cluster      {}", kafka.bootstrap_servers.join(", "))?;
    let mut groups = vec![kafka.group_id.clone(), kafka.retry_group()];
    let own = config.workflows.iter().filter(|(_, one)| one.own_group);
    groups.extend(own.map(|(name, _)| kafka.own_group(name)));
    writeln!(out, "groups       {}", groups.join(", "))?;
    let window = &kafka.window;
    let bytes = show_size(window.bytes);
    writeln!(
        out,
        "window       {} records, {bytes} a partition",
        window.records
    )
}

fn topics(config: &Config, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "sources")?;
    for source in &config.sources {
        let kind = match source.kind {
            SourceKind::Auto => "auto",
            SourceKind::Fixed(kind) => kind.name(),
        };
        writeln!(out, "  {}  {kind}", source.topic)?;
    }
    writeln!(out, "retry")?;
    for tier in &config.retry.tiers {
        writeln!(out, "  {}  after {}", tier.topic, show_duration(tier.delay))?;
    }
    let (age, attempts) = (
        show_duration(config.retry.max_age),
        config.retry.max_attempts,
    );
    writeln!(out, "  for {age} or {attempts} attempts at most")?;
    writeln!(out, "dead letters {}", config.dead_letter.topic)
}

fn automations(config: &Config, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "automations  {}", config.automations.len())?;
    for (automation, origin) in config.automations.iter().zip(&config.origins) {
        one_automation(automation, out)?;
        origin
            .expanded
            .as_ref()
            .map_or(Ok(()), |expanded| became(expanded, out))?;
    }
    Ok(())
}

/// What an assignment became, as far as it can be read at once.
fn became(expanded: &Expanded, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "    by the template {}", expanded.template)?;
    for rule_set in expanded.rule_sets.iter().take(SHOWN_RULE_SETS) {
        writeln!(out, "    - {rule_set}")?;
    }
    match expanded.rule_sets.len().checked_sub(SHOWN_RULE_SETS) {
        None | Some(0) => Ok(()),
        Some(more) => writeln!(out, "    and {more} more"),
    }
}

fn one_automation(automation: &Automation, out: &mut impl Write) -> io::Result<()> {
    let kinds: Vec<&str> = automation
        .kinds
        .iter()
        .copied()
        .map(EventKind::name)
        .collect();
    let state = if automation.enabled {
        ""
    } else {
        " (disabled)"
    };
    let sets = match automation.rule_sets.len() {
        0 => "every event".to_owned(),
        1 => "1 rule set".to_owned(),
        count => format!("{count} rule sets"),
    };
    let (kinds, workflows) = (kinds.join(", "), automation.workflows.join(", "));
    writeln!(
        out,
        "  {}{state}  {kinds}: {sets} -> {workflows}",
        automation.name
    )
}

fn workflows(config: &Config, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "workflows    {}", config.workflows.len())?;
    config.workflows.iter().try_for_each(|(name, workflow)| {
        let (url, timeout) = (redacted(workflow), show_duration(workflow.timeout));
        let (at_once, queue) = (workflow.max_in_flight, workflow.queue);
        writeln!(
            out,
            "  {name}  {url}  timeout {timeout}, {at_once} at once, queue {queue}{}{}",
            requests(workflow),
            access(&workflow.access)
        )
    })
}

/// What is not as with most workflows.
fn requests(workflow: &Workflow) -> String {
    let mode = match &workflow.requests.mode {
        Mode::Binary => "",
        Mode::Structured => ", structured",
        Mode::Template(_) => ", by template",
    };
    match workflow.requests.batch.max_events {
        1 => mode.to_owned(),
        events => format!("{mode}, {events} events a request"),
    }
}

/// The kinds of what is secret, and nothing of it.
fn access(access: &Access) -> String {
    let auth = !matches!(access.auth, Auth::None);
    let kinds = [
        auth.then(|| format!(", auth {}", access.auth.kind())),
        (!access.signing.is_off()).then(|| format!(", signed {}", access.signing)),
        (access.tls.identity.as_ref()).map(|_| ", client certificate".to_owned()),
        (access.tls.authorities.as_ref()).map(|_| ", own authorities".to_owned()),
    ];
    kinds.into_iter().flatten().collect()
}

fn ending(config: &Config, out: &mut impl Write) -> io::Result<()> {
    let format = match config.log.format {
        LogFormat::Json => "json",
        LogFormat::Text => "text",
    };
    writeln!(out, "listener     {}", config.admin.listen)?;
    writeln!(
        out,
        "log          {format}, {}",
        config.log.level.as_str().to_lowercase()
    )?;
    writeln!(out, "grace        {}", show_duration(config.shutdown.grace))
}

/// Scheme, host and port: the path and the query of a webhook are its key.
fn redacted(workflow: &Workflow) -> String {
    let url = workflow.url.expose();
    let host = url.host_str().unwrap_or_default();
    let port = url
        .port()
        .map(|port| format!(":{port}"))
        .unwrap_or_default();
    format!("{}://{host}{port}/…", url.scheme())
}

#[cfg(test)]
mod tests;
