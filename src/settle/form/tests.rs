use super::*;
use crate::event::Coordinates;
use proptest::prelude::*;

fn ours() -> Vec<Header> {
    [
        ("version", "1"),
        ("topic", "source"),
        ("partition", "3"),
        ("offset", "17"),
        ("place", "0"),
        ("id", "msg_1"),
    ]
    .map(|(name, value)| text(name, value.to_owned()))
    .to_vec()
}

fn parcel(key: Option<&'static str>, value: Option<&'static str>, foreign: &[&str]) -> Parcel {
    let foreign = foreign
        .iter()
        .map(|name| ((*name).to_owned(), Some(Bytes::from_static(b"\xff"))));
    Parcel {
        topic: "dlq".into(),
        key: key.map(Bytes::from),
        value: value.map(Bytes::from),
        headers: foreign.chain(ours()).collect(),
        past: None,
    }
}

fn record(parcel: &Parcel) -> Record {
    Record {
        coordinates: Coordinates {
            topic: "dlq".into(),
            partition: 0,
            offset: 0,
        },
        timestamp: None,
        key: parcel.key.clone(),
        value: parcel.value.clone(),
        headers: parcel.headers.clone(),
    }
}

fn told(parcel: &Parcel) -> Option<String> {
    let value = value(&parcel.headers, CHANGED)?;
    Some(String::from_utf8_lossy(value).into_owned())
}

#[test]
fn a_record_without_a_key_gets_one_and_loses_nothing() {
    let whole = parcel(None, Some("v"), &["x"]);
    let keyed = Form::Keyed.of(&whole);
    assert_eq!(
        keyed.key.as_deref(),
        Some(&b"firebell/source/3/17/0/msg_1"[..])
    );
    assert_eq!(keyed.value, whole.value);
    assert!(keyed.headers.starts_with(&whole.headers));
    assert_eq!(told(&keyed).as_deref(), Some("key-added"));
    assert_eq!(original_key(&record(&keyed)), None);
}

#[test]
fn a_key_of_the_original_stays_as_long_as_it_can() {
    let whole = parcel(Some("k"), Some("v"), &["x"]);
    assert_eq!(Form::Keyed.of(&whole), whole);
    let dropped = Form::WithoutValue.of(&whole);
    assert_eq!(original_key(&record(&dropped)), whole.key.as_ref());
    let bare = Form::Bare.of(&whole);
    assert_eq!(original_key(&record(&bare)), None);
    assert_eq!(
        told(&bare).as_deref(),
        Some("key-replaced headers-dropped value-dropped")
    );
}

#[test]
fn headers_are_dropped_before_the_value_and_ours_never() {
    let whole = parcel(Some("k"), Some("v"), &["x", "firebell-was-id"]);
    let forms: Vec<Parcel> = Keep::Coordinates
        .forms()
        .iter()
        .map(|form| form.of(&whole))
        .collect();
    let [_, headers, value, bare] = forms.as_slice() else {
        panic!("{} forms", forms.len());
    };
    assert_eq!(headers.value, whole.value);
    assert_eq!(told(headers).as_deref(), Some("headers-dropped"));
    assert!(headers.headers.starts_with(&ours()));
    assert_eq!(told(value).as_deref(), Some("value-dropped"));
    assert!(value.headers.starts_with(&whole.headers));
    assert!(bare.headers.starts_with(&ours()) && bare.value.is_none());
}

#[test]
fn nothing_but_the_key_is_changed_where_all_must_stay() {
    assert_eq!(Keep::Everything.forms(), [Form::Keyed]);
}

#[test]
fn a_key_is_not_added_for_a_record_that_is_too_large() {
    let large = Refused::TooLarge(String::new());
    let refused = Refused::InThisForm(String::new());
    assert!(Form::Keyed.is_no_use_after(&large));
    assert!(!Form::Keyed.is_no_use_after(&refused));
    assert!(!Form::WithoutHeaders.is_no_use_after(&large));
}

proptest! {
    /// Whatever was refused: each form says where the record came from, and what it lacks.
    #[test]
    fn every_form_has_the_coordinates_and_says_what_it_lacks(
        has_key in any::<bool>(),
        has_value in any::<bool>(),
        foreign in 0..3_usize,
    ) {
        let names = &["x", "y"][..foreign.min(2)];
        let whole = parcel(has_key.then_some("k"), has_value.then_some("v"), names);
        for form in Keep::Coordinates.forms() {
            let parcel = form.of(&whole);
            prop_assert_eq!(value(&parcel.headers, "offset"), Some(&b"17"[..]));
            prop_assert!(parcel.key.is_some());
            prop_assert_eq!(told(&parcel).is_none(), parcel == whole);
            let read = record(&parcel);
            let original = original_key(&read);
            prop_assert!(original.is_none() || original == whole.key.as_ref());
        }
    }
}
