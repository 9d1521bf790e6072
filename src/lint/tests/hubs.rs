use super::kit::{NOW, loaded};
use crate::lint::lint;

fn said(entity_path: &str) -> String {
    let string =
        "Endpoint=sb://e.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=SECRET=";
    let text = format!(
        "sources: [alerts]
automations: [rules.yaml]
kafka:
  event_hubs:
    connection_string: {string}{entity_path}
retry: {{ tiers: [{{ topic: retry, delay: 1m }}] }}
workflows: {{ page: {{ url: 'https://example.test/' }} }}
"
    );
    let rules = "automations: [{ name: a, kinds: [alerts], workflows: [page] }]\n";
    let config = loaded(&text, rules);
    let shown = lint(&config, NOW).into_iter();
    let shown: String = shown.map(|one| one.shown(&config.texts)).collect();
    assert!(!shown.contains("SECRET"), "{shown}");
    shown
        .lines()
        .filter(|line| !line.contains("-->"))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_key_of_one_event_hub_opens_no_other() {
    assert_eq!(said(""), "");
    insta::assert_snapshot!(said(";EntityPath=Alerts"), @"
    warning[key-of-one-hub]: the key is for one event hub alone (EntityPath), and these are others: retry, firebell.dead-letter
      help: take the connection string of a shared access policy of the namespace
    ");
}
