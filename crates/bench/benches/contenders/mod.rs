//! The same work, asked of each parser.
//!
//! Each contender has two functions over one message. `scan` reads the message as far as that
//! parser goes by itself. `keys` goes on to what a transaction layer looks a message up by, namely
//! method or status, Call-ID, CSeq, the tags of From and To, and the top Via's branch and sent-by,
//! and answers with a sum of their lengths and numbers, so that nothing is optimised away and all
//! contenders can be held to the same answer. Methods and hosts are looked at in the form that the
//! parser has them in, since printing them is no part of the work.

pub(crate) mod ezk;
#[path = "../../../parser/benches/messages/mod.rs"]
pub(crate) mod messages;
pub(crate) mod rsip;
pub(crate) mod rsipstack;
pub(crate) mod sipwhy;

/// What is asked of a parser.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    /// A message read as far as the parser goes by itself.
    Scan,
    /// And what a transaction is found by.
    Keys,
}

impl Work {
    /// Its name in the tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Keys => "keys",
        }
    }
}

/// A parser.
pub(crate) struct Contender {
    /// Its name in the tables.
    pub(crate) name: &'static str,
    scan: fn(&mut State, &Input) -> usize,
    keys: fn(&mut State, &Input) -> usize,
}

impl Contender {
    /// The function that does this work.
    pub(crate) fn at(&self, work: Work) -> fn(&mut State, &Input) -> usize {
        match work {
            Work::Scan => self.scan,
            Work::Keys => self.keys,
        }
    }
}

/// What a parser may keep from one message to the next.
#[derive(Default)]
pub(crate) struct State {
    scanner: sipwhy_parser::Scanner,
}

/// One message, in the form that each parser wants to have it in.
pub(crate) struct Input {
    bytes: bytes::Bytes,
}

impl Input {
    /// The message of these bytes.
    pub(crate) fn new(text: &'static str) -> Self {
        Self {
            bytes: bytes::Bytes::from_static(text.as_bytes()),
        }
    }
}

/// All parsers, ours first.
pub(crate) const ALL: [Contender; 4] = [
    Contender {
        name: "sipwhy",
        scan: sipwhy::scan,
        keys: sipwhy::keys,
    },
    Contender {
        name: "rsip",
        scan: rsip::scan,
        keys: rsip::keys,
    },
    Contender {
        name: "ezk-sip-types",
        scan: ezk::scan,
        keys: ezk::keys,
    },
    Contender {
        name: "rsipstack",
        scan: rsipstack::scan,
        keys: rsipstack::keys,
    },
];

/// Holds all contenders to one answer on every message: a parser that reads less than it should
/// is no measure.
pub(crate) fn agree() {
    let mut state = State::default();
    for (name, text) in messages::ALL {
        let input = Input::new(text);
        let [ours, theirs @ ..] = &ALL;
        let right = (ours.keys)(&mut state, &input);
        assert!(right > 60, "{name}: {right}");
        for contender in theirs {
            assert!((contender.scan)(&mut state, &input) > 0);
            let keys = (contender.keys)(&mut state, &input);
            assert_eq!(keys, right, "{} on {name}", contender.name);
        }
    }
}
