//! What to capture, and how.

use sipwhy_packet::Ports;

/// The default of [`LiveConfig::snaplen`], in bytes: no IP packet is longer.
///
/// In immediate mode, the kernel's buffer has slots of this size on `any`, on loopback and on
/// interfaces that put segments together, so a longer one would cost frames.
pub const DEFAULT_SNAPLEN: u32 = 65_535;

/// The longest snap length that libpcap takes, in bytes.
pub const LONGEST_SNAPLEN: u32 = 262_144;

/// The default of [`LiveConfig::buffer_bytes`].
pub const DEFAULT_BUFFER_BYTES: u32 = 64 * 1024 * 1024;

/// The smallest kernel buffer, in bytes: a few frames of the longest kind.
pub const SMALLEST_BUFFER_BYTES: u32 = 1024 * 1024;

/// What to capture, and how.
#[derive(Clone, Debug)]
pub struct LiveConfig {
    /// The interface's name, such as `eth0`, or `any`.
    pub interface: String,
    /// How much of a frame is kept, in bytes; 1 to [`LONGEST_SNAPLEN`]. Default
    /// [`DEFAULT_SNAPLEN`].
    pub snaplen: u32,
    /// The size of the kernel's buffer, in bytes, at least [`SMALLEST_BUFFER_BYTES`]. Default
    /// [`DEFAULT_BUFFER_BYTES`].
    pub buffer_bytes: u32,
    /// Whether the kernel hands over every frame at once. Otherwise it gathers them for 10 to 20 ms,
    /// which costs less, and packs them, so that its buffer holds many times more of them: the
    /// way to capture without loss at hundreds of thousands of frames a second. Default false.
    pub immediate: bool,
    /// Whether frames for other hosts are captured, as behind a mirror port. Default true.
    pub promiscuous: bool,
    /// A filter in libpcap's language, in place of the one that is made from `ports`.
    pub filter: Option<String>,
    /// Where SIP is expected: what the kernel lets through unless there is a `filter`.
    pub ports: Ports,
    /// The number of the input that the frames say they are of. Default 0.
    pub input: u16,
    /// The number of the frame before the first, for a capture that goes on where another ended.
    /// Default 0.
    pub after: u64,
}

impl LiveConfig {
    /// The defaults for an interface.
    #[must_use]
    pub fn new(interface: impl Into<String>) -> Self {
        Self {
            interface: interface.into(),
            snaplen: DEFAULT_SNAPLEN,
            buffer_bytes: DEFAULT_BUFFER_BYTES,
            immediate: false,
            promiscuous: true,
            filter: None,
            ports: Ports::default(),
            input: 0,
            after: 0,
        }
    }
}
