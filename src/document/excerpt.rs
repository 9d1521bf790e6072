//! A line of a file, with a place in it underlined.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::node::Place;

/// Characters of a line that are shown; a longer one is cut around the place.
const SHOWN: usize = 100;

/// Characters before the place that are kept of a line that is cut.
const BEFORE: usize = 30;

/// The lines of files that hold no secret, so that messages may show them.
#[derive(Clone, Default)]
pub struct Texts(BTreeMap<Arc<str>, Arc<[String]>>);

impl Texts {
    /// Adds a file. Whoever does knows that it holds no secret.
    pub fn add(&mut self, origin: &str, text: &str) {
        let lines = text.lines().map(str::to_owned).collect();
        self.0.insert(Arc::from(origin), lines);
    }

    /// The line of a place; none when it may not be shown, or when there is none.
    #[must_use]
    pub fn excerpt(&self, place: &Place) -> Option<Excerpt> {
        let number = place.line?;
        let lines = self.0.get(&place.origin)?;
        let line = lines.get(usize::try_from(number.checked_sub(1)?).ok()?)?;
        let start = usize::try_from(place.column.checked_sub(1)?).ok()?;
        Excerpt::of(number, line, start)
    }
}

/// The files' names alone: a text may be long.
impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A line with a part of it underlined; shows as three lines, each with its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    number: u32,
    shown: String,
    before: usize,
    marked: usize,
}

impl Excerpt {
    fn of(number: u32, line: &str, start: usize) -> Option<Self> {
        let chars: Vec<char> = line.chars().map(printable).collect();
        let end = end_of(&chars, start);
        let from = if chars.len() > SHOWN {
            start.saturating_sub(BEFORE)
        } else {
            0
        };
        let to = chars.len().min(from.saturating_add(SHOWN));
        let (left, rest) = chars.get(from..to)?.split_at_checked(start - from)?;
        let (marked, right) = rest.split_at_checked(end.min(to).saturating_sub(start))?;
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let mut shown = cut(from > 0).to_owned();
        shown.extend(left.iter().chain(marked).chain(right));
        shown.push_str(cut(to < chars.len()));
        Some(Self {
            number,
            shown: shown.trim_end().to_owned(),
            before: usize::from(from > 0) + width(left),
            marked: width(marked).max(1),
        })
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number.to_string();
        let (margin, before) = (" ".repeat(number.len()), " ".repeat(self.before));
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.shown)?;
        writeln!(f, "{margin} | {before}{}", "^".repeat(self.marked))
    }
}

/// Where a value ends that begins at `start`: a bracket at its counterpart, anything else at the
/// next sign of the brackets around it, at a comment or at the line's end.
fn end_of(chars: &[char], start: usize) -> usize {
    let mut scan = Scan::default();
    let (mut outside, mut last) = (0, start);
    for (at, c) in chars.iter().enumerate() {
        let within = scan.depth;
        if scan.is_comment(*c) {
            break;
        }
        scan.step(*c);
        if at == start {
            outside = within;
        } else if at > start && scan.quote.is_none() {
            // A bracket that closes here was opened before the value, maybe in another line.
            let closes = matches!(c, '}' | ']') && within == outside;
            if closes || (*c == ',' && within == outside && outside > 0) {
                break;
            }
            if scan.depth == outside
                && within > outside
                && chars.get(start).copied().is_some_and(opens)
            {
                return at + 1;
            }
        }
        if at >= start && *c != ' ' {
            last = at + 1;
        }
    }
    last
}

const fn opens(c: char) -> bool {
    matches!(c, '{' | '[')
}

/// How deep in brackets, and in which quotes, a line is at a character.
#[derive(Default)]
struct Scan {
    depth: usize,
    quote: Option<char>,
    before: Option<char>,
}

impl Scan {
    fn is_comment(&self, c: char) -> bool {
        c == '#' && self.quote.is_none() && self.before.is_none_or(|before| before == ' ')
    }

