//! Where the frames of a live capture come from.

use std::future::pending;

use sipwhy_capture::live::{Batch, HepListener, Live, Stats};

use crate::exit::complain;
use crate::verbs::live::Args;

/// Where frames come from: an interface, agents that speak HEP, or both.
pub(super) struct Sources {
    /// The interface's name is that of its input.
    live: Option<(String, Live)>,
    hep: Option<HepListener>,
    /// Whether each has given its last frame.
    ended: [bool; 2],
}

/// What comes next of the sources.
pub(super) enum Next {
    Batch(Batch),
    /// One of them has ended, and the other has not.
    Ended,
    /// All have ended.
    End,
}

/// The counts of the interface and of the listener, where there is one.
pub(super) type BothStats = [Option<Stats>; 2];

impl Sources {
    pub(super) fn start(args: &Args) -> anyhow::Result<Self> {
        let live = match args.interface() {
            Some(config) => Some((config.interface.clone(), Live::start(&config)?)),
            None => None,
        };
        let input = u16::from(live.is_some());
        let hep = match args.hep {
            Some(address) => Some(HepListener::start(address, input)?),
            None => None,
        };
        if let Some((interface, live)) = &live {
            let filter = live.filter().unwrap_or("none");
            complain(&format!(
                "listening on {interface} until Ctrl-C; filter: {filter}"
            ));
        }
        if let Some(hep) = &hep {
            let address = hep.address();
            complain(&format!(
                "listening for HEP on {address} (UDP and TCP) until Ctrl-C"
            ));
        }
        let ended = [live.is_none(), hep.is_none()];
        Ok(Self { live, hep, ended })
    }

    /// The names of the inputs, in the order of their numbers.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let interface = self.live.as_ref().map(|(name, _)| name.as_str());
        interface
            .into_iter()
            .chain(self.hep.as_ref().map(|_| "hep"))
    }

    /// The next frames. Nothing is lost when the future is dropped before it is ready.
    pub(super) async fn next_batch(&mut self) -> Next {
        let [live_ended, hep_ended] = &mut self.ended;
        let live = async {
            match &mut self.live {
                Some((_, live)) if !*live_ended => live.next_batch().await,
                _ => pending().await,
            }
        };
        let hep = async {
            match &mut self.hep {
                Some(hep) if !*hep_ended => hep.next_batch().await,
                _ => pending().await,
            }
        };
        let (batch, ended) = tokio::select! {
            batch = live => (batch, 0),
            batch = hep => (batch, 1),
            else => return Next::End,
        };
        match batch {
            Some(batch) => Next::Batch(batch),
            None => {
                if let Some(ended) = self.ended.get_mut(ended) {
                    *ended = true;
                }
                if self.ended == [true; 2] {
                    Next::End
                } else {
                    Next::Ended
                }
            }
        }
    }

    pub(super) fn stats(&self) -> BothStats {
        [
            self.live.as_ref().map(|(_, live)| live.stats()),
            self.hep.as_ref().map(HepListener::stats),
        ]
    }

    pub(super) fn stop(&self) {
        if let Some((_, live)) = &self.live {
            live.stop();
        }
        if let Some(hep) = &self.hep {
            hep.stop();
        }
    }

    /// Ends what has not ended, and gives the final counts and faults, in the order of the inputs.
    pub(super) fn finish(self) -> (BothStats, Vec<Option<String>>) {
        let mut stats = [None; 2];
        let mut faults = Vec::new();
        let [of_interface, of_hep] = &mut stats;
        if let Some((_, live)) = self.live {
            let (counted, fault) = live.finish();
            *of_interface = Some(counted);
            faults.push(fault.map(|fault| fault.to_string()));
        }
        if let Some(hep) = self.hep {
            let connections = hep.connections();
            for (count, why) in [
                (connections.not_hep, "carried something else than HEP"),
                (connections.displaced, "made room for newer ones"),
            ] {
                if count > 0 {
                    complain(&format!("{count} TCP connections for HEP {why}"));
                }
            }
            let (counted, ended) = hep.finish();
            *of_hep = Some(counted);
            faults.push(ended.err().map(|fault| fault.to_string()));
        }
        (stats, faults)
    }
}
