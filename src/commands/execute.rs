//! From a parsed command line to an exit code.

use std::io::{BufWriter, ErrorKind, Write, stderr, stdout};
use std::path::PathBuf;

use super::check::{CheckError, Checked};
use super::clients::usable;
use super::healthcheck::Question;
use super::{Exit, Failure, check, dead_letters, demo, explain, healthcheck, import, retries, run};
use super::{schema, test, trigger};
use crate::cli::{Command, Deny, File, SchemaOf};
use crate::clock::now_millis;
use crate::config::{Config, Sources, load};
use crate::consume::TopicsError;
use crate::letters::ReadError;

/// Runs one subcommand.
pub async fn execute(command: Command) -> Exit {
    match command {
        Command::Run(File { config }) => {
            let run = async |config: Config| match usable(config) {
                Ok(config) => run::run(config).await,
                Err(error) => (Exit::Usage, Some(error.shown())),
            };
            with_config(config, run).await
        }
        Command::Check { file, kafka, deny } => {
            let sources = Sources::of_process(file.config);
            // Warnings may be many, and standard output writes line by line.
            let mut out = BufWriter::new(stdout());
            let checked = if kafka {
                Box::pin(check::check_kafka(&sources, now_millis(), &mut out)).await
            } else {
                check::check(&sources, now_millis(), &mut out)
            };
            let flushed = out.flush().map_err(CheckError::Unwritten);
            checked_ended(flushed.and(checked), deny)
        }
        Command::Import(wanted) => ended(import::import(&wanted, &mut stdout(), &mut stderr())),
        Command::Test(asked) => ended(test::test(&asked, &mut stdout())),
        Command::Explain(asked) => ended(explain::explain(&asked, &mut stdout())),
        Command::Schema { of } => print_schema(of),
        Command::Healthcheck { file, ready } => {
            let question = if ready {
                Question::Ready
            } else {
                Question::Alive
            };
            let ask = async |config: Config| {
                let (exit, text) = healthcheck::healthcheck(config.admin.listen, question).await;
                (exit, Some(text))
            };
            with_config(file.config, ask).await
        }
        Command::DeadLetters(asked) => {
            let mut out = BufWriter::new(stdout());
            ended(Box::pin(dead_letters::dead_letters(&asked.what, &mut out)).await)
        }
        Command::Retries(asked) => {
            let mut out = BufWriter::new(stdout());
            ended(Box::pin(retries::retries(&asked.what, &mut out)).await)
        }
        Command::Trigger(asked) => {
            let mut out = BufWriter::new(stdout());
            ended(Box::pin(trigger::trigger(&asked, &mut out)).await)
        }
        Command::Demo { serve } => {
            let until = if serve {
                demo::Until::Asked
            } else {
                demo::Until::Shown
            };
            demo::demo(until).await
        }
    }
}

fn checked_ended(checked: Result<Checked, CheckError>, deny: Option<Deny>) -> Exit {
    match checked {
        Ok(Checked::Warned) if deny == Some(Deny::Warnings) => Exit::Failed,
        Ok(Checked::Clean | Checked::Warned) => Exit::Ok,
        // The reader has seen enough, as `head` does.
        Err(CheckError::Unwritten(error)) if error.kind() == ErrorKind::BrokenPipe => Exit::Ok,
        Err(error @ CheckError::Unwritten(_)) => {
            say(&error.to_string());
            Exit::Failed
        }
        Err(CheckError::Invalid(error)) => {
            say(&error.shown());
            Exit::Usage
        }
        Err(CheckError::Topics(error)) => {
            say(&error.to_string());
            run::exit_of(&error.into())
        }
        Err(CheckError::Groups(error)) => {
            say(&error.to_string());
            run::exit_of(&error.into())
        }
    }
}

fn ended(answered: Result<Exit, Failure>) -> Exit {
    match answered {
        Ok(exit) => exit,
        // The reader has seen enough, as `head` does.
        Err(Failure::Unwritten(error)) if error.kind() == ErrorKind::BrokenPipe => Exit::Ok,
        Err(error @ (Failure::Unwritten(_) | Failure::Undone(_))) => {
            say(&error.to_string());
            Exit::Failed
        }
        Err(Failure::Unread(error)) => {
            say(&error.to_string());
            match error {
                ReadError::NoTopic { .. } | ReadError::Topics(TopicsError::Client(_)) => {
                    Exit::Usage
                }
                ReadError::Topics(_) | ReadError::Failed { .. } | ReadError::Ended => Exit::Failed,
            }
        }
        Err(error @ (Failure::Invalid(_) | Failure::Wrong(_))) => {
            say(&error.to_string());
            Exit::Usage
        }
    }
}

fn print_schema(of: SchemaOf) -> Exit {
    match schema::schema(of, &mut stdout()) {
        Ok(()) => Exit::Ok,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Exit::Ok,
        Err(error) => {
            say(&format!("failed to write the schema: {error}"));
            Exit::Failed
        }
    }
}

async fn with_config(
    file: Option<PathBuf>,
    then: impl AsyncFnOnce(Config) -> (Exit, Option<String>),
) -> Exit {
    match load(&Sources::of_process(file)) {
        Ok(config) => {
            let (exit, text) = then(config).await;
            if let Some(text) = text {
                say(&text);
            }
            exit
        }
        Err(error) => {
            say(&error.shown());
            Exit::Usage
        }
    }
}

/// A line for people, on standard error. A closed one is no reason to fail.
pub fn say(text: &str) {
    let _unprintable = writeln!(stderr(), "{}", text.trim_end());
}
