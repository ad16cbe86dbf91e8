//! How much a session may hold, and how hard it may try.

/// The bounds of a [`Session`](crate::Session).
///
/// What is held beside them is fixed: at most one record of each direction, 18 KiB, while it is
/// incomplete, and 3 KiB of each of the two certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of encrypted records held in each direction until their key comes; beyond this the
    /// oldest are given up. Default: 64 KiB.
    pub held_bytes: usize,
    /// Records held in each direction until their key comes. Default: 512.
    pub held_records: usize,
    /// Bytes of one handshake message. RFC 8446 §4 would allow 16 MiB; certificate chains stay
    /// far below this. A larger one is skipped. Default: 256 KiB.
    pub handshake_bytes: usize,
    /// How many sequence numbers are tried on a record that does not have the one that is due,
    /// with each of at most three keys. Default: 256.
    pub guesses: u32,
    /// How many records in a row may fail to open before their direction is given up. Default: 8.
    pub failures: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            held_bytes: 64 << 10,
            held_records: 512,
            handshake_bytes: 256 << 10,
            guesses: 256,
            failures: 8,
        }
    }
}
