//! Reading fields in the form that TLS has them in (RFC 8446 §3).

/// What is left to be read of some bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    fn u24(&mut self) -> Option<usize> {
        let [high, middle, low] = self.array()?;
        usize::try_from(u32::from_be_bytes([0, high, middle, low])).ok()
    }

    /// A vector whose length has one byte.
    pub(crate) fn vector8(&mut self) -> Option<Self> {
        let len = self.u8()?;
        self.take(usize::from(len)).map(Self)
    }

    /// A vector whose length has two bytes.
    pub(crate) fn vector16(&mut self) -> Option<Self> {
        let len = self.u16()?;
        self.take(usize::from(len)).map(Self)
    }

    /// A vector whose length has three bytes.
    pub(crate) fn vector24(&mut self) -> Option<Self> {
        let len = self.u24()?;
        self.take(len).map(Self)
    }

    pub(crate) const fn rest(self) -> &'a [u8] {
        self.0
    }
}
