//! Keyed permutations: of small ranges of numbers, and of words within their alphabets.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher24;

use crate::Key;

/// Rounds of the network that permutes words. Four are enough for halves that are long; words are
/// short.
const ROUNDS: u64 = 8;

/// What a permutation is for, so that those for different things have nothing in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Purpose {
    Word = 1,
    Digit = 2,
    Octet = 3,
    Group = 4,
    Hardware = 5,
}

/// Permutations under one key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Permutations {
    key: Key,
}

/// A character on its way: its place in its alphabet, and how many that has.
pub(crate) type Symbol = (u8, u8);

impl Permutations {
    pub(crate) const fn new(key: Key) -> Self {
        Self { key }
    }

    /// A number that nobody can tell from a random one without the key.
    pub(crate) fn number(self, purpose: Purpose, context: &[u8], count: u64) -> u64 {
        let [one, other] = self.key.halves();
        let mut hasher = SipHasher24::new_with_keys(one, other);
        hasher.write_u8(purpose as u8);
        hasher.write_u64(count);
        hasher.write(context);
        hasher.finish()
    }

    /// What stands for a number within a range, of at most 256, in a context: each has another.
    pub(crate) fn small(self, purpose: Purpose, context: &[u8], range: (u8, u8), number: u8) -> u8 {
        let (first, last) = range;
        if number < first || number > last {
            return number;
        }
        // A digit that could not stand for itself would tell what it is not; an address is to be
        // another one.
        let is_moved = u64::from(purpose != Purpose::Digit);
        let mut all: Vec<u8> = (first..=last).collect();
        // Fisher and Yates's shuffle, or Sattolo's, which leaves nothing in its place.
        for at in (1..all.len()).rev() {
            let choices = at as u64 + 1 - is_moved;
            let other = self.number(purpose, context, at as u64) % choices;
            all.swap(at, other as usize);
        }
        let at = usize::from(number - first);
        all.get(at).copied().unwrap_or(number)
    }

    /// What stands for a number within a large range, in a context: each has another.
    pub(crate) fn large(self, context: &[u8], range: (u16, u16), number: u16) -> u16 {
        let (first, last) = range;
        if number < first || number > last {
            return number;
        }
        if let (Ok(first), Ok(last), Ok(number)) =
            (first.try_into(), last.try_into(), number.try_into())
        {
            return self
                .small(Purpose::Group, context, (first, last), number)
                .into();
        }
        let size = u64::from(last - first) + 1;
        let add = self.number(Purpose::Group, context, 0) % size;
        // A factor without a common divisor makes a permutation; such factors are frequent.
        let factor = (1..)
            .map(|count| self.number(Purpose::Group, context, count) % size)
            .take(64)
            .find(|factor| greatest_common_divisor(*factor, size) == 1)
            .unwrap_or(1);
        let place = (u64::from(number - first) * factor + add) % size;
        first + place as u16
    }

    /// Permutes the words of these alphabets: a Feistel network that adds, to the symbols of one
    /// half, numbers that depend on the other half, on the tweak and on the alphabets.
    pub(crate) fn word(self, tweak: &[u8], symbols: &mut [Symbol]) {
        let middle = symbols.len() / 2;
        let (left, right) = symbols.split_at_mut(middle);
        let mut context = Vec::with_capacity(tweak.len() + 2 * right.len() + 16);
        for round in 0..ROUNDS {
            let (to, from) = match round % 2 {
                0 => (&mut *right, &*left),
                _ => (&mut *left, &*right),
            };
            context.clear();
            context.extend(tweak);
            context.push(0xff);
            context.push(round as u8);
            context.extend(to.iter().map(|(_, alphabet)| *alphabet));
            context.push(0xff);
            context.extend(
                from.iter()
                    .flat_map(|(place, alphabet)| [*place, *alphabet]),
            );
            // Once for all of them, since words may be long.
            let seed = self.number(Purpose::Word, &context, round).to_be_bytes();
            // A number is good for a dozen symbols.
            for (count, symbols) in (ROUNDS..).zip(to.chunks_mut(12)) {
                let mut number = self.number(Purpose::Word, &seed, count);
                for (place, alphabet) in symbols {
                    let size = u64::from(*alphabet).max(1);
                    *place = ((u64::from(*place) + number % size) % size) as u8;
                    number /= size;
                }
            }
        }
    }
}

const fn greatest_common_divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn permutations() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    #[test]
    fn ranges_are_permuted_and_nothing_else() {
        let all = permutations();
        let small: BTreeSet<u8> = (10..=99)
            .map(|it| all.small(Purpose::Octet, b"x", (10, 99), it))
            .collect();
        assert!(small.into_iter().eq(10..=99));
        assert_eq!(all.small(Purpose::Octet, b"x", (10, 99), 9), 9);
        let large: BTreeSet<u16> = (0x1000..=0xffff)
            .map(|it| all.large(b"x", (0x1000, 0xffff), it))
            .collect();
        assert!(large.into_iter().eq(0x1000..=0xffff));
        let of = |context: &[u8]| -> Vec<u8> {
            let range = 0..=99;
            range
                .map(|it| all.small(Purpose::Octet, context, (0, 99), it))
                .collect()
        };
        assert_ne!(of(b"x"), of(b"y"), "each context has its own");
        assert!(of(b"x").iter().zip(0..).all(|(new, old)| *new != old));
    }

    #[test]
    fn words_of_an_alphabet_are_permuted() {
        let all = permutations();
        for length in 1..=3 {
            let mut seen = BTreeSet::new();
            for number in 0..10_usize.pow(length) {
                let digits = format!("{number:0width$}", width = length as usize);
                let mut word: Vec<Symbol> = digits.bytes().map(|it| (it - b'0', 10)).collect();
                all.word(b"", &mut word);
                assert!(word.iter().all(|(place, alphabet)| place < alphabet));
                assert!(seen.insert(word), "{number}");
            }
        }
        let mut one = vec![(1, 26), (2, 10), (3, 26)];
        let mut other = one.clone();
        all.word(b"", &mut one);
        all.word(b"tweak", &mut other);
        assert_ne!(one, other);
        all.word(b"", &mut []);
    }
}
