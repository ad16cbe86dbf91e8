//! How much a page holds, and what was left out for it.

use sipwhy_flow::Bounds;

/// What is drawn and shown of calls.
pub(super) const CALLS: Bounds = Bounds {
    calls: 300,
    messages: 128,
    notes: 64,
    bytes: 8 << 20,
};
/// Bytes shown of one message.
pub(super) const A_MESSAGE: usize = 16 << 10;
/// Bytes shown of all messages of a capture.
pub(super) const ALL_MESSAGES: usize = 8 << 20;
/// Findings that are shown. The last quarter is for errors, the one before for warnings too.
pub(super) const FINDINGS: usize = 1000;
/// Stages of one finding that are shown before the one that it came to.
pub(super) const STAGES: usize = 8;
/// Bytes shown of expectations that are not met, nearly.
pub(super) const EXPECTATIONS: usize = 4 << 20;
/// Calls of which it is kept how they went.
pub(super) const OUTCOMES: usize = 65_536;
/// Bytes of a page; captures beyond are counted in a line. The first may take more: what is shown of
/// it is bounded by the above.
pub(super) const A_PAGE: usize = 48 << 20;

/// What was left out of a page since there was too much, each counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeftOut {
    /// Findings that are not shown.
    pub(super) findings: u64,
    /// Calls that are neither drawn nor shown.
    pub(super) calls: u64,
    /// Messages that are not shown, of the calls that are.
    pub(super) messages: u64,
    /// Messages of which not all the text is shown.
    pub(super) texts: u64,
    /// Messages that belong to no call.
    pub(super) unplaced: u64,
    /// Calls of which it is not known any longer how they went.
    pub(super) outcomes: u64,
}

impl LeftOut {
    /// What was left out, in a sentence each.
    pub(super) fn sentences(self) -> Vec<String> {
        let told = |count: u64, one: &str, more: &str| {
            (count > 0).then(|| match count {
                1 => format!("1 {one}"),
                _ => format!("{count} {more}"),
            })
        };
        [
            told(
                self.findings,
                "finding is counted and not shown: there are too many for a page.",
                "findings are counted and not shown: there are too many for a page.",
            ),
            told(
                self.calls,
                "call is not shown: there are too many for a page, and calls without findings give way.",
                "calls are not shown: there are too many for a page, and calls without findings give way.",
            ),
            told(
                self.messages,
                "message of these calls is not shown: the call is too long.",
                "messages of these calls are not shown: the calls are too long.",
            ),
            told(
                self.texts,
                "message is not shown to its end.",
                "messages are not shown to their ends.",
            ),
            told(
                self.unplaced,
                "message belongs to no call in view and is not shown.",
                "messages belong to no call in view and are not shown.",
            ),
            told(
                self.outcomes,
                "call is not counted among the outcomes: it was too long ago.",
                "calls are not counted among the outcomes: they were too long ago.",
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
