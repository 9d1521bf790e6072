//! Where the output goes: bounded, and knowing where in the JSON it is.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::Object;

/// Bytes that a template may write.
pub(super) const MAX_OUTPUT: usize = 1 << 20;

/// Where in a JSON text its end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Place {
    /// Between values.
    #[default]
    Outside,
    /// Within a string.
    Inside,
    /// Within a string, behind a backslash.
    Escape,
}

impl Place {
    fn after(self, text: &[u8]) -> Self {
        text.iter().fold(self, |place, byte| match (place, byte) {
            (Self::Outside, b'"') | (Self::Escape, _) => Self::Inside,
            (Self::Inside, b'"') => Self::Outside,
            (Self::Inside, b'\\') => Self::Escape,
            (place, _) => place,
        })
    }
}

/// The output of one template, shared by its writer and its formatter.
#[derive(Debug, Default)]
pub(super) struct Sink(Mutex<Written>);

#[derive(Debug, Default)]
struct Written {
    text: Vec<u8>,
    place: Place,
    writes: u64,
}

/// So that the formatter finds it among the values of the template.
impl Object for Sink {}

impl Sink {
    /// Where the output is.
    pub(super) fn place(&self) -> Place {
        self.with(|written| written.place)
    }

    /// Changes with each write, an empty one too.
    pub(super) fn writes(&self) -> u64 {
        self.with(|written| written.writes)
    }

    /// What was written.
    pub(super) fn take(&self) -> String {
        let text = self.with(|written| std::mem::take(&mut written.text));
        // All of it came as text.
        String::from_utf8(text).unwrap_or_default()
    }

    fn with<T>(&self, what: impl FnOnce(&mut Written) -> T) -> T {
        what(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes into a sink.
#[derive(Debug)]
pub(super) struct Writer(pub(super) Arc<Sink>);

impl io::Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.with(|written| {
            written.writes = written.writes.wrapping_add(1);
            if written.text.len() + bytes.len() > MAX_OUTPUT {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            written.place = written.place.after(bytes);
            written.text.extend_from_slice(bytes);
            Ok(())
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
