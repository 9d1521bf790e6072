use super::*;

fn judged(role: Role, settings: &[(&str, &str)]) -> Vec<(&'static str, Severity)> {
    let settings = settings.iter();
    let settings: Settings = settings
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let unfit = role.judge("t", &settings).into_iter();
    unfit.map(|one| (one.setting, one.severity)).collect()
}

const RETRY: Role = Role::Retry(Duration::from_hours(2));

#[test]
fn compaction_is_refused_however_it_is_said() {
    for policy in ["compact", "compact,delete", "delete, compact"] {
        for role in [RETRY, Role::DeadLetter] {
            assert_eq!(
                judged(role, &[("cleanup.policy", policy)]),
                [("cleanup.policy", Severity::Refused)],
                "{policy}"
            );
        }
        let source = judged(Role::Source, &[("cleanup.policy", policy)]);
        assert_eq!(source, [("cleanup.policy", Severity::Warned)]);
    }
    assert_eq!(judged(RETRY, &[("cleanup.policy", "delete")]), []);
}

#[test]
fn a_retention_is_long_enough_from_its_bound_on() {
    let hour = 3_600_000_u64;
    for (role, least) in [(RETRY, 26 * hour), (Role::DeadLetter, 72 * hour)] {
        let short = |kept: &str| {
            let policy = ("cleanup.policy", "delete");
            judged(role, &[policy, ("retention.ms", kept)])
        };
        assert_eq!(short(&least.to_string()), []);
        let refused = [("retention.ms", Severity::Refused)];
        assert_eq!(short(&(least - 1).to_string()), refused);
        assert_eq!(short("0"), refused);
        assert_eq!(short("-1"), [], "for ever");
        assert_eq!(short(&u64::MAX.to_string()), []);
        assert_eq!(short("unheard of"), [], "not judged");
        // Nothing is deleted without a policy.
        assert_eq!(
            judged(role, &[("cleanup.policy", ""), ("retention.ms", "1")]),
            []
        );
    }
    let source = [("cleanup.policy", "delete"), ("retention.ms", "1")];
    assert_eq!(judged(Role::Source, &source), []);
}

#[test]
fn a_bound_on_bytes_is_warned_of() {
    let bytes = |bound| {
        let policy = ("cleanup.policy", "delete");
        judged(RETRY, &[policy, ("retention.bytes", bound)])
    };
    assert_eq!(bytes("1000"), [("retention.bytes", Severity::Warned)]);
    assert_eq!(bytes("-1"), []);
}

#[test]
fn what_is_not_told_is_not_judged() {
    for role in [Role::Source, RETRY, Role::DeadLetter] {
        assert_eq!(judged(role, &[]), []);
    }
}

#[test]
fn what_is_created_is_fit() {
    for role in [
        Role::Source,
        Role::Retry(Duration::from_secs(1)),
        Role::Retry(Duration::from_hours(168)),
        Role::DeadLetter,
    ] {
        let settings = role.settings().into_iter();
        let settings: Settings = settings
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        assert_eq!(role.judge("t", &settings), []);
    }
}

#[test]
fn it_is_told_with_what_mends_it() {
    let settings = [("cleanup.policy", "delete"), ("retention.ms", "60000")];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let unfit = RETRY.judge("firebell.retry.2h", &settings.into());
    let told: Vec<String> = unfit.iter().map(|one| one.told("kafka:9092")).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    topic firebell.retry.2h, a retry topic: retention.ms is 60000 (1m), expected 93600000 (26h) at least: its delay of 2h and a day in which nobody reads it
        help: kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics --entity-name firebell.retry.2h --add-config retention.ms=612000000
    ");
}
