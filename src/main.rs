//! The binary: reads the command line, calls the library, chooses the exit code.

use std::process::ExitCode;

use clap::Parser;
use firebell::cli::Cli;
use firebell::commands::{Exit, execute, say};
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Ok
            };
            // A closed standard output is no reason to fail.
            let _unprintable = error.print();
            return ExitCode::from(exit as u8);
        }
    };
    let runtime = match Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            say(&format!("failed to start the runtime: {error}"));
            return ExitCode::from(Exit::Failed as u8);
        }
    };
    let exit = runtime.block_on(Box::pin(execute(cli.command)));
    // A consumer that never closes keeps its thread; it ends with the process.
    runtime.shutdown_background();
    ExitCode::from(exit as u8)
}
