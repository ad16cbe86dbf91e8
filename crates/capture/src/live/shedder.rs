//! Leaves out media when the consumer is behind, so that signalling need not be lost.

use sipwhy_packet::{Limits, LinkType, Ports, is_media};

use super::queue::QUEUE_BATCHES;

/// With as many batches waiting, media is left out. Half of the queue may be taken by batches of a
/// few frames each; what waits beyond it are full ones.
pub(super) const BEGIN: usize = QUEUE_BATCHES / 4 * 3;

/// With as few waiting again, it is taken in again. Lower, so as not to change with every batch.
pub(super) const END: usize = QUEUE_BATCHES / 2;

/// Who decides which frames are left out.
pub(super) struct Shedder {
    ports: Ports,
    limits: Limits,
    is_shedding: bool,
    shed: u64,
}

impl Shedder {
    /// With the ports of SIP, on which nothing is media.
    pub(super) fn new(ports: Ports) -> Self {
        Self {
            ports,
            limits: Limits::default(),
            is_shedding: false,
            shed: 0,
        }
    }

    /// How many frames were left out.
    pub(super) fn shed(&self) -> u64 {
        self.shed
    }

    /// Whether a frame is left out, with so many batches waiting for the consumer; counts it.
    #[inline]
    pub(super) fn sheds(&mut self, waiting: usize, link_type: LinkType, frame: &[u8]) -> bool {
        self.is_shedding = waiting >= BEGIN || self.is_shedding && waiting > END;
        let sheds = self.is_shedding && is_media(link_type, frame, &self.ports, &self.limits);
        self.shed += u64::from(sheds);
        sheds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RTP over IPv4 without a link layer.
    const RTP: [u8; 40] = [
        0x45, 0, 0, 40, 0, 7, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, // IP
        0x4e, 0x20, 0x75, 0x30, 0, 20, 0, 0, // UDP
        0x80, 0, 0, 1, 0, 0, 0, 160, 1, 2, 3, 4, // RTP
    ];

    fn sheds(shedder: &mut Shedder, waiting: usize) -> bool {
        shedder.sheds(waiting, LinkType::RAW, &RTP)
    }

    #[test]
    fn media_is_left_out_from_one_mark_down_to_the_other() {
        let mut shedder = Shedder::new(Ports::default());
        assert!(!sheds(&mut shedder, 0));
        assert!(!sheds(&mut shedder, BEGIN - 1));
        assert!(sheds(&mut shedder, BEGIN));
        assert!(sheds(&mut shedder, END + 1));
        assert!(!sheds(&mut shedder, END));
        assert!(!sheds(&mut shedder, BEGIN - 1));
        assert_eq!(shedder.shed(), 2);
    }

    #[test]
    fn signalling_stays_however_full_the_queue_is() {
        let mut shedder = Shedder::new(Ports::default());
        let mut sip = RTP;
        sip[28..].copy_from_slice(b"BYE sip:a@b ");
        assert!(!shedder.sheds(QUEUE_BATCHES, LinkType::RAW, &sip));
        assert!(!shedder.sheds(QUEUE_BATCHES, LinkType::RAW, &[]));
        // A port of SIP: whatever is there is looked at.
        let mut to_sip = RTP;
        to_sip[22..24].copy_from_slice(&5060_u16.to_be_bytes());
        assert!(!shedder.sheds(QUEUE_BATCHES, LinkType::RAW, &to_sip));
        assert_eq!(shedder.shed(), 0);
    }
}
