//! Dependencies between our crates point one way, and the core does no I/O.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sipwhy_tests::root;

/// What each crate may depend on. Those not listed here may depend on anything.
const ALLOWED: &[(&str, &[&str])] = &[
    ("parser", &[]),
    ("content", &["parser"]),
    ("catalogue", &[]),
    ("tls", &[]),
    ("confine", &[]),
    ("lint", &["parser", "content"]),
    ("packet", &["parser", "tls"]),
    ("capture", &["packet"]),
    ("redact", &["parser", "packet"]),
    (
        "annotator",
        &["parser", "content", "lint", "packet", "catalogue"],
    ),
    (
        "pipeline",
        &["parser", "content", "packet", "tls", "annotator"],
    ),
    (
        "flow",
        &["parser", "content", "packet", "annotator", "pipeline"],
    ),
    (
        "report",
        &[
            "parser",
            "content",
            "lint",
            "packet",
            "annotator",
            "catalogue",
            "pipeline",
            "flow",
        ],
    ),
    (
        "check",
        &[
            "parser",
            "content",
            "packet",
            "annotator",
            "catalogue",
            "pipeline",
            "flow",
            "report",
        ],
    ),
    (
        "diff",
        &[
            "parser",
            "content",
            "packet",
            "annotator",
            "pipeline",
            "flow",
            "report",
            "check",
        ],
    ),
    (
        "testkit",
        &["parser", "packet", "tls", "annotator", "pipeline"],
    ),
    ("site", &["catalogue"]),
    ("bench", &["tls"]),
];

/// What the binary must not depend on.
const NOT_SHIPPED: &[&str] = &["testkit", "bench", "tests"];

/// Crates that see nothing of the world but what they are handed.
const SANS_IO: &[&str] = &[
    "parser",
    "content",
    "lint",
    "packet",
    "redact",
    "tls",
    "annotator",
    "pipeline",
    "flow",
    "catalogue",
    "site",
    "check",
    "diff",
];

/// What such a crate must not name.
const WORLDLY: &[&str] = &[
    "std::fs",
    "std::io::stdin",
    "std::process",
    "std::thread",
    "std::env",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "SystemTime",
    "Instant::now",
    "thread::sleep",
    "println!",
    "static mut",
];

#[test]
fn dependencies_point_one_way() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut seen = 0;
    for package in metadata["packages"].as_array().unwrap() {
        let name = short(&package["name"]);
        for dependency in package["dependencies"].as_array().unwrap() {
            let target = short(&dependency["name"]);
            let is_ours = dependency["name"].as_str().unwrap().starts_with("sipwhy");
            // What only tests need may point anywhere.
            if !is_ours || dependency["kind"] == "dev" {
                continue;
            }
            seen += 1;
            if let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) {
                assert!(
                    allowed.contains(&target),
                    "{name} must not depend on {target}"
                );
            } else if name == "sipwhy" {
                assert!(
                    !NOT_SHIPPED.contains(&target),
                    "{name} must not depend on {target}"
                );
            } else {
                assert_eq!(
                    name, "tests",
                    "{name} has no place in the order of the crates"
                );
            }
        }
    }
    assert!(seen > 10, "the dependencies were found");
}

fn short(name: &Value) -> &str {
    let name = name.as_str().unwrap();
    name.strip_prefix("sipwhy-").unwrap_or(name)
}

#[test]
fn the_core_does_no_io_and_holds_no_clock() {
    for name in SANS_IO {
        let mut files = Vec::new();
        sources(&root().join("crates").join(name).join("src"), &mut files);
        assert!(!files.is_empty(), "{name} has sources");
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            // Tests within a file stand at its end.
            let code = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default();
            let lines = code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            for line in lines {
                for word in WORLDLY {
                    assert!(
                        !line.contains(word),
                        "{}: {word} in: {line}",
                        file.display()
                    );
                }
            }
        }
    }
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}
