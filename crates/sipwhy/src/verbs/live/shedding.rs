//! When a capture begins to leave out media, and when it has done with it.

use std::fmt;
use std::time::Duration;

use sipwhy_packet::Timestamp;

/// How long none must have been left out before it is over: what goes on in spells is one.
const OVER: Duration = Duration::from_secs(5);

/// Follows the count of what was left out.
#[derive(Default)]
pub(super) struct Shedding {
    shed: u64,
    spell: Option<Spell>,
}

/// A time in which media is left out.
struct Spell {
    /// What was left out before it.
    before: u64,
    /// When the count last rose.
    rose: Timestamp,
}

/// What there is to say.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    Begins,
    /// With how many were left out.
    Ends(u64),
}

impl Shedding {
    /// How many were left out since the start.
    pub(super) const fn count(&self) -> u64 {
        self.shed
    }

    /// Takes in how many were left out since the start.
    pub(super) fn note(&mut self, shed: u64, now: Timestamp) -> Option<Change> {
        let before = std::mem::replace(&mut self.shed, shed);
        match &mut self.spell {
            None if shed > before => {
                self.spell = Some(Spell { before, rose: now });
                Some(Change::Begins)
            }
            Some(spell) if shed > before => {
                spell.rose = now;
                None
            }
            Some(spell) if now.since(spell.rose) >= OVER => {
                let count = shed - spell.before;
                self.spell = None;
                Some(Change::Ends(count))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begins => f.write_str(
                "the analysis is behind; packets of media are left out so as not to lose signalling",
            ),
            Self::Ends(1) => f.write_str("keeps up again; 1 packet of media was left out"),
            Self::Ends(count) => {
                write!(f, "keeps up again; {count} packets of media were left out")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spell_is_told_when_it_begins_and_when_it_is_over() {
        let mut shedding = Shedding::default();
        let counts = [
            (0, 0),
            (1, 7),
            (2, 9),
            (6, 9),
            (8, 12),
            (12, 12),
            (13, 12),
            (30, 12),
        ];
        let told: Vec<_> = counts
            .into_iter()
            .filter_map(|(second, shed)| {
                let now = Timestamp::from_nanos(second * 1_000_000_000);
                Some((second, shedding.note(shed, now)?))
            })
            .collect();
        assert_eq!(told, [(1, Change::Begins), (13, Change::Ends(12))]);
        let later = Timestamp::from_nanos(40_000_000_000);
        assert_eq!(shedding.note(13, later), Some(Change::Begins));
    }
}
