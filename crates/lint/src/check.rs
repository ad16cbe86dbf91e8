//! What a check is.

/// How grave a departure is, by what it breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A variation that receivers tolerate.
    Note,
    /// Some receivers stumble, or something fails later.
    Warning,
    /// Receivers reject the message, misroute it or misread it.
    Error,
}

impl Severity {
    /// The word used in every output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One kind of departure.
#[derive(Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable, in kebab-case.
    pub id: &'static str,
    /// The severity of its plain case.
    pub severity: Severity,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// The RFC and section that it departs from.
    pub reference: &'static str,
    /// How receivers commonly react.
    pub receivers: &'static str,
}

/// Declares checks as statics, and `CHECKS`, the list of them.
macro_rules! checks {
    ($($name:ident: $severity:ident $id:literal, $title:literal, $reference:literal,
        $receivers:literal;)+) => {
        $(static $name: $crate::Check = $crate::Check {
            id: $id,
            severity: $crate::Severity::$severity,
            title: $title,
            reference: $reference,
            receivers: $receivers,
        };)+

        /// The checks of this module.
        pub(super) static CHECKS: &[&$crate::Check] = &[$(&$name),+];
    };
}
pub(crate) use checks;
