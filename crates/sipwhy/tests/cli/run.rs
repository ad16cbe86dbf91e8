//! Runs the program.

use std::path::PathBuf;
use std::process::{Command, Output};

/// The program, in surroundings that do not change what it prints.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sipwhy"));
    command
        .env_remove("SIPWHY_LOG")
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        // None, whatever the user who runs the tests has.
        .env("SIPWHY_CONFIG", "");
    command
}

/// What a run printed, and its exit status.
pub(crate) struct Ran {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) status: i32,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
            status: output.status.code().expect("no signal ended it"),
        }
    }
}

/// Runs the program to its end.
pub(crate) fn run(args: &[&str]) -> Ran {
    program().args(args).output().unwrap().into()
}

/// A capture that ships with the project.
pub(crate) fn capture(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../captures");
    let path = path.canonicalize().unwrap().join(name);
    path.to_str().unwrap().to_owned()
}

/// The path of a file that this test alone writes.
pub(crate) fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// The JSON records of a run.
pub(crate) fn records(out: &str) -> Vec<serde_json::Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}
