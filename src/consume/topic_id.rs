//! A topic's id: what tells a topic from one that had its name before.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What stands before the id in the metadata of an offset. Do not change: it is kept by the cluster.
const MARK: &str = "firebell-topic=";
/// What stands between the id and its cluster there.
const OF: char = '@';

/// The id that a cluster gave a topic when it was created (KIP-516).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TopicId {
    id: [u8; 16],
    /// The beginning of the digest of the cluster's id, which may be any text.
    cluster: [u8; 8],
}

impl TopicId {
    /// The id of these halves in this cluster; `None` for zero, by which a service says that it
    /// tells no ids.
    pub(super) fn of_halves(most: i64, least: i64, cluster: &str) -> Option<Self> {
        let both = (u128::from(most.cast_unsigned()) << 64) | u128::from(least.cast_unsigned());
        let digest = digest(&SHA256, cluster.as_bytes());
        let (cluster, _) = digest.as_ref().split_first_chunk()?;
        (both != 0).then(|| Self {
            id: both.to_be_bytes(),
            cluster: *cluster,
        })
    }

    /// Whether a topic of this id has taken the place of that one. Offsets that were copied to
    /// another cluster are told for its topics by whoever has copied them.
    pub(super) fn replaces(self, former: Self) -> bool {
        self.cluster == former.cluster && self.id != former.id
    }

    /// What is committed beside an offset of this topic.
    pub(super) fn to_metadata(self) -> String {
        format!("{MARK}{self}{OF}{}", URL_SAFE_NO_PAD.encode(self.cluster))
    }

    /// The topic that an offset was committed for, by its metadata; `None` where others committed it.
    pub(super) fn of_metadata(metadata: &str) -> Option<Self> {
        let (id, cluster) = metadata.strip_prefix(MARK)?.split_once(OF)?;
        let bytes = |text| URL_SAFE_NO_PAD.decode(text).ok();
        Some(Self {
            id: bytes(id)?.try_into().ok()?,
            cluster: bytes(cluster)?.try_into().ok()?,
        })
    }
}

/// As Kafka's own tools show it.
impl fmt::Display for TopicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_goes_through_metadata_and_back() {
        let id = TopicId::of_halves(-2, 1, "one").unwrap();
        assert_eq!(id.to_string(), "__________4AAAAAAAAAAQ");
        let metadata = id.to_metadata();
        assert_eq!(
            metadata,
            "firebell-topic=__________4AAAAAAAAAAQ@dpLDrTVAu4A"
        );
        assert_eq!(TopicId::of_metadata(&metadata), Some(id));
    }

    #[test]
    fn zero_is_no_id_and_foreign_metadata_holds_none() {
        assert_eq!(TopicId::of_halves(0, 0, "one"), None);
        for foreign in [
            "",
            "firebell-closed",
            "firebell-topic=",
            "firebell-topic=AAAA@AAAA",
        ] {
            assert_eq!(TopicId::of_metadata(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn only_a_topic_of_the_same_cluster_is_replaced() {
        let id = |number, cluster| TopicId::of_halves(0, number, cluster).unwrap();
        assert!(id(2, "one").replaces(id(1, "one")));
        assert!(!id(1, "one").replaces(id(1, "one")));
        assert!(!id(2, "other").replaces(id(1, "one")));
    }
}
