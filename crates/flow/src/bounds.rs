//! How much is kept for drawing, and what was left out for it.

/// How much is kept for drawing.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Calls, each leg counted.
    pub calls: usize,
    /// Messages of one call, each sending of the same message counted once.
    pub messages: usize,
    /// Findings of one call.
    pub notes: usize,
    /// Bytes, about, for all calls together.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            calls: 4096,
            messages: 1024,
            notes: 256,
            bytes: 64 << 20,
        }
    }
}

/// What is not drawn, because a bound was reached or because it belongs nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Calls of which nothing was kept.
    pub calls: u64,
    /// Messages of the calls that are drawn.
    pub messages: u64,
    /// Findings of the calls that are drawn.
    pub notes: u64,
    /// Messages that belong to no call in view.
    pub unplaced: u64,
}

impl LeftOut {
    /// What was left out, in a sentence each.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let one = |count: u64, one: &str, more: &str| {
            (count > 0).then(|| match count {
                1 => format!("1 {one}"),
                _ => format!("{count} {more}"),
            })
        };
        [
            one(
                self.calls,
                "call is not drawn: there are too many; filters choose which",
                "calls are not drawn: there are too many; filters choose which",
            ),
            one(
                self.messages,
                "message of these calls is not drawn: the call is too long",
                "messages of these calls are not drawn: the calls are too long",
            ),
            one(
                self.notes,
                "finding in these calls is not drawn: there are too many",
                "findings in these calls are not drawn: there are too many",
            ),
            one(
                self.unplaced,
                "message is not drawn: it belongs to no call in view",
                "messages are not drawn: they belong to no call in view",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
