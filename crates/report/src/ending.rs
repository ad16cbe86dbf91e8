//! What is known of a capture when it is over, beyond what the pipeline counts.

/// How the inputs ended and what was lost before the pipeline.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    /// Every input, in the order given.
    pub inputs: Vec<InputEnd>,
    /// What a live capture lost.
    pub dropped: Dropped,
    /// Packets of media that a live capture left out, so as not to lose signalling.
    pub media_shed: u64,
    /// Lines of this report that could not be written.
    pub lines_lost: u64,
    /// What was sent elsewhere beside this report.
    pub exports: Vec<Export>,
}

/// What was sent to a collector.
#[derive(Clone, Debug)]
pub struct Export {
    /// What the collector is called. Printable.
    pub to: String,
    /// In which form, as a stable word: `hep`, `otlp`.
    pub form: &'static str,
    /// How many pieces were sent, as far as is known.
    pub sent: u64,
    /// How many were not, since the collector was away or too slow.
    pub lost: u64,
    /// How many are longer than the form allows.
    pub too_long: u64,
}

/// How one input ended.
#[derive(Clone, Debug)]
pub struct InputEnd {
    /// What it is called. Printable.
    pub name: String,
    /// Frames read from it.
    pub frames: u64,
    /// Why it was not read to its end, in one printable line.
    pub fault: Option<String>,
}

/// Frames that a live capture lost, by where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// In the kernel, whose buffer was full.
    pub kernel: u64,
    /// In the interface or its driver.
    pub interface: u64,
    /// On the way to the analysis, which was too far behind.
    pub behind: u64,
}

impl Dropped {
    /// All of them.
    #[must_use]
    pub const fn sum(self) -> u64 {
        self.kernel + self.interface + self.behind
    }

    /// The reasons with their counts, in a fixed order.
    pub(crate) fn by_reason(self) -> [(&'static str, u64); 3] {
        [
            ("kernel", self.kernel),
            ("interface", self.interface),
            ("behind", self.behind),
        ]
    }
}
