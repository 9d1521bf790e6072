use super::*;

fn id(number: i64) -> TopicId {
    TopicId::of_halves(0, number, "one").unwrap()
}

fn standing(next: i64, topic: Option<TopicId>) -> Standing {
    Standing { next, topic }
}

fn place() -> Place {
    (Arc::from("alerts"), 0)
}

fn answer(told: Told) -> Answer {
    Answer::from([("alerts".to_owned(), told)])
}

#[test]
fn a_partition_begins_anew_only_where_another_topic_is_told_than_was_committed_for() {
    let of = |told, topic| Start::of(told, Some(&standing(5, topic)));
    assert_eq!(of(Some(Told::Id(id(2))), Some(id(1))), Start::Anew);
    assert_eq!(of(Some(Told::Id(id(1))), Some(id(1))), Start::Committed);
    assert_eq!(of(Some(Told::Id(id(1))), None), Start::Committed);
    for told in [
        None,
        Some(Told::NoId),
        Some(Told::Missing),
        Some(Told::Nothing),
    ] {
        assert_eq!(of(told, Some(id(1))), Start::Committed, "{told:?}");
    }
    assert_eq!(Start::of(Some(Told::Id(id(1))), None), Start::Committed);
}

#[test]
fn what_was_committed_counts_for_its_own_topic_alone() {
    let known = Identities::default();
    let committed = standing(20, Some(id(1)));
    known.take_on(place(), Some(Told::Id(id(1))), Some(&committed));
    assert_eq!(known.beginning(&place()).next, Some(20));
    known.take_on(place(), Some(Told::Id(id(2))), Some(&committed));
    assert_eq!(known.beginning(&place()).next, None);
    assert_eq!(known.beginning(&place()).topic.get(), Some(&id(2)));
}

#[test]
fn a_name_that_stands_for_another_topic_is_found() {
    let known = Identities::default();
    known.take_on(place(), Some(Told::Id(id(1))), None);
    for told in [Told::Id(id(1)), Told::Missing, Told::NoId, Told::Nothing] {
        assert!(known.replaced(&answer(told)).is_empty(), "{told:?}");
    }
    let replaced = known.replaced(&answer(Told::Id(id(2))));
    assert_eq!(replaced, BTreeMap::from([(Arc::from("alerts"), id(2))]));
    known.forget(&[("alerts".to_owned(), 0)]);
    assert!(known.replaced(&answer(Told::Id(id(2)))).is_empty());
}

#[test]
fn a_topic_that_was_missing_is_taken_on_again_when_it_is_there() {
    let known = Identities::default();
    known.take_on(place(), Some(Told::Missing), Some(&standing(20, None)));
    assert!(known.replaced(&answer(Told::Missing)).is_empty());
    assert_eq!(known.replaced(&answer(Told::Id(id(1)))).len(), 1);
}

#[test]
fn a_topic_that_nobody_told_is_that_of_the_offset_or_else_the_first_one_told() {
    let known = Identities::default();
    known.take_on(place(), None, Some(&standing(20, Some(id(1)))));
    assert_eq!(known.replaced(&answer(Told::Id(id(2)))).len(), 1);
    known.take_on(place(), None, None);
    let beginning = known.beginning(&place());
    assert!(known.replaced(&answer(Told::Id(id(2)))).is_empty());
    assert_eq!(beginning.topic.get(), Some(&id(2)));
    assert_eq!(known.replaced(&answer(Told::Id(id(3)))).len(), 1);
}

#[test]
fn an_id_is_told_from_the_last_one_by_its_name() {
    let known = Identities::default();
    let note = |number| known.note(&Arc::from("alerts"), id(number));
    let noted = [note(1), note(1), note(2), note(2)];
    assert_eq!(
        noted,
        [Noted::First, Noted::Same, Noted::Other, Noted::Same]
    );
}

#[test]
fn a_partition_whose_offset_could_not_be_read_is_taken_on_once_more() {
    let known = Identities::default();
    known.take_on_unread(&place(), Some(Told::Id(id(1))));
    assert!(known.replaced(&answer(Told::Nothing)).is_empty());
    let replaced = known.replaced(&answer(Told::Id(id(1))));
    assert_eq!(replaced, BTreeMap::from([(Arc::from("alerts"), id(1))]));
    known.take_on(place(), Some(Told::Id(id(1))), None);
    assert!(known.replaced(&answer(Told::Id(id(1)))).is_empty());
}
