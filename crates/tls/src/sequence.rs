//! Which number a record has. It is not in the record, but what is authenticated depends on it.

/// What is known of the number that the next record has in its direction, under its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sequence {
    /// Its number, if none was lost.
    next: u64,
    /// How many records in a row fitted none of the numbers tried.
    misses: u32,
}

impl Sequence {
    /// That of the first record.
    pub(crate) const START: Self = Self { next: 0, misses: 0 };

    /// That of a record which `next` others came before, as far as is known.
    pub(crate) const fn from(next: u64) -> Self {
        Self { next, misses: 0 }
    }

    /// The number, if none was lost.
    pub(crate) const fn next(self) -> u64 {
        self.next
    }

    /// The numbers to be tried: first the one that is due and those near it, then some further on.
    /// The latter move on with each record that fits none, so that a few records find their place
    /// even after many were lost. Those near it stay, should a record have been none.
    pub(crate) fn guesses(self, allowed: u32) -> impl Iterator<Item = u64> {
        let allowed = u64::from(allowed);
        let near = (allowed / 8).max(1);
        let far = allowed.saturating_sub(near);
        // They overlap, since the record that comes next has a higher number.
        let step = far.saturating_sub(near);
        let moved = u64::from(self.misses).saturating_mul(step);
        let first_far = self.next.saturating_add(near).saturating_add(moved);
        (self.next..self.next.saturating_add(near)).chain(first_far..first_far.saturating_add(far))
    }

    /// Takes note that a record had this number.
    pub(crate) const fn found(&mut self, number: u64) {
        *self = Self::from(number.saturating_add(1));
    }

    /// Takes note that a record fitted none of the numbers tried.
    pub(crate) const fn missed(&mut self) {
        self.misses = self.misses.saturating_add(1);
    }

    /// Takes note of a record that passed untried.
    pub(crate) const fn passed(&mut self) {
        self.next = self.next.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_records_find_their_place_after_many_were_lost() {
        for lost in [0, 1, 255, 256, 257, 1000, 1500] {
            let mut sequence = Sequence::from(10);
            let mut records = 0;
            let found = (10 + lost..).find(|&number| {
                records += 1;
                let fits = sequence.guesses(256).any(|guess| guess == number);
                if !fits {
                    sequence.missed();
                }
                fits
            });
            assert!(records <= 8, "{lost} lost: {found:?} after {records}");
            sequence.found(found.unwrap());
            assert_eq!(sequence.next(), found.unwrap() + 1);
        }
    }

    #[test]
    fn a_record_that_is_none_moves_nothing() {
        let mut sequence = Sequence::from(10);
        sequence.missed();
        assert!((10..40).all(|number| sequence.guesses(256).any(|guess| guess == number)));
    }

    #[test]
    fn no_more_is_tried_than_allowed() {
        for allowed in [0, 1, 7, 256] {
            let expected = allowed.max(1) as usize;
            assert_eq!(Sequence::START.guesses(allowed).count(), expected);
            assert!(Sequence::from(u64::MAX - 3).guesses(allowed).count() <= expected);
        }
    }
}
