//! The two directions of a connection.

/// Which of the two directions. Which of them is the client's is found out from the hellos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The one that the caller calls so.
    Forward,
    /// The other.
    Backward,
}

impl Way {
    /// The other direction.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// Something for each of the two directions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ways<T>([T; 2]);

impl<T> Ways<T> {
    pub(crate) fn both(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }

    pub(crate) const fn get(&self, way: Way) -> &T {
        let [forward, backward] = &self.0;
        match way {
            Way::Forward => forward,
            Way::Backward => backward,
        }
    }

    pub(crate) const fn get_mut(&mut self, way: Way) -> &mut T {
        let [forward, backward] = &mut self.0;
        match way {
            Way::Forward => forward,
            Way::Backward => backward,
        }
    }
}
