//! Ladders: the messages of a call in their order, as they are expected and as they were.
//!
//! The order of RFC 3261's own figures, a message an entry: `["INVITE", "100?", "180", "200"]`.

mod align;
mod read;

pub(crate) use align::align;
pub(crate) use read::is_plain_method;

use sipwhy_packet::FrameId;

/// Entries of a ladder at most: they are laid beside a call's messages, each beside each.
pub(crate) const MOST_ENTRIES: usize = 1000;

/// A ladder that is expected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ladder {
    pub(crate) entries: Vec<Entry>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As it was written.
    pub(crate) text: String,
    /// From whom to whom, where that was said: names or addresses.
    pub(crate) hop: Option<(String, String)>,
    /// The messages that it may be.
    pub(crate) words: Vec<Word>,
    /// How often it comes.
    pub(crate) times: Times,
}

/// A message, in a word or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// `*`: any message.
    Any,
    /// `INVITE`.
    Request(String),
    /// `200`, `18x`, `200 BYE`.
    Response {
        /// The digits; `None` for any.
        digits: [Option<u8>; 3],
        /// The method in CSeq, where that was said.
        method: Option<String>,
    },
}

/// How often an entry comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Times {
    /// Once.
    Once,
    /// `?`: once, or not at all.
    Maybe,
    /// `*`, `...`: any number of times, none too.
    Any,
}

impl Times {
    /// Whether it need not come.
    pub(crate) const fn may_lack(self) -> bool {
        !matches!(self, Self::Once)
    }
}

/// A message of a call, with all its sendings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) frame: FrameId,
    /// `INVITE`, `180 Ringing`.
    pub(crate) label: String,
    /// Of a request the method, of a response the code; `None` where the first line is neither.
    pub(crate) what: What,
    /// Who sent it, and who it was for: addresses, with the port where it tells hosts apart.
    pub(crate) from: String,
    pub(crate) to: String,
    /// Whether the caller sent it or got it.
    pub(crate) is_callers: bool,
    /// How often it was sent.
    pub(crate) sendings: u32,
}

/// What a message is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A request of this method.
    Request(String),
    /// A response with this code, to this method.
    Response(u16, Option<String>),
    /// Neither.
    Other,
}

impl Ladder {
    /// Whether it tells hops, so that it is about all of them and not the caller's alone.
    pub(crate) fn has_hops(&self) -> bool {
        self.entries.iter().any(|entry| entry.hop.is_some())
    }
}

impl Entry {
    /// Whether `step` is this; `is_host` says whether a name means an address.
    pub(crate) fn is(&self, step: &Step, is_host: &dyn Fn(&str, &str) -> bool) -> bool {
        let is_here =
            |(from, to): &(String, String)| is_host(from, &step.from) && is_host(to, &step.to);
        self.hop.as_ref().is_none_or(is_here) && self.words.iter().any(|word| word.is(&step.what))
    }

    /// Whether `step` is of the kind that this is.
    pub(crate) fn is_like(&self, step: &Step) -> bool {
        self.words.iter().any(|word| word.is_like(&step.what))
    }
}

impl Word {
    /// Whether both are requests, provisional or final responses.
    const fn is_like(&self, what: &What) -> bool {
        match (self, what) {
            (Self::Any, _) | (Self::Request(_), What::Request(_)) => true,
            (Self::Response { digits, .. }, What::Response(code, _)) => {
                matches!(digits, [Some(1), ..]) == (*code < 200)
            }
            _ => false,
        }
    }

    fn is(&self, what: &What) -> bool {
        match (self, what) {
            (Self::Any, _) => true,
            (Self::Request(own), What::Request(method)) => own == method,
            (Self::Response { digits, method }, What::Response(code, of)) => {
                let is_meant = method.is_none() || method == of;
                is_meant && are_digits(*digits, *code)
            }
            _ => false,
        }
    }
}

/// Whether `code` has these digits.
fn are_digits(digits: [Option<u8>; 3], code: u16) -> bool {
    let own = [code / 100, code / 10 % 10, code % 10];
    let mut both = digits.iter().zip(own);
    both.all(|(wanted, own)| wanted.is_none_or(|wanted| u16::from(wanted) == own))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// `INVITE`, `180` or `200 BYE`, as a message of the caller's.
    pub(in crate::expect) fn step(number: u64, text: &str) -> Step {
        let (first, method) = text.split_once(' ').unwrap_or((text, "INVITE"));
        let what = first.parse().map_or_else(
            |_| What::Request(first.to_owned()),
            |code| What::Response(code, Some(method.to_owned())),
        );
        Step {
            frame: FrameId { file: 0, number },
            label: first.to_owned(),
            what,
            from: "10.0.0.1".to_owned(),
            to: "10.0.0.2:5070".to_owned(),
            is_callers: true,
            sendings: 1,
        }
    }

    #[test]
    fn an_entry_is_met_by_what_it_names_and_nothing_else() {
        for (entry, message, is) in [
            ("INVITE", "INVITE", true),
            ("INVITE", "ACK", false),
            ("invite", "INVITE", false),
            ("200", "200 BYE", true),
            ("200 BYE", "200 BYE", true),
            ("200 BYE", "200 INVITE", false),
            ("18x", "183", true),
            ("18x", "199", false),
            ("4xx|5xx", "503", true),
            ("*", "OPTIONS", true),
            ("10.0.0.1 -> 10.0.0.2:5070 INVITE", "INVITE", true),
            ("10.0.0.2 -> 10.0.0.1 INVITE", "INVITE", false),
        ] {
            let read = Ladder::read(&[entry]).unwrap();
            let found = read.entries[0].is(&step(1, message), &|name, host| name == host);
            assert_eq!(found, is, "{entry} {message}");
        }
    }
}
