//! `firebell schema`: prints a JSON Schema for editors.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::SchemaOf;
use crate::config::schema;

/// Writes the schema of one kind of file.
///
/// # Errors
/// That `out` cannot be written.
pub fn schema(of: SchemaOf, out: &mut impl Write) -> io::Result<()> {
    let schema: Value = match of {
        SchemaOf::Automations => schema::rules(),
        SchemaOf::Config => schema::configuration(),
    };
    writeln!(out, "{schema:#}")
}
