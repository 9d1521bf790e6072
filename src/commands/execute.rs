//! From a parsed command line to an exit code.

use std::io::{ErrorKind, Write, stderr, stdout};
use std::path::PathBuf;

use super::check::CheckError;
use super::healthcheck::Question;
use super::{Exit, Failure, check, demo, explain, healthcheck, import, run, schema, test};
use crate::cli::{Command, File, SchemaOf};
use crate::config::{Config, Sources, load};

/// Runs one subcommand.
pub async fn execute(command: Command) -> Exit {
    match command {
        Command::Run(File { config }) => with_config(config, run::run).await,
        Command::Check(File { config }) => check_only(config),
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

fn check_only(file: Option<PathBuf>) -> Exit {
    match check::check(&Sources::of_process(file), &mut stdout()) {
        Ok(()) => Exit::Ok,
        // The reader has seen enough, as `head` does.
        Err(CheckError::Unwritten(error)) if error.kind() == ErrorKind::BrokenPipe => Exit::Ok,
        Err(error @ CheckError::Unwritten(_)) => {
            say(&error.to_string());
            Exit::Failed
        }
        Err(CheckError::Invalid(error)) => {
            say(&error.to_string());
            Exit::Usage
        }
    }
}

fn ended(answered: Result<Exit, Failure>) -> Exit {
    match answered {
        Ok(exit) => exit,
        // The reader has seen enough, as `head` does.
        Err(Failure::Unwritten(error)) if error.kind() == ErrorKind::BrokenPipe => Exit::Ok,
        Err(error @ Failure::Unwritten(_)) => {
            say(&error.to_string());
            Exit::Failed
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
            say(&error.to_string());
            Exit::Usage
        }
    }
}

/// A line for people, on standard error. A closed one is no reason to fail.
pub fn say(text: &str) {
    let _unprintable = writeln!(stderr(), "{}", text.trim_end());
}
