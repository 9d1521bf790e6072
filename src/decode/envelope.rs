//! The forms in which one record holds many events.

use crate::decode::cursor::Cursor;
use crate::decode::text::unescape;
use crate::fold;

/// The arrays under the key `records` of an object: by its exact name, else in any case.
pub(super) fn records(object: &str) -> Vec<&str> {
    let (mut exact, mut other) = (Vec::new(), Vec::new());
    let mut cursor = Cursor::new(object);
    cursor.take(b'{');
    while let Some(key) = cursor.key() {
        let value = cursor.value();
        let key = unescape(key);
        if !value.starts_with('[') || !fold::equals(&key, "records") {
            continue;
        }
        let arrays = if key == "records" {
            &mut exact
        } else {
            &mut other
        };
        arrays.push(value);
    }
    if exact.is_empty() { other } else { exact }
}

/// The elements of an array as they are written.
pub(super) fn elements(array: &str) -> impl Iterator<Item = &str> {
    let mut cursor = Cursor::new(array);
    cursor.take(b'[');
    std::iter::from_fn(move || cursor.element().then(|| cursor.value()))
}
