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
    health.not_producing("dlq", "no brokers");
    health.produced("retry");
    assert_eq!(health.problems(), ["cannot write to dlq: no brokers"]);
    health.produced("dlq");
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
