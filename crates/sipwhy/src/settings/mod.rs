//! The configuration file: where it is sought, and what it says.

mod measure;
mod read;

use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_annotator::{Network, NumberPrefix, Policy, Thresholds};

pub(crate) use measure::in_words;

/// The variable that names the file. An empty one says that none is to be read.
const VARIABLE: &str = "SIPWHY_CONFIG";
/// The file in a configuration directory.
const IN_DIRECTORY: &str = "sipwhy/config.toml";
/// The file for all users.
const FOR_ALL: &str = "/etc/sipwhy/config.toml";
/// The longest file that is read, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Where settings come from.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct SettingsOptions {
    /// A configuration file: thresholds, severities, rules on and off, exceptions. Without it
    /// $SIPWHY_CONFIG, ~/.config/sipwhy/config.toml and /etc/sipwhy/config.toml, the first there is
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What the configuration says; the defaults where it says nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The file they were read from.
    pub(crate) file: Option<PathBuf>,
    pub(crate) thresholds: Thresholds,
    pub(crate) policy: Policy,
    pub(crate) trusted: Vec<Network>,
    pub(crate) proxies: Vec<Network>,
    pub(crate) watched_numbers: Vec<NumberPrefix>,
}

impl SettingsOptions {
    /// Reads the file that holds the settings, if there is one.
    pub(crate) fn load(&self) -> anyhow::Result<Settings> {
        let environment = |name: &str| std::env::var_os(name);
        let named = self.config.clone().map(OsString::from);
        let Some(named) = named.or_else(|| environment(VARIABLE)) else {
            for path in usual_places(environment) {
                match File::open(&path) {
                    Ok(file) => return load(file, &path),
                    Err(error) if is_absence(error.kind()) => {}
                    Err(error) => return Err(error).with_context(|| cannot_read(&path)),
                }
            }
            return Ok(Settings::default());
        };
        if named.is_empty() {
            return Ok(Settings::default());
        }
        let path = PathBuf::from(named);
        load(
            File::open(&path).with_context(|| cannot_read(&path))?,
            &path,
        )
    }
}

impl Settings {
    /// Hands the settings to an engine that is yet to be made.
    pub(crate) fn apply(self, config: &mut sipwhy_annotator::Config) {
        config.thresholds = self.thresholds;
        config.policy = self.policy;
        config.trusted = self.trusted;
        config.proxies = self.proxies;
        config.watched_numbers = self.watched_numbers;
    }
}

/// Where the file may be that nobody named, nearest first (XDG Base Directory Specification).
fn usual_places(environment: impl Fn(&str) -> Option<OsString>) -> Vec<PathBuf> {
    let directory = |name: &str| {
        environment(name)
            .map(PathBuf::from)
            .filter(|it| it.is_absolute())
    };
    let own = directory("XDG_CONFIG_HOME")
        .or_else(|| directory("HOME").map(|home| home.join(".config")))
        .map(|it| it.join(IN_DIRECTORY));
    own.into_iter().chain([PathBuf::from(FOR_ALL)]).collect()
}

/// Whether a place that was only a guess holds nothing for this user.
fn is_absence(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied
    )
}

fn cannot_read(path: &Path) -> String {
    format!("{}: cannot be read as a configuration", path.display())
}

fn load(file: File, path: &Path) -> anyhow::Result<Settings> {
    let mut text = String::new();
    file.take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .with_context(|| cannot_read(path))?;
    anyhow::ensure!(
        text.len() as u64 <= MOST_BYTES,
        "{}: is longer than a configuration may be ({} KiB)",
        path.display(),
        MOST_BYTES >> 10
    );
    let settings = read::settings(&text)
        .map_err(|fault| anyhow::anyhow!("{}:{}: {}", path.display(), fault.line, fault.text))?;
    Ok(Settings {
        file: Some(path.to_owned()),
        ..settings
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_the_users_own_goes_before_that_of_all() {
        let set = |wanted: &'static str, value: &'static str| {
            move |name: &str| (name == wanted).then(|| OsString::from(value))
        };
        let etc = PathBuf::from(FOR_ALL);
        let own = PathBuf::from("/x/sipwhy/config.toml");
        assert_eq!(
            usual_places(set("XDG_CONFIG_HOME", "/x")),
            [own, etc.clone()]
        );
        let own = PathBuf::from("/home/a/.config/sipwhy/config.toml");
        assert_eq!(usual_places(set("HOME", "/home/a")), [own, etc.clone()]);
        // Relative paths are to be ignored, as the specification has it.
        assert_eq!(usual_places(set("XDG_CONFIG_HOME", "x")), [etc]);
    }
}
