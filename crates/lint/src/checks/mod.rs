//! The checks: a file for each concern, with what it looks for and how receivers react.

mod authentication;
mod body;
mod contacts;
mod contents;
mod cseq;
mod duplicates;
mod extensions;
mod framing;
mod lines;
mod methods;
mod numbers;
mod parties;
mod request_uri;
mod required;
mod routes;
mod start_line;
mod status_codes;
mod subscriptions;
mod values;
mod via;
mod weights;

#[cfg(test)]
mod tests;

use crate::Check;
use crate::linter::Linter;

/// Lists the modules once: what each looks for, and how it looks.
macro_rules! modules {
    ($($module:ident),+ $(,)?) => {
        static ALL: &[&[&Check]] = &[$($module::CHECKS),+];

        /// Runs every check on a message.
        pub(crate) fn run(linter: &mut Linter<'_, '_>) {
            $($module::look(linter);)+
        }
    };
}

modules! {
    start_line,
    request_uri,
    lines,
    required,
    values,
    duplicates,
    via,
    parties,
    cseq,
    contacts,
    routes,
    numbers,
    methods,
    status_codes,
    authentication,
    subscriptions,
    extensions,
    body,
    contents,
    framing,
}

/// Every check there is.
pub fn all_checks() -> impl Iterator<Item = &'static Check> {
    ALL.iter().flat_map(|checks| checks.iter().copied())
}
