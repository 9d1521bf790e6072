//! A value that is read again when its files change.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::config::load::read_value;
use crate::document::{Field, Piece};

/// Turns a text into what is used; says what is wrong with it, and never shows it.
pub(super) type Parse<T> = Box<dyn Fn(&str) -> Result<T, String> + Send + Sync>;

/// A secret that may come from files. Looked at again ([`Watched::look`]), it follows them: a
/// file that is missing, empty or wrong meanwhile leaves the last good value in use. `Debug` and
/// `Display` never show it.
pub struct Rotating<T>(Arc<Inner<T>>);

struct Inner<T> {
    key: String,
    pieces: Arc<[Piece]>,
    parse: Parse<T>,
    /// Two looks at a time could end in the wrong order.
    looking: Mutex<()>,
    state: Mutex<State<T>>,
}

struct State<T> {
    value: Arc<T>,
    text: String,
    /// What was said last of files that cannot be used; none while they can.
    said: Option<String>,
}

impl<T> Rotating<T> {
    /// Reads a field: what stands there, with the files that it refers to.
    pub(super) fn of(field: &Field<'_>, parse: Parse<T>) -> Option<Self> {
        let text = field.text()?;
        let whole = || Arc::from([Piece::Text(text.to_owned())]);
        let pieces = field.pieces().unwrap_or_else(whole);
        field.valid(Self::new(field.key(), pieces, parse))
    }

    /// Puts the pieces together for the key that wants them.
    pub(super) fn new(key: &str, pieces: Arc<[Piece]>, parse: Parse<T>) -> Result<Self, String> {
        let text = together(&pieces)?;
        let state = State {
            value: Arc::new(parse(&text)?),
            text,
            said: None,
        };
        Ok(Self(Arc::new(Inner {
            key: key.to_owned(),
            pieces,
            parse,
            looking: Mutex::default(),
            state: Mutex::new(state),
        })))
    }

    /// A value that never changes, for tests of other modules.
    #[cfg(test)]
    pub(crate) fn fixed(value: T) -> Self {
        let parse = |_: &str| Err("it never changes".to_owned());
        let value = Arc::new(value);
        let (text, said) = (String::new(), None);
        let state = Mutex::new(State { value, text, said });
        Self(Arc::new(Inner {
            key: String::new(),
            pieces: Arc::from([]),
            parse: Box::new(parse),
            looking: Mutex::default(),
            state,
        }))
    }

    /// The value as it is now. Each caller is a place where it could leak: keep them few.
    #[must_use]
    pub fn expose(&self) -> Arc<T> {
        Arc::clone(&self.0.state().value)
    }
}

impl<T: Send + Sync + 'static> Rotating<T> {
    /// The look at its files; none when it has no files.
    #[must_use]
    pub fn watched(&self) -> Option<Watched> {
        let is_file = |piece: &Piece| matches!(piece, Piece::File(_));
        let inner = Arc::clone(&self.0);
        let look = move || inner.look();
        let files = self.0.pieces.iter().any(is_file);
        files.then(|| Watched(Arc::new(look)))
    }
}

impl<T> Inner<T> {
    /// The value is whole even if a holder panicked: it is replaced at once.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever wants the value meanwhile has the last one, and does not wait.
    fn look(&self) {
        let _one = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        // Compared with what was read last, not by the file's time: a volume of Kubernetes swaps
        // links, and two writes may fall into one tick of the file system.
        let changed = match together(&self.pieces) {
            Ok(text) if text == self.state().text => {
                self.state().said = None;
                return;
            }
            Ok(text) => (self.parse)(&text).map(|value| (Arc::new(value), text)),
            Err(why) => Err(why),
        };
        let mut state = self.state();
        match changed {
            Ok((value, text)) => {
                let said = None;
                *state = State { value, text, said };
                let key = &self.key;
                tracing::info!(key, "read again from its file, which has changed");
            }
            Err(why) => self.complain(&mut state, why),
        }
    }

    /// Once for each thing that is wrong, not at each look.
    fn complain(&self, state: &mut State<T>, why: String) {
        if state.said.as_ref() != Some(&why) {
            let key = &self.key;
            tracing::error!(
                key,
                error = why,
                "cannot be read again: the last good value is used"
            );
            state.said = Some(why);
        }
    }
}

/// The text; a file that is empty is one that is just being written.
fn together(pieces: &[Piece]) -> Result<String, String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::File(path) => text.push_str(&held(path)?),
        }
    }
    Ok(text)
}

fn held(path: &Path) -> Result<String, String> {
    let shown = path.display();
    match read_value(path) {
        Ok(text) if text.is_empty() => Err(format!("the file `{shown}` is empty")),
        Ok(text) => Ok(text),
        Err(error) => Err(format!("failed to read the file `{shown}`: {error}")),
    }
}

impl<T> Clone for Rotating<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Rotating<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

impl<T> fmt::Display for Rotating<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// The files of one value.
#[derive(Clone)]
pub struct Watched(Arc<dyn Fn() + Send + Sync>);

impl Watched {
    /// Reads the files, and takes their value if it has changed and is good. Blocks as long as
    /// the file system does.
    pub fn look(&self) {
        (self.0)();
    }
}

impl fmt::Debug for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watched")
    }
}
