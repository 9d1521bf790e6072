//! Why a command gives no answer.

use std::io;

use crate::config::LoadError;
use crate::letters::ReadError;

/// Why a command gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The files are wrong.
    #[error(transparent)]
    Invalid(#[from] LoadError),
    /// The command line asks for what is not there.
    #[error("{0}")]
    Wrong(String),
    /// The cluster cannot be read.
    #[error(transparent)]
    Unread(#[from] ReadError),
    /// It could not be done, or not to the end.
    #[error("{0}")]
    Undone(String),
    /// The answer cannot be written.
    #[error("failed to write the answer: {0}")]
    Unwritten(#[from] io::Error),
}
