//! What must come of the samples, and what came of them.

use metrics_exporter_prometheus::PrometheusHandle;

use super::samples::{Expected, Sample};

/// The figures of the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    /// Records read.
    pub consumed: u64,
    /// Matches of an event and an automation.
    pub matched: u64,
    /// Deliveries that were taken.
    pub delivered: u64,
    /// Deliveries that went through a retry topic.
    pub retried: u64,
    /// Records and deliveries in the dead-letter topic.
    pub dead_lettered: u64,
}

impl Tally {
    /// What must come of these samples.
    #[must_use]
    pub(super) fn expected(samples: &[Sample]) -> Self {
        let mut tally = Self::default();
        for sample in samples {
            tally.consumed += 1;
            match sample.expected {
                Expected::Nothing => {}
                Expected::Delivered(count) => {
                    tally.matched += count;
                    tally.delivered += count;
                }
                Expected::Retried => {
                    tally.matched += 1;
                    tally.retried += 1;
                    tally.delivered += 1;
                }
                Expected::Refused => {
                    tally.matched += 1;
                    tally.dead_lettered += 1;
                }
                Expected::Poison => tally.dead_lettered += 1,
            }
        }
        tally
    }

    /// What the daemon's metrics say.
    #[must_use]
    pub(super) fn counted(metrics: &PrometheusHandle) -> Self {
        let text = metrics.render();
        Self {
            consumed: sum(&text, "firebell_records_total", ""),
            matched: sum(&text, "firebell_matches_total", ""),
            delivered: sum(&text, "firebell_deliveries_total", "outcome=\"delivered\""),
            retried: sum(&text, "firebell_deliveries_total", "outcome=\"parked\""),
            dead_lettered: sum(&text, "firebell_dead_letters_total", ""),
        }
    }

    /// The figures with their names.
    #[must_use]
    pub(super) const fn rows(&self) -> [(&'static str, u64); 5] {
        [
            ("consumed", self.consumed),
            ("matched", self.matched),
            ("delivered", self.delivered),
            ("retried", self.retried),
            ("dead-lettered", self.dead_lettered),
        ]
    }
}

/// The sum of a counter's series that have this label.
fn sum(text: &str, name: &str, label: &str) -> u64 {
    let lines = text
        .lines()
        .filter(|line| line.starts_with(name) && line.contains(label));
    lines
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_the_series_of_one_name() {
        let text = "# TYPE a_total counter\na_total{o=\"x\"} 2\na_total{o=\"y\"} 3\nb_total 9\n";
        assert_eq!(sum(text, "a_total", ""), 5);
        assert_eq!(sum(text, "a_total", "o=\"y\""), 3);
    }
}
