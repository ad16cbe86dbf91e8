//! One line of a ladder: when, who, to whom, what.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::hosts::{End, Hosts};
use crate::dns::Record;
use crate::wire::Icmp;

/// How a status line begins.
pub(crate) const STATUS: &str = "SIP/2.0 ";

/// A line of a ladder, with the header lines beneath it.
#[derive(Clone, Debug)]
pub(crate) struct Step<'l> {
    pub(crate) line: usize,
    pub(crate) time: Duration,
    pub(crate) what: What<'l>,
    pub(crate) headers: Vec<(&'l str, &'l str)>,
    /// Lines of the session description that the message carries, or the status line that it
    /// reports.
    pub(crate) sdp: Vec<&'l str>,
}

/// What happens.
#[derive(Clone, Debug)]
pub(crate) enum What<'l> {
    Clock,
    Dropped(u64),
    Between(End<'l>, End<'l>, Action<'l>),
}

/// What one host sends to another.
#[derive(Clone, Debug)]
pub(crate) enum Action<'l> {
    Request {
        method: &'l str,
        uri: Option<&'l str>,
        relation: Relation<'l>,
        options: Options<'l>,
    },
    Response {
        code: u16,
        reason: Option<String>,
        to: &'l str,
        options: Options<'l>,
    },
    /// A response passed on: without the topmost Via.
    Relay(&'l str, Options<'l>),
    /// The same message sent again.
    Again(&'l str),
    /// The same packet captured again.
    Copy(&'l str),
    /// The same message captured behind something that changed it on the way.
    Altered(&'l str),
    Icmp(Icmp, &'l str),
    Arp {
        is_reply: bool,
    },
    /// A packet that nobody can read.
    Esp,
    Ask(&'l str),
    Answer(&'l str, Vec<Record>),
    Syn,
    Reset,
}

/// How a request stands to an earlier one.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Relation<'l> {
    /// It begins a call of its own.
    New,
    /// It passes the earlier one on.
    Via(&'l str),
    /// It tries the earlier one again.
    RetryOf(&'l str),
    /// It belongs to the dialog that the earlier one began.
    In(&'l str),
    /// It is an ACK or CANCEL that belongs to the earlier one.
    For(&'l str),
}

/// What may be said of any message.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options<'l> {
    pub(crate) label: Option<&'l str>,
    pub(crate) is_tcp: bool,
    pub(crate) is_unseen: bool,
    pub(crate) cut_after: Option<&'l str>,
    pub(crate) fragments: Fragments,
}

/// In how many IP packets a datagram goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fragments {
    /// In one.
    #[default]
    Whole,
    /// In fragments, all of which are captured.
    All,
    /// In fragments, of which only the first is captured.
    First,
}

impl<'l> Step<'l> {
    pub(crate) fn parse(line: usize, text: &'l str, hosts: &Hosts) -> Result<Self, String> {
        let mut words = words(text)?.into_iter();
        let time = words.next().unwrap_or_default();
        let seconds: f64 = time
            .parse()
            .map_err(|_| format!("{time:?} is not a time in seconds"))?;
        let time = Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())?;
        let words: Vec<&str> = words.collect();
        let what = match words.as_slice() {
            ["clock"] => What::Clock,
            ["dropped", count] => {
                let count = count
                    .parse()
                    .map_err(|_| format!("{count:?} is not a number"))?;
                What::Dropped(count)
            }
            [from, "->", to, _, ..] => {
                let (from, to) = (hosts.end(from)?, hosts.end(to)?);
                What::Between(from, to, Action::parse(&words[3..])?)
            }
            _ => {
                return Err(
                    "a step is: SECONDS FROM -> TO WHAT, SECONDS clock, or SECONDS \
                             dropped COUNT"
                        .to_owned(),
                );
            }
        };
        Ok(Self {
            line,
            time,
            what,
            headers: Vec::new(),
            sdp: Vec::new(),
        })
    }

    /// Takes in `Name: value`, a line of SDP, or a status line, from beneath the step.
    pub(crate) fn add_line(&mut self, text: &'l str) -> Result<(), String> {
        let takes_headers = matches!(
            self.what,
            What::Between(
                ..,
                Action::Request { .. }
                    | Action::Response { .. }
                    | Action::Relay(..)
                    | Action::Altered(_)
            )
        );
        let is_body = text.as_bytes().get(1) == Some(&b'=') || text.starts_with(STATUS);
        if takes_headers && is_body {
            self.sdp.push(text);
            return Ok(());
        }
        let (name, value) = text
            .split_once(':')
            .filter(|(name, _)| takes_headers && !name.contains(' '))
            .ok_or_else(|| format!("{text:?} is no step, and no header of the step above"))?;
        self.headers.push((name, value.trim()));
        Ok(())
    }
}

impl<'l> Action<'l> {
    fn parse(words: &[&'l str]) -> Result<Self, String> {
        Ok(match words {
            ["again", label] => Self::Again(label),
            ["copy", label] => Self::Copy(label),
            ["altered", label] => Self::Altered(label),
            ["icmp", reason, "for", label] => {
                let reason = Icmp::parse(reason)
                    .ok_or_else(|| format!("{reason:?} is no reason of an ICMP error"))?;
                Self::Icmp(reason, label)
            }
            ["arp"] => Self::Arp { is_reply: false },
            ["arp", "reply"] => Self::Arp { is_reply: true },
            ["esp"] => Self::Esp,
            ["dns", "ask", name] => Self::Ask(name),
            ["dns", "answer", name, records @ ..] => Self::Answer(name, dns_records(records)?),
            ["syn"] => Self::Syn,
            ["reset"] => Self::Reset,
            ["relay", label, rest @ ..] => {
                let mut rest = Rest::new(rest);
                let options = rest.options()?;
                rest.finish(Self::Relay(label, options))?
            }
            [code, rest @ ..] if code.starts_with(|first: char| first.is_ascii_digit()) => {
                let code = code
                    .parse()
                    .map_err(|_| format!("{code:?} is not a status code"))?;
                let until = rest.iter().position(|word| *word == "for").unwrap_or(0);
                let reason = (until > 0).then(|| rest[..until].join(" "));
                let [_, to, rest @ ..] = &rest[until..] else {
                    return Err("a response says which request it is for: 180 for #1".to_owned());
                };
                let mut rest = Rest::new(rest);
                let options = rest.options()?;
                rest.finish(Self::Response {
                    code,
                    reason,
                    to,
                    options,
                })?
            }
            [method, rest @ ..] => {
                let mut rest = Rest::new(rest);
                let uri = rest.uri();
                let mut relation = Relation::New;
                let mut options = Options::default();
                while !rest.is_empty() {
                    match rest.relation() {
                        Some(found) => relation = found,
                        None => rest.option(&mut options)?,
                    }
                }
                Self::Request {
                    method,
                    uri,
                    relation,
                    options,
                }
            }
            [] => return Err("what is sent is missing".to_owned()),
        })
    }
}

/// The words that are still to be read.
struct Rest<'w, 'l> {
    words: &'w [&'l str],
}

impl<'w, 'l> Rest<'w, 'l> {
    fn new(words: &'w [&'l str]) -> Self {
        Self { words }
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    fn uri(&mut self) -> Option<&'l str> {
        let (first, rest) = self.words.split_first()?;
        if !first.contains(':') || first.starts_with('"') {
            return None;
        }
        self.words = rest;
        Some(first)
    }

    fn relation(&mut self) -> Option<Relation<'l>> {
        let (relation, rest) = match self.words {
            ["via", label, rest @ ..] => (Relation::Via(label), rest),
            ["retry", "of", label, rest @ ..] => (Relation::RetryOf(label), rest),
            ["in", label, rest @ ..] => (Relation::In(label), rest),
            ["for", label, rest @ ..] => (Relation::For(label), rest),
            _ => return None,
        };
        self.words = rest;
        Some(relation)
    }

    fn option(&mut self, options: &mut Options<'l>) -> Result<(), String> {
        self.words = match self.words {
            ["tcp", rest @ ..] => {
                options.is_tcp = true;
                rest
            }
            ["unseen", rest @ ..] => {
                options.is_unseen = true;
                rest
            }
            ["fragmented", rest @ ..] => {
                options.fragments = Fragments::All;
                rest
            }
            ["first", "fragment", rest @ ..] => {
                options.fragments = Fragments::First;
                rest
            }
            ["cut", "after", text, rest @ ..] => {
                options.cut_after = Some(text.trim_matches('"'));
                rest
            }
            [label, rest @ ..] if label.starts_with('#') => {
                options.label = Some(label);
                rest
            }
            [other, ..] => return Err(format!("{other:?} is not understood here")),
            [] => &[],
        };
        Ok(())
    }

    fn options(&mut self) -> Result<Options<'l>, String> {
        let mut options = Options::default();
        while !self.is_empty() {
            self.option(&mut options)?;
        }
        Ok(options)
    }

    fn finish<T>(&self, value: T) -> Result<T, String> {
        match self.words {
            [] => Ok(value),
            [extra, ..] => Err(format!("{extra:?} is one word too many")),
        }
    }
}

/// Splits at spaces, except within quotation marks.
fn words(text: &str) -> Result<Vec<&str>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = if let Some(quoted) = rest.strip_prefix('"') {
            let close = quoted.find('"').ok_or("a quotation mark is missing")?;
            close + 2
        } else {
            rest.find(char::is_whitespace).unwrap_or(rest.len())
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    Ok(words)
}

/// Reads `nothing`, `A 10.0.0.9`, `CNAME other.example.com` or `SRV 5080 host.example.com`.
fn dns_records(words: &[&str]) -> Result<Vec<Record>, String> {
    let mut records = Vec::new();
    let mut rest = words;
    loop {
        rest = match rest {
            [] | ["nothing"] => return Ok(records),
            ["A", address, rest @ ..] => {
                let address: Ipv4Addr = address
                    .parse()
                    .map_err(|_| format!("{address:?} is not an IPv4 address"))?;
                records.push(Record::A(address));
                rest
            }
            ["CNAME", alias, rest @ ..] => {
                records.push(Record::Cname((*alias).to_owned()));
                rest
            }
            ["SRV", port, host, rest @ ..] => {
                let port = port
                    .parse()
                    .map_err(|_| format!("{port:?} is not a port"))?;
                records.push(Record::Srv(port, (*host).to_owned()));
                rest
            }
            [other, ..] => return Err(format!("{other:?} is not A, CNAME, SRV or nothing")),
        };
    }
}
