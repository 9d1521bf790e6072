//! Whatever comes, nothing panics, and two independent ways agree: the one pass and the tree.
//!
//! ```text
//! cargo +nightly fuzz run --sanitizer none decode_match fuzz/corpus/decode_match fuzz/seeds/decode_match -- \
//!     -dict=fuzz/decode_match.dict -max_len=4096
//! ```

#![no_main]

mod world;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use world::World;

static WORLD: LazyLock<World> = LazyLock::new(World::new);

// The first byte says which kind the source has; the rest is the record.
fuzz_target!(|data: &[u8]| {
    if let Some((source, payload)) = data.split_first() {
        WORLD.check(*source, payload);
    }
});
