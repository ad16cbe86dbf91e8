//! A small seeded generator of numbers: the same seed gives the same capture on every machine.

/// Mixes two numbers into one that looks random (the finalizer of SplitMix64).
///
/// Branches, tags and nonces are derived with this from a session's own number instead of being
/// stored: rendering the same step twice then gives the same bytes, as a retransmission must.
#[must_use]
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a.wrapping_add(b.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// SplitMix64: quick, tiny, and good enough for a traffic mix.
#[derive(Debug, Clone)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// A generator that is fully determined by `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            state: mix(seed, 0x5170),
        }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state, 1)
    }

    /// A number below `n`, which must not be 0. The bias of the remainder is far below what
    /// anyone could see in a capture.
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits() % n
    }

    /// A number from `low` up to, not including, `high`.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low)
    }

    /// True in `permille` of 1000 cases.
    pub fn chance(&mut self, permille: u64) -> bool {
        self.below(1000) < permille
    }

    /// A waiting time with the given mean: arrivals and call durations are exponential.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        // 53 bits fill a double's mantissa; the 1 keeps the logarithm away from 0.
        let unit = ((self.bits() >> 11) + 1) as f64 / (1u64 << 53) as f64;
        -unit.ln() * mean
    }
}
