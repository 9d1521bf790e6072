//! Arrays and objects.

use std::rc::Rc;

use super::{Answer, Function, MANY, MAX_MADE, count, int, list, text};
use crate::import::value::{TooLarge, Value};

/// Items that `range` makes; Azure's own limit.
const MAX_RANGE: usize = 10_000;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "array",
        takes: (1, 1),
        run: array,
    },
    Function {
        name: "contains",
        takes: (2, 2),
        run: contains,
    },
    Function {
        name: "createArray",
        takes: (0, MANY),
        run: |arguments| Ok(Value::list(arguments.to_vec())?),
    },
    Function {
        name: "createObject",
        takes: (0, MANY),
        run: create_object,
    },
    Function {
        name: "empty",
        takes: (1, 1),
        run: |arguments| Ok(Value::Bool(length_of(arguments)? == 0)),
    },
    Function {
        name: "first",
        takes: (1, 1),
        run: |arguments| end(arguments, <[Value]>::first, |text| text.chars().next()),
    },
    Function {
        name: "intersection",
        takes: (1, MANY),
        run: intersection,
    },
    Function {
        name: "last",
        takes: (1, 1),
        run: |arguments| end(arguments, <[Value]>::last, |text| text.chars().next_back()),
    },
    Function {
        name: "length",
        takes: (1, 1),
        run: |arguments| whole(length_of(arguments)?),
    },
    Function {
        name: "range",
        takes: (2, 2),
        run: range,
    },
    Function {
        name: "skip",
        takes: (2, 2),
        run: |arguments| {
            slice(arguments, |items, count| {
                items.get(count..).unwrap_or_default()
            })
        },
    },
    Function {
        name: "take",
        takes: (2, 2),
        run: |arguments| {
            slice(arguments, |items, count| {
                items.get(..count).unwrap_or(items)
            })
        },
    },
    Function {
        name: "union",
        takes: (1, MANY),
        run: union,
    },
];

/// Refuses a list of too many items before it is made.
pub(super) const fn bounded(items: usize) -> Result<(), TooLarge> {
    if items > MAX_MADE {
        Err(TooLarge)
    } else {
        Ok(())
    }
}

fn whole(number: usize) -> Answer {
    i64::try_from(number)
        .map(Value::Int)
        .map_err(|_too_large| TooLarge.to_string())
}

fn array(arguments: &[Value]) -> Answer {
    match arguments {
        [list @ Value::List(_)] => Ok(list.clone()),
        other => Ok(Value::list(other.to_vec())?),
    }
}

fn create_object(arguments: &[Value]) -> Answer {
    let (pairs, rest) = arguments.as_chunks::<2>();
    if !rest.is_empty() {
        return Err("takes names and values in turn".to_owned());
    }
    let entry = |[key, value]: &[Value; 2]| Ok((Rc::from(text(key)?), value.clone()));
    let entries = pairs.iter().map(entry).collect::<Result<_, String>>()?;
    Ok(Value::map(entries)?)
}

/// A text counts as .NET does, in UTF-16.
fn length_of(arguments: &[Value]) -> Result<usize, String> {
    match arguments.first().unwrap_or(&Value::Null) {
        Value::Null => Ok(0),
        Value::Text(text) => Ok(text.encode_utf16().count()),
        list @ Value::List(_) => Ok(list.as_list().unwrap_or_default().len()),
        map @ Value::Map(_) => Ok(map.as_map().unwrap_or_default().len()),
        other @ (Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unknown(_)) => Err(
            format!("takes a text, an array or an object, not {}", other.kind()),
        ),
    }
}

fn end(
    arguments: &[Value],
    item: fn(&[Value]) -> Option<&Value>,
    character: fn(&str) -> Option<char>,
) -> Answer {
    let whole = arguments.first().unwrap_or(&Value::Null);
    if let Some(text) = whole.as_text() {
        let text = character(text).map(String::from).unwrap_or_default();
        return Ok(Value::text(text));
    }
    Ok(item(list(whole)?).cloned().unwrap_or(Value::Null))
}

fn contains(arguments: &[Value]) -> Answer {
    let [whole, item] = arguments else {
        return Err("takes two values".to_owned());
    };
    let found = match whole {
        Value::Text(whole) => whole.contains(&super::shown(item)),
        Value::List(_) => whole.as_list().unwrap_or_default().contains(item),
        Value::Map(_) => whole.get(text(item)?).is_some(),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Unknown(_) => {
            return Err(format!(
                "looks into a text, an array or an object, not {}",
                whole.kind()
            ));
        }
    };
    Ok(Value::Bool(found))
}

fn range(arguments: &[Value]) -> Answer {
    let [start, length] = arguments else {
        return Err("takes a start and a count".to_owned());
    };
    let (start, length) = (int(start)?, count(length)?);
    if length > MAX_RANGE {
        return Err(format!("makes {MAX_RANGE} numbers at most, not {length}"));
    }
    let numbers = (start..=i64::MAX).take(length).map(Value::Int);
    Ok(Value::list(numbers.collect())?)
}

fn slice(arguments: &[Value], part: fn(&[Value], usize) -> &[Value]) -> Answer {
    let [whole, number] = arguments else {
        return Err("takes an array and a count".to_owned());
    };
    let number = usize::try_from(int(number)?).unwrap_or(0);
    Ok(Value::list(part(list(whole)?, number).to_vec())?)
}

/// Arrays lose what stands twice; of objects, the last value of a key stays, object by object.
fn union(arguments: &[Value]) -> Answer {
    if arguments.iter().all(|argument| argument.as_map().is_some()) {
        let merge = |left: Value, right: &Value| merged(&left, right);
        let mut rest = arguments.iter();
        let first = rest.next().cloned().unwrap_or(Value::Null);
        return rest.try_fold(first, merge);
    }
    let mut kept: Vec<Value> = Vec::new();
    for argument in arguments {
        for item in list(argument)? {
            if !kept.contains(item) {
                kept.push(item.clone());
            }
        }
    }
    Ok(Value::list(kept)?)
}

fn merged(left: &Value, right: &Value) -> Answer {
    let (Some(old), Some(new)) = (left.as_map(), right.as_map()) else {
        return Ok(right.clone());
    };
    let mut entries = Vec::with_capacity(old.len());
    for (key, value) in old {
        let value = match right.get(key) {
            Some(newer) => merged(value, newer)?,
            None => value.clone(),
        };
        entries.push((Rc::clone(key), value));
    }
    let added = new.iter().filter(|(key, _)| left.get(key).is_none());
    entries.extend(added.cloned());
    Ok(Value::map(entries)?)
}

fn intersection(arguments: &[Value]) -> Answer {
    let Some((first, others)) = arguments.split_first() else {
        return Ok(Value::Null);
    };
    let others: Vec<&[Value]> = others.iter().map(list).collect::<Result<_, _>>()?;
    let everywhere = |item: &&Value| others.iter().all(|items| items.contains(item));
    let kept = list(first)?.iter().filter(everywhere).cloned();
    Ok(Value::list(kept.collect())?)
}
