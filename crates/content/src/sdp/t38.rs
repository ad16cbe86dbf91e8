//! Fax over IP: the attributes of T.38 (ITU-T T.38 annex D.2.3).

use crate::piece::Piece;

/// What an `m=image … udptl t38` stream says about itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct T38<'a> {
    /// `T38FaxVersion`: 0 where nothing is said.
    pub version: Option<u64>,
    /// `T38MaxBitRate`, in bits a second.
    pub max_bit_rate: Option<u64>,
    /// `T38FaxRateManagement`: `transferredTCF` or `localTCF`.
    pub rate_management: Option<Piece<'a>>,
    /// `T38FaxUdpEC`: `t38UDPRedundancy`, `t38UDPFEC` or `t38UDPNoEC`.
    pub error_correction: Option<Piece<'a>>,
    /// `T38FaxMaxBuffer`, in bytes.
    pub max_buffer: Option<u64>,
    /// `T38FaxMaxDatagram`, in bytes.
    pub max_datagram: Option<u64>,
    /// `T38FaxFillBitRemoval`.
    pub removes_fill_bits: bool,
    /// `T38FaxTranscodingMMR`.
    pub transcodes_mmr: bool,
    /// `T38FaxTranscodingJBIG`.
    pub transcodes_jbig: bool,
}

impl<'a> T38<'a> {
    /// Takes note of an attribute, if it is one of T.38.
    pub(super) fn take(&mut self, name: Piece<'a>, value: Option<Piece<'a>>) -> bool {
        let text = value.map(Piece::trim);
        let number = text.and_then(Piece::number);
        // Some write `:0` and `:1` where the attribute alone says it.
        let is_set = number != Some(0);
        if name.is("T38FaxVersion") {
            self.version = number;
        } else if name.is("T38MaxBitRate") || name.is("T38FaxMaxBitRate") {
            self.max_bit_rate = number;
        } else if name.is("T38FaxRateManagement") {
            self.rate_management = text;
        } else if name.is("T38FaxUdpEC") {
            self.error_correction = text;
        } else if name.is("T38FaxMaxBuffer") {
            self.max_buffer = number;
        } else if name.is("T38FaxMaxDatagram") {
            self.max_datagram = number;
        } else if name.is("T38FaxFillBitRemoval") {
            self.removes_fill_bits = is_set;
        } else if name.is("T38FaxTranscodingMMR") {
            self.transcodes_mmr = is_set;
        } else if name.is("T38FaxTranscodingJBIG") {
            self.transcodes_jbig = is_set;
        } else {
            return false;
        }
        true
    }
}
