//! What the user wants to be told: rules switched off, other severities, exceptions for peers.
//!
//! It changes what is said, never what is followed.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::annotation::{Evidence, Responsible, Severity, Verdict};
use crate::network::Network;

/// What the user wants to be told. Rules are named by their ids; an id that no rule has does
/// nothing.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Rules that are not run.
    pub off: BTreeSet<String>,
    /// Severities in place of the rules' own.
    pub severities: BTreeMap<String, Severity>,
    /// What is not said of some hosts.
    pub exceptions: Vec<Exception>,
}

/// Rules that are not told of some hosts.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The hosts.
    pub peers: Network,
    /// The rules.
    pub off: BTreeSet<String>,
}

impl Policy {
    /// Whether the rule is run at all.
    #[must_use]
    pub fn is_on(&self, rule: &str) -> bool {
        !self.off.contains(rule)
    }

    /// How grave it is what a rule says with this severity. Where it is not sure, or the fault is
    /// over, a severity that the user chose makes it weaker, not graver.
    #[must_use]
    pub fn severity(&self, rule: &str, said: Severity, verdict: Verdict) -> Severity {
        match self.severities.get(rule) {
            None => said,
            Some(chosen) if verdict == Verdict::Confirmed => *chosen,
            Some(chosen) => said.min(*chosen),
        }
    }

    /// Whether the rule is not to be told of the hop responsible or, where none is singled out, of
    /// any host in the evidence.
    pub(crate) fn is_excepted(
        &self,
        rule: &str,
        responsible: Option<Responsible>,
        evidence: &[Evidence],
    ) -> bool {
        let mut exceptions = self.exceptions.iter();
        exceptions.any(|exception| {
            exception.off.contains(rule) && concerns(exception.peers, responsible, evidence)
        })
    }
}

fn concerns(peers: Network, responsible: Option<Responsible>, evidence: &[Evidence]) -> bool {
    if let Some(hop) = responsible {
        return peers.contains(hop.address);
    }
    let mut flows = evidence.iter().filter_map(|it| it.flow);
    let is_end = |host: IpAddr| peers.contains(host);
    flows.any(|flow| is_end(flow.source.ip()) || is_end(flow.destination.ip()))
}
