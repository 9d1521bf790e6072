//! A value for a screen: JSON one property a line, and nothing that a terminal obeys.

use serde::de::IgnoredAny;

/// JSON with line breaks and indents, its own characters untouched; other text, and what is no
/// text, as it is.
#[must_use]
pub fn pretty(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    if serde_json::from_str::<IgnoredAny>(&text).is_err() {
        return shown(&text);
    }
    let mut out = Indented::default();
    let mut quoted = Quoted::No;
    for c in text.chars() {
        quoted = match (quoted, c) {
            (Quoted::No, '"') | (Quoted::Escaped, _) => {
                out.push(c);
                Quoted::Yes
            }
            (Quoted::No, _) => {
                out.structure(c);
                Quoted::No
            }
            (Quoted::Yes, _) => {
                out.push(c);
                match c {
                    '\\' => Quoted::Escaped,
                    '"' => Quoted::No,
                    _ => Quoted::Yes,
                }
            }
        };
    }
    shown(&out.text)
}

/// Text without what a terminal would obey; line breaks and tabs stay.
#[must_use]
pub fn shown(text: &str) -> String {
    let shown = |c: char| {
        if c.is_control() && !matches!(c, '\n' | '\t') {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

/// Where in a text between quotes we are.
#[derive(Clone, Copy)]
enum Quoted {
    No,
    Yes,
    Escaped,
}

#[derive(Default)]
struct Indented {
    text: String,
    depth: usize,
    /// An opening bracket, whose line break comes with what is in it.
    opened: bool,
}

impl Indented {
    fn structure(&mut self, c: char) {
        match c {
            '{' | '[' => {
                self.push(c);
                self.depth += 1;
                self.opened = true;
            }
            '}' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                if !std::mem::take(&mut self.opened) {
                    self.line();
                }
                self.text.push(c);
            }
            ',' => {
                self.push(c);
                self.line();
            }
            ':' => self.text.push_str(": "),
            c if c.is_whitespace() => {}
            c => self.push(c),
        }
    }

    fn push(&mut self, c: char) {
        if std::mem::take(&mut self.opened) {
            self.line();
        }
        self.text.push(c);
    }

    fn line(&mut self) {
        self.text.push('\n');
        // Deeper than a screen is wide, indents help nobody.
        for _ in 0..self.depth.min(40) {
            self.text.push_str("  ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn json_gets_its_lines_and_keeps_its_own_writing() {
        let json = r#" {"a":[1.50,{"b\"":{}},[]],"n":18446744073709551616,"a":null} "#;
        insta::assert_snapshot!(pretty(json.as_bytes()), @r#"
        {
          "a": [
            1.50,
            {
              "b\"": {}
            },
            []
          ],
          "n": 18446744073709551616,
          "a": null
        }
        "#);
    }

    #[test]
    fn what_is_no_json_is_shown_as_it_is_and_rules_no_terminal() {
        assert_eq!(
            pretty(b"{\x1b[2Jnot json\r\n"),
            "{\u{fffd}[2Jnot json\u{fffd}\n"
        );
        assert_eq!(pretty(b"\xff\n"), "\u{fffd}\n");
    }

    proptest! {
        #[test]
        fn what_it_means_stays_the_same(text in "[\\[\\]{}:,\"a1 \\\\]{0,30}") {
            let before: Result<serde_json::Value, _> = serde_json::from_str(&text);
            if let Ok(before) = before {
                let after: serde_json::Value = serde_json::from_str(&pretty(text.as_bytes())).unwrap();
                prop_assert_eq!(before, after);
            }
        }
    }
}
