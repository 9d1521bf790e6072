//! What is known of the properties of Defender's events.

mod tables;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::document::nearest;
use crate::event::EventKind;
use crate::fold;
use crate::path::{Path, Step};

/// Unknown properties that are compared with all known ones; that takes a while for each.
const MOST_COMPARED: usize = 100;

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One text, never a number.
    Text,
    /// One severity, or a word like one.
    Severity,
    /// One number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Anything: an object, an array, or not the same for all kinds.
    Free,
}

/// The properties of every kind.
pub(super) struct Tables {
    kinds: BTreeMap<EventKind, Table>,
    comparisons: Cell<usize>,
}

/// The properties of a kind, by their folded keys with dots between them.
#[derive(Default)]
struct Table {
    shapes: BTreeMap<String, Shape>,
    written: Vec<&'static str>,
}

/// The properties of some kinds.
pub(super) struct Properties<'a> {
    tables: Vec<&'a Table>,
    comparisons: &'a Cell<usize>,
    seen: RefCell<HashMap<Path, Rc<Property>>>,
}

/// What is known of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Property {
    /// Its keys, folded and with dots between them, without steps into arrays: a key goes through
    /// them.
    pub(super) keys: String,
    /// Two paths with the same key lead to the same values. An event has a property that is known
    /// under one spelling alone; of others it may have several, which differ by case.
    pub(super) key: String,
    /// What it holds; none when no event of these kinds has it.
    pub(super) shape: Option<Shape>,
    /// How many values an event has of it.
    pub(super) values: Values,
}

/// How many values a property has in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// One at most, whichever of the kinds it is.
    One,
    /// We do not know: through an array two rules may be satisfied by two elements.
    Many,
}

impl Tables {
    pub(super) fn new() -> Self {
        let table = |kind| (kind, Table::of(kind));
        let kinds = EventKind::ALL.into_iter().map(table).collect();
        Self {
            kinds,
            comparisons: Cell::new(MOST_COMPARED),
        }
    }

    /// What is known of the events of these kinds.
    pub(super) fn of(&self, kinds: &[EventKind]) -> Properties<'_> {
        let tables = kinds.iter().filter_map(|kind| self.kinds.get(kind));
        Properties {
            tables: tables.collect(),
            comparisons: &self.comparisons,
            seen: RefCell::default(),
        }
    }
}

impl Properties<'_> {
    /// What is known of the property that a path leads to.
    pub(super) fn of(&self, path: &Path) -> Rc<Property> {
        if let Some(known) = self.seen.borrow().get(path) {
            return Rc::clone(known);
        }
        let property = Rc::new(self.look_up(path));
        let mut seen = self.seen.borrow_mut();
        seen.insert(path.clone(), Rc::clone(&property));
        property
    }

    fn look_up(&self, path: &Path) -> Property {
        let keys = folded(path);
        let shape = self.shape(&keys);
        let keys_alone = path.steps().iter().all(|step| matches!(step, Step::Key(_)));
        let is_one = |table: &&Table| {
            let shape = table.shapes.get(&keys);
            shape.is_some_and(|shape| *shape != Shape::Free)
        };
        let is_single = keys_alone && !self.tables.is_empty() && self.tables.iter().all(is_one);
        let (key, values) = if is_single {
            (keys.clone(), Values::One)
        } else {
            (format!("={path}"), Values::Many)
        };
        Property {
            keys,
            key,
            shape,
            values,
        }
    }

    fn shape(&self, keys: &str) -> Option<Shape> {
        let mut shapes = self.tables.iter().map(|table| table.shape(keys));
        let first = shapes.next()?;
        shapes.fold(first, |found, shape| match (found, shape) {
            (one, other) if one == other => one,
            _ => Some(Shape::Free),
        })
    }

    /// The property that was probably meant: one with the same end, or one spelt like it. After
    /// many such questions the answer is none.
    pub(super) fn nearest(&self, property: &Property) -> Option<&'static str> {
        let left = self.comparisons.get().checked_sub(1)?;
        self.comparisons.set(left);
        let keys = &property.keys;
        let known: Vec<&'static str> = self
            .tables
            .iter()
            .flat_map(|table| table.written.iter().copied())
            .collect();
        let same_end = known.iter().copied().find(|name| {
            let name = fold::fold(name);
            name.strip_suffix(keys.as_str())
                .is_some_and(|rest| rest.ends_with('.'))
        });
        same_end.or_else(|| nearest(keys, &known))
    }
}

impl Table {
    fn of(kind: EventKind) -> Self {
        let mut table = Self::default();
        for known in tables::of(kind) {
            let shapes = [
                (known.text, Shape::Text),
                (known.severity, Shape::Severity),
                (known.number, Shape::Number),
                (known.flag, Shape::Flag),
                (known.free, Shape::Free),
            ];
            for (names, shape) in shapes {
                for name in names {
                    table.shapes.insert(fold::fold(name).into_owned(), shape);
                    table.written.push(name);
                }
            }
        }
        table
    }

    fn shape(&self, keys: &str) -> Option<Shape> {
        if let Some(shape) = self.shapes.get(keys) {
            return Some(*shape);
        }
        let above = keys.match_indices('.').filter_map(|(at, _)| keys.get(..at));
        let within_free = above
            .chain([""])
            .any(|above| self.shapes.get(above) == Some(&Shape::Free));
        // An object of which a property is known.
        let below = format!("{keys}.");
        let known_below = self
            .shapes
            .range(below.clone()..)
            .next()
            .is_some_and(|(name, _)| name.starts_with(&below));
        (within_free || known_below).then_some(Shape::Free)
    }
}

fn folded(path: &Path) -> String {
    let mut keys = String::new();
    for step in path.steps() {
        if let Step::Key(key) = step {
            if !keys.is_empty() {
                keys.push('.');
            }
            // A dot within a key is none between two.
            keys.push_str(&fold::fold(key).replace('.', "\u{1}"));
        }
    }
    keys
}
