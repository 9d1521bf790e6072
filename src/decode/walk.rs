//! Every value that a path leads to.

use std::ops::ControlFlow;

use crate::decode::Json;
use crate::path::Step;

/// Shows `visit` each value that the steps lead to, until it breaks.
///
/// A key goes through arrays to each element; `[0]` and `[*]` lead nowhere but into an array. An
/// array at the end stands for its elements, so an empty one is no value at all.
pub fn walk<'t, 'a, B>(
    value: &'t Json<'a>,
    steps: &[Step],
    visit: &mut impl FnMut(&'t Json<'a>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let items = match value {
        Json::Array(items) => items.as_slice(),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) | Json::Object(_) => {
            return walk_plain(value, steps, visit);
        }
    };
    let (chosen, rest) = match steps.split_first() {
        None | Some((Step::Key(_), _)) => (items, steps),
        Some((Step::Each, rest)) => (items, rest),
        Some((Step::Index(index), rest)) => (
            items.get(*index).map_or(&[][..], std::slice::from_ref),
            rest,
        ),
    };
    chosen.iter().try_for_each(|item| walk(item, rest, visit))
}

fn walk_plain<'t, 'a, B>(
    value: &'t Json<'a>,
    steps: &[Step],
    visit: &mut impl FnMut(&'t Json<'a>) -> ControlFlow<B>,
) -> ControlFlow<B> {
    match steps.split_first() {
        None => visit(value),
        Some((Step::Key(key), rest)) => value
            .members(key)
            .try_for_each(|member| walk(member, rest, visit)),
        Some((Step::Index(_) | Step::Each, _)) => ControlFlow::Continue(()),
    }
}
