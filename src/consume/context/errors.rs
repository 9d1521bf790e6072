//! What the poll loop may meet that is no record and no rebalance.

use rdkafka::error::KafkaError;

use super::GroupContext;

impl GroupContext {
    /// An error of the poll loop. None of them ends the loop but a fatal one.
    pub(in crate::consume) fn poll_failed(&self, error: &KafkaError) {
        if let KafkaError::MessageConsumptionFatal(code) = error {
            self.died.report(&self.name, &code.to_string());
        } else {
            self.metrics.errors.increment(1);
            self.suspect(error);
            tracing::warn!(group = &*self.name, error = %error, "the consumer reports an error");
        }
    }

    /// A record where none can be: its offset is in no ledger, so nothing may go on.
    pub(in crate::consume) fn stray(&self, topic: &str, partition: i32, offset: i64) {
        let why = format!("record {topic}/{partition}/{offset} came outside its partition's queue");
        self.died.report(&self.name, &why);
    }
}
