//! Digits in INFO: `application/dtmf-relay`, as Cisco began it, and `application/dtmf`.

use crate::lines::Lines;
use crate::piece::Piece;

/// A key that was pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dtmf<'a> {
    /// What is said to be the key.
    pub signal: Option<Piece<'a>>,
    /// How long it was pressed, in milliseconds.
    pub duration: Option<Piece<'a>>,
}

impl<'a> Dtmf<'a> {
    /// `Signal=` and `Duration=` lines.
    pub(crate) fn read_relay(body: &'a [u8]) -> Self {
        let mut dtmf = Self {
            signal: None,
            duration: None,
        };
        for line in Lines::new(Piece::whole(body)) {
            let Some((name, value)) = line.text.split_once(b'=') else {
                continue;
            };
            if name.trim().is("Signal") {
                dtmf.signal = Some(value.trim());
            } else if name.trim().is("Duration") {
                dtmf.duration = Some(value.trim());
            }
        }
        dtmf
    }

    /// Nothing but the key; some send the lines of the other form.
    pub(crate) fn read_plain(body: &'a [u8]) -> Self {
        let relay = Self::read_relay(body);
        if relay.signal.is_some() {
            return relay;
        }
        let signal = Lines::new(Piece::whole(body)).map(|line| line.text.trim());
        Self {
            signal: signal.into_iter().find(|text| !text.is_empty()),
            duration: None,
        }
    }

    /// The key: `0` to `9`, `*`, `#`, `A` to `D`, or `!` for a hook flash.
    pub fn key(&self) -> Option<char> {
        match self.signal?.text() {
            [key] => {
                let key = char::from(key.to_ascii_uppercase());
                matches!(key, '0'..='9' | '*' | '#' | 'A'..='D' | '!').then_some(key)
            }
            // The numbers that events have in RFC 4733.
            b"10" => Some('*'),
            b"11" => Some('#'),
            b"12" => Some('A'),
            b"13" => Some('B'),
            b"14" => Some('C'),
            b"15" => Some('D'),
            b"16" => Some('!'),
            _ => None,
        }
    }

    /// How long the key was pressed, in milliseconds.
    pub fn milliseconds(&self) -> Option<u64> {
        self.duration?.number()
    }
}
