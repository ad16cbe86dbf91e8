//! Where the frames of a live capture come from.

use std::future::poll_fn;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use sipwhy_capture::live::{
    Batch, HepListener, Live, LiveConfig, LiveError, OpenHep, OpenInterface, Stats,
};

use crate::exit::complain;
use crate::verbs::live::Args;

/// How often an interface that has gone is looked for.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Sources that are open, before there is a thread that reads from them.
pub(super) struct OpenSources {
    interfaces: Vec<(LiveConfig, OpenInterface)>,
    hep: Option<OpenHep>,
}

impl OpenSources {
    pub(super) fn open(args: &Args) -> anyhow::Result<Self> {
        let configs = args.interfaces()?;
        let input = configs.len() as u16;
        let interfaces = configs.into_iter().map(|config| {
            let open = OpenInterface::open(&config)?;
            Ok::<_, LiveError>((config, open))
        });
        Ok(Self {
            interfaces: interfaces.collect::<Result<_, _>>()?,
            hep: match args.hep {
                Some(address) => Some(OpenHep::open(address, input)?),
                None => None,
            },
        })
    }

    /// The names of the inputs, in the order of their numbers.
    pub(super) fn names(&self) -> Vec<String> {
        let interfaces = self.interfaces.iter();
        let interfaces = interfaces.map(|(config, _)| config.interface.clone());
        let hep = self.hep.iter().map(|_| "hep".to_owned());
        interfaces.chain(hep).collect()
    }

    /// Starts to read from all. An interface that goes is waited for, if it `may_reopen`.
    pub(super) fn start(self, may_reopen: bool) -> anyhow::Result<Sources> {
        let mut all = Vec::new();
        for (config, open) in self.interfaces {
            let live = open.start()?;
            say_listening(&config.interface, &live);
            all.push(Source {
                name: config.interface.clone(),
                state: State::Interface(config, live),
                before: Stats::default(),
            });
        }
        if let Some(hep) = self.hep {
            let hep = hep.start()?;
            let address = hep.address();
            complain(&format!(
                "listening for HEP on {address} (UDP and TCP) until Ctrl-C"
            ));
            all.push(Source {
                name: "hep".to_owned(),
                state: State::Hep(hep),
                before: Stats::default(),
            });
        }
        Ok(Sources {
            all,
            turn: 0,
            may_reopen,
        })
    }
}

fn say_listening(interface: &str, live: &Live) {
    let filter = live.filter().unwrap_or("none");
    complain(&format!(
        "listening on {interface} until Ctrl-C; filter: {filter}"
    ));
}

/// Where frames come from: interfaces, agents that speak HEP, or both.
pub(super) struct Sources {
    /// By the numbers of their inputs.
    all: Vec<Source>,
    /// Whose turn it is to be asked first.
    turn: usize,
    may_reopen: bool,
}

struct Source {
    name: String,
    state: State,
    /// What was counted before an interface went and came back.
    before: Stats,
}

enum State {
    Interface(LiveConfig, Live),
    Hep(HepListener),
    /// An interface that has gone, and when it is to be looked for.
    Away(LiveConfig, Instant),
    /// It ended, for this reason if it was not told to.
    Ended(Option<String>),
}

/// What comes next of the sources.
pub(super) enum Next {
    Batch(Batch),
    /// All have ended.
    End,
}

impl Sources {
    /// The next frames. Nothing is lost when the future is dropped before it is ready.
    pub(super) async fn next_batch(&mut self) -> Next {
        poll_fn(|cx| self.poll_batch(cx)).await
    }

    fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        let count = self.all.len();
        for at in (0..count).map(|at| (self.turn + at) % count) {
            let Some(source) = self.all.get_mut(at) else {
                continue;
            };
            match source.poll_batch(cx) {
                Poll::Ready(Some(batch)) => {
                    self.turn = at + 1;
                    return Poll::Ready(Next::Batch(batch));
                }
                Poll::Ready(None) => source.end(self.may_reopen),
                Poll::Pending => {}
            }
        }
        let is_over = |source: &Source| matches!(source.state, State::Ended(_));
        if self.all.iter().all(is_over) {
            Poll::Ready(Next::End)
        } else {
            Poll::Pending
        }
    }

    /// Looks for interfaces that have gone. Gives the inputs of those that are back.
    pub(super) fn look_again(&mut self) -> Vec<u16> {
        let sources = (0..).zip(&mut self.all);
        let back = sources.filter_map(|(input, source)| source.look_again().then_some(input));
        back.collect()
    }

    /// What was counted so far, in the order of the inputs.
    pub(super) fn stats(&self) -> Vec<Stats> {
        self.all.iter().map(Source::stats).collect()
    }

    pub(super) fn stop(&mut self) {
        for source in &mut self.all {
            match &source.state {
                State::Interface(_, live) => live.stop(),
                State::Hep(hep) => hep.stop(),
                State::Away(..) => {
                    let name = &source.name;
                    let fault =
                        format!("interface {name} has disappeared and was not back at the end");
                    source.state = State::Ended(Some(fault));
                }
                State::Ended(_) => {}
            }
        }
    }

    /// Ends what has not ended, and gives the final counts and faults, in the order of the inputs.
    pub(super) fn finish(self) -> Vec<(Stats, Option<String>)> {
        let ended = self.all.into_iter().map(|mut source| {
            source.end(false);
            match source.state {
                State::Ended(fault) => (source.before, fault),
                _ => (source.before, None),
            }
        });
        ended.collect()
    }
}

impl Source {
    fn poll_batch(&mut self, cx: &mut Context<'_>) -> Poll<Option<Batch>> {
        match &mut self.state {
            State::Interface(_, live) => live.poll_batch(cx),
            State::Hep(hep) => hep.poll_batch(cx),
            State::Away(..) | State::Ended(_) => Poll::Pending,
        }
    }

    fn stats(&self) -> Stats {
        match &self.state {
            State::Interface(_, live) => self.before + live.stats(),
            State::Hep(hep) => hep.stats(),
            State::Away(..) | State::Ended(_) => self.before,
        }
    }

    /// Takes note that no more comes, and says why, if nobody asked for it.
    fn end(&mut self, may_reopen: bool) {
        self.state = match std::mem::replace(&mut self.state, State::Ended(None)) {
            State::Interface(config, live) => {
                let (counted, fault) = live.finish();
                self.before = self.before + counted;
                let is_away = matches!(
                    fault,
                    Some(LiveError::Disappeared { .. } | LiveError::Down { .. })
                );
                if let Some(fault) = &fault {
                    complain(&fault.to_string());
                }
                if is_away && may_reopen {
                    let name = &self.name;
                    complain(&format!("waiting for {name} to come back"));
                    State::Away(config, Instant::now() + LOOK_AGAIN)
                } else {
                    State::Ended(fault.map(|fault| fault.to_string()))
                }
            }
            State::Hep(hep) => {
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
                self.before = counted;
                let fault = ended.err().map(|fault| fault.to_string());
                if let Some(fault) = &fault {
                    complain(fault);
                }
                State::Ended(fault)
            }
            other @ (State::Away(..) | State::Ended(_)) => other,
        };
    }

    /// Opens the interface again, if it has gone and is back.
    fn look_again(&mut self) -> bool {
        let State::Away(config, when) = &mut self.state else {
            return false;
        };
        if Instant::now() < *when {
            return false;
        }
        *when = Instant::now() + LOOK_AGAIN;
        config.after = self.before.delivered + self.before.lost_behind;
        match Live::start(config) {
            Ok(live) => {
                say_listening(&self.name, &live);
                self.state = State::Interface(config.clone(), live);
                true
            }
            Err(LiveError::NoSuchInterface { .. } | LiveError::Down { .. }) => false,
            Err(fault) => {
                complain(&fault.to_string());
                self.state = State::Ended(Some(fault.to_string()));
                false
            }
        }
    }
}
