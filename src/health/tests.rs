//! What makes a daemon ready, and what does not.

use super::*;

fn health() -> (Arc<GroupHealth>, Health) {
    let group = Arc::new(GroupHealth::new("sources"));
    let health = Health::new(vec![Arc::clone(&group)], Duration::from_secs(10));
    (group, health)
}

#[test]
fn ready_needs_an_assignment() {
    let (group, health) = health();
    assert_eq!(health.problems(), ["sources: no partitions assigned yet"]);
    group.assigned();
    assert!(health.problems().is_empty());
}

#[test]
fn ready_needs_a_producer_that_works() {
    let (group, health) = health();
    group.assigned();
    let topic = "dlq".into();
    let first = health.waits_to_write(&topic, "no brokers");
    let second = health.waits_to_write(&topic, "not enough replicas");
    drop(first);
    second.refused("timed out");
    assert_eq!(health.problems(), ["cannot write to dlq: timed out"]);
    drop(second);
    assert!(health.problems().is_empty());
}

#[test]
fn ready_needs_a_member_that_reads() {
    let (group, health) = health();
    group.assigned();
    group.works(Some("t/0 is not read".to_owned()));
    assert_eq!(health.problems(), ["sources: t/0 is not read"]);
    group.works(None);
    assert!(health.problems().is_empty());
}

#[test]
fn a_member_taken_for_dead_is_not_ready_until_it_has_joined_again() {
    let (group, health) = health();
    group.assigned();
    group.lost();
    group.works(None);
    assert_eq!(
        health.problems(),
        ["sources: no longer a member of its group: joining it again"]
    );
    group.assigned();
    assert!(health.problems().is_empty());
}

#[test]
fn ready_needs_every_topic() {
    let (group, health) = health();
    group.assigned();
    let alerts = ["alerts".to_owned()];
    group.missing(&alerts, &[]);
    // No answer, or none about it.
    group.missing(&[], &[]);
    assert_eq!(
        health.problems(),
        ["sources: the cluster has no topic alerts"]
    );
    group.missing(&[], &alerts);
    assert!(health.problems().is_empty());
}

#[test]
fn a_draining_daemon_is_not_ready() {
    let (group, health) = health();
    group.assigned();
    health.draining();
    assert_eq!(health.problems(), ["draining: about to end"]);
}

#[tokio::test]
async fn a_part_that_panics_is_reported() {
    let died = Died::default();
    let watch = died.watch("partition".to_owned());
    let panicked = std::thread::spawn(move || {
        let _watch = watch;
        panic!("as a test");
    });
    assert!(panicked.join().is_err());
    assert_eq!(died.wait().await, "partition: ended unexpectedly");
}
