//! A workflow with a consumer group of its own holds up nobody, and loses and repeats nothing when
//! it is given one or is to be without it again.

use tokio_util::sync::CancellationToken;

use crate::kit::scene::{everywhere, own, start, start_again, wait_settled};
use crate::kit::topics::{Record, all_committed, commit, produce, read};
use crate::kit::{Answer, Cluster, Daemon, Kind, Plan, Received, Receiver, Setup};
use crate::kit::{events, unique, until};

fn own_group(plan: &Plan, workflow: &str) -> String {
    format!("{}.{workflow}", plan.name)
}

fn with_own_group(plan: Plan, workflow: &str) -> Plan {
    plan.set(&format!("workflows.{workflow}.own_group"), true)
}

fn alerts(numbers: std::ops::Range<u64>) -> Vec<Record> {
    let alert = |number| Record::of(events::alert(number, "High"));
    numbers.map(alert).collect()
}

fn wait_committed(cluster: &Cluster, group: &str, topic: &str) {
    until(&format!("{group} has settled {topic}"), || {
        all_committed(cluster, group, topic).then_some(())
    });
}

fn stop(mut daemon: Daemon) {
    daemon.sigterm();
    assert_eq!(daemon.wait_exit().code(), Some(0));
}

#[test]
fn a_slow_workflow_with_a_group_of_its_own_holds_up_nobody_and_fills_no_retry_topic() {
    const EVENTS: u32 = 16;
    everywhere(|setup| {
        let receiver = Receiver::start();
        let over = CancellationToken::new();
        receiver.answer("/slow", Answer::Held(over.clone(), 200));
        let plan = Plan::new(setup, &unique("own"))
            // Elsewhere what waits for longer is parked.
            .set("delivery.lane_wait", "10ms")
            .workflow("fast", &receiver.url("/fast"))
            .workflow("slow", &receiver.url("/slow"))
            .set("workflows.slow.max_in_flight", 1)
            .set("workflows.slow.queue", 1)
            .on_high_alerts("a", &["slow", "fast"]);
        let plan = with_own_group(plan, "slow");
        let daemon = start(setup, &plan, 1);
        let mut records = alerts(0..u64::from(EVENTS));
        records.push(Record::of("garbage"));
        produce(&setup.cluster, &plan.name, &records);
        receiver.wait_for("/fast", EVENTS as usize);
        wait_committed(&setup.cluster, &plan.name, &plan.name);
        receiver.wait_for("/slow", 1);
        assert_eq!(receiver.requests("/slow").len(), 1, "it has one place");
        over.cancel();
        let lag = |group| daemon.metric("firebell_consumer_lag", &[("group", group)]);
        until("both lags are told", || {
            lag("sources/slow").and_then(|_| lag("sources"))
        });
        wait_committed(&setup.cluster, &own_group(&plan, "slow"), &plan.name);

        for path in ["/slow", "/fast"] {
            assert_eq!(receiver.requests(path).len(), EVENTS as usize, "{path}");
        }
        for topic in plan.retry_topics() {
            assert_eq!(read(&setup.cluster, &topic), [], "{topic}");
        }
        assert_eq!(read(&setup.cluster, plan.dead_letter_topic()).len(), 1);
        // A record is counted once, however often it is read.
        let counted = daemon.metric("firebell_records_total", &[("result", "matched")]);
        assert_eq!(counted, Some(f64::from(EVENTS)));
        stop(daemon);
    });
}

#[test]
fn where_all_workflows_have_groups_of_their_own_the_common_one_writes_the_dead_letters() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        // Three attempts, parked, and taken.
        receiver.script("/failing", |_: &Received, nth| {
            Answer::Status(if nth < 3 { 503 } else { 200 })
        });
        let mut plan = Plan::new(setup, &unique("all-own")).on_high_alerts("a", &["w", "failing"]);
        for name in ["w", "failing"] {
            let url = receiver.url(&format!("/{name}"));
            plan = with_own_group(plan.workflow(name, &url), name);
        }
        let daemon = start(setup, &plan, 2);
        let list = format!("[{}, 7]", events::alert(1, "High"));
        produce(
            &setup.cluster,
            &plan.name,
            &[Record::of("garbage"), Record::of(list), Record::default()],
        );
        receiver.wait_for("/failing", 4);
        wait_settled(setup, &plan);
        for name in ["w", "failing"] {
            wait_committed(&setup.cluster, &own_group(&plan, name), &plan.name);
        }
        let letters = read(&setup.cluster, plan.dead_letter_topic());
        let mut reasons: Vec<_> = letters.iter().map(|one| own(one, "reason")).collect();
        reasons.sort_unstable();
        assert_eq!(reasons, ["not-an-event", "not-json"]);
        assert_eq!(receiver.requests("/w").len(), 1);
        assert_eq!(receiver.requests("/failing").len(), 4);
        let parked = read(&setup.cluster, &plan.retry_topics()[0]);
        assert_eq!(parked.len(), 1);
        assert_eq!(own(&parked[0], "workflow"), "failing");
        stop(daemon);
    });
}

