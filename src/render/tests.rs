use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

pub(super) const EVENT: &str = r#"{"Severity": "High", "name": "a \"quoted\" \\ name", "n": 1.50E+2,
    "big": 18446744073709551615, "none": null, "lone": "\ud83d", "list": [1, "two", {"k": true}],
    "properties": {"status": {"Code": "Unhealthy"}}}"#;

pub(super) fn input(event: &str) -> Input<'_> {
    Input {
        event,
        about: About {
            id: "msg_1",
            event_id: "evt_1",
            attempt: 2,
            automation: "page",
            workflow: "chat",
            kind: "Alerts",
            topic: "alerts",
            partition: 3,
            offset: 42,
            place: 0,
            time: "2026-01-02T03:04:05Z",
        },
    }
}

pub(super) fn settings() -> Settings {
    vec![("key".to_owned(), "s\"3".to_owned())]
}

fn compile(source: &str, language: Language) -> Result<Template, Vec<Mistake>> {
    Template::compile(source, language, Shape::One, &["key"])
}

fn rendered(source: &str, event: &str) -> Result<String, String> {
    let template = compile(source, Language::Json).map_err(|mistakes| format!("{mistakes:?}"))?;
    let text = template.render(&[input(event)], &settings());
    text.map_err(|error| error.to_string())
}

#[track_caller]
fn is(source: &str, expected: &str) {
    assert_eq!(rendered(source, EVENT).unwrap(), expected);
}