    fn step(&mut self, c: char) {
        // Within a word a quote is a letter like others.
        let begins = self
            .before
            .is_none_or(|before| matches!(before, ' ' | '[' | '{' | ',' | ':'));
        match (self.quote, c) {
            (Some(quote), c) if quote == c => self.quote = None,
            (None, '\'' | '"') if begins => self.quote = Some(c),
            (None, '{' | '[') => self.depth += 1,
            (None, '}' | ']') => self.depth = self.depth.saturating_sub(1),
            (Some(_) | None, _) => {}
        }
        self.before = Some(c);
    }
}

/// A tab is a space; what would move the cursor or turn the direction is a sign of its own.
fn printable(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

fn width(chars: &[char]) -> usize {
    chars.iter().copied().map(columns).sum()
}

/// The columns of a character on a terminal: East Asian ones and pictures take two.
const fn columns(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(line: &str, column: u32) -> String {
        let mut texts = Texts::default();
        texts.add("f", &format!("first\n{line}"));
        let place = Place {
            origin: Arc::from("f"),
            line: Some(2),
            column,
        };
        texts.excerpt(&place).unwrap().to_string()
    }

    #[test]
    fn a_value_is_underlined_to_its_end() {
        insta::assert_snapshot!(shown("  - {a: 'x, }', b: [1, 2], c: 3}", 17), @r"
          |
        2 |   - {a: 'x, }', b: [1, 2], c: 3}
          |                 ^^^^^^^^^
        ");
        insta::assert_snapshot!(shown("  - {a: 'x, }', b: 2}  # why", 5), @r"
          |
        2 |   - {a: 'x, }', b: 2}  # why
          |     ^^^^^^^^^^^^^^^^^
        ");
        insta::assert_snapshot!(shown("  value: it's one, and 'two'  # why", 3), @r"
          |
        2 |   value: it's one, and 'two'  # why
          |   ^^^^^^^^^^^^^^^^^^^^^^^^^^
        ");
        insta::assert_snapshot!(shown("  of: {a: b}, name: c }", 15), @r"
          |
        2 |   of: {a: b}, name: c }
          |               ^^^^^^^
        ");
        insta::assert_snapshot!(shown("kinds: [alert, compliance]", 9), @r"
          |
        2 | kinds: [alert, compliance]
          |         ^^^^^
        ");
    }

    #[test]
    fn tabs_wide_characters_and_signs_that_turn_the_line_keep_the_place() {
        insta::assert_snapshot!(shown("a:\t{b: 漢字, c: \u{202e}d}", 12), @r"
          |
        2 | a: {b: 漢字, c: �d}
          |              ^^^^^
        ");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}{{k: v}}{}", "x".repeat(200), "y".repeat(200));
        insta::assert_snapshot!(shown(&line, 201), @r"
          |
        2 | …xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{k: v}yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…
          |                                ^^^^^^
        ");
    }

    #[test]
    fn what_may_not_be_shown_or_is_not_there_has_no_excerpt() {
        let mut texts = Texts::default();
        texts.add("f", "one\n");
        let at = |origin: &str, line, column| Place {
            origin: Arc::from(origin),
            line,
            column,
        };
        assert!(texts.excerpt(&at("f", Some(1), 1)).is_some());
        for place in [
            at("g", Some(1), 1),
            at("f", None, 0),
            at("f", Some(0), 1),
            at("f", Some(1), 0),
            at("f", Some(2), 1),
            at("f", Some(1), 9),
        ] {
            assert_eq!(texts.excerpt(&place), None, "{place}");
        }
        assert_eq!(format!("{texts:?}"), r#"{"f"}"#);
    }

    proptest! {
        #[test]
        fn no_line_and_no_place_is_too_much(line in "[ -~漢\t]{0,300}", column in 0_u32..310) {
            let mut texts = Texts::default();
            texts.add("f", &line);
            let place = Place { origin: Arc::from("f"), line: Some(1), column };
            if let Some(excerpt) = texts.excerpt(&place) {
                let longest = excerpt.to_string().lines().map(|line| line.chars().count()).max();
                prop_assert!(longest.unwrap_or(0) <= 2 * SHOWN + 10);
            }
        }
    }
}
