//! What can be known to be wrong with a template before it runs.

use minijinja::{Error, Template};

use super::context::{DELIVERY, Shape};
use super::environment::{FILTERS, TESTS};
use super::scan::{Kind, Tag, Token, tags};
use super::{Mistake, summary};
use crate::document::suggestion;

/// A template that does not compile.
pub(super) fn unreadable(source: &str, error: &Error) -> Mistake {
    let words = error.detail().unwrap_or("it cannot be read");
    let message = format!("{}: {words}", error.kind());
    match (error.range(), error.line()) {
        (Some(range), _) => Mistake::at(source, range.start, message),
        (None, line) => {
            let lines = source.split_inclusive('\n');
            let before = lines.take(line.unwrap_or(1).saturating_sub(1));
            Mistake::at(source, before.map(str::len).sum(), message)
        }
    }
}

/// The mistakes of a template that compiles.
pub(super) fn mistakes(
    source: &str,
    template: &Template<'_, '_>,
    shape: Shape,
    settings: &[&str],
) -> Vec<Mistake> {
    let tags = tags(source);
    let words = Words {
        source,
        tags: &tags,
    };
    let mut mistakes = words.blocks();
    mistakes.extend(words.filters_and_tests());
    let names = shape.names();
    let mut unknown: Vec<String> = template.undeclared_variables(true).into_iter().collect();
    unknown.sort();
    for name in unknown {
        let mut parts = name.split('.');
        let (top, below) = (parts.next().unwrap_or_default(), parts.next());
        if !names.contains(&top) {
            mistakes.push(words.unknown("value", (top, None), &names));
        } else if let (Some(below), Some(known)) = (below, values_of(top, settings))
            && !known.contains(&below)
        {
            mistakes.push(words.unknown("value", (top, Some(below)), &known));
        }
    }
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    mistakes.dedup();
    mistakes
}

/// The names below a value, where they are known.
fn values_of<'a>(top: &str, settings: &[&'a str]) -> Option<Vec<&'a str>> {
    match top {
        "delivery" => Some(DELIVERY.to_vec()),
        "summary" => Some(summary::NAMES.to_vec()),
        "settings" => Some(settings.to_vec()),
        _ => None,
    }
}

struct Words<'a> {
    source: &'a str,
    tags: &'a [Tag<'a>],
}

impl Words<'_> {
    /// Blocks whose text is kept instead of written: nothing would bound it.
    fn blocks(&self) -> Vec<Mistake> {
        let blocks = self.tags.iter().filter(|tag| tag.kind == Kind::Block);
        let wrong = blocks.filter_map(|tag| {
            let (at, Token::Name(name)) = tag.tokens.first()? else {
                return None;
            };
            let help = match *name {
                "set"
                    if !tag
                        .tokens
                        .iter()
                        .any(|(_, token)| *token == Token::Sign('=')) =>
                {
                    "write `{% set name = one ~ two %}`"
                }
                "filter" => "write `{{ value | filter }}`",
                "autoescape" => "how a value is written follows from where it stands",
                _ => return None,
            };
            let message = format!("`{name}` cannot enclose text here");
            Some(Mistake::at(self.source, *at, message).helped(help))
        });
        wrong.collect()
    }

    fn filters_and_tests(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for tag in self.tags {
            for window in tag.tokens.windows(3) {
                let (what, known, (at, name)): (_, &[&str], _) = match window {
                    [
                        (_, Token::Name("is")),
                        (_, Token::Name("not")),
                        (at, Token::Name(name)),
                    ]
                    | [_, (_, Token::Name("is")), (at, Token::Name(name))]
                        if *name != "not" =>
                    {
                        ("test", &TESTS, (*at, *name))
                    }
                    [_, (_, Token::Sign('|')), (at, Token::Name(name))] => {
                        ("filter", &FILTERS, (*at, *name))
                    }
                    _ => continue,
                };
                if !known.contains(&name) {
                    let message = format!("unknown {what} `{name}`");
                    let help = help(name).map_or_else(|| suggestion(name, known), str::to_owned);
                    mistakes.push(Mistake::at(self.source, at, message).helped(help));
                }
            }
        }
        mistakes
    }

    /// A name that stands for nothing, where it stands first.
    fn unknown(&self, what: &str, name: (&str, Option<&str>), known: &[&str]) -> Mistake {
        let (top, below) = name;
        let shown = below.map_or_else(|| top.to_owned(), |below| format!("{top}.{below}"));
        let message = format!("unknown {what} `{shown}`");
        let help = suggestion(below.unwrap_or(top), known);
        Mistake::at(self.source, self.place(top, below), message).helped(help)
    }

    fn place(&self, top: &str, below: Option<&str>) -> usize {
        let found = self.tags.iter().find_map(|tag| {
            let tokens = tag.tokens.as_slice();
            (0..tokens.len()).find_map(|at| {
                let (place, Token::Name(name)) = tokens.get(at)? else {
                    return None;
                };
                let before = at.checked_sub(1).and_then(|at| tokens.get(at));
                let attribute = before.is_some_and(|(_, token)| *token == Token::Sign('.'));
                let rest = tokens.get(at + 2).map(|(_, token)| *token);
                let fits = below.is_none_or(|below| rest == Some(Token::Name(below)));
                (*name == top && !attribute && fits).then_some(*place)
            })
        });
        found.unwrap_or(0)
    }
}

fn help(filter: &str) -> Option<&'static str> {
    match filter {
        "safe" | "tojson" | "escape" | "e" => Some(
            "every value is written so that it is safe where it stands: as JSON, or within a \
             string as its text",
        ),
        _ => None,
    }
}