#[test]
fn a_new_group_begins_where_the_common_one_stands() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("begins"))
            .patient()
            .set("kafka.drain_timeout", "10s")
            .set("kafka.session_timeout", "12s")
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        let daemon = start(setup, &plan, 2);
        produce(&setup.cluster, &plan.name, &alerts(0..10));
        wait_settled(setup, &plan);
        stop(daemon);
        produce(&setup.cluster, &plan.name, &alerts(10..15));
        let plan = with_own_group(plan, "w");
        let daemon = start_again(&plan);
        produce(&setup.cluster, &plan.name, &alerts(15..20));
        receiver.wait_for("/w", 20);
        stop(daemon);
        // It has its own offsets by now, and goes on from them.
        produce(&setup.cluster, &plan.name, &alerts(20..25));
        let daemon = start_again(&plan);
        receiver.wait_for("/w", 25);
        wait_committed(&setup.cluster, &own_group(&plan, "w"), &plan.name);
        wait_settled(setup, &plan);
        each_once(&receiver, 25);
        stop(daemon);
    });
}

fn each_once(receiver: &Receiver, count: usize) {
    let requests = receiver.requests("/w");
    let mut numbers: Vec<_> = requests
        .iter()
        .filter_map(|request| events::number(&request.body))
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..count as u64).collect::<Vec<_>>());
}

/// A daemon whose own group was killed before it had delivered anything, with the common group at
/// the end.
fn behind(setup: &Setup, receiver: &Receiver) -> Plan {
    receiver.answer("/w", Answer::Hang);
    let plan = Plan::new(setup, &unique("behind"))
        .workflow("w", &receiver.url("/w"))
        .set("workflows.w.timeout", "1m")
        .on_high_alerts("a", &["w"]);
    let with = with_own_group(plan.clone(), "w");
    let mut daemon = start(setup, &with, 1);
    produce(&setup.cluster, &plan.name, &alerts(0..5));
    receiver.wait_for("/w", 5);
    wait_committed(&setup.cluster, &plan.name, &plan.name);
    daemon.sigkill();
    daemon.wait_exit();
    plan
}

#[test]
fn a_group_that_has_left_records_unread_is_not_switched_off() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = behind(setup, &receiver);
        let mut refused = Daemon::start(&plan);
        assert_eq!(refused.wait_exit().code(), Some(64));
        let says = format!(
            "{} has left 5 records unread: {}/0/0 to 4",
            own_group(&plan, "w"),
            plan.name
        );
        assert!(refused.output().contains(&says), "{}", refused.output());

        receiver.answer("/w", Answer::Status(200));
        let daemon = start_again(&with_own_group(plan.clone(), "w"));
        wait_committed(&setup.cluster, &own_group(&plan, "w"), &plan.name);
        // It waits for the members to leave.
        let impatient = plan.clone().set("kafka.start_timeout", "5s");
        let mut refused = Daemon::start(&impatient);
        assert_eq!(refused.wait_exit().code(), Some(64));
        assert!(
            refused.output().contains("still has members"),
            "{}",
            refused.output()
        );
        stop(daemon);
        // The in-process cluster never forgets that a group had members.
        if setup.cluster.kind() == Kind::Kafka {
            switch_off_and_on(setup, &plan, &receiver);
        }
    });
}

#[test]
fn a_partition_that_a_group_has_settled_nothing_of_counts_as_unread() {
    everywhere(|setup| {
        let receiver = Receiver::start();
        let plan = Plan::new(setup, &unique("added"))
            .workflow("w", &receiver.url("/w"))
            .on_high_alerts("a", &["w"]);
        plan.create_topics(&setup.cluster, 2);
        let (cluster, topic) = (&setup.cluster, plan.name.as_str());
        let at = |partition| {
            let alert = Record::of(events::alert(1, "High"));
            Record {
                partition: Some(partition),
                ..alert
            }
        };
        produce(cluster, topic, &[at(0), at(1), at(1)]);
        let own = own_group(&plan, "w");
        // The second partition came later, and the workflow was away since.
        commit(cluster, &own, (topic, 0), 1);
        commit(cluster, topic, (topic, 0), 1);
        commit(cluster, topic, (topic, 1), 2);
        let mut refused = Daemon::start(&plan);
        assert_eq!(refused.wait_exit().code(), Some(64));
        let says = format!("{own} has left 2 records unread: {topic}/1/0 to 1");
        assert!(refused.output().contains(&says), "{}", refused.output());
    });
}

/// What the common group reads meanwhile is not read again by a group of its own later.
fn switch_off_and_on(setup: &Setup, plan: &Plan, receiver: &Receiver) {
    let before = receiver.requests("/w").len();
    for own in [false, true, true, false] {
        let plan = plan.clone().set("workflows.w.own_group", own);
        let daemon = start_again(&plan);
        produce(&setup.cluster, &plan.name, &alerts(5..7));
        wait_settled(setup, &plan);
        if own {
            wait_committed(&setup.cluster, &own_group(&plan, "w"), &plan.name);
        }
        stop(daemon);
    }
    assert_eq!(receiver.requests("/w").len(), before + 8);
}
