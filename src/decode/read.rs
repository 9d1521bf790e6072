//! Reads the needed properties of a JSON text.

use std::borrow::Cow;

use crate::decode::cursor::Cursor;
use crate::decode::text::unescape;
use crate::decode::{Json, Needs};

/// What is nested deeper is not read. Bounds our recursion, whatever the configured depth.
pub(super) const MAX_DEPTH: usize = 512;

/// The needed properties of `raw`, which must be JSON.
///
/// All keys that are needed in some case are kept. An object of which nothing more is needed
/// is kept empty: it is there, and that is all a rule can ask.
#[must_use]
pub fn read<'a>(raw: &'a str, needs: &Needs) -> Json<'a> {
    read_within(raw, needs, MAX_DEPTH)
}

/// The same of so many levels; what is nested deeper is not read.
pub(super) fn read_within<'a>(raw: &'a str, needs: &Needs, levels: usize) -> Json<'a> {
    value(&mut Cursor::new(raw), needs, levels)
}

fn value<'a>(cursor: &mut Cursor<'a>, needs: &Needs, room: usize) -> Json<'a> {
    match cursor.peek() {
        Some(b'{') => Json::Object(object(cursor, needs, room)),
        Some(b'[') => Json::Array(array(cursor, needs, room)),
        Some(b'"') => Json::Text(unescape(cursor.string())),
        Some(b't' | b'f') => Json::Bool(cursor.scalar() == "true"),
        Some(b'n') | None => {
            cursor.scalar();
            Json::Null
        }
        Some(_) => Json::Number(cursor.scalar()),
    }
}

fn object<'a>(
    cursor: &mut Cursor<'a>,
    needs: &Needs,
    room: usize,
) -> Vec<(Cow<'a, str>, Json<'a>)> {
    let mut members = Vec::new();
    if room == 0 || needs.is_end() {
        cursor.skip();
        return members;
    }
    cursor.take(b'{');
    while let Some(key) = cursor.key() {
        let key = unescape(key);
        match needs.below(&key) {
            Some(below) => members.push((key, value(cursor, below, room - 1))),
            None => cursor.skip(),
        }
    }
    members
}

fn array<'a>(cursor: &mut Cursor<'a>, needs: &Needs, room: usize) -> Vec<Json<'a>> {
    let mut items = Vec::new();
    if room == 0 {
        cursor.skip();
        return items;
    }
    cursor.take(b'[');
    while cursor.element() {
        items.push(value(cursor, needs, room - 1));
    }
    items
}
