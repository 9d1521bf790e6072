//! What the daemon says of itself: lines and metrics.
//!
//! Every metric stands in `catalogue.rs`, and nowhere else. Handles are made once and held by
//! the stage that counts. Labels are bounded: names from the configuration, words of our own.

pub mod catalogue;
mod groups;
mod held;
mod lag;
mod lanes;
mod logging;
mod pipeline;
mod settlements;

pub use groups::{GroupMetrics, PartitionMetrics};
pub use held::Held;
pub use lag::{OwnPartition, Progress, report_lag};
pub use lanes::LaneMetrics;
pub use logging::start_logging;
pub use pipeline::{Evaluated, PipelineMetrics};
pub use settlements::{dead_lettered, delivered, parked, produce_failed, withheld};
