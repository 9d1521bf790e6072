//! One pass over an event: what is JSON is checked, what has a slot is kept.

use std::mem;

use crate::decode::extract::keys::{Key, Spelling};
use crate::decode::extract::reading::{Entry, Found, Reading, Seen, Span};
use crate::decode::extract::scanner::Scanner;
use crate::decode::extract::slots::{Items, Node, Slot, Slots};
use crate::decode::text::unescape_into;
use crate::fold;

/// A pass. Its steps are `None` where the text is not JSON.
pub(super) struct Gather<'g, 't> {
    pub(super) scanner: Scanner<'t>,
    pub(super) slots: &'g Slots,
    pub(super) reading: &'g mut Reading,
    /// Bounds our recursion: what is nested deeper is checked, and not read.
    pub(super) max_depth: usize,
    /// How many objects and arrays are open.
    pub(super) depth: usize,
    /// Whether something is nested deeper than that.
    pub(super) too_deep: bool,
}

impl<'g> Gather<'g, '_> {
    /// Reads an object.
    pub(super) fn event(&mut self) -> Option<()> {
        let slots = self.slots;
        match slots.root() {
            Some(root) => self.object(root),
            None => self.skip(),
        }
    }

    fn value(&mut self, node: &'g Node) -> Option<()> {
        match self.scanner.peek()? {
            b'{' => {
                self.keep(node, Found::Object);
                if node.keys.is_empty() {
                    self.skip()
                } else {
                    self.object(node)
                }
            }
            b'[' => self.array(node),
            first => {
                let value = self.scalar(node, first)?;
                self.keep(node, value);
                Some(())
            }
        }
    }

    fn scalar(&mut self, node: &Node, first: u8) -> Option<Found> {
        let scanner = &mut self.scanner;
        let start = scanner.at();
        match first {
            b'"' => {
                let raw = scanner.string()?;
                Some(self.text(node, start + 1, raw))
            }
            b't' => scanner.word("true").map(|()| Found::Bool(true)),
            b'f' => scanner.word("false").map(|()| Found::Bool(false)),
            b'n' => scanner.word("null").map(|()| Found::Null),
            _ => {
                let end = start + scanner.number()?.len();
                Some(Found::Number(Span { start, end }))
            }
        }
    }

    fn text(&mut self, node: &Node, start: usize, raw: &str) -> Found {
        if !self.scanner.is_escaped() || node.slot.is_none() {
            let end = start + raw.len();
            return Found::Text(Span { start, end });
        }
        let start = self.reading.unescaped.len();
        unescape_into(raw, &mut self.reading.unescaped);
        let end = self.reading.unescaped.len();
        Found::Unescaped(Span { start, end })
    }

    fn keep(&mut self, node: &Node, value: Found) {
        if let Some(slot) = node.slot {
            let slot = Some(slot);
            self.reading.entries.push(Entry { slot, value });
        }
    }

    fn object(&mut self, node: &'g Node) -> Option<()> {
        if self.depth >= self.max_depth {
            return self.skip();
        }
        self.depth += 1;
        self.scanner.next();
        self.reading.serial += 1;
        let serial = self.reading.serial;
        if !self.scanner.take(b'}') {
            loop {
                let key = self.scanner.key()?;
                let written = !self.scanner.is_escaped() && key.is_ascii();
                if written && !node.keys.may_hold(key) {
                    self.skip()?;
                } else if written {
                    self.named(node, (key, key), serial)?;
                } else {
                    self.unusual(node, key, serial)?;
                }
                match self.scanner.next()? {
                    b',' => {}
                    b'}' => break,
                    _ => return None,
                }
            }
        }
        self.depth -= 1;
        Some(())
    }

    /// Reads the value of a key that has escapes, or is not ASCII.
    #[cold]
    fn unusual(&mut self, node: &'g Node, key: &str, serial: u64) -> Option<()> {
        let (mut name, mut folded) = mem::take(&mut self.reading.key);
        name.clear();
        unescape_into(key, &mut name);
        fold::fold_into(&name, &mut folded);
        let read = self.named(node, (&name, &folded), serial);
        self.reading.key = (name, folded);
        read
    }

    /// Reads the value of a key, once for each needed key that it is.
    fn named(&mut self, node: &'g Node, (name, folded): (&str, &str), serial: u64) -> Option<()> {
        let start = self.scanner.at();
        let mut read = false;
        for key in node.keys.find(folded) {
            self.scanner.rewind(start);
            self.one(key, key.spelling(name), serial)?;
            read = true;
        }
        if read { Some(()) } else { self.skip() }
    }

    /// The exact key hides the others of its object, wherever it stands.
    fn one(&mut self, key: &'g Key, spelling: Spelling, serial: u64) -> Option<()> {
        let mark = self.reading.entries.len();
        let (slots, reading) = (self.slots, &mut *self.reading);
        let (node, seen) = slots.node(key.node).zip(reading.seen.get_mut(key.node))?;
        if seen.serial != serial {
            *seen = Seen {
                serial,
                spelling,
                mark,
            };
        } else if spelling > seen.spelling {
            seen.spelling = spelling;
            let since = seen.mark;
            self.hide(key, since);
        } else if spelling < seen.spelling {
            return self.skip();
        }
        self.value(node)
    }

    fn hide(&mut self, key: &Key, since: usize) {
        let hidden = |slot: Slot| key.slots.contains(&slot.0);
        let entries = self.reading.entries.get_mut(since..).unwrap_or_default();
        for entry in entries {
            entry.slot = entry.slot.filter(|slot| !hidden(*slot));
        }
    }

    fn array(&mut self, node: &'g Node) -> Option<()> {
        if self.depth >= self.max_depth {
            return self.skip();
        }
        self.depth += 1;
        self.scanner.next();
        if !self.scanner.take(b']') {
            for index in 0.. {
                match &node.items {
                    None => self.value(node)?,
                    Some(items) => self.item(items, index)?,
                }
                match self.scanner.next()? {
                    b',' => {}
                    b']' => break,
                    _ => return None,
                }
            }
        }
        self.depth -= 1;
        Some(())
    }

    /// Reads an element once for each way that leads to it.
    fn item(&mut self, items: &'g Items, index: usize) -> Option<()> {
        let start = self.scanner.at();
        let ways = [Some(items.within), items.each, items.at(index)];
        for node in ways.into_iter().flatten() {
            self.scanner.rewind(start);
            self.value(self.slots.node(node)?)?;
        }
        Some(())
    }

    fn skip(&mut self) -> Option<()> {
        let levels = self.scanner.skip(&mut self.reading.nesting)?;
        self.too_deep |= self.depth + levels > self.max_depth;
        Some(())
    }
}
