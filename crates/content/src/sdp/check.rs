//! Finds what is wrong with a session description: one walk over its lines.

use super::check_line;
use super::check_media::MediaCheck;
use super::fault::{Fault, FaultKind};
use super::{Sdp, SdpLine};
use crate::lines::LineEnd;
use crate::piece::Piece;

/// How many faults of one description are told: the first ones say enough.
pub const MAX_FAULTS: usize = 256;

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, place: Piece<'_>, kind: FaultKind) {
        if self.0.len() < MAX_FAULTS {
            self.0.push(Fault {
                span: place.span(),
                kind,
            });
        }
    }
}

pub(super) fn faults(sdp: Sdp<'_>) -> Vec<Fault> {
    let whole = Piece::whole(sdp.body());
    let end = whole.split_at(whole.len()).1;
    let mut check = Check::default();
    if whole.is_empty() {
        let kind = if sdp.is_cut() {
            FaultKind::Cut
        } else {
            FaultKind::Empty
        };
        check.faults.add(end, kind);
        return check.faults.0;
    }
    for line in sdp.whole_lines() {
        check.line(line);
    }
    if sdp.is_cut() {
        // What was looked for and not found may stand in what is missing.
        check.faults.add(end, FaultKind::Cut);
    } else {
        check.session_level_ends(end);
        check.media_ends();
    }
    let mut found = check.faults.0;
    // Some are only known at the end of a level.
    found.sort_by_key(|fault| (fault.span.start, fault.span.end));
    found
}

/// Where in the description the walk is.
#[derive(Default)]
struct Check<'a> {
    faults: Faults,
    is_past_first: bool,
    /// The place in the order of lines that was reached within this level.
    rank: u8,
    /// The letters seen at this level, by their place in the alphabet.
    seen: u32,
    /// What was seen at the session level is not asked for again.
    is_session_done: bool,
    session_has_connection: bool,
    session_has_keys: bool,
    media: Option<MediaCheck<'a>>,
    direction: Option<Piece<'a>>,
}

impl<'a> Check<'a> {
    fn line(&mut self, line: SdpLine<'a>) {
        let text = line.text();
        match line.0.end {
            LineEnd::CrLf => {}
            LineEnd::Lf => self.faults.add(text, FaultKind::BareLf),
            LineEnd::None => self.faults.add(text, FaultKind::NoLineEnd),
        }
        if text.iter().any(|byte| matches!(byte, 0 | b'\r')) {
            self.faults.add(text, FaultKind::ControlByte);
        }
        if text.is_empty() {
            self.faults.add(text, FaultKind::EmptyLine);
            return;
        }
        if !self.is_past_first && line.letter() != Some(b'v') {
            self.faults.add(text, FaultKind::MissingVersion);
        }
        self.is_past_first = true;
        let Some(letter) = line.letter() else {
            let kind = match text.trim_start().text() {
                [letter, rest @ ..]
                    if letter.is_ascii_alphabetic()
                        && rest.trim_ascii_start().starts_with(b"=") =>
                {
                    FaultKind::SpaceAtEquals
                }
                _ => FaultKind::NotALine,
            };
            self.faults.add(text, kind);
            return;
        };
        if letter == b'm' {
            self.session_level_ends(text.split_at(0).0);
            self.media_ends();
            self.begin_level();
            self.media = Some(MediaCheck::begin(line, &mut self.faults));
        } else if let Some(rank) = rank(letter, self.media.is_some()) {
            self.order(line, letter, rank);
            self.value(line, letter);
        } else {
            let is_known = rank_in_session(letter).is_some();
            let kind = if is_known {
                FaultKind::OutOfOrder
            } else {
                FaultKind::UnknownType
            };
            self.faults.add(text, kind);
        }
    }

    fn begin_level(&mut self) {
        self.rank = 0;
        self.seen = 0;
        self.direction = None;
    }

    fn order(&mut self, line: SdpLine<'a>, letter: u8, rank: u8) {
        if rank < self.rank {
            self.faults.add(line.text(), FaultKind::OutOfOrder);
        }
        self.rank = self.rank.max(rank);
        let bit = bit(letter);
        // A stream may have several c= lines, for the layers of a multicast.
        let is_single = matches!(letter, b'v' | b'o' | b's' | b'i' | b'u' | b'k')
            || (letter == b'c' && self.media.is_none());
        if is_single && self.seen & bit != 0 {
            self.faults.add(line.text(), FaultKind::Repeated);
        }
        self.seen |= bit;
    }

    fn value(&mut self, line: SdpLine<'a>, letter: u8) {
        let value = line.value();
        if value.starts_with(b" ") && letter != b's' {
            self.faults
                .add(value.split_at(1).0, FaultKind::SpaceAtEquals);
        }
        check_line::value(line, letter, &mut self.faults);
        if letter == b'c' {
            match &mut self.media {
                Some(media) => media.has_connection = true,
                None => self.session_has_connection = true,
            }
        }
        if letter == b'k' && self.media.is_none() {
            self.session_has_keys = true;
        }
        let Some(attribute) = line.attribute() else {
            return;
        };
        if super::Direction::named(attribute.name).is_some() {
            let first = *self.direction.get_or_insert(attribute.name);
            if first.text() != attribute.name.text() {
                self.faults.add(line.text(), FaultKind::SeveralDirections);
            }
        }
        check_line::attribute(attribute, &mut self.faults);
        match &mut self.media {
            Some(media) => media.attribute(attribute, &mut self.faults),
            None => self.session_has_keys |= check_line::gives_keys(attribute),
        }
    }

    /// The first stream or the end: what the session level must have had by now.
    fn session_level_ends(&mut self, place: Piece<'a>) {
        if std::mem::replace(&mut self.is_session_done, true) {
            return;
        }
        for (letter, kind) in [
            (b'o', FaultKind::MissingOrigin),
            (b's', FaultKind::MissingName),
            (b't', FaultKind::MissingTiming),
        ] {
            if self.seen & bit(letter) == 0 {
                self.faults.add(place, kind);
            }
        }
    }

    fn media_ends(&mut self) {
        if let Some(media) = self.media.take() {
            media.end(
                self.session_has_connection,
                self.session_has_keys,
                &mut self.faults,
            );
        }
    }
}

const fn bit(letter: u8) -> u32 {
    1 << (letter & 0x1f)
}

/// The place of a line in its level's order (RFC 8866 §5, §9).
const fn rank(letter: u8, is_in_media: bool) -> Option<u8> {
    if is_in_media {
        rank_in_media(letter)
    } else {
        rank_in_session(letter)
    }
}

const fn rank_in_session(letter: u8) -> Option<u8> {
    Some(match letter {
        b'v' => 0,
        b'o' => 1,
        b's' => 2,
        b'i' => 3,
        b'u' => 4,
        b'e' => 5,
        b'p' => 6,
        b'c' => 7,
        b'b' => 8,
        b't' | b'r' | b'z' => 9,
        b'k' => 10,
        b'a' => 11,
        _ => return None,
    })
}

const fn rank_in_media(letter: u8) -> Option<u8> {
    Some(match letter {
        b'i' => 0,
        b'c' => 1,
        b'b' => 2,
        b'k' => 3,
        b'a' => 4,
        _ => return None,
    })
}
