//! Looks the values of one slot up.

use crate::decode::Value;
use crate::fold;
use crate::rules::Number;
use crate::rules::index::atoms::Atom;
use crate::rules::index::needles::Needles;
use crate::rules::index::numbers::Numbers;
use crate::rules::index::texts::{Parts, Texts};

/// Everything that rules ask of a slot's values.
#[derive(Debug, Clone, Default)]
pub(super) struct Probe {
    pub(super) equals: Texts,
    pub(super) starts: Parts,
    pub(super) ends: Parts,
    pub(super) contains: Needles,
    /// `None` where no number matters.
    pub(super) numbers: Option<Numbers>,
    pub(super) null: Option<Atom>,
    pub(super) yes: Option<Atom>,
    pub(super) no: Option<Atom>,
    pub(super) present: Option<Atom>,
    pub(super) reads_texts: bool,
    /// Whether a regular expression is tried on its values.
    pub(super) is_searched: bool,
}

impl Probe {
    /// Every atom that a value makes true, but for limits. The number that it is, if that
    /// matters.
    pub(super) fn look(
        &self,
        value: Value<'_>,
        folded: &mut String,
        hit: &mut impl FnMut(Atom),
    ) -> Option<Number> {
        match value {
            Value::Null => self.null.into_iter().for_each(&mut *hit),
            Value::Bool(true) => self.yes.into_iter().for_each(&mut *hit),
            Value::Bool(false) => self.no.into_iter().for_each(&mut *hit),
            Value::Text(text) => self.word(text, hit),
            Value::Number(_) | Value::Object => {}
        }
        let text = text_of(value)?;
        if self.reads_texts {
            fold::fold_into(text, folded);
            self.texts(folded, hit);
        }
        match value {
            Value::Number(text) | Value::Text(text) => {
                let numbers = self.numbers.as_ref()?;
                let number = Number::parse(text)?;
                numbers.equal_to(number, hit);
                Some(number)
            }
            Value::Null | Value::Bool(_) | Value::Object => None,
        }
    }

    /// A text that says what a boolean is.
    fn word(&self, text: &str, hit: &mut impl FnMut(Atom)) {
        for (atom, word) in [(self.yes, "true"), (self.no, "false")] {
            if let Some(atom) = atom
                && text.eq_ignore_ascii_case(word)
            {
                hit(atom);
            }
        }
    }

    fn texts(&self, folded: &str, hit: &mut impl FnMut(Atom)) {
        self.equals.get(folded).into_iter().for_each(&mut *hit);
        self.starts.starts_of(folded, hit);
        self.ends.ends_of(folded, hit);
        self.contains.within(folded, hit);
    }
}

/// The text by which a value compares: numbers and booleans have that of JSON.
pub(super) const fn text_of(value: Value<'_>) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        Value::Null | Value::Object => None,
    }
}
