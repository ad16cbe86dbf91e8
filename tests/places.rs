//! Where things are.

use std::path::{Path, PathBuf};

/// The root of the project.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The recorded captures.
#[must_use]
pub fn captures() -> PathBuf {
    root().join("captures")
}

/// The corpus of foreign captures, where there is one: `SIPWHY_CORPUS`, or `shared/corpus` beside
/// the project.
#[must_use]
pub fn corpus() -> Option<PathBuf> {
    let place = std::env::var_os("SIPWHY_CORPUS")
        .map_or_else(|| root().join("../shared/corpus"), PathBuf::from);
    place.join("INDEX.tsv").is_file().then_some(place)
}
