//! One case for each kind of witness, and for each reason to have none.

use super::{Both, automation, rule};
use crate::event::EventKind;
use crate::rules::{Automation, Operator, PropertyType, RuleSet, Scope};

const ALERT: &str = r#"{"SystemAlertId":"1","AlertType":"T","Severity":"High","name":"a long name",
    "n":5,"flag":true,"nothing":null,"object":{},"list":["x",7],
    "AzureResourceId":"/subscriptions/s1/resourceGroups/web"}"#;

type Case<'t> = (&'t str, Operator, &'t str, Option<PropertyType>);

fn set(rules: &[Case<'_>]) -> Automation {
    let rules = rules
        .iter()
        .map(|(path, operator, value, ty)| rule(path, *operator, value, *ty).unwrap())
        .collect();
    Automation {
        rule_sets: vec![RuleSet { rules }],
        ..automation("one")
    }
}

/// Whether it matches the alert, and for how many rule sets it was a candidate.
fn tried(automation: Automation) -> (bool, u64) {
    let mut both = Both::new(vec![automation]);
    let matched = !both.found(ALERT, 0).is_empty();
    (matched, both.matching.candidates())
}

#[test]
fn each_kind_of_witness_makes_a_candidate_only_when_it_holds() {
    use Operator as O;
    use PropertyType as T;
    let table: [(&str, O, &str, &str, Option<T>); 22] = [
        ("Severity", O::Equals, "HIGH", "low", None),
        ("n", O::Equals, "5.0", "6", Some(T::Number)),
        ("flag", O::Equals, "true", "false", Some(T::Boolean)),
        ("nothing", O::Equals, "null", "none", None),
        ("Severity", O::In, "low|high", "low|medium", None),
        ("name", O::StartsWith, "A lo", "lo", None),
        ("name", O::EndsWith, "NAME", "nam", None),
        ("name", O::Contains, "long", "short", None),
        ("name", O::Contains, "g", "z", None),
        ("n", O::GreaterThan, "4", "5", None),
        ("n", O::GreaterThanOrEqualTo, "5", "6", None),
        ("n", O::LesserThan, "6", "5", None),
        ("n", O::LesserThanOrEqualTo, "5", "4", None),
        ("list", O::GreaterThan, "6", "7", None),
        ("list", O::Equals, "X", "y", None),
        ("list[0]", O::Equals, "x", "7", None),
        ("list[*]", O::Equals, "7", "8", None),
        ("Severity", O::AtLeast, "high", "critical", None),
        ("Severity", O::AtMost, "high", "medium", None),
        ("flag", O::Equals, "TRUE", "yes", None),
        ("n", O::StartsWith, "5", "6", None),
        ("list", O::In, "1|7", "1|2", Some(T::Integer)),
    ];
    for (path, operator, right, wrong, ty) in table {
        let of = |value| tried(set(&[(path, operator, value, ty)]));
        assert_eq!(of(right), (true, 1), "{path} {operator} {right}");
        assert_eq!(of(wrong), (false, 0), "{path} {operator} {wrong}");
    }
    assert_eq!(tried(set(&[("object", O::Exists, "", None)])), (true, 1));
    assert_eq!(tried(set(&[("absent", O::Exists, "", None)])), (false, 0));
}

#[test]
fn a_scope_is_a_witness() {
    let within = |scopes: &[&str]| Automation {
        scopes: scopes
            .iter()
            .map(|scope| Scope::parse(scope).unwrap())
            .collect(),
        ..automation("scoped")
    };
    assert_eq!(tried(within(&["/subscriptions/S1"])), (true, 1));
    assert_eq!(tried(within(&["/subscriptions/s2"])), (false, 0));
    let several = ["/subscriptions/s2", "/subscriptions/s1/resourceGroups/web"];
    assert_eq!(tried(within(&several)), (true, 1));
    assert_eq!(
        tried(within(&["/subscriptions/s2", "/subscriptions/s3"])),
        (false, 0)
    );
}

#[test]
fn what_has_no_witness_is_always_a_candidate() {
    use Operator as O;
    let table = [
        ("Severity", O::NotEquals, "low", "high"),
        ("Severity", O::NotIn, "low|medium", "low|high"),
        ("name", O::NotContains, "short", "long"),
        ("name", O::NotStartsWith, "b", "a"),
        ("name", O::NotEndsWith, "b", "e"),
        ("name", O::Matches, "l[aeiou]ng", "^long"),
    ];
    for (path, operator, right, wrong) in table {
        let of = |value| tried(set(&[(path, operator, value, None)]));
        assert_eq!(of(right), (true, 1), "{path} {operator} {right}");
        assert_eq!(of(wrong), (false, 1), "{path} {operator} {wrong}");
    }
    assert_eq!(tried(set(&[("absent", O::NotExists, "", None)])), (true, 1));
    assert_eq!(
        tried(set(&[("object", O::NotExists, "", None)])),
        (false, 1)
    );
    assert_eq!(
        tried(set(&[("absent", O::NotEquals, "x", None)])),
        (false, 1)
    );
    assert_eq!(tried(set(&[])), (true, 1));
    assert_eq!(tried(automation("without rule sets")), (true, 1));
    let other = Automation {
        kinds: vec![EventKind::SecureScores],
        ..set(&[("Severity", O::NotEquals, "low", None)])
    };
    assert_eq!(tried(other), (false, 0));
}

#[test]
fn the_rarest_condition_is_the_witness() {
    use Operator as O;
    let many = (0..40).map(|number| {
        let needle = format!("name {number}");
        set(&[
            ("Severity", O::Equals, "High", None),
            ("name", O::Contains, &needle, None),
            ("n", O::GreaterThan, "1", None),
            ("absent", O::NotExists, "", None),
        ])
    });
    let mut both = Both::new(many.collect());
    assert!(both.found(ALERT, 0).is_empty());
    assert_eq!(both.matching.candidates(), 0);
    assert_eq!(both.index.without_witness(), 0);
}

#[test]
fn a_crowd_under_one_witness_is_parted_by_a_second() {
    use Operator as O;
    // Each pair of a type and a name once: hundreds share either.
    let automations = (0..150).flat_map(|ty| {
        (0..150).step_by(5).map(move |name| {
            let (ty, name) = (format!("T{ty}"), format!("name {name}"));
            set(&[
                ("ty", O::Equals, &ty, None),
                ("name", O::Equals, &name, None),
            ])
        })
    });
    let mut both = Both::new(automations.collect());
    let event = r#"{"attackPath":1,"ty":["T7","T8"],"name":["NAME 40","name 41"]}"#;
    assert_eq!(both.found(event, 0), [7 * 30 + 8, 8 * 30 + 8]);
    // Thirty share a type, which is no crowd.
    assert_eq!(both.matching.candidates(), 60);

    let automations = (0..100).flat_map(|ty| {
        (0..100).map(move |name| {
            let (ty, name) = (format!("T{ty}"), format!("name {name}"));
            set(&[
                ("ty", O::Equals, &ty, None),
                ("name", O::Equals, &name, None),
            ])
        })
    });
    let mut both = Both::new(automations.collect());
    assert_eq!(both.found(event, 0), [740, 741, 840, 841]);
    assert_eq!(both.matching.candidates(), 4);
}

#[test]
fn what_is_disabled_is_never_a_candidate() {
    let disabled = Automation {
        enabled: false,
        ..set(&[("absent", Operator::NotExists, "", None)])
    };
    assert_eq!(tried(disabled.clone()), (false, 0));
    assert_eq!(Both::new(vec![disabled]).index.without_witness(), 0);
}

#[test]
fn an_index_tells_what_is_in_it() {
    let negation = set(&[("Severity", Operator::NotEquals, "low", None)]);
    let rare = set(&[("Severity", Operator::Equals, "low", None)]);
    let index = Both::new(vec![negation, rare, automation("none")]).index;
    assert_eq!(
        (index.len(), index.is_empty(), index.rule_set_count()),
        (3, false, 2)
    );
    assert_eq!(index.without_witness(), 1);
    assert!(index.names("one") && !index.names("two"));
    assert!(index.automation(2).is_some() && index.automation(3).is_none());
}

#[test]
fn an_index_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<crate::rules::RuleIndex>();
    shared::<crate::rules::Matching>();
}
