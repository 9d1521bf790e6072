//! Texts.

use aws_lc_rs::digest::{Context, SHA256};

use super::{Answer, Function, MANY, Made, count, int, list, shown, text};
use crate::import::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "concat",
        takes: (0, MANY),
        run: concat,
    },
    Function {
        name: "endsWith",
        takes: (2, 2),
        run: |arguments| part(arguments, |text, end| text.ends_with(end)),
    },
    Function {
        name: "format",
        takes: (1, MANY),
        run: format,
    },
    Function {
        name: "guid",
        takes: (1, MANY),
        run: |arguments| Ok(Value::text(guid(arguments))),
    },
    Function {
        name: "join",
        takes: (2, 2),
        run: join,
    },
    Function {
        name: "replace",
        takes: (3, 3),
        run: replace,
    },
    Function {
        name: "split",
        takes: (2, 2),
        run: split,
    },
    Function {
        name: "startsWith",
        takes: (2, 2),
        run: |arguments| part(arguments, |text, start| text.starts_with(start)),
    },
    Function {
        name: "substring",
        takes: (2, 3),
        run: substring,
    },
    Function {
        name: "toLower",
        takes: (1, 1),
        run: |arguments| change(arguments, str::to_lowercase),
    },
    Function {
        name: "toUpper",
        takes: (1, 1),
        run: |arguments| change(arguments, str::to_uppercase),
    },
    Function {
        name: "trim",
        takes: (1, 1),
        run: |arguments| change(arguments, |text| text.trim().to_owned()),
    },
    Function {
        name: "uniqueString",
        takes: (1, MANY),
        run: |arguments| {
            Ok(Value::text(
                digest(arguments).chars().take(13).collect::<String>(),
            ))
        },
    },
];

/// Joins texts, or arrays.
fn concat(arguments: &[Value]) -> Answer {
    if arguments
        .first()
        .is_some_and(|first| first.as_list().is_some())
    {
        let lists: Vec<&[Value]> = arguments.iter().map(list).collect::<Result<_, _>>()?;
        list::bounded(lists.iter().map(|items| items.len()).sum())?;
        return Ok(Value::list(lists.concat())?);
    }
    let mut made = Made::default();
    for argument in arguments {
        made.push(&shown(argument))?;
    }
    Ok(made.value())
}

fn join(arguments: &[Value]) -> Answer {
    let [items, between] = arguments else {
        return Err("takes an array and a text".to_owned());
    };
    let (items, between) = (list(items)?, text(between)?);
    let mut made = Made::default();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            made.push(between)?;
        }
        made.push(&shown(item))?;
    }
    Ok(made.value())
}

/// `{0}` is the first argument; `{{` and `}}` are brackets.
fn format(arguments: &[Value]) -> Answer {
    let Some((pattern, values)) = arguments.split_first() else {
        return Ok(Value::text(""));
    };
    let mut made = Made::default();
    let mut rest = text(pattern)?;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        made.push(before)?;
        if let Some(after) = after.strip_prefix("{{") {
            made.push("{")?;
            rest = after;
        } else if let Some(after) = after.strip_prefix("}}") {
            made.push("}")?;
            rest = after;
        } else {
            let (number, after) = after
                .strip_prefix('{')
                .and_then(|after| after.split_once('}'))
                .ok_or("has a bracket that is not closed in its pattern")?;
            let value = number
                .trim()
                .parse()
                .ok()
                .and_then(|at: usize| values.get(at));
            let value = value.ok_or_else(|| format!("has no value for `{{{number}}}`"))?;
            made.push(&shown(value))?;
            rest = after;
        }
    }
    made.push(rest)?;
    Ok(made.value())
}

fn replace(arguments: &[Value]) -> Answer {
    let [whole, old, new] = arguments else {
        return Err("takes three texts".to_owned());
    };
    let (whole, old, new) = (text(whole)?, text(old)?, text(new)?);
    if old.is_empty() {
        return Err("has nothing to look for: its second text is empty".to_owned());
    }
    let mut made = Made::default();
    for (at, piece) in whole.split(old).enumerate() {
        if at > 0 {
            made.push(new)?;
        }
        made.push(piece)?;
    }
    Ok(made.value())
}

/// By one text, or by each of several.
fn split(arguments: &[Value]) -> Answer {
    let [whole, by] = arguments else {
        return Err("takes a text and a separator".to_owned());
    };
    let separators: Vec<&str> = match by.as_list() {
        Some(items) => items.iter().map(text).collect::<Result<_, _>>()?,
        None => vec![text(by)?],
    };
    let mut pieces = vec![text(whole)?];
    for separator in separators.into_iter().filter(|one| !one.is_empty()) {
        pieces = pieces
            .into_iter()
            .flat_map(|piece| piece.split(separator))
            .collect();
    }
    Ok(Value::list(pieces.into_iter().map(Value::text).collect())?)
}

fn substring(arguments: &[Value]) -> Answer {
    let whole = text(arguments.first().unwrap_or(&Value::Null))?;
    let start = count(arguments.get(1).unwrap_or(&Value::Null))?;
    let length = arguments.get(2).map(count).transpose()?;
    let outside = || "goes past the end of its text".to_owned();
    let characters = whole.chars().count();
    let end = match length {
        Some(length) => start.checked_add(length).ok_or_else(outside)?,
        None => characters,
    };
    if start > end || end > characters {
        return Err(outside());
    }
    let part: String = whole.chars().skip(start).take(end - start).collect();
    Ok(Value::text(part))
}

/// Without regard to case, as Azure does here.
fn part(arguments: &[Value], holds: fn(&str, &str) -> bool) -> Answer {
    let [whole, part] = arguments else {
        return Err("takes two texts".to_owned());
    };
    let (whole, part) = (text(whole)?.to_lowercase(), text(part)?.to_lowercase());
    Ok(Value::Bool(holds(&whole, &part)))
}

fn change(arguments: &[Value], run: impl Fn(&str) -> String) -> Answer {
    match arguments {
        [Value::Int(_)] => int(arguments.first().unwrap_or(&Value::Null)).map(Value::Int),
        _ => Ok(Value::text(run(text(
            arguments.first().unwrap_or(&Value::Null),
        )?))),
    }
}

/// The same for the same arguments; not what Azure would give.
fn guid(arguments: &[Value]) -> String {
    let hex = digest(arguments);
    let group =
        |from: usize, length: usize| hex.chars().skip(from).take(length).collect::<String>();
    [
        group(0, 8),
        group(8, 4),
        group(12, 4),
        group(16, 4),
        group(20, 12),
    ]
    .join("-")
}

fn digest(arguments: &[Value]) -> String {
    let mut hash = Context::new(&SHA256);
    for argument in arguments {
        hash.update(shown(argument).as_bytes());
        hash.update(&[0]);
    }
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or('0');
    let bytes = hash.finish();
    let hex = bytes
        .as_ref()
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
    hex.collect()
}
