//! Times after the first message.

use std::time::Duration;

/// How long after the first message: `+0.017 s`.
pub(crate) fn relative(since: Duration) -> String {
    format!("+{}.{:03} s", since.as_secs(), since.subsec_millis())
}
