//! Arithmetic on whole numbers of 64 bits.

use super::{Answer, Function, MANY, int};
use crate::import::value::Value;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "add",
        takes: (2, 2),
        run: |arguments| two(arguments, i64::checked_add),
    },
    Function {
        name: "div",
        takes: (2, 2),
        run: |arguments| divide(arguments, i64::checked_div),
    },
    Function {
        name: "max",
        takes: (1, MANY),
        run: |arguments| extreme(arguments, Iterator::max),
    },
    Function {
        name: "min",
        takes: (1, MANY),
        run: |arguments| extreme(arguments, Iterator::min),
    },
    Function {
        name: "mod",
        takes: (2, 2),
        run: |arguments| divide(arguments, i64::checked_rem),
    },
    Function {
        name: "mul",
        takes: (2, 2),
        run: |arguments| two(arguments, i64::checked_mul),
    },
    Function {
        name: "sub",
        takes: (2, 2),
        run: |arguments| two(arguments, i64::checked_sub),
    },
    Function {
        name: "greater",
        takes: (2, 2),
        run: |arguments| compare(arguments, |left, right| left > right),
    },
    Function {
        name: "greaterOrEquals",
        takes: (2, 2),
        run: |arguments| compare(arguments, |left, right| left >= right),
    },
    Function {
        name: "less",
        takes: (2, 2),
        run: |arguments| compare(arguments, |left, right| left < right),
    },
    Function {
        name: "lessOrEquals",
        takes: (2, 2),
        run: |arguments| compare(arguments, |left, right| left <= right),
    },
];

fn pair(arguments: &[Value]) -> Result<(i64, i64), String> {
    let [left, right] = arguments else {
        return Err("takes two whole numbers".to_owned());
    };
    Ok((int(left)?, int(right)?))
}

fn two(arguments: &[Value], run: fn(i64, i64) -> Option<i64>) -> Answer {
    let (left, right) = pair(arguments)?;
    run(left, right)
        .map(Value::Int)
        .ok_or_else(|| format!("leaves the 64 bits of a whole number: {left}, {right}"))
}

fn divide(arguments: &[Value], run: fn(i64, i64) -> Option<i64>) -> Answer {
    let (left, right) = pair(arguments)?;
    if right == 0 {
        return Err(format!(
            "divides {left} by zero: is an array empty that must not be?"
        ));
    }
    two(arguments, run)
}

fn extreme(arguments: &[Value], pick: fn(std::vec::IntoIter<i64>) -> Option<i64>) -> Answer {
    let values = match arguments {
        [one] => one.as_list().unwrap_or(arguments),
        many => many,
    };
    let numbers: Vec<i64> = values.iter().map(int).collect::<Result<_, _>>()?;
    pick(numbers.into_iter())
        .map(Value::Int)
        .ok_or_else(|| "has nothing to choose from".to_owned())
}

/// Numbers by value; texts by their characters.
fn compare(arguments: &[Value], holds: fn(i64, i64) -> bool) -> Answer {
    let texts = match arguments {
        [left, right] => left.as_text().zip(right.as_text()),
        _ => None,
    };
    let (left, right) = match texts {
        Some((left, right)) => (left.cmp(right) as i64, 0),
        None => pair(arguments)?,
    };
    Ok(Value::Bool(holds(left, right)))
}
