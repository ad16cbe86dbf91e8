//! The units in which a pcapng interface counts time.

use sipwhy_packet::Timestamp;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// How to turn an interface's ticks into nanoseconds since the epoch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resolution {
    tick: Tick,
    /// Nanoseconds to add to every time of the interface (`if_tsoffset`).
    offset: i128,
}

/// The length of a tick, as `if_tsresol` gives it.
#[derive(Clone, Copy, Debug)]
enum Tick {
    /// So many nanoseconds.
    Nanos(u64),
    /// So many ticks make a nanosecond.
    PerNano(u128),
    /// Two to this power ticks make a second.
    Binary(u8),
}

impl Resolution {
    /// A resolution from `if_tsresol` (the power of ten or, with the top bit set, of two that
    /// makes a second) and `if_tsoffset` (seconds).
    pub(super) fn new(exponent: u8, offset_seconds: i64) -> Self {
        let power = u32::from(exponent & 0x7f);
        let tick = if exponent & 0x80 != 0 {
            Tick::Binary(exponent & 0x7f)
        } else if power <= 9 {
            Tick::Nanos(10u64.pow(9 - power))
        } else {
            // Past 10^38 ticks a nanosecond, all 64-bit times are 0 anyway.
            Tick::PerNano(10u128.checked_pow(power - 9).unwrap_or(u128::MAX))
        };
        Self {
            tick,
            offset: i128::from(offset_seconds) * i128::from(NANOS_PER_SECOND),
        }
    }

    /// The moment `ticks` after the interface's zero; clamped to what a [`Timestamp`] can tell.
    #[inline]
    pub(super) fn time(self, ticks: u64) -> Timestamp {
        let nanos = match self.tick {
            Tick::Nanos(length) => ticks.saturating_mul(length),
            Tick::PerNano(ticks_per_nano) => clamp((u128::from(ticks) / ticks_per_nano) as i128),
            Tick::Binary(power) => {
                clamp(((u128::from(ticks) * u128::from(NANOS_PER_SECOND)) >> power) as i128)
            }
        };
        if self.offset == 0 {
            return Timestamp::from_nanos(nanos);
        }
        Timestamp::from_nanos(clamp(i128::from(nanos) + self.offset))
    }
}

impl Default for Resolution {
    /// Microseconds: what an interface has that does not say.
    fn default() -> Self {
        Self::new(6, 0)
    }
}

fn clamp(nanos: i128) -> u64 {
    u64::try_from(nanos.max(0)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nanos(exponent: u8, offset: i64, ticks: u64) -> u64 {
        Resolution::new(exponent, offset).time(ticks).as_nanos()
    }

    #[test]
    fn powers_of_ten() {
        assert_eq!(nanos(0, 0, 3), 3_000_000_000);
        assert_eq!(nanos(3, 0, 3), 3_000_000);
        assert_eq!(nanos(6, 0, 3), 3_000);
        assert_eq!(nanos(9, 0, 3), 3);
        assert_eq!(nanos(12, 0, 3_500), 3);
        assert_eq!(nanos(127, 0, u64::MAX), 0);
    }

    #[test]
    fn powers_of_two() {
        assert_eq!(nanos(0x80, 0, 3), 3_000_000_000);
        assert_eq!(nanos(0x80 | 10, 0, 512), 500_000_000);
        assert_eq!(nanos(0x80 | 32, 0, (7 << 32) | (1 << 31)), 7_500_000_000);
        assert_eq!(nanos(0xff, 0, u64::MAX), 0);
    }

    #[test]
    fn offsets_and_the_ends_of_time() {
        assert_eq!(nanos(6, 10, 1), 10_000_001_000);
        assert_eq!(nanos(6, -10, 11_000_000), 1_000_000_000);
        assert_eq!(nanos(6, -10, 1), 0);
        assert_eq!(nanos(6, i64::MAX, u64::MAX), u64::MAX);
        assert_eq!(nanos(0, i64::MIN, 0), 0);
        assert_eq!(nanos(0, 0, u64::MAX), u64::MAX);
    }
}
