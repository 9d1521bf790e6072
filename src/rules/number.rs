//! Numbers that compare exactly.

use std::cmp::Ordering;
use std::fmt;

/// A number: whole numbers of 64 bits, signed or not, as they are; others as `f64`.
#[derive(Debug, Clone, Copy)]
pub struct Number(Form);

#[derive(Debug, Clone, Copy)]
enum Form {
    // Within `i64` or `u64`.
    Whole(i128),
    // Finite.
    Float(f64),
}

impl Number {
    /// Reads a decimal number; `None` for another text, and for what is out of range.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Keeps out `inf` and `nan`, which Rust would read.
        let decimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        if !text.bytes().all(decimal) {
            return None;
        }
        if let Ok(whole) = text.parse::<i64>() {
            return Some(Self(Form::Whole(whole.into())));
        }
        if let Ok(whole) = text.parse::<u64>() {
            return Some(Self(Form::Whole(whole.into())));
        }
        let float = text.parse::<f64>().ok().filter(|float| float.is_finite())?;
        Some(Self(Form::Float(float)))
    }

    /// Whether it is a whole number of 64 bits.
    pub(super) const fn is_whole(self) -> bool {
        matches!(self.0, Form::Whole(_))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Form::Whole(whole) => write!(f, "{whole}"),
            Form::Float(float) => write!(f, "{float}"),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (Form::Whole(left), Form::Whole(right)) => left.cmp(&right),
            (Form::Float(left), Form::Float(right)) => compare_floats(left, right),
            (Form::Whole(left), Form::Float(right)) => compare_mixed(left, right),
            (Form::Float(left), Form::Whole(right)) => compare_mixed(right, left).reverse(),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

/// Both are finite, so they have an order; `-0.0` is `0.0`.
fn compare_floats(left: f64, right: f64) -> Ordering {
    left.partial_cmp(&right).unwrap_or(Ordering::Equal)
}

fn compare_mixed(whole: i128, float: f64) -> Ordering {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, far outside of the 64 bits of `whole`"
    )]
    let floor = float.floor() as i128;
    match whole.cmp(&floor) {
        Ordering::Equal if float > float.floor() => Ordering::Less,
        order @ (Ordering::Less | Ordering::Equal | Ordering::Greater) => order,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn numbers_compare_exactly() {
        use Ordering::{Equal, Greater, Less};
        let table = [
            ("5", Equal, "5.0"),
            ("5", Equal, "50e-1"),
            ("0", Equal, "-0.0"),
            ("-1", Less, "0.5"),
            ("-1", Less, "-0.5"),
            ("-2", Less, "-1.5"),
            ("9007199254740993", Greater, "9007199254740992"),
            ("9007199254740993", Greater, "9007199254740992.0"),
            ("18446744073709551615", Greater, "9223372036854775807"),
            ("18446744073709551615", Less, "18446744073709551616"),
            ("9223372036854775807", Less, "9223372036854775808.0"),
            ("-9223372036854775808", Equal, "-9223372036854775808.0"),
            ("1e300", Greater, "18446744073709551615"),
            ("-1e300", Less, "-9223372036854775808"),
            ("0.1", Less, "0.2"),
            ("+7", Equal, "007"),
        ];
        for (left, order, right) in table {
            assert_eq!(number(left).cmp(&number(right)), order, "{left} {right}");
            assert_eq!(
                number(right).cmp(&number(left)),
                order.reverse(),
                "{right} {left}"
            );
        }
    }

    #[test]
    fn what_is_no_number_or_out_of_range_is_none() {
        for text in [
            "",
            "high",
            "NaN",
            "inf",
            "-infinity",
            "1e400",
            "-1e400",
            "0x10",
            " 5",
            "1,5",
            "e",
            "-",
            "1_0",
        ] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_compare_as_whole_numbers(left in any::<i64>(), right in any::<u64>()) {
            let order = i128::from(left).cmp(&i128::from(right));
            prop_assert_eq!(number(&left.to_string()).cmp(&number(&right.to_string())), order);
        }

        #[test]
        fn a_float_lies_between_its_neighbours(float in -1e18..1e18_f64) {
            let text = format!("{float:?}");
            let floor = format!("{:.0}", float.floor());
            let above = format!("{:.0}", float.floor() + 1.0);
            prop_assert!(number(&floor) <= number(&text), "{}", text);
            prop_assert!(number(&text) <= number(&above), "{}", text);
        }
    }
}
