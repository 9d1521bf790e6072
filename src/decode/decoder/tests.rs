use proptest::prelude::*;

use super::*;
use crate::decode::Json;
use crate::decode::extract::agreement::assert_agree;
use crate::event::EventKind;
use crate::path::Path;
use crate::tests::{assert_linear, cpu_time};

const ALERT: &str = r#"{"SystemAlertId":"1","AlertType":"T"}"#;
const LIMITS: Decode = Decode {
    max_bytes: 8 << 20,
    max_depth: 32,
};

fn paths() -> [Path; 3] {
    ["a.b", "list", "n"].map(|path| Path::parse(path).unwrap())
}

fn decoder() -> Decoder {
    Decoder::new(Needs::with(&paths()), LIMITS)
}

/// Whatever is claimed of decoding here holds for the extraction, too.
fn decode(payload: &(impl AsRef<[u8]> + ?Sized)) -> Result<Decoded<'_>, DecodeError> {
    assert_agree(payload.as_ref(), SourceKind::Auto, (&paths(), LIMITS));
    decoder().decode(payload.as_ref(), SourceKind::Auto)
}

fn one(payload: &str) -> Event<'_> {
    let mut decoded = decode(payload).unwrap_or_else(|error| panic!("{error}: {payload:.200}"));
    assert_eq!(decoded.bad, []);
    assert_eq!(decoded.events.len(), 1);
    decoded.events.remove(0)
}

type Placed<'a> = Vec<(usize, &'a str)>;

/// The places and texts of the good events; the places and reasons of the bad.
fn envelope(payload: &str) -> (Placed<'_>, Placed<'static>) {
    let decoded = decode(payload).unwrap();
    (
        decoded
            .events
            .iter()
            .map(|event| (event.place, event.text))
            .collect(),
        decoded
            .bad
            .iter()
            .map(|bad| (bad.place, bad.error.reason()))
            .collect(),
    )
}

