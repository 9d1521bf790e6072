//! Comparison without regard to case, by simple folding: one character to one.
//!
//! The rule, for a character `c`: its upper case if that is one character, else `c`; then the
//! lower case of that if it is one character. So `ſ` is `s`, the Kelvin sign is `k`, and `σ`, `ς`
//! and `Σ` are one. The dotless `ı` and the dotted `İ` of Turkish stay as they are, and `ß` is
//! not `ss`: a fold never changes how many characters a text has.

use std::borrow::Cow;

use memchr::memmem;

/// Folds one character.
#[must_use]
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    // Its upper case is `I`, which would make it an `i`.
    if c == 'ı' {
        return c;
    }
    let upper = single(c.to_uppercase()).unwrap_or(c);
    single(upper.to_lowercase()).unwrap_or(upper)
}

fn single(mut mapped: impl Iterator<Item = char>) -> Option<char> {
    let first = mapped.next()?;
    mapped.next().is_none().then_some(first)
}

/// Folds a text; one that is folded already is not copied.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() {
        return Cow::Owned(text.chars().map(fold_char).collect());
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Borrowed(text)
}

/// Folds a text into `folded`, in place of what was there.
pub fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    if text.is_ascii() {
        folded.push_str(text);
        folded.make_ascii_lowercase();
    } else {
        folded.extend(text.chars().map(fold_char));
    }
}

/// Whether two texts are the same but for case.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    // What is ASCII on one side alone may still be the same: the Kelvin sign is a `k`.
    if left.is_ascii() && right.is_ascii() {
        return left.eq_ignore_ascii_case(right);
    }
    left.chars().map(fold_char).eq(right.chars().map(fold_char))
}

/// Whether `text` equals `folded`, which is folded already.
#[must_use]
pub fn equals(text: &str, folded: &str) -> bool {
    if text.is_ascii() {
        return text.eq_ignore_ascii_case(folded);
    }
    text.chars().map(fold_char).eq(folded.chars())
}

/// Whether `text` starts with `folded`, which is folded already.
#[must_use]
pub fn starts_with(text: &str, folded: &str) -> bool {
    let mut chars = text.chars().map(fold_char);
    folded
        .chars()
        .all(|expected| chars.next() == Some(expected))
}

/// Whether `text` ends with `folded`, which is folded already.
#[must_use]
pub fn ends_with(text: &str, folded: &str) -> bool {
    let mut chars = text.chars().rev().map(fold_char);
    folded
        .chars()
        .rev()
        .all(|expected| chars.next() == Some(expected))
}

/// Whether `text` contains `folded`, which is folded already; linear in both.
#[must_use]
pub fn contains(text: &str, folded: &str) -> bool {
    memmem::find(fold(text).as_bytes(), folded.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folding_a_character_twice_changes_nothing_more() {
        for c in '\0'..=char::MAX {
            assert_eq!(fold_char(fold_char(c)), fold_char(c), "{c:?}");
        }
    }

    #[test]
    fn letters_that_differ_only_by_case_are_the_same() {
        let alike = [
            ("HIGH", "high"),
            ("ſ", "S"),
            ("\u{212a}", "k"),
            ("\u{212b}", "å"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("ÄÖÜ", "äöü"),
            ("ẞ", "ß"),
            ("µ", "Μ"),
            ("Ǆ", "ǅ"),
            ("ПРИВЕТ", "привет"),
        ];
        for (left, right) in alike {
            assert!(same(left, right), "{left} {right}");
            assert!(equals(left, &fold(right)), "{left} {right}");
            assert_eq!(fold(left), fold(right), "{left} {right}");
        }
    }

    #[test]
    fn letters_without_a_single_counterpart_stay_themselves() {
        for (left, right) in [("ı", "i"), ("ı", "I"), ("İ", "i"), ("İ", "ı"), ("ß", "ss")] {
            assert!(!same(left, right), "{left} {right}");
            assert!(!equals(left, &fold(right)), "{left} {right}");
        }
    }

    #[test]
    fn a_folded_text_is_not_copied() {
        assert!(matches!(fold("unhealthy, 1"), Cow::Borrowed(_)));
    }

    #[test]
    fn parts_are_found_in_any_case() {
        assert!(starts_with("ſQL.VM", "sql."));
        assert!(ends_with("brute FORCE", "force"));
        assert!(contains("A ΣΊΣΥΦΟΣ b", &fold("σίσυφος")));
        assert!(contains("Unhealthy", "healthy"));
        assert!(!starts_with("ab", "abc"));
        assert!(!ends_with("bc", "abc"));
        assert!(!contains("ab", "abc"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
            let mut into = "before".to_owned();
            fold_into(&text, &mut into);
            prop_assert_eq!(&into, &once);
            prop_assert!(same(&text, &once));
            prop_assert!(equals(&text, &once));
            prop_assert_eq!(text.chars().count(), once.chars().count());
        }

        #[test]
        fn each_part_of_a_text_is_found_in_it(left in ".{0,8}", part in ".{1,8}", right in ".{0,8}") {
            let folded = fold(&part).into_owned();
            let text = format!("{left}{part}{right}");
            prop_assert!(contains(&text, &folded));
            let front = format!("{part}{right}");
            prop_assert!(starts_with(&front, &folded));
            let back = format!("{left}{part}");
            prop_assert!(ends_with(&back, &folded));
        }
    }
}
