//! Makes the registry of rules from the files in `src/rules`, so that adding a rule touches no
//! other file.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folder = Path::new(&root).join("src/rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("src/rules is a folder")
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            let is_rule =
                path.extension()? == "rs" && !matches!(name.as_str(), "mod" | "context" | "step");
            is_rule.then_some(name)
        })
        .collect();
    names.sort();
    let mut registry = String::new();
    for name in &names {
        let page = folder.join(format!("{}.md", name.replace('_', "-")));
        assert!(
            page.is_file(),
            "the rule {name} has no page {}",
            page.display()
        );
        let file = folder.join(format!("{name}.rs"));
        writeln!(registry, "#[path = {file:?}]\nmod {name};").expect("a string grows");
    }
    registry.push_str("/// Every rule, by name.\npub static RULES: &[&dyn Rule] = &[\n");
    for name in &names {
        writeln!(registry, "    &{name}::RULE,").expect("a string grows");
    }
    registry.push_str("];\n");
    let out = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("registry.rs");
    fs::write(out, registry).expect("OUT_DIR can be written");
}
