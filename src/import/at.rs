//! A place in a JSON file.

use std::fmt;
use std::rc::Rc;

/// A file and the way into it, such as `resources[0].properties.scopes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At {
    pub(super) file: Rc<str>,
    pub(super) path: String,
}

impl At {
    /// A file as a whole.
    pub(super) fn whole(file: &str) -> Self {
        Self {
            file: Rc::from(file),
            path: String::new(),
        }
    }

    /// The value of a key.
    pub(super) fn key(&self, name: &str) -> Self {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let path = if name.is_empty() || !name.chars().all(plain) {
            format!("{}['{name}']", self.path)
        } else if self.path.is_empty() {
            name
        } else {
            format!("{}.{name}", self.path)
        };
        self.with(path)
    }

    /// An element of an array.
    pub(super) fn item(&self, index: usize) -> Self {
        self.with(format!("{}[{index}]", self.path))
    }

    fn with(&self, path: String) -> Self {
        Self {
            file: Rc::clone(&self.file),
            path,
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.file)
        } else {
            write!(f, "{}: {}", self.file, self.path)
        }
    }
}
