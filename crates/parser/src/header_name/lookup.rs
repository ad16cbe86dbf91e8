//! How a name is told from its bytes: two tables, one for what nearly every sender writes.

use crate::HeaderName;
use crate::lanes::LANES;
use crate::lexical::is_token;

/// How many values a table indexed by header name needs, [`HeaderName::Other`] included.
pub(crate) const NAMES: usize = HeaderName::ALL.len() + 1;

const SLOTS: usize = 1024;
const FREE: HeaderName = HeaderName::Other;

/// Each name's bytes, indexed by the name: a load instead of a jump.
static TEXT: [&[u8]; NAMES] = {
    let mut texts: [&[u8]; NAMES] = [&[]; NAMES];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        texts[index] = HeaderName::ALL[index].as_str().as_bytes();
        index += 1;
    }
    texts
};

/// Long names by [`slot`], collisions in the next free slot. Built by the compiler, so adding a
/// name to the list above is all there is to do.
static BY_SLOT: [HeaderName; SLOTS] = {
    let mut table = [FREE; SLOTS];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        let name = HeaderName::ALL[index];
        let mut at = slot(name.as_str().as_bytes());
        while !matches!(table[at], HeaderName::Other) {
            at = (at + 1) % SLOTS;
        }
        table[at] = name;
        index += 1;
    }
    table
};

/// What the length and the first, middle, quarter and last byte are multiplied with in [`slot`].
/// Found by `search_for_factors` below: with them no two names share a slot but `P-DCS-LAES` and
/// `P-DCS-OSPS`, which are alike in all five. Sharing costs one more step and nothing else.
const SLOT_FACTORS: [usize; 5] = [210, 193, 149, 14, 27];

/// A slot from the length and four case-folded bytes: enough to tell the names apart, and
/// independent of how long the input is.
const fn slot(name: &[u8]) -> usize {
    slot_with(name, SLOT_FACTORS)
}

const fn slot_with(name: &[u8], factors: [usize; 5]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let first = (name[0] | 0x20) as usize;
    let middle = (name[length / 2] | 0x20) as usize;
    let quarter = (name[length / 4] | 0x20) as usize;
    let last = (name[length - 1] | 0x20) as usize;
    let [a, b, c, d, e] = factors;
    (length * a + first * b + middle * c + quarter * d + last * e) % SLOTS
}

/// Each name in its usual spelling with the colon behind it, as one number; 0 for names that are
/// longer than that.
static WORDS: [u128; NAMES] = {
    let mut words = [0; NAMES];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        let text = HeaderName::ALL[index].as_str().as_bytes();
        if text.len() < LANES {
            let mut word = [0; LANES];
            let mut at = 0;
            while at < text.len() {
                word[at] = text[at];
                at += 1;
            }
            word[at] = b':';
            words[index] = u128::from_le_bytes(word);
        }
        index += 1;
    }
    words
};

/// What to keep of such a number when the colon is the byte of this index.
static UP_TO: [u128; LANES] = {
    let mut masks = [0; LANES];
    let mut colon = 0;
    while colon < LANES {
        masks[colon] = u128::MAX >> (8 * (LANES - 1 - colon));
        colon += 1;
    }
    masks
};

/// Names by [`word_slot`]. Of two that share a slot the first has it, and the other is found by
/// its bytes.
static BY_WORD: [HeaderName; SLOTS] = {
    let mut table = [FREE; SLOTS];
    let mut index = 0;
    while index < HeaderName::ALL.len() {
        let at = word_slot(WORDS[index]);
        if WORDS[index] != 0 && matches!(table[at], HeaderName::Other) {
            table[at] = HeaderName::ALL[index];
        }
        index += 1;
    }
    table
};

/// Found by `search_for_factors` below: with it no two names share a slot of [`word_slot`].
const WORD_FACTOR: u64 = 0xf9bb_64f9_7833_56a1;

const fn word_slot(word: u128) -> usize {
    word_slot_with(word, WORD_FACTOR)
}

