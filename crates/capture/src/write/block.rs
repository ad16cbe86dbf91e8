//! One block of a pcapng file, put together before it is written, since its length stands at its
//! start.

/// A block without the length of its end, and its options.
///
/// Blocks are written in little-endian order, whatever the host's.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    /// Whether an option was put in, so that they have to be ended.
    has_options: bool,
}

impl Block {
    /// Begins anew, in the room of the block before.
    pub(super) fn begin(&mut self, kind: u32) {
        self.bytes.clear();
        self.has_options = false;
        self.u32(kind);
        // The length, when it is known.
        self.u32(0);
    }

    pub(super) fn u16(&mut self, number: u16) {
        self.bytes.extend(number.to_le_bytes());
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.bytes.extend(number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.bytes.extend(number.to_le_bytes());
    }

    /// Bytes as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    /// Zeros up to the next multiple of four bytes.
    pub(super) fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    /// An option, or a record of a name resolution block, which has the same form. What does not
    /// fit into the 16 bits of its length is left out.
    pub(super) fn option(&mut self, code: u16, value: &[u8]) {
        let Ok(length) = u16::try_from(value.len()) else {
            return;
        };
        self.u16(code);
        self.u16(length);
        self.raw(value);
        self.pad();
        self.has_options = true;
    }

    /// The end of the records of a name resolution block, which there is even if there are none.
    pub(super) fn end_records(&mut self) {
        self.u32(0);
        self.has_options = false;
    }

    /// The whole block; `None` if it is longer than its length can tell.
    pub(super) fn finish(&mut self) -> Option<&[u8]> {
        if std::mem::take(&mut self.has_options) {
            self.u32(0);
        }
        let length = u32::try_from(self.bytes.len() + 4).ok()?;
        self.u32(length);
        let place = self.bytes.get_mut(4..8)?;
        place.copy_from_slice(&length.to_le_bytes());
        Some(&self.bytes)
    }
}
