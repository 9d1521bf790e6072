//! How a value is written: by its place.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Output, State, Value};

use super::context::SINK;
use super::sink::{Place, Sink};

/// Writes a value into JSON: within a string as text without its quotes, elsewhere as a value.
pub(super) fn json(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let sink = sink(state)?;
    let before = sink.writes();
    out.write_str("")?;
    // What goes elsewhere is a text that is being put together: it is escaped when it is written.
    if sink.writes() == before {
        return Ok(out.write_str(&text_of(value)?)?);
    }
    match sink.place() {
        Place::Outside => out.write_str(&json_of(value)?)?,
        Place::Inside => {
            let quoted = serde_json::to_string(&text_of(value)?).map_err(unwritten)?;
            let inner = quoted
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'));
            out.write_str(inner.unwrap_or_default())?;
        }
        Place::Escape => return Err(wrong("a value behind a backslash")),
    }
    Ok(())
}

/// Writes a value as it is.
pub(super) fn plain(out: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    Ok(out.write_str(&text_of(value)?)?)
}

/// Writes a value into a URL: all is percent-encoded but letters, digits, `-`, `.`, `_` and `~`.
pub(super) fn url(out: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    if matches!(
        value.kind(),
        ValueKind::Map | ValueKind::Seq | ValueKind::Iterable | ValueKind::None
    ) {
        return Err(wrong("no single value"));
    }
    for byte in text_of(value)?.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.write_fmt(format_args!("{}", char::from(byte)))?;
        } else {
            out.write_fmt(format_args!("%{byte:02X}"))?;
        }
    }
    Ok(())
}

/// A text as it is, anything else as JSON.
pub(super) fn text_of(value: &Value) -> Result<String, Error> {
    match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => json_of(value),
    }
}

fn json_of(value: &Value) -> Result<String, Error> {
    serde_json::to_string(value).map_err(unwritten)
}

fn sink(state: &State) -> Result<std::sync::Arc<Sink>, Error> {
    let found = state.lookup(SINK).and_then(|value| value.downcast_object());
    found.ok_or_else(|| wrong("no output"))
}

fn unwritten(_: serde_json::Error) -> Error {
    wrong("a value that cannot be written")
}

fn wrong(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}
