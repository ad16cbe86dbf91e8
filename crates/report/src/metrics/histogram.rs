//! Spans of time by how long they are.

use std::time::Duration;

/// The longest span of each bucket but the last, in milliseconds.
const BOUNDS: [u64; 10] = [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];

/// Spans of time by how long they are.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: Duration,
}

impl Histogram {
    /// Takes in a span.
    pub fn add(&mut self, span: Duration) {
        self.count += 1;
        self.sum = self.sum.saturating_add(span);
        let mut buckets = BOUNDS.iter().zip(&mut self.buckets);
        if let Some((_, bucket)) = buckets.find(|(most, _)| span <= Duration::from_millis(**most)) {
            *bucket += 1;
        }
    }

    /// For each bound, in seconds, how many are no longer.
    pub(super) fn within(&self) -> impl Iterator<Item = (String, u64)> {
        let bounds = BOUNDS.iter().zip(self.buckets);
        bounds.scan(0, |within, (most, count)| {
            *within += count;
            Some(((*most as f64 / 1e3).to_string(), *within))
        })
    }

    /// How long they are together, in seconds, and how many there are.
    pub(super) const fn sum_and_count(&self) -> (f64, u64) {
        (self.sum.as_secs_f64(), self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_counts_all_that_are_no_longer() {
        let mut lags = Histogram::default();
        for millis in [0, 1, 2, 100, 6_000] {
            lags.add(Duration::from_millis(millis));
        }
        let within: Vec<_> = lags.within().collect();
        let of = |bound: &str| within.iter().find(|(it, _)| it == bound).unwrap().1;
        assert_eq!((of("0.001"), of("0.005"), of("0.1"), of("5")), (2, 3, 4, 4));
        assert_eq!(lags.sum_and_count(), (6.103, 5));
    }
}
