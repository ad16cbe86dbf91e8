//! TLS: that there are records stays, and how it ends; what is in them does not.

use std::ops::ControlFlow;

const HEADER: usize = 5;
const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const HEARTBEAT: u8 = 24;

/// Type and length of a handshake message.
const HANDSHAKE_HEADER: usize = 4;

/// One direction of a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    header: Vec<u8>,
    /// Bytes of the record's content that are still to come, and that have.
    left: usize,
    seen: usize,
    is_broken: bool,
}

impl Records {
    /// Whether a stream that begins so is TLS.
    pub(crate) fn begin(bytes: &[u8]) -> bool {
        matches!(bytes, [CHANGE_CIPHER_SPEC..=HEARTBEAT, 3, ..] | [HANDSHAKE])
    }

    /// Blanks the content of records, those that come next.
    pub(crate) fn blank(&mut self, bytes: &mut [u8]) {
        let mut rest = bytes;
        while !rest.is_empty() && !self.is_broken {
            let taken = match self.left {
                0 => self.take_header(rest),
                _ => self.take_content(rest),
            };
            rest = match rest.split_at_mut_checked(taken) {
                Some((_, rest)) => rest,
                None => return,
            };
        }
        rest.fill(0);
    }

    /// Takes in bytes of a header, which stay.
    fn take_header(&mut self, bytes: &[u8]) -> usize {
        let wanted = HEADER - self.header.len().min(HEADER);
        let taken = wanted.min(bytes.len());
        self.header.extend(bytes.iter().take(taken));
        if let ControlFlow::Break(()) = self.judge() {
            self.is_broken = true;
            return 0;
        }
        taken
    }

    fn judge(&mut self) -> ControlFlow<()> {
        let is_known = match self.header.as_slice() {
            [kind, 3, ..] | [kind] => (CHANGE_CIPHER_SPEC..=HEARTBEAT).contains(kind),
            _ => false,
        };
        if !is_known {
            return ControlFlow::Break(());
        }
        if let &[_, _, _, high, low] = self.header.as_slice() {
            self.left = usize::from(u16::from_be_bytes([high, low]));
            self.seen = 0;
            if self.left == 0 {
                self.header.clear();
            }
        }
        ControlFlow::Continue(())
    }

    fn take_content(&mut self, bytes: &mut [u8]) -> usize {
        let taken = self.left.min(bytes.len());
        let whole = self.seen + self.left;
        let kept = match self.header.first() {
            // Longer ones are encrypted.
            Some(&ALERT) if whole == 2 => 2,
            Some(&CHANGE_CIPHER_SPEC) if whole == 1 => 1,
            Some(&HANDSHAKE) => HANDSHAKE_HEADER,
            _ => 0,
        };
        let kept = kept - self.seen.min(kept);
        if let Some(content) = bytes.get_mut(kept.min(taken)..taken) {
            content.fill(0);
        }
        self.seen += taken;
        self.left -= taken;
        if self.left == 0 {
            self.header.clear();
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_blanked_however_they_are_cut() {
        let stream = [
            &[22, 3, 1, 0, 8, 1, 0, 0, 4][..],
            b"host",
            &[20, 3, 3, 0, 1, 1],
            &[23, 3, 3, 0, 6],
            b"secret",
            &[21, 3, 3, 0, 2, 2, 40],
        ]
        .concat();
        let mut expected = stream.clone();
        expected[9..13].fill(0);
        expected[24..30].fill(0);
        for size in 1..=stream.len() {
            let mut records = Records::default();
            let mut bytes = stream.clone();
            bytes
                .chunks_mut(size)
                .for_each(|piece| records.blank(piece));
            assert_eq!(bytes, expected, "{size}");
        }
    }

    #[test]
    fn what_is_no_record_is_blank_from_there_on() {
        let mut records = Records::default();
        let mut bytes = b"\x17\x03\x03\0\x01xGET /secret".to_vec();
        records.blank(&mut bytes);
        assert_eq!(bytes, b"\x17\x03\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0\0");
        let mut more = b"\x17\x03\x03".to_vec();
        records.blank(&mut more);
        assert_eq!(more, [0; 3]);
    }
}