#[test]
fn the_place_of_a_value_says_how_it_is_written() {
    is("{{ event.name }}", r#""a \"quoted\" \\ name""#);
    is(
        r#""so: {{ event.name }}!""#,
        r#""so: a \"quoted\" \\ name!""#,
    );
    is(
        r#"["\"", {{ event.n }}, "{{ event.n }}"]"#,
        r#"["\"", 150.0, "150.0"]"#,
    );
    is("{{ event.list }}", r#"[1,"two",{"k":true}]"#);
    is(r#""{{ event.list }}""#, r#""[1,\"two\",{\"k\":true}]""#);
    is(
        "[{{ event.none }}, {{ event.big }}]",
        "[null, 18446744073709551615]",
    );
    is(
        r#"{"{{ settings.key }}": {{ settings.key }}}"#,
        r#"{"s\"3": "s\"3"}"#,
    );
    is(
        "{{ delivery }}",
        r#"{"attempt":2,"automation":"page","event_id":"evt_1","id":"msg_1","kind":"Alerts","offset":42,"partition":3,"place":0,"time":"2026-01-02T03:04:05Z","topic":"alerts","workflow":"chat"}"#,
    );
    is("{{ event.lone }}", "\"\u{fffd}\"");
}

#[test]
fn a_key_is_found_exactly_or_else_without_case() {
    let event = r#"{"a": 1, "A": 2, "B": 3}"#;
    let found = rendered("[{{ event.a }}, {{ event.A }}, {{ event.b }}]", event);
    assert_eq!(found.unwrap(), "[1, 2, 3]");
    is(
        "{{ event | at('Properties.Status.code') }}",
        r#""Unhealthy""#,
    );
    is(
        "{{ event | at('none', 'x.y', 'list.2.k', 'severity') }}",
        r#""High""#,
    );
    is("{{ event | at('none') | default('-') }}", r#""-""#);
    is("{{ event | at('list[1]') }}", r#""two""#);
}

#[test]
fn loops_conditions_and_filters_work() {
    is(
        "[{% for x in event.list if x is not mapping %}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}]",
        r#"[1,"two"]"#,
    );
    is("{{ event.Severity | upper | truncate(3) }}", "\"HI…\"");
    is("{{ '<a&b>' | slack }}", r#""&lt;a&amp;b&gt;""#);
    is("{{ [1, 'a', none] | join(', ') }}", r#""1, a, null""#);
    is("{% set x = event.Severity ~ '!' %}{{ x }}", r#""High!""#);
    is("{# \" #}{% raw %}\"{{ x }}\"{% endraw %}", r#""{{ x }}""#);
}

#[test]
fn what_can_be_known_to_be_wrong_is_known_at_once() {
    let said = |source: &str| {
        let mistakes = compile(source, Language::Json).unwrap_err();
        let lines = mistakes.iter().map(|one| {
            let help = one.help.as_deref().unwrap_or_default();
            format!("{}:{}: {} ({help})", one.line, one.column, one.message)
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(said("{\n  \"a\": {{ event. }}\n}"), @"
    2:18: syntax error: unexpected end of variable block, expected identifier or integer ()
    ");
    insta::assert_snapshot!(said("{\n  \"ü\": {{ evnt.Severity }}, \"b\": {{ delivery.nid }}\n}"), @"
    2:11: unknown value `evnt` (did you mean `event`? known here: delivery, event, events, settings, summary, range)
    2:37: unknown value `delivery.nid` (did you mean `id`? known here: attempt, automation, event_id, id, kind, offset, partition, place, time, topic, workflow)
    ");
    insta::assert_snapshot!(said("{{ settings.kay }}{{ event.x | uper }}{{ event.y is definde }}"), @"
    1:4: unknown value `settings.kay` (did you mean `key`? known here: key)
    1:32: unknown filter `uper` (did you mean `upper`? known here: abs, at, bool, capitalize, count, d, default, dictsort, first, float, int, items, join, last, length, lines, list, lower, map, max, min, reject, rejectattr, replace, reverse, round, select, selectattr, slack, sort, split, string, sum, title, trim, truncate, unique, upper, urlencode)
    1:53: unknown test `definde` (did you mean `defined`? known here: boolean, defined, endingwith, eq, false, ge, gt, in, iterable, le, lt, mapping, ne, none, number, sequence, startingwith, string, true, undefined)
    ");
    insta::assert_snapshot!(said("{{ event | tojson }}"), @"
    1:12: unknown filter `tojson` (every value is written so that it is safe where it stands: as JSON, or within a string as its text)
    ");
    insta::assert_snapshot!(said("{% set a %}x{% endset %}{% filter upper %}x{% endfilter %}"), @"
    1:4: `set` cannot enclose text here (write `{% set name = one ~ two %}`)
    1:28: `filter` cannot enclose text here (write `{{ value | filter }}`)
    ");
    insta::assert_snapshot!(said("{% if event %}\n{{ event }}"), @"
    2:10: syntax error: unexpected end of input, expected end of block ()
    ");
    insta::assert_snapshot!(said("{% include 'x' %}"), @"
    1:4: syntax error: unknown statement include ()
    ");
}

#[test]
fn a_template_of_many_events_knows_no_single_one() {
    let compile = |source| Template::compile(source, Language::Json, Shape::Many, &[]);
    let mistakes = compile("{{ event.Severity }}").unwrap_err();
    assert_eq!(mistakes[0].message, "unknown value `event`");
    let source = "[{% for one in events %}{{ one.summary.severity }}{% if not loop.last %},{% endif %}{% endfor %}]";
    let two = [input(EVENT), input(r#"{"severity": "Low"}"#)];
    let text = compile(source).unwrap().render(&two, &Vec::new());
    assert_eq!(text.unwrap(), r#"["High","Low"]"#);
}

#[test]
fn a_failure_names_the_templates_words_and_never_the_events() {
    let said = |source: &str| rendered(source, EVENT).unwrap_err();
    insta::assert_snapshot!(said("{\n\"a\": {{ event.Colour }}}"), @"
    line 2 of the template: undefined value: `event.Colour`
    ");
    insta::assert_snapshot!(said("{{ event.a.b }}"), @"
    line 1 of the template: undefined value: `.a.b`
    ");
    insta::assert_snapshot!(said("{{ event.Severity + 1 }}"), @"
    line 1 of the template: a value that this cannot be done with: `event.Severity + 1`
    ");
    insta::assert_snapshot!(said("{{ event.Severity | int }}"), @"
    line 1 of the template: a value that this cannot be done with: `int`
    ");
    insta::assert_snapshot!(said("{{ event.Severity.lower() }}"), @"
    line 1 of the template: unknown method: `.lower()`
    ");
    insta::assert_snapshot!(said(r#"{"a": {{ event.Severity }}"#), @"
    the template: its output is not JSON at line 1, column 12
    ");
    insta::assert_snapshot!(said(r#""\{{ event.Severity }}""#), @"
    line 1 of the template: a value that this cannot be done with: `event.Severity`
    ");
    let hidden = compile("{{ event.Colour }}", Language::Json)
        .unwrap()
        .unshown();
    let error = hidden.render(&[input(EVENT)], &settings()).unwrap_err();
    insta::assert_snapshot!(error, @"
    line 1 of the template: undefined value
    ");
}

#[test]
fn a_hostile_template_ends() {
    let said = |source: &str| rendered(source, EVENT).unwrap_err();
    let forever =
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    insta::assert_snapshot!(said(forever), @"
    line 1 of the template: more steps than a template may take
    ");
    let long = "{% for a in range(100000) %}{{ event }}{% endfor %}";
    insta::assert_snapshot!(said(long), @"
    the template: more than 1 MiB of output
    ");
    let deep = "{% for a in [event] recursive %}{{ loop([a]) }}{% endfor %}";
    insta::assert_snapshot!(said(deep), @"
    line 1 of the template: a value that this cannot be done with: `[event]`
    ");
    let wide = "{{ ('x' * 10000) | replace('', 'y' * 10000) }}";
    insta::assert_snapshot!(said(wide), @"
    line 1 of the template: a value that this cannot be done with: `replace('', 'y' * 10000)`
    ");
    let joined = "{{ range(10000) | join('x' * 10000) }}";
    insta::assert_snapshot!(said(joined), @"
    line 1 of the template: a value that this cannot be done with: `join('x' * 10000)`
    ");
    let raw = compile(&"x".repeat(70_000), Language::Plain).unwrap_err();
    assert_eq!(raw[0].message, "more than 64 KiB");
}

#[test]
fn another_language_takes_values_as_they_are() {
    let template = compile("{{ event.name }}: {{ event.list }}", Language::Plain).unwrap();
    let text = template.render(&[input(EVENT)], &settings()).unwrap();
    assert_eq!(text, r#"a "quoted" \ name: [1,"two",{"k":true}]"#);
}

/// Templates with a value in each kind of place, and what is around it.
const PLACES: [(&str, &str); 5] = [
    (r#"{"before": 1, "x": {{ event.x }}, "after": [2]}"#, "/x"),
    (r#"{"before": 1, "x": "{{ event.x }}", "after": [2]}"#, "/x"),
    (
        r#"{"before": 1, "x": "a \\\" {{ event.x }}\" {{ event.x }}", "after": [2]}"#,
        "",
    ),
    (
        r#"{"before": 1, "x": {"k": ["{{ event.x }}"]}, "after": [2]}"#,
        "/x/k/0",
    ),
    (
        r#"{"before": 1, {% set y = "<" ~ event.x ~ ">" %}"x": "{{ y | trim('<') }}{{ y }}", "after": [2]}"#,
        "",
    ),
];

proptest! {
    #[test]
    fn no_text_of_an_event_leaves_its_place(x in any_text()) {
        let event = json!({ "x": x }).to_string();
        for (source, place) in PLACES {
            let text = rendered(source, &event).unwrap();
            let value: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&value["before"], &json!(1));
            prop_assert_eq!(&value["after"], &json!([2]));
            prop_assert_eq!(value.as_object().unwrap().len(), 3);
            if !place.is_empty() {
                prop_assert_eq!(value.pointer(place).unwrap(), &json!(x));
            }
        }
    }

    #[test]
    fn any_text_compiles_or_has_mistakes_within_it(source in "[ -~\n]{0,60}") {
        if let Err(mistakes) = compile(&source, Language::Json) {
            let lines = u32::try_from(source.matches('\n').count()).unwrap() + 1;
            prop_assert!(!mistakes.is_empty());
            prop_assert!(mistakes.iter().all(|one| (1..=lines).contains(&one.line)));
        }
    }
}

/// Texts that would like to be more.
pub(super) fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\"\\\\{}\\[\\],:./?#%@&=<> \n\t\u{0}u0-9a-f-]{0,24}",
        Just("..".to_owned()),
        Just(".".to_owned()),
        Just("%2e%2e".to_owned()),
        Just("\", \"admin\": true, \"y\": \"".to_owned()),
        Just("{{ delivery.id }}".to_owned()),
    ]
}
