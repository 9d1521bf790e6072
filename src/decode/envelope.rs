//! The forms in which one record holds many events.

use std::borrow::Cow;

use crate::decode::cursor::Cursor;
use crate::decode::text::unescape;
use crate::fold;

/// The arrays under the key `records` of an object: by its exact name, else in any case.
pub(super) fn records(object: &str) -> impl Iterator<Item = &str> {
    let exact = arrays(object).any(|(key, _)| key == "records");
    let named = move |key: &str| {
        if exact {
            key == "records"
        } else {
            fold::equals(key, "records")
        }
    };
    arrays(object).filter_map(move |(key, array)| named(&key).then_some(array))
}

/// Each member that is an array.
fn arrays(object: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    let mut cursor = Cursor::new(object);
    cursor.take(b'{');
    let members = std::iter::from_fn(move || {
        let key = cursor.key()?;
        Some((key, cursor.value()))
    });
    let arrays = members.filter(|(_, value)| value.starts_with('['));
    arrays.map(|(key, value)| (unescape(key), value))
}

/// The elements of an array as they are written.
pub(super) fn elements(array: &str) -> impl Iterator<Item = &str> {
    let mut cursor = Cursor::new(array);
    cursor.take(b'[');
    std::iter::from_fn(move || cursor.element().then(|| cursor.value()))
}
