//! sipwhy's own diagnostics, on standard error, when asked for by `SIPWHY_LOG`.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// The variable that says which diagnostics are shown, as tracing-subscriber's filters are written.
const VARIABLE: &str = "SIPWHY_LOG";

/// Starts to show diagnostics.
pub(crate) fn start() {
    let filter = EnvFilter::builder()
        .with_env_var(VARIABLE)
        .with_default_directive(LevelFilter::OFF.into())
        .from_env_lossy();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter)
        .init();
}