const fn word_slot_with(word: u128, factor: u64) -> usize {
    let folded = word as u64 ^ ((word >> 64) as u64).rotate_left(7);
    (folded.wrapping_mul(factor) >> 54) as usize
}

impl HeaderName {
    /// The name of a header from the first bytes of its line, of which the one at `colon` is the
    /// first colon. `None` for what is not a name, and where there is no colon among the bytes.
    #[inline(always)]
    pub(crate) fn from_start(start: &[u8; LANES], colon: usize) -> Option<Self> {
        // All up to the colon, the colon too; nothing without one.
        let word = u128::from_le_bytes(*start) & UP_TO.get(colon)?;
        let found = BY_WORD.get(word_slot(word)).copied().unwrap_or(FREE);
        // For `Other` the table has 0, which no word is.
        if WORDS.get(found as usize) == Some(&word) {
            return Some(found);
        }
        Self::from_unusual_start(start, colon)
    }

    fn from_unusual_start(start: &[u8; LANES], colon: usize) -> Option<Self> {
        let name = start.get(..colon)?;
        let found = Self::from_bytes(name);
        (found != Self::Other || is_token(name)).then_some(found)
    }

    /// The name that these bytes spell in any case, long or compact; without a colon.
    pub fn from_bytes(name: &[u8]) -> Self {
        match name {
            [] => Self::Other,
            [letter] => Self::from_compact(*letter),
            _ => Self::from_long(name),
        }
    }

    fn from_long(name: &[u8]) -> Self {
        let mut at = slot(name);
        loop {
            let found = BY_SLOT.get(at).copied().unwrap_or(FREE);
            // The table is far from full, so a free slot ends every search.
            if found == FREE {
                return found;
            }
            let text = TEXT.get(found as usize).copied().unwrap_or_default();
            // Nearly every sender spells names as the RFC does.
            if text == name || text.eq_ignore_ascii_case(name) {
                return found;
            }
            at = (at + 1) % SLOTS;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{NAMES, SLOT_FACTORS, WORD_FACTOR, WORDS, slot_with, word_slot_with};
    use crate::HeaderName;

    fn are_apart(mut slots: impl Iterator<Item = usize>) -> bool {
        let mut taken = HashSet::new();
        slots.all(|slot| taken.insert(slot))
    }

    fn are_names_apart(factors: [usize; 5]) -> bool {
        let names = HeaderName::ALL.iter();
        // No factors tell it from its neighbour.
        let names = names.filter(|name| **name != HeaderName::PDcsOsps);
        are_apart(names.map(|name| slot_with(name.as_str().as_bytes(), factors)))
    }

    fn are_words_apart(factor: u64) -> bool {
        let words = WORDS.iter().filter(|word| **word != 0);
        are_apart(words.map(|word| word_slot_with(*word, factor)))
    }

    #[test]
    fn no_two_names_share_a_slot() {
        assert_eq!(NAMES, HeaderName::ALL.len() + 1);
        assert!(are_names_apart(SLOT_FACTORS), "run search_for_factors");
        assert!(are_words_apart(WORD_FACTOR), "run search_for_factors");
    }

    /// Fails with factors for the names as they are: `cargo test -p sipwhy-parser
    /// search_for_factors -- --ignored`.
    #[test]
    #[ignore = "a search, for when the one above fails"]
    fn search_for_factors() {
        // Any sequence that does not repeat soon will do.
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state.rotate_right(29)
        };
        let word_factor = loop {
            let factor = next() | 1;
            if are_words_apart(factor) {
                break factor;
            }
        };
        let slot_factors = loop {
            let factors = [(); 5].map(|()| (next() % 256) as usize);
            if are_names_apart(factors) {
                break factors;
            }
        };
        // The only way to tell anything without I/O.
        assert!(
            word_factor == WORD_FACTOR && slot_factors == SLOT_FACTORS,
            "const WORD_FACTOR: u64 = {word_factor:#x};\nconst SLOT_FACTORS: [usize; 5] = {slot_factors:?};"
        );
    }
}
