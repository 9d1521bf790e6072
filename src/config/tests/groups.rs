use super::kit::Case;

const RULES: &str = "automations:
  - name: a
    kinds: [recommendations]
    scopes: [/providers/microsoft.management/MANAGEMENTGROUPS/Corp]
    workflows: [note]
";

const GROUPS: &str = "
  corp:
    subscriptions: [00000000-0000-0000-0000-00000000000a]
    groups: [Below, beside]
  below: { subscriptions: [00000000-0000-0000-0000-00000000000B, 00000000-0000-0000-0000-00000000000A], groups: [beside] }
  Beside: { subscriptions: [00000000-0000-0000-0000-00000000000c] }
  other: { subscriptions: [00000000-0000-0000-0000-00000000000d] }
  empty: {}
  without: { subscriptions: [], groups: [empty] }
";

fn case(groups: &str) -> Case {
    let config = "sources: [a]
automations: [rules.yaml]
workflows: { note: { url: 'https://example.test/' } }
";
    Case::new(&format!("{config}management_groups: {groups}")).with_file("rules.yaml", RULES)
}

fn id(end: char) -> String {
    format!("/subscriptions/00000000-0000-0000-0000-00000000000{end}/resourceGroups/web")
}

/// The ends of the ids that the automation covers, of `a` to `e`.
fn covered(case: &Case) -> String {
    let automation = &case.load().automations[0];
    let covers = |end: &char| {
        automation
            .scopes
            .iter()
            .any(|scope| scope.covers(&id(*end)))
    };
    assert!(!automation.scopes.is_empty(), "it would apply everywhere");
    ('a'..='e').filter(covers).collect()
}

#[test]
fn a_management_group_covers_its_subscriptions_and_those_of_all_groups_below() {
    let config = case(GROUPS);
    assert_eq!(covered(&config), "abc");
    let scopes = &config.load().automations[0].scopes;
    let shown: Vec<String> = scopes.iter().map(ToString::to_string).collect();
    let written = "/providers/microsoft.management/MANAGEMENTGROUPS/Corp";
    assert_eq!(shown, [written; 3]);
    assert_eq!(config.load().origins[0].scopes.len(), 3);
}

#[test]
fn a_management_group_without_subscriptions_covers_nothing() {
    for name in ["empty", "without"] {
        let rules = RULES.replace("Corp", name);
        let config = case(GROUPS).with_file("rules.yaml", &rules);
        assert_eq!(covered(&config), "", "{name}");
    }
    let both = RULES.replace(
        "Corp]",
        "empty, /subscriptions/00000000-0000-0000-0000-00000000000e]",
    );
    assert_eq!(covered(&case(GROUPS).with_file("rules.yaml", &both)), "e");
}

#[test]
fn the_groups_may_stand_in_a_file_of_their_own() {
    let yaml = GROUPS.replace("\n  ", "\n");
    let file = case("groups/all.yaml").with_file("groups/all.yaml", &yaml);
    assert_eq!(covered(&file), "abc");
    let json = r#"{"corp": {"subscriptions": ["00000000-0000-0000-0000-00000000000d"]}}"#;
    let file = case("groups.json").with_file("groups.json", json);
    assert_eq!(covered(&file), "d");
}

#[test]
fn a_file_of_groups_that_cannot_be_read_is_one_problem() {
    insta::assert_snapshot!(case("groups.yaml").refused(), @"
    groups.yaml: failed to read the file: No such file or directory (os error 2)
    1 problem
    ");
    let list = case("groups.yaml").with_file("groups.yaml", "[corp]");
    insta::assert_snapshot!(list.refused(), @"
    groups.yaml:1:1: expected a section of keys, found a list
    1 problem
    ");
}

#[test]
fn every_mistake_in_the_groups_is_named() {
    let groups = "
  crop:
    subscriptions: [Production, /subscriptions/00000000-0000-0000-0000-00000000000a]
    groups: [belo, below]
    subscription: []
  below: { groups: [x] }
  x: { groups: [BELOW] }
  self: { groups: [self] }
  above: { groups: [self] }
  X: {}
  /providers/x: {}
  list: []
";
    insta::assert_snapshot!(case(groups).refused(), @"
    firebell.yaml:6:21: management_groups.crop.subscriptions[0]: expected a subscription's id, such as `00000000-0000-0000-0000-000000000000`, found `Production`
    firebell.yaml:6:33: management_groups.crop.subscriptions[1]: expected a subscription's id, such as `00000000-0000-0000-0000-000000000000`, found `/subscriptions/00000000-0000-0000-0000-0…`
    firebell.yaml:7:14: management_groups.crop.groups[0]: unknown management group `belo`
        help: did you mean `below`? known here: /providers/x, above, below, crop, list, self, x
    firebell.yaml:8:5: management_groups.crop.subscription: unknown key
        help: did you mean `subscriptions`? known here: subscriptions, groups
    firebell.yaml:9:3: management_groups.below: the group is below itself: below > x > below
    firebell.yaml:10:3: management_groups.x: another group has this name: `X` at firebell.yaml:13:3
    firebell.yaml:11:3: management_groups.self: the group is below itself: self > self
    firebell.yaml:14:3: management_groups./providers/x: a management group's name has 1 to 90 letters, digits, `-`, `_`, `.`, `(` and `)`; write the name, not the id
    firebell.yaml:15:3: management_groups.list: expected a section of keys, found a list
    rules.yaml:4:14: automations[0].scopes[0]: unknown management group `Corp`
        help: did you mean `crop`? known here: /providers/x, above, below, crop, list, self, x
    10 problems
    ");
}

#[test]
fn a_long_chain_of_groups_ends() {
    let links: Vec<String> = (0..5_000)
        .map(|at| format!("  g{at}: {{ groups: [g{}] }}\n", at + 1))
        .collect();
    let links = links.concat();
    let chain = |last: &str| format!("\n{links}  corp: {{ groups: [g0] }}\n  g5000: {last}\n");
    let ends = chain("{ subscriptions: [00000000-0000-0000-0000-00000000000a] }");
    assert_eq!(covered(&case(&ends)), "a");
    assert!(
        case(&chain("{ groups: [g4999] }"))
            .refused()
            .contains("g4999 > g5000 > g4999")
    );
}
