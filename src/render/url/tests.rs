use proptest::prelude::*;
use reqwest::Url;
use serde_json::json;

use super::*;
use crate::render::tests::{EVENT, any_text, input, settings};

fn url(template: &str, event: &str) -> Result<String, String> {
    let compiled = UrlTemplate::compile(template, Shape::One, &["key"])
        .map_err(|mistakes| mistakes[0].message.clone())?;
    compiled
        .render(&[input(event)], &settings())
        .map_err(|error| error.to_string())
}

#[test]
fn a_url_takes_values_after_its_host_alone() {
    let good = url(
        "https://h.example/a/{{ event.Severity }}?q={{ event.name }}&k={{ settings.key }}",
        EVENT,
    );
    assert_eq!(
        good.unwrap(),
        "https://h.example/a/High?q=a%20%22quoted%22%20%5C%20name&k=s%223"
    );
    for bad in [
        "{{ event.a }}",
        "http{{ event.a }}://h/",
        "https://{{ event.a }}/x",
        "https://h{{ event.a }}/x",
        "https://h:{{ event.a }}/x",
        "https://u:{{ event.a }}@h/x",
        "https:///{{ event.a }}",
        "https:/\\{{ event.a }}/x",
        "https://h/{% if event %}x{% endif %}",
        "https://h/x#{{ event.a }}",
        "https://h/{{ evnt.a }}",
        r"https://h/x\{{ event.a }}",
        "https://h/x/.\t{{ event.a }}",
    ] {
        url(bad, r#"{"a": "x"}"#).unwrap_err();
    }
    for bad in ["", ".", "..", "null"] {
        let event = if bad == "null" {
            r#"{"a": null}"#.to_owned()
        } else {
            json!({ "a": bad }).to_string()
        };
        url("https://h/x/{{ event.a }}", &event).unwrap_err();
        url("https://h/x/{{ event.a }}/y", &event).unwrap_err();
    }
    url("https://h/x/.{{ event.a }}/y", r#"{"a": "."}"#).unwrap_err();
    url("https://h/x/%2e{{ event.a }}/y", r#"{"a": "."}"#).unwrap_err();
    assert_eq!(
        url("https://h/x/?{{ event.a }}", r#"{"a": ""}"#).unwrap(),
        "https://h/x/?"
    );
}

proptest! {
    #[test]
    fn no_text_of_an_event_changes_the_host_or_the_steps_of_a_url(x in any_text()) {
        let event = json!({ "x": x }).to_string();
        let template = "https://h.example:8443/a/{{ event.x }}/b-{{ event.x }}-c?q={{ event.x }}&r=1";
        match url(template, &event) {
            Ok(made) => {
                let made = Url::parse(&made).unwrap();
                prop_assert_eq!(made.host_str(), Some("h.example"));
                prop_assert_eq!((made.port(), made.scheme(), made.username()), (Some(8443), "https", ""));
                let steps: Vec<&str> = made.path_segments().unwrap().collect();
                prop_assert_eq!(steps.len(), 3);
                prop_assert_eq!(steps[0], "a");
                prop_assert!(steps[2].starts_with("b-") && steps[2].ends_with("-c"));
                let pairs: Vec<_> = made.query_pairs().map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
                prop_assert_eq!(pairs, vec![("q".to_owned(), x), ("r".to_owned(), "1".to_owned())]);
                prop_assert_eq!(made.fragment(), None);
            }
            Err(_) => prop_assert!(matches!(x.as_str(), "" | "." | ".."), "{x:?}"),
        }
    }
}