#[test]
fn each_kind_is_told_by_its_own_properties() {
    use EventKind as Kind;
    let ty = |name: &str| format!(r#"{{"Type":"Microsoft.Security/{name}"}}"#);
    let table = [
        (ALERT.to_owned(), Kind::Alerts),
        (
            r#"{"systemalertid":null,"ALERTTYPE":"x","type":"other"}"#.to_owned(),
            Kind::Alerts,
        ),
        (ty("Locations/alerts"), Kind::Alerts),
        (ty("assessments"), Kind::Assessments),
        (ty("ASSESSMENTS"), Kind::Assessments),
        (ty("assessments/subAssessments"), Kind::SubAssessments),
        (ty("secureScores"), Kind::SecureScores),
        (
            ty("secureScores/secureScoreControls"),
            Kind::SecureScoreControls,
        ),
        (
            ty("regulatoryComplianceAssessment"),
            Kind::RegulatoryComplianceAssessment,
        ),
        (
            ty(
                "regulatoryComplianceStandards/regulatoryComplianceControls/regulatoryComplianceAssessments",
            ),
            Kind::RegulatoryComplianceAssessment,
        ),
        (
            r#"{"attackPath":{"riskLevel":"Critical"}}"#.to_owned(),
            Kind::AttackPaths,
        ),
    ];
    for (payload, kind) in table {
        assert_eq!(one(&payload).kind, kind, "{payload}");
    }
}

#[test]
fn what_tells_no_kind_is_refused() {
    for payload in [
        "{}",
        r#"{"SystemAlertId":"1"}"#,
        r#"{"AlertType":"1"}"#,
        r#"{"type":"Microsoft.Security/assessmentsX"}"#,
        r#"{"type":7}"#,
        r#"{"records":{}}"#,
    ] {
        assert_eq!(decode(payload), Err(DecodeError::UnknownKind), "{payload}");
    }
}

#[test]
fn a_snapshot_is_its_own_kind() {
    let event = |block: &str| format!(r#"{{"type":"Microsoft.Security/assessments",{block}}}"#);
    for (block, kind) in [
        (
            r#""assessmentEventDataEnrichment":{"isSnapshot":true}"#,
            EventKind::AssessmentsSnapshot,
        ),
        (
            r#""SecurityEventDataEnrichment":{"IsSnapshot":"True"}"#,
            EventKind::AssessmentsSnapshot,
        ),
        (
            r#""subAssessmentEventDataEnrichment":{"isSnapshot":true}"#,
            EventKind::AssessmentsSnapshot,
        ),
        (
            r#""securityEventDataEnrichment":{"isSnapshot":false}"#,
            EventKind::Assessments,
        ),
        (
            r#""otherEventDataEnrichment":{"isSnapshot":true}"#,
            EventKind::Assessments,
        ),
    ] {
        assert_eq!(one(&event(block)).kind, kind, "{block}");
    }
}

#[test]
fn a_fixed_source_says_the_kind() {
    let fixed = SourceKind::Fixed(EventKind::SecureScores);
    let kinds = |payload: &str| -> Vec<EventKind> {
        assert_agree(payload.as_bytes(), fixed, (&paths(), LIMITS));
        let decoded = decoder().decode(payload.as_bytes(), fixed).unwrap();
        decoded.events.iter().map(|event| event.kind).collect()
    };
    assert_eq!(kinds("{}"), [EventKind::SecureScores]);
    assert_eq!(kinds(ALERT), [EventKind::SecureScores]);
    let snapshot = r#"{"securityEventDataEnrichment":{"isSnapshot":true}}"#;
    assert_eq!(kinds(snapshot), [EventKind::SecureScoresSnapshot]);
    assert_eq!(
        kinds(r#"{"Records":[{},{}]}"#),
        [EventKind::SecureScores; 2]
    );
}

#[test]
fn each_form_of_envelope_holds_its_events() {
    let list = format!(" [ {ALERT} ,{ALERT}] ");
    let records = format!(r#"{{"time":1,"Records":[{ALERT},{ALERT}]}}"#);
    let escaped = format!(r#"{{"\u0072ecords":[{ALERT}],"RECORDS":[{ALERT}]}}"#);
    let twice = format!(r#"{{"records":[{ALERT}],"records":[{ALERT}]}}"#);
    assert_eq!(envelope(&list).0, [(0, ALERT), (1, ALERT)]);
    assert_eq!(envelope(&records).0, [(0, ALERT), (1, ALERT)]);
    assert_eq!(envelope(&escaped).0, [(0, ALERT)]);
    assert_eq!(envelope(&twice).0, [(0, ALERT), (1, ALERT)]);
    assert_eq!(envelope("[]"), (vec![], vec![]));
    assert_eq!(envelope(r#"{"records":[]}"#), (vec![], vec![]));
}

#[test]
fn an_event_with_records_of_its_own_is_no_envelope() {
    let alert = r#"{"SystemAlertId":"1","AlertType":"T","records":[{}]}"#;
    assert_eq!(envelope(alert).0, [(0, alert)]);
}

#[test]
fn a_bad_element_leaves_its_neighbours_alone() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(32), "]".repeat(32));
    let payload = format!(r#"[{ALERT},1,{{}},"x",[{ALERT}],null,{deep},{ALERT}]"#);
    let (events, bad) = envelope(&payload);
    assert_eq!(events, [(0, ALERT), (7, ALERT)]);
    assert_eq!(
        bad,
        [
            (1, "not-an-event"),
            (2, "unknown-kind"),
            (3, "not-an-event"),
            (4, "not-an-event"),
            (5, "not-an-event"),
            (6, "too-deep"),
        ]
    );
    let decoded = decode(&payload).unwrap();
    assert_eq!(decoded.bad[5].text, deep);
}

#[test]
fn the_text_of_an_event_is_its_own_bytes() {
    let payload = format!("\u{feff}\r\n\t {ALERT} \n");
    let event = one(&payload);
    assert_eq!(event.text, ALERT);
    let start = event.text.as_ptr().addr() - payload.as_ptr().addr();
    assert_eq!(payload.get(start..start + ALERT.len()), Some(ALERT));
}

#[test]
fn a_text_that_is_not_one_json_value_says_where() {
    for (payload, found, line, column) in [
        ("", "an early end", 1, 0),
        ("  ", "an early end", 1, 2),
        (r#"{"a":1"#, "an early end", 1, 6),
        ("[1", "an early end", 1, 2),
        ("{\n\"a\" 1}", "a syntax error", 2, 5),
        ("{} x", "a syntax error", 1, 4),
        ("{}{}", "a syntax error", 1, 3),
        ("[] 1", "a syntax error", 1, 4),
        (r#"{"a":"\x"}"#, "a syntax error", 1, 8),
        ("{\0}", "a syntax error", 1, 2),
        ("{}\u{a0}", "a syntax error", 1, 3),
        ("{x:1}", "a syntax error", 1, 2),
        ("nul", "an early end", 1, 3),
    ] {
        let error = decode(payload).unwrap_err();
        assert_eq!(
            error,
            DecodeError::NotJson {
                found,
                line,
                column
            },
            "{payload}"
        );
    }
}

#[test]
fn json_of_another_form_is_no_event() {
    for (payload, found) in [
        ("7", "a number"),
        (r#""a""#, "a string"),
        (" true", "a boolean"),
        ("null", "null"),
    ] {
        assert_eq!(
            decode(payload),
            Err(DecodeError::NotAnEvent { found }),
            "{payload}"
        );
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused_even_where_nothing_is_read() {
    let payload = b"\xef\xbb\xbf{\"\xff\":1}";
    assert_eq!(decode(payload), Err(DecodeError::NotUtf8 { offset: 5 }));
}

#[test]
fn an_error_says_what_was_found_and_expected() {
    let table = [
        (
            DecodeError::NotJson {
                found: "an early end",
                line: 1,
                column: 6,
            },
            "not-json: found an early end at line 1, column 6, expected one JSON value",
        ),
        (
            DecodeError::NotUtf8 { offset: 5 },
            "not-utf8: found a byte that is not UTF-8 at offset 5, expected JSON in UTF-8",
        ),
        (
            DecodeError::NotAnEvent { found: "null" },
            "not-an-event: found null, expected an event: a JSON object",
        ),
        (
            DecodeError::TooLarge { size: 9, max: 8 },
            "too-large: the record has 9 bytes, expected at most 8",
        ),
        (
            DecodeError::TooDeep { max: 8 },
            "too-deep: the event is nested deeper than 8 levels",
        ),
    ];
    for (error, text) in table {
        assert_eq!(format!("{}: {error}", error.reason()), text);
    }
}

#[test]
fn the_limits_are_the_last_that_is_allowed() {
    let limits = Decode {
        max_bytes: ALERT.len(),
        max_depth: 2,
    };
    let small = Decoder::new(Needs::with([]), limits);
    let decode = |text: &str| {
        assert_agree(text.as_bytes(), SourceKind::Auto, (&[], limits));
        small.decode(text.as_bytes(), SourceKind::Auto).map(|_| ())
    };
    assert_eq!(decode(ALERT), Ok(()));
    let size = ALERT.len() + 1;
    assert_eq!(
        decode(&format!("{ALERT} ")),
        Err(DecodeError::TooLarge {
            size,
            max: size - 1
        })
    );
    assert_eq!(decode(r#"{"attackPath":{}}"#), Ok(()));
    assert_eq!(
        decode(r#"{"attackPath":[{}]}"#),
        Err(DecodeError::TooDeep { max: 2 })
    );
    // The envelope is no part of the event.
    assert_eq!(decode(r#"[{"attackPath":{}}]"#), Ok(()));
    let decoded = small
        .decode(br#"{"records":[{"attackPath":{}}]}"#, SourceKind::Auto)
        .unwrap();
    assert_eq!((decoded.events.len(), decoded.bad.len()), (1, 0));
}

#[test]
fn the_time_is_the_events_own() {
    let times = [
        (r#""TimeGenerated":"2","StartTimeUtc":"1""#, Some("2")),
        (r#""startTimeUtc":"1","TimeGenerated":"""#, Some("1")),
        (r#""properties":{"timeGeneratedUtc":"3"}"#, Some("3")),
        (
            r#""properties":{"status":{"statusChangeDate":"4"},"timeGenerated":"5"}"#,
            Some("4"),
        ),
        (r#""Properties":{"TimeGenerated":"5"}"#, Some("5")),
        (r#""TimeGenerated":7"#, None),
    ];
    for (fields, time) in times {
        let payload = format!(r#"{{"attackPath":1,{fields}}}"#);
        assert_eq!(one(&payload).time(), time, "{fields}");
    }
}

#[test]
fn a_delete_is_told_by_its_action() {
    for (block, deleted) in [
        (
            r#""assessmentEventDataEnrichment":{"action":"Delete"}"#,
            true,
        ),
        (
            r#""SubAssessmentEventDataEnrichment":{"Action":"delete"}"#,
            true,
        ),
        (
            r#""securityEventDataEnrichment":{"action":"Insert"}"#,
            false,
        ),
        (r#""action":"Delete""#, false),
    ] {
        let payload = format!(r#"{{"attackPath":1,{block}}}"#);
        assert_eq!(one(&payload).deleted(), deleted, "{block}");
    }
}

#[test]
fn each_kind_names_its_resources() {
    let alert = r#"{"SystemAlertId":1,"AlertType":1,"AzureResourceId":"/a","ExtendedProperties":
        {"EffectiveAzureResourceId":"/b","EffectiveSubscriptionId":"s"},"ResourceIdentifiers":
        [{"AzureResourceId":"/c","Type":"AzureResource"},{"AadTenantId":"t","Type":"AAD"}]}"#;
    assert_eq!(
        one(alert).resource_ids(),
        ["/a", "/b", "/c", "/subscriptions/s"]
    );
    let rest = r#"{"type":"Microsoft.Security/Locations/alerts","id":"/i",
        "properties":{"resourceIdentifiers":[{"azureResourceId":"/r"}]}}"#;
    assert_eq!(one(rest).resource_ids(), ["/r", "/i"]);
    let assessment = r#"{"type":"Microsoft.Security/assessments","Id":"/i","AzureResourceId":"/no",
        "properties":{"resourceDetails":{"Id":"/d"}}}"#;
    assert_eq!(one(assessment).resource_ids(), ["/d", "/i"]);
    let score = r#"{"type":"Microsoft.Security/secureScores","id":"/i","AzureResourceId":"/no"}"#;
    assert_eq!(one(score).resource_ids(), ["/i"]);
}

#[test]
fn only_what_is_needed_is_read() {
    let event =
        one(r#"{"attackPath":{"x":1},"no":[1],"A":{"b":{"c":1},"no":2},"list":[{"x":1},[]]}"#);
    let object = |members| Json::Object(members);
    let expected = object(vec![
        ("attackPath".into(), object(vec![])),
        ("A".into(), object(vec![("b".into(), object(vec![]))])),
        (
            "list".into(),
            Json::Array(vec![object(vec![]), Json::Array(vec![])]),
        ),
    ]);
    assert_eq!(event.fields, expected);
}

#[test]
fn a_number_out_of_range_or_a_lone_surrogate_is_no_error() {
    let event = one(r#"{"attackPath":"\ud800x","n":1e400,"\ud800":1,"a":{"\udc00":2}}"#);
    let expected = Json::Object(vec![
        ("attackPath".into(), Json::Text("\u{fffd}x".into())),
        ("n".into(), Json::Number("1e400")),
        ("a".into(), Json::Object(vec![])),
    ]);
    assert_eq!(event.fields, expected);
}

#[test]
fn a_million_levels_of_nesting_are_refused() {
    assert_linear(1_000_000, |levels| {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        let levels = levels / 5;
        let objects = format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels));
        cpu_time(|| {
            assert_eq!(decode(&open).unwrap_err().reason(), "not-json");
            assert_eq!(envelope(&format!("{open}{close}")).1, [(0, "not-an-event")]);
            for key in ["attackPath", "list", "records", "type", "other"] {
                let payload = format!(r#"{{"attackPath":1,"{key}":{open}{close}}}"#);
                assert_eq!(decode(&payload).unwrap_err().reason(), "too-deep", "{key}");
            }
            assert_eq!(decode(&objects).unwrap_err().reason(), "too-deep");
        })
    });
}

#[test]
fn a_limit_beyond_reason_is_no_danger() {
    let limits = Decode {
        max_bytes: usize::MAX,
        max_depth: usize::MAX,
    };
    let decoder = Decoder::new(Needs::everything(), limits);
    let agree = |payload: &str| {
        assert_agree(payload.as_bytes(), SourceKind::Auto, (&paths(), limits));
    };
    let payload = format!("{}1{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    let error = decoder
        .decode(payload.as_bytes(), SourceKind::Auto)
        .unwrap_err();
    assert_eq!(error, DecodeError::TooDeep { max: MAX_DEPTH });
    agree(&payload);
    let levels = MAX_DEPTH - 1;
    let payload = format!(
        r#"{{"attackPath":{}1{}}}"#,
        "[".repeat(levels),
        "]".repeat(levels)
    );
    agree(&payload);
    let deepest = decoder
        .decode(payload.as_bytes(), SourceKind::Auto)
        .unwrap();
    assert_eq!(deepest.clone(), deepest);
}

#[test]
fn a_megabyte_of_string_is_read() {
    for (part, times) in [("a", 1 << 20), (r"\n", 1 << 19), (r"\ud800", 1 << 17)] {
        assert_linear(times, |times| {
            let text = part.repeat(times);
            let payload = format!(r#"{{"attackPath":1,"n":"{text}","{text}":1}}"#);
            cpu_time(|| assert_eq!(one(&payload).kind, EventKind::AttackPaths))
        });
    }
}

#[test]
fn a_hundred_thousand_elements_are_read() {
    assert_linear(100_000, |elements| {
        let items = r#"{"x":1},"#.repeat(elements);
        let payload = format!(r#"{{"attackPath":1,"list":[{items}0]}}"#);
        cpu_time(|| assert_eq!(one(&payload).fields.members("list").count(), 1))
    });
    assert_linear(100_000, |elements| {
        let bad = format!("[{}0]", "0,".repeat(elements));
        cpu_time(|| assert_eq!(envelope(&bad).1.len(), elements + 1))
    });
}

#[test]
fn a_hundred_thousand_duplicate_keys_are_read() {
    for key in ["n", "a", "TYPE", "id", "TimeGenerated"] {
        assert_linear(100_000, |keys| {
            let members = format!(r#""{key}":{{"b":1}},"#).repeat(keys);
            let payload = format!(r#"{{{members}"attackPath":1}}"#);
            cpu_time(|| {
                let event = one(&payload);
                assert_eq!((event.time(), event.deleted()), (None, false));
                assert!(event.resource_ids().is_empty());
            })
        });
    }
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_without_a_panic(bytes in any::<Vec<u8>>()) {
        let _any = decode(&bytes);
    }

    #[test]
    fn any_text_like_json_is_decoded_without_a_panic(
        text in r#"([\[\]{}:,"\\u0 ]|true|null|"a"|"type"|"records"|-1e9|\\ud800|ä){0,40}"#,
    ) {
        if let Ok(decoded) = decode(&text) {
            for event in &decoded.events {
                let whole = event.text.starts_with('{') && event.text.ends_with('}');
                prop_assert!(whole, "{}", event.text);
            }
        }
        // Even on text that is no JSON, reading ends.
        let _any = read(&text, &Needs::everything());
        prop_assert!(envelope::records(&text).count() <= text.len());
        prop_assert!(envelope::elements(&text).count() <= text.len());
    }

    #[test]
    fn a_cut_record_is_an_error(cut in 0..ALERT.len()) {
        prop_assert_eq!(decode(&ALERT.as_bytes()[..cut]).unwrap_err().reason(), "not-json");
    }
}
