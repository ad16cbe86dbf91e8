//! The two directions of a connection.

/// Which of the two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Side {
    /// That of the first segment seen.
    Forward,
    /// The other.
    Backward,
}

impl Side {
    pub(crate) const BOTH: [Self; 2] = [Self::Forward, Self::Backward];

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// Something for each of the two directions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sides<T>([T; 2]);

impl<T> Sides<T> {
    pub(crate) fn both(&self) -> impl Iterator<Item = &T> {
        self.0.iter()
    }

    pub(crate) fn get(&self, side: Side) -> &T {
        let [forward, backward] = &self.0;
        match side {
            Side::Forward => forward,
            Side::Backward => backward,
        }
    }

    pub(crate) fn get_mut(&mut self, side: Side) -> &mut T {
        let [forward, backward] = &mut self.0;
        match side {
            Side::Forward => forward,
            Side::Backward => backward,
        }
    }
}
