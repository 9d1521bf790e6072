//! Records that are no events, each with what must become of it.

use serde_json::Value;

use super::events;

/// A record and the dead letters that it must become.
#[derive(Debug, Clone)]
pub(crate) struct Garbage {
    pub(crate) value: Vec<u8>,
    pub(crate) letters: Vec<Letter>,
    /// The numbers of the good events within.
    pub(crate) good: Vec<u64>,
}

/// What is expected of one dead letter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Letter {
    /// The place of one event; none for the whole record.
    pub(crate) place: Option<String>,
    pub(crate) reason: String,
    pub(crate) value: Vec<u8>,
}

/// How deep the deepest are nested.
const DEPTH: usize = 100_000;
/// More than `decode.max_bytes` of the test, and just what a producer may send by default.
const MEGABYTE: usize = 999_000;

/// One of each form, each far from the next. All of them and a part of the small ones fit into what
/// the in-process cluster keeps of one partition.
const LARGE: usize = 6;

/// So many records, the same for the same seed; `good` gives numbers to the good events in them.
pub(crate) fn garbage(seed: u64, count: usize, mut good: impl FnMut() -> u64) -> Vec<Garbage> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..count)
        .map(|nth| match nth % count.div_ceil(LARGE) {
            0 => large(nth / count.div_ceil(LARGE)),
            _ => small(nth, &mut random, &mut good),
        })
        .collect()
}

fn large(nth: usize) -> Garbage {
    let text = |byte: char, length| format!("\"{}\"", byte.to_string().repeat(length - 2));
    match nth {
        0 => whole("not-an-event", text('s', 800_000)),
        1 => whole("too-large", text('l', MEGABYTE)),
        2 => whole("not-json", "[".repeat(DEPTH)),
        3 => {
            let inner = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
            let one = letter(Some(0), "not-an-event", inner.clone());
            of(format!("[{inner}]"), vec![one], vec![])
        }
        4 => {
            let (open, close) = ("{\"a\":".repeat(DEPTH), "}".repeat(DEPTH));
            let alert =
                format!("{{\"SystemAlertId\":\"1\",\"AlertType\":\"x\",\"a\":{open}0{close}}}");
            whole("too-deep", alert)
        }
        // Four hundred thousand bad events are one dead letter.
        _ => whole("not-an-event", format!("[{}0]", "0,".repeat(400_000))),
    }
}

fn small(nth: usize, random: &mut fastrand::Rng, good: &mut impl FnMut() -> u64) -> Garbage {
    match nth % 10 {
        0..=2 => {
            let bytes: Vec<u8> = (0..random.usize(1..300)).map(|_| random.u8(..)).collect();
            whole(of_bytes(&bytes), bytes)
        }
        3..=5 => {
            let mut bytes = events::alert(nth as u64, "High").into_bytes();
            bytes.truncate(random.usize(1..bytes.len()));
            whole(of_bytes(&bytes), bytes)
        }
        6 => {
            let mut bytes = events::alert(nth as u64, "High").into_bytes();
            let at = random.usize(..bytes.len());
            bytes[at] = 0xff;
            whole("not-utf8", bytes)
        }
        7 => {
            let texts = ["null", "true", " 17 ", "\"text\"", "-1e5"];
            whole("not-an-event", *random.choice(&texts).unwrap())
        }
        8 => wrong_envelope(random),
        _ => mixed_envelope(good),
    }
}

fn wrong_envelope(random: &mut fastrand::Rng) -> Garbage {
    match random.u8(..5) {
        0 => whole("unknown-kind", "{}"),
        1 => whole("unknown-kind", r#"{"records":5,"SystemAlertId":"x"}"#),
        2 => whole("unknown-kind", r#"{"value":[{"AlertType":"x"}]}"#),
        3 => {
            let one = letter(Some(0), "not-an-event", "[]");
            of("[[]]", vec![one], vec![])
        }
        _ => whole("not-json", r#"{"records":[]}{"records":[]}"#),
    }
}

fn mixed_envelope(good: &mut impl FnMut() -> u64) -> Garbage {
    let numbers = [good(), good()];
    let [first, second] = numbers.map(|number| events::alert(number, "High"));
    let deep = format!(
        "{{\"SystemAlertId\":\"1\",\"AlertType\":\"x\",\"a\":{}{}}}",
        "[".repeat(200),
        "]".repeat(200)
    );
    let letters = vec![
        letter(Some(1), "unknown-kind", r#"{ "a" : 1 }"#),
        letter(Some(2), "not-an-event", "null"),
        letter(Some(4), "too-deep", deep.clone()),
    ];
    let text = format!("{{\"records\":[{first}, {{ \"a\" : 1 }},null,{second} ,{deep}]}}");
    of(text, letters, numbers.to_vec())
}

/// Why these bytes are no event, told by another parser than the daemon's way through it.
fn of_bytes(bytes: &[u8]) -> &'static str {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return "not-utf8";
    };
    match serde_json::from_str::<Value>(text) {
        Err(_) => "not-json",
        Ok(Value::Object(_)) => "unknown-kind",
        Ok(_) => "not-an-event",
    }
}

fn whole(reason: &str, value: impl Into<Vec<u8>>) -> Garbage {
    let value = value.into();
    let letter = letter(None, reason, value.clone());
    of(value, vec![letter], vec![])
}

fn letter(place: Option<usize>, reason: &str, value: impl Into<Vec<u8>>) -> Letter {
    Letter {
        place: place.map(|place| place.to_string()),
        reason: reason.to_owned(),
        value: value.into(),
    }
}

fn of(value: impl Into<Vec<u8>>, letters: Vec<Letter>, good: Vec<u64>) -> Garbage {
    Garbage {
        value: value.into(),
        letters,
        good,
    }
}
