//! Comments that a capture file has on its packets.

use super::fields::ByteOrder;

const END: u16 = 0;
const COMMENT: u16 = 1;

/// The comments on a packet of a pcapng file, as the file has them.
///
/// Whatever does not fit the options of the packet ends the iteration.
#[derive(Clone, Debug)]
pub struct Comments<'a> {
    order: ByteOrder,
    options: &'a [u8],
}

impl<'a> Comments<'a> {
    pub(super) const fn new(order: ByteOrder, options: &'a [u8]) -> Self {
        Self { order, options }
    }

    /// The next option: its code and its value.
    fn option(&mut self) -> Option<(u16, &'a [u8])> {
        let (head, rest) = self.options.split_at_checked(4)?;
        let (code, len) = (self.order.u16(head, 0), self.order.u16(head, 2));
        let len = usize::from(len);
        let value = rest.get(..len)?;
        self.options = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
        (code != END).then_some((code, value))
    }
}

impl Default for Comments<'_> {
    /// None.
    fn default() -> Self {
        Self::new(ByteOrder::Little, &[])
    }
}

impl<'a> Iterator for Comments<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.option() {
                Some((COMMENT, text)) => return Some(text),
                Some(_) => {}
                None => {
                    self.options = &[];
                    return None;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comment_among_other_options() {
        let options = [
            &[0, 1, 0, 3][..],
            b"one\0",
            // Flags, which are no text.
            &[0, 2, 0, 4, 0, 0, 0, 1],
            &[0, 1, 0, 4],
            b"more",
            &[0, 0, 0, 0],
            &[0, 1, 0, 4],
            b"late",
        ]
        .concat();
        let mut comments = Comments::new(ByteOrder::Big, &options);
        let told: Vec<&[u8]> = comments.by_ref().collect();
        assert_eq!(told, [b"one".as_slice(), b"more"]);
        assert_eq!(comments.next(), None, "over is over");
        for end in 0..8 {
            let cut = Comments::new(ByteOrder::Big, &options[..end]);
            assert_eq!(cut.count(), usize::from(end >= 7), "{end}");
        }
    }
}
