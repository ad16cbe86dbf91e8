//! Handshake messages, which may share a record or span several (RFC 8446 §5.1).

/// The types of handshake messages, in IANA's registry.
pub(crate) mod kind {
    pub(crate) const CLIENT_HELLO: u8 = 1;
    pub(crate) const SERVER_HELLO: u8 = 2;
    pub(crate) const ENCRYPTED_EXTENSIONS: u8 = 8;
    pub(crate) const CERTIFICATE: u8 = 11;
    pub(crate) const SERVER_HELLO_DONE: u8 = 14;
    pub(crate) const FINISHED: u8 = 20;
    pub(crate) const KEY_UPDATE: u8 = 24;
}

/// Type and length.
const HEAD: usize = 4;

/// Puts the handshake messages of one direction together.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    partial: Vec<u8>,
    /// How many bytes are still to come of a message that is too long to be held.
    skip: usize,
}

/// A whole message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) kind: u8,
    pub(crate) body: Vec<u8>,
}

impl Messages {
    /// Bytes held.
    pub(crate) const fn bytes(&self) -> usize {
        self.partial.len()
    }

    /// Takes in the content of a record, and gives the messages that it completes. Those longer
    /// than `limit` are passed over.
    pub(crate) fn feed(&mut self, content: &[u8], limit: usize) -> Vec<Message> {
        let mut messages = Vec::new();
        let mut rest = content;
        while !rest.is_empty() {
            if self.skip > 0 {
                let (skipped, after) = rest.split_at(self.skip.min(rest.len()));
                self.skip -= skipped.len();
                rest = after;
                continue;
            }
            let total = self.total();
            let missing = total.unwrap_or(HEAD).saturating_sub(self.partial.len());
            let (taken, after) = rest.split_at(missing.min(rest.len()));
            self.partial.extend_from_slice(taken);
            rest = after;
            let Some(total) = self.total() else {
                continue;
            };
            if total > limit.saturating_add(HEAD) {
                self.skip = total - HEAD;
                self.partial = Vec::new();
            } else if self.partial.len() == total {
                messages.extend(self.complete());
            }
        }
        messages
    }

    /// Forgets a message begun: the rest of it never comes.
    pub(crate) fn lose(&mut self) {
        *self = Self::default();
    }

    /// How long the message begun is, with its head, once that is there.
    fn total(&self) -> Option<usize> {
        let [_, high, middle, low] = *self.partial.first_chunk()?;
        let body = u32::from_be_bytes([0, high, middle, low]);
        Some(HEAD + usize::try_from(body).ok()?)
    }

    fn complete(&mut self) -> Option<Message> {
        let mut body = std::mem::take(&mut self.partial);
        let kind = *body.first()?;
        body.drain(..HEAD);
        Some(Message { kind, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(messages: &[Message]) -> Vec<(u8, &[u8])> {
        messages
            .iter()
            .map(|message| (message.kind, &*message.body))
            .collect()
    }

    const TWO: &[u8] = &[14, 0, 0, 0, 20, 0, 0, 2, 7, 8];

    #[test]
    fn messages_are_found_however_records_cut_them() {
        for cut in 0..=TWO.len() {
            let mut messages = Messages::default();
            let mut found = messages.feed(&TWO[..cut], 100);
            found.extend(messages.feed(&TWO[cut..], 100));
            assert_eq!(told(&found), [(14, &[][..]), (20, &[7, 8])], "cut at {cut}");
            assert_eq!(messages.bytes(), 0);
        }
    }

    #[test]
    fn a_message_that_is_too_long_is_passed_over() {
        let mut messages = Messages::default();
        let mut found = messages.feed(&[11, 0, 1, 0], 100);
        for _ in 0..256 {
            found.extend(messages.feed(&[9], 100));
            assert!(messages.bytes() < 100);
        }
        found.extend(messages.feed(TWO, 100));
        assert_eq!(told(&found), [(14, &[][..]), (20, &[7, 8])]);
    }
}
