//! What an event and its deliveries are known by, made of what the event is and not of where it
//! stands: a topic that is made again, a mirrored one and another cluster give the same id to the
//! same event, and never one id to two.

use std::fmt::Write as _;

use aws_lc_rs::digest::{Context, SHA256};

/// The form of what is hashed. Do not change it, nor the order of the fields: receivers deduplicate
/// by what comes of it, and `docs/ids.md` lets other programs compute it.
const FORM: &[u8] = b"firebell-id-1";

/// One occurrence of an event: its own bytes, its record's time and its place in the record.
///
/// Each field that is hashed is a netstring (its length in bytes, `:`, its bytes, `,`), so that no
/// two lists of fields are hashed alike.
pub struct Identity(Context);

impl Identity {
    /// Of the event's own bytes, its record's time in milliseconds since the epoch, and its place
    /// in the record, from 0.
    #[must_use]
    pub fn new(event: &[u8], timestamp: Option<i64>, place: usize) -> Self {
        let mut hash = Context::new(&SHA256);
        let timestamp = timestamp.map_or_else(String::new, |at| at.to_string());
        add(&mut hash, FORM);
        add(&mut hash, event);
        add(&mut hash, timestamp.as_bytes());
        add(&mut hash, place.to_string().as_bytes());
        Self(hash)
    }

    /// The id of the event, whoever it is delivered to: `evt_` and 32 hex digits.
    #[must_use]
    pub fn event_id(&self) -> String {
        shown("evt_", self.0.clone())
    }

    /// The id of its delivery to a workflow for an automation: `msg_` and 32 hex digits.
    #[must_use]
    pub fn delivery_id(&self, automation: &str, workflow: &str) -> String {
        let mut hash = self.0.clone();
        add(&mut hash, automation.as_bytes());
        add(&mut hash, workflow.as_bytes());
        shown("msg_", hash)
    }
}

/// The id of a request for these deliveries: the delivery's own where it is one, else of the set
/// of their ids. So the same ones together have the same id again.
///
/// Do not change: receivers deduplicate by it.
pub(super) fn id_of_many<'a>(ids: impl Iterator<Item = &'a str>) -> String {
    let mut ids: Vec<&str> = ids.collect();
    if let [only] = ids.as_slice() {
        return (*only).to_owned();
    }
    ids.sort_unstable();
    let mut hash = Context::new(&SHA256);
    for id in ids {
        hash.update(&(id.len() as u64).to_be_bytes());
        hash.update(id.as_bytes());
    }
    shown("msg_", hash)
}

fn add(hash: &mut Context, field: &[u8]) {
    hash.update(field.len().to_string().as_bytes());
    hash.update(b":");
    hash.update(field);
    hash.update(b",");
}

/// The first 128 bits.
fn shown(prefix: &str, hash: Context) -> String {
    let mut id = prefix.to_owned();
    for byte in hash.finish().as_ref().iter().take(16) {
        // Writing into a `String` cannot fail.
        let _written = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const AT: Option<i64> = Some(1_760_000_000_000);

    fn delivery_id(event: &str, at: Option<i64>, place: usize, names: [&str; 2]) -> String {
        Identity::new(event.as_bytes(), at, place).delivery_id(names[0], names[1])
    }

    #[test]
    fn the_ids_never_change() {
        let identity = Identity::new(b"{}", AT, 0);
        insta::assert_snapshot!(identity.event_id(), @"evt_a5417b886174c2d1c937c0816b2f0ca5");
        insta::assert_snapshot!(identity.delivery_id("page", "on-call"), @"msg_20ee16e503da7019ded171f134f89840");
    }

    #[test]
    fn the_id_tells_every_part_apart() {
        let names = ["page", "on-call"];
        let ids = BTreeSet::from([
            delivery_id("{}", AT, 0, names),
            delivery_id("{ }", AT, 0, names),
            delivery_id("{}", Some(1_760_000_000_001), 0, names),
            delivery_id("{}", None, 0, names),
            delivery_id("{}", Some(0), 0, names),
            delivery_id("{}", Some(-1), 0, names),
            delivery_id("{}", AT, 1, names),
            delivery_id("{}", AT, 0, ["pageo", "n-call"]),
            delivery_id("{}", AT, 0, ["page", "off-call"]),
            delivery_id("{}", AT, 0, ["on-call", "page"]),
        ]);
        assert_eq!(ids.len(), 10);
    }

    #[test]
    fn the_event_has_one_id_for_all_of_its_deliveries() {
        let identity = Identity::new(b"{}", AT, 3);
        let before = identity.event_id();
        assert_ne!(
            identity.delivery_id("a", "one"),
            identity.delivery_id("a", "two")
        );
        assert_eq!(identity.event_id(), before);
        assert_ne!(before.strip_prefix("evt_"), None);
    }

    #[test]
    fn the_id_of_several_is_that_of_the_set_of_them() {
        assert_eq!(id_of_many(["msg_a"].into_iter()), "msg_a");
        let both = id_of_many(["msg_a", "msg_b"].into_iter());
        assert_eq!(both, id_of_many(["msg_b", "msg_a"].into_iter()));
        insta::assert_snapshot!(both, @"
        msg_8155c637437bdfe6463f7b6cb0407280
        ");
    }

    /// Fields that hold what stands between fields.
    fn field() -> impl Strategy<Value = String> {
        "[0-3:,a]{0,6}"
    }

    proptest! {
        #[test]
        fn no_two_lists_of_fields_are_hashed_alike(
            one in (field(), proptest::option::of(0_i64..20), 0_usize..20, field(), field()),
            other in (field(), proptest::option::of(0_i64..20), 0_usize..20, field(), field()),
        ) {
            let id = |of: &(String, Option<i64>, usize, String, String)| {
                delivery_id(&of.0, of.1, of.2, [&of.3, &of.4])
            };
            prop_assert_eq!(id(&one) == id(&other), one == other);
        }
    }
}
