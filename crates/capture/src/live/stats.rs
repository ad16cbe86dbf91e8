//! What was captured, and what was lost.

use std::ops::Add;

/// What was captured, and what was lost on the way, in frames since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Frames handed over.
    pub delivered: u64,
    /// Frames lost because the consumer was too far behind.
    pub lost_behind: u64,
    /// Frames with media that were left out because the consumer was behind, so that signalling
    /// need not be. They are not lost: nobody was going to look into them.
    pub media_shed: u64,
    /// Frames that passed the filter, as libpcap counts them; on Linux, those that the kernel
    /// dropped are among them.
    pub received: u64,
    /// Frames lost because the kernel's buffer was full.
    pub dropped_by_kernel: u64,
    /// Frames that the interface or its driver lost, where the system tells.
    pub dropped_by_interface: u64,
}

impl Stats {
    /// All frames that are known to be lost.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.lost_behind + self.dropped_by_kernel + self.dropped_by_interface
    }
}

impl Add for Stats {
    type Output = Self;

    /// What was counted in two captures.
    fn add(self, other: Self) -> Self {
        Self {
            delivered: self.delivered + other.delivered,
            lost_behind: self.lost_behind + other.lost_behind,
            media_shed: self.media_shed + other.media_shed,
            received: self.received + other.received,
            dropped_by_kernel: self.dropped_by_kernel + other.dropped_by_kernel,
            dropped_by_interface: self.dropped_by_interface + other.dropped_by_interface,
        }
    }
}

/// Makes counts that do not wrap round out of libpcap's, which do.
#[derive(Default)]
pub(super) struct Widened {
    last: Option<pcap::Stat>,
}

impl Widened {
    /// Adds what has come since the last time.
    pub(super) fn add(&mut self, now: pcap::Stat, stats: &mut Stats) {
        let zero = pcap::Stat {
            received: 0,
            dropped: 0,
            if_dropped: 0,
        };
        let last = self.last.replace(now).unwrap_or(zero);
        let since = |now: u32, last: u32| u64::from(now.wrapping_sub(last));
        stats.received += since(now.received, last.received);
        stats.dropped_by_kernel += since(now.dropped, last.dropped);
        stats.dropped_by_interface += since(now.if_dropped, last.if_dropped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_go_on_where_libpcap_wraps_round() {
        let mut stats = Stats::default();
        let mut widened = Widened::default();
        for received in [u32::MAX - 1, 3, 3] {
            widened.add(
                pcap::Stat {
                    received,
                    dropped: 5,
                    if_dropped: 0,
                },
                &mut stats,
            );
        }
        assert_eq!(stats.received, u64::from(u32::MAX) + 4);
        assert_eq!(stats.dropped_by_kernel, 5);
        assert_eq!(stats.lost(), 5);
    }
}
