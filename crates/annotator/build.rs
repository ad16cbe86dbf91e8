//! Makes the registry of rules from the files in `src/rules`, so that adding a rule touches no
//! other file.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Files in the folder that hold no rule.
const FRAME: [&str; 3] = ["mod", "context", "step"];

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("src/rules");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder)? {
        names.extend(rule_name(&entry?.path()));
    }
    names.sort();
    let mut modules = String::new();
    let mut list = String::from("/// Every rule, by name.\npub static RULES: &[&dyn Rule] = &[\n");
    for name in &names {
        let page = folder.join(format!("{}.md", name.replace('_', "-")));
        if !page.is_file() {
            return Err(format!("the rule {name} has no page {}", page.display()).into());
        }
        let file = folder.join(format!("{name}.rs"));
        modules += &format!("#[path = {file:?}]\nmod {name};\n");
        list += &format!("    &{name}::RULE,\n");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?).join("registry.rs");
    fs::write(out, format!("{modules}{list}];\n"))?;
    Ok(())
}

/// The rule that a file holds, by its name.
fn rule_name(path: &Path) -> Option<String> {
    let name = path.file_stem()?.to_str()?;
    let holds_rule = path.extension()? == "rs" && !FRAME.contains(&name);
    holds_rule.then(|| name.to_owned())
}
