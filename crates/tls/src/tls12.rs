//! Reading one direction of a session before TLS 1.3, after its change of cipher.

use crate::key_log::KeyLog;
use crate::opened::Opened;
use crate::opener::{Ingredients, Opener};
use crate::record::Record;
use crate::sequence::Sequence;
use crate::{Limits, Reason};

/// One direction, from one change of cipher to the next.
#[derive(Debug)]
pub(crate) struct Tls12 {
    ingredients: Ingredients,
    of_client: bool,
    opener: Option<Opener>,
    sequence: Sequence,
}

impl Tls12 {
    pub(crate) const fn new(ingredients: Ingredients, of_client: bool) -> Self {
        Self {
            ingredients,
            of_client,
            opener: None,
            sequence: Sequence::START,
        }
    }

    /// Opens a record into `text`.
    pub(crate) fn open(
        &mut self,
        record: Record<'_>,
        keys: &KeyLog,
        limits: &Limits,
        text: &mut Vec<u8>,
    ) -> Opened {
        if self.opener.is_none() {
            self.opener = self.make(keys);
        }
        let Some(opener) = &mut self.opener else {
            return Opened::Wait;
        };
        let found = self
            .sequence
            .guesses(limits.guesses)
            .find_map(|guess| Some((guess, opener.open(guess, record, text)?)));
        opener.passed(record.payload);
        match found {
            Some((number, unsealed)) => {
                self.sequence.found(number);
                unsealed.into()
            }
            None => {
                self.sequence.missed();
                Opened::Failed(Reason::BadRecord)
            }
        }
    }

    /// Takes note that a record was given up before there was a key for it.
    pub(crate) fn passed(&mut self) {
        self.sequence.passed();
    }

    fn make(&self, keys: &KeyLog) -> Option<Opener> {
        let master = keys
            .find(&self.ingredients.client_random)?
            .master
            .as_ref()?;
        Opener::tls12(&self.ingredients, master, self.of_client)
    }
}
