//! What the engine counted, the bounds it reached included.

/// Counts since the engine began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Calls: Call-IDs with at least one INVITE.
    pub calls: u64,
    /// Transactions, one for each request on each hop.
    pub transactions: u64,
    /// Requests sent again.
    pub request_retransmissions: u64,
    /// Final responses sent again.
    pub response_retransmissions: u64,
    /// Packets captured more than once.
    pub copies: u64,
    /// Messages that belong to no transaction in view, malformed ones included.
    pub unmatched: u64,
    /// Transactions forgotten early because their table was full.
    pub transactions_evicted: u64,
    /// Calls forgotten early because their table was full.
    pub calls_evicted: u64,
    /// Transactions not joined to their call because it had too many.
    pub transactions_apart: u64,
    /// Forks of a request that were not chained to it because it had too many, and ACKs not kept
    /// with their dialog for the same reason.
    pub branches_refused: u64,
    /// Challenges and credentials not read because one message held too many, and answers to
    /// challenges whose place in their table another took.
    pub credentials_refused: u64,
    /// Findings whose place in the memory of what was told was given up, because it was full.
    pub findings_forgotten: u64,
    /// Offers not kept for their answers, because they were too long or too many.
    pub offers_refused: u64,
    /// Redirections given up, and moves forgotten, because a bound was reached.
    pub redirects_evicted: u64,
    /// Hosts not taken in, or what was known of them given up, because a table was full.
    pub hosts_refused: u64,
    /// Host names not taken in because their table was full.
    pub names_refused: u64,
    /// What identifies the legs of a call, forgotten because there was too much of it.
    pub leg_marks_evicted: u64,
    /// Requests left out of the timings because the table of peers was full.
    pub peers_refused: u64,
}
