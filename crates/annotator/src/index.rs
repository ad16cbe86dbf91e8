//! Finds the entries of a table again by their keys.

use hashbrown::HashTable;
use slotmap::{Key as Id, SlotMap};

use crate::key::Key;

/// What is found by a key that it holds itself.
pub(crate) trait Keyed {
    /// Its key.
    fn key(&self) -> Key;
}

/// The identifiers of a table's entries, by the keys that the entries hold.
///
/// Holding no keys of its own it stays small, and near to the processor, where the table is not;
/// the entry that a key leads to is wanted anyway.
#[derive(Debug)]
pub(crate) struct Index<I>(HashTable<I>);

impl<I> Default for Index<I> {
    fn default() -> Self {
        Self(HashTable::new())
    }
}

impl<I: Id> Index<I> {
    /// The entry with this key.
    pub(crate) fn get<T: Keyed>(&self, table: &SlotMap<I, T>, key: Key) -> Option<I> {
        let is_it = |id: &I| table.get(*id).is_some_and(|entry| entry.key() == key);
        self.0.find(key.hash(), is_it).copied()
    }

    /// Enters what is in the table and not yet here.
    pub(crate) fn insert<T: Keyed>(&mut self, table: &SlotMap<I, T>, key: Key, id: I) {
        let hash = |id: &I| table.get(*id).map_or(0, |entry| entry.key().hash());
        self.0.insert_unique(key.hash(), id, hash);
    }

    /// Takes out what was entered under this key, which may be gone from the table by now.
    pub(crate) fn remove(&mut self, key: Key, id: I) {
        if let Ok(entry) = self.0.find_entry(key.hash(), |other| *other == id) {
            entry.remove();
        }
    }
}
