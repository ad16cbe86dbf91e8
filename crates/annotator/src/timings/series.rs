//! Many spans of time in little room.

use std::time::Duration;

/// The finest bucket ends at 2^16 ns, 66 µs; below, nothing is told apart.
const LOWEST: u32 = 16;
/// The last octave that is told apart begins at 2^46 ns, 20 hours.
const HIGHEST: u32 = 46;
/// As many buckets to an octave, as a power of two: a bucket is an eighth wider than the one
/// before at most.
const FINENESS: u32 = 3;
const BUCKETS: usize = (((HIGHEST - LOWEST + 1) << FINENESS) + 1) as usize;

/// Spans of time: how many, the shortest, the longest, their sum, and how they are distributed.
#[derive(Clone, Debug, Default)]
pub struct Series {
    count: u64,
    sum: u128,
    shortest: u64,
    longest: u64,
    /// How many fell into each bucket; empty until there is one.
    buckets: Vec<u32>,
}

impl Series {
    pub(crate) fn add(&mut self, span: Duration) {
        let nanos = u64::try_from(span.as_nanos()).unwrap_or(u64::MAX);
        if self.buckets.is_empty() {
            self.buckets.resize(BUCKETS, 0);
            self.shortest = nanos;
        }
        self.count += 1;
        self.sum += u128::from(nanos);
        self.shortest = self.shortest.min(nanos);
        self.longest = self.longest.max(nanos);
        if let Some(bucket) = self.buckets.get_mut(bucket_of(nanos)) {
            *bucket = bucket.saturating_add(1);
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// How long they are together, in seconds.
    #[must_use]
    pub fn sum_seconds(&self) -> f64 {
        self.sum as f64 / 1e9
    }

    /// How many are shorter than `2^octave` nanoseconds. `octave` is 16 to 40.
    #[must_use]
    pub fn below(&self, octave: u32) -> u64 {
        let end = bucket_of(1 << octave.clamp(LOWEST, HIGHEST));
        let below = self.buckets.iter().take(end);
        below.map(|count| u64::from(*count)).sum()
    }

    /// Takes in all of another.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            self.clone_from(other);
            return;
        }
        self.count += other.count;
        self.sum += other.sum;
        self.shortest = self.shortest.min(other.shortest);
        self.longest = self.longest.max(other.longest);
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket = bucket.saturating_add(*more);
        }
    }

    /// The shortest.
    #[must_use]
    pub const fn shortest(&self) -> Duration {
        Duration::from_nanos(self.shortest)
    }

    /// The longest.
    #[must_use]
    pub const fn longest(&self) -> Duration {
        Duration::from_nanos(self.longest)
    }

    /// Their mean.
    #[must_use]
    pub fn mean(&self) -> Duration {
        let mean = self.sum / u128::from(self.count.max(1));
        Duration::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX))
    }

    /// A span that this share of all, in percent, do not exceed: an eighth above the smallest such
    /// span at most.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Duration {
        let wanted = (u128::from(self.count) * u128::from(percent)).div_ceil(100);
        let mut passed: u128 = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            passed += u128::from(*count);
            if passed >= wanted.max(1) {
                return Duration::from_nanos(upper_end(bucket).clamp(self.shortest, self.longest));
            }
        }
        self.longest()
    }
}

/// The bucket of a span.
const fn bucket_of(nanos: u64) -> usize {
    if nanos >> LOWEST == 0 {
        return 0;
    }
    let octave = nanos.ilog2();
    if octave > HIGHEST {
        return BUCKETS - 1;
    }
    let within = (nanos >> (octave - FINENESS)) as u32 & ((1 << FINENESS) - 1);
    1 + ((octave - LOWEST) << FINENESS | within) as usize
}

/// The longest span in a bucket.
const fn upper_end(bucket: usize) -> u64 {
    if bucket == 0 {
        return (1 << LOWEST) - 1;
    }
    let place = bucket as u64 - 1;
    let octave = (place >> FINENESS) + LOWEST as u64;
    let within = place & ((1 << FINENESS) - 1);
    (((1 << FINENESS) + within + 1) << (octave - FINENESS as u64)) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_span_is_in_a_bucket_that_ends_an_eighth_above_it_at_most() {
        for octave in LOWEST..=HIGHEST {
            for offset in [0, 1, 12_345] {
                let nanos = (1_u64 << octave) + offset;
                let end = upper_end(bucket_of(nanos));
                assert!(end >= nanos, "{nanos} is beyond {end}");
                assert!(end <= nanos + nanos / 8, "{nanos} is far below {end}");
            }
        }
    }

    #[test]
    fn one_span_is_told_exactly() {
        let mut series = Series::default();
        series.add(Duration::from_micros(12_345));
        for percent in [1, 50, 95, 100] {
            assert_eq!(series.percentile(percent), Duration::from_micros(12_345));
        }
        assert_eq!(series.mean(), Duration::from_micros(12_345));
    }

    #[test]
    fn no_span_at_all_is_no_panic() {
        let series = Series::default();
        assert_eq!(series.percentile(95), Duration::ZERO);
        assert_eq!(series.mean(), Duration::ZERO);
    }

    #[test]
    fn percentiles_are_near_the_true_ones() {
        // Spread over all octaves, by a multiplier that mixes well.
        let spread = |number: u64| {
            let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed >> 20) >> (mixed % 40)
        };
        for count in [1, 2, 3, 19, 20, 21, 1000] {
            let mut spans: Vec<u64> = (1..=count).map(spread).collect();
            let mut series = Series::default();
            for span in &spans {
                series.add(Duration::from_nanos(*span));
            }
            spans.sort_unstable();
            for percent in [50_usize, 95] {
                let rank = (spans.len() * percent).div_ceil(100);
                let truth = spans[rank - 1];
                let told = series.percentile(percent as u64).as_nanos() as u64;
                assert!(told >= truth);
                assert!(told <= (truth + truth / 8).max((1 << LOWEST) - 1));
            }
        }
    }
}
