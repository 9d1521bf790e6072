//! Checks and reads a whole record in one pass, if it is an object.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::decode::read::read_within;
use crate::decode::text::unescape;
use crate::decode::{Json, Needs};

/// The needed properties of an object that is not known to be JSON yet, of so many levels: what
/// [`read_within`] gives, or the error that makes it no JSON.
pub(super) fn read_checked<'a>(
    text: &'a str,
    needs: &Needs,
    levels: usize,
) -> serde_json::Result<Json<'a>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Root {
        needs,
        below: levels.saturating_sub(1),
    })?;
    deserializer.end()?;
    Ok(Json::Object(members))
}

struct Root<'n> {
    needs: &'n Needs,
    // Levels that are read below the object.
    below: usize,
}

impl<'de> Visitor<'de> for Root<'_> {
    type Value = Vec<(Cow<'de, str>, Json<'de>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        // Keys and values as they are written: a lone surrogate or `1e400` is no error.
        while let Some(key) = map.next_key::<&RawValue>()? {
            let key = unescape(between_quotes(key.get()));
            if let Some(needs) = self.needs.below(&key) {
                let value: &RawValue = map.next_value()?;
                members.push((key, read_within(value.get(), needs, self.below)));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(members)
    }
}

fn between_quotes(written: &str) -> &str {
    let inner = written
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(written)
}
