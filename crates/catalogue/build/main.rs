//! Turns the TOML files under `data/` into static Rust data.
//!
//! Every complaint about the data is collected and printed with its file, so
//! that one failing build shows all there is to mend.

mod check;
mod emit;
mod kind;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use schema::{CauseFile, ClassFile, CodeFile, PairFile, TopicFile, WarningFile};
use serde::de::DeserializeOwned;

/// Everything read from `data/`, each entry with the file that it stands in.
#[derive(Default)]
struct Data {
    classes: Vec<schema::Class>,
    codes: Vec<(PathBuf, CodeFile)>,
    pairs: Vec<(PathBuf, PairFile)>,
    causes: Vec<schema::Cause>,
    warnings: Vec<schema::Warning>,
    topics: Vec<(PathBuf, TopicFile)>,
}

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=build");
    let mut problems = Vec::new();
    let data = read_all(Path::new("data"), &mut problems);
    check::check(&data, &mut problems);
    if problems.is_empty() {
        let out = std::env::var_os("OUT_DIR").map_or_else(PathBuf::new, PathBuf::from);
        if let Err(error) = fs::write(out.join("data.rs"), emit::emit(&data)) {
            problems.push(format!("cannot write the generated file: {error}"));
        }
    }
    for problem in &problems {
        println!("cargo::error={problem}");
    }
    if problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn read_all(root: &Path, problems: &mut Vec<String>) -> Data {
    let mut data = Data::default();
    if let Some(file) = read::<ClassFile>(&root.join("classes.toml"), problems) {
        data.classes = file.class;
    }
    if let Some(file) = read::<CauseFile>(&root.join("q850.toml"), problems) {
        data.causes = file.cause;
    }
    if let Some(file) = read::<WarningFile>(&root.join("warnings.toml"), problems) {
        data.warnings = file.warning;
    }
    data.codes = read_folder(&root.join("codes"), problems);
    data.pairs = read_folder(&root.join("pairs"), problems);
    data.topics = read_folder(&root.join("topics"), problems);
    data
}

fn read_folder<T: DeserializeOwned>(
    folder: &Path,
    problems: &mut Vec<String>,
) -> Vec<(PathBuf, T)> {
    let mut paths: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .collect(),
        Err(error) => {
            problems.push(format!("{}: {error}", folder.display()));
            return Vec::new();
        }
    };
    paths.sort();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    paths
        .into_iter()
        .filter_map(|path| read(&path, problems).map(|value| (path, value)))
        .collect()
}

fn read<T: DeserializeOwned>(path: &Path, problems: &mut Vec<String>) -> Option<T> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            problems.push(format!("{}: {error}", path.display()));
            return None;
        }
    };
    match toml::from_str(&text) {
        Ok(value) => Some(value),
        Err(error) => {
            let line = error
                .span()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            problems.push(format!("{}:{line}: {}", path.display(), error.message()));
            None
        }
    }
}
