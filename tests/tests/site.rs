//! The web site: its links hold, and a browser shows it.
#![allow(clippy::unwrap_used, reason = "helpers of tests may fail them")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use sipwhy_annotator::RULES;
use sipwhy_site::{Rule, site};

/// Set by `scripts/test-browser`: the browser to look at the pages with.
const BROWSER: &str = "SIPWHY_BROWSER";

fn files() -> BTreeMap<String, String> {
    let rules: Vec<Rule<'_>> = RULES
        .iter()
        .map(|rule| rule.info())
        .map(|info| Rule {
            id: info.id,
            summary: info.summary,
            page: info.page,
        })
        .collect();
    site(&rules)
        .into_iter()
        .map(|file| (file.path, file.text))
        .collect()
}

/// The addresses in the `href` and `src` attributes of a page.
fn addresses(page: &str) -> impl Iterator<Item = &str> {
    let attributes = page
        .match_indices("href=\"")
        .chain(page.match_indices("src=\""));
    attributes.map(|(at, name)| page[at + name.len()..].split('"').next().unwrap())
}

/// The path from the site's root that `address` means in the page at `path`.
fn resolve(path: &str, address: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            ".." => assert!(
                parts.pop().is_some(),
                "{path} leads out of the site: {address}"
            ),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn every_link_leads_to_a_page() {
    let files = files();
    let mut reached: BTreeSet<String> = BTreeSet::new();
    for (path, page) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert_eq!(page.matches("<h1>").count(), 1, "{path}");
        for address in addresses(page) {
            if address.starts_with("https://")
                || address.starts_with("http://")
                || address == "data:,"
            {
                continue;
            }
            let target = resolve(path, address);
            assert!(
                files.contains_key(&target),
                "{path} leads to {address}, which is not there"
            );
            reached.insert(target);
        }
    }
    let unreached: Vec<&String> = files
        .keys()
        .filter(|path| !reached.contains(*path))
        .collect();
    assert!(unreached.is_empty(), "no page leads to {unreached:?}");
}

#[test]
fn rules_lead_to_codes_and_codes_to_rules() {
    let files = files();
    for rule in RULES {
        let id = rule.info().id;
        let page = &files[&format!("rules/{id}.html")];
        let codes: Vec<&str> = addresses(page)
            .filter(|address| address.starts_with("../codes/"))
            .collect();
        for code in sipwhy_catalogue::codes_of_rule(id) {
            let code = format!("codes/{}.html", code.code);
            assert!(
                codes.contains(&format!("../{code}").as_str()),
                "{id}: {code}"
            );
            assert!(
                files[&code].contains(&format!("../rules/{id}.html")),
                "{code}: {id}"
            );
        }
    }
}

/// What a browser makes of a page: its elements once the scripts have run, and its complaints.
fn browse(browser: &str, folder: &Path, page: &str, query: &str) -> (String, String) {
    let url = format!("file://{}{query}", folder.join(page).display());
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
        ])
        .args(["--virtual-time-budget=3000", "--dump-dom", &url])
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_browser_shows_the_pages_and_finds_what_is_searched() {
    let Ok(browser) = std::env::var(BROWSER) else {
        println!("skipped: {BROWSER} names no browser; scripts/test-browser does");
        return;
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("site");
    for (path, text) in files() {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    for (page, query, expected) in [
        ("index.html", "?q=busy", "codes/486.html"),
        (
            "index.html",
            "?q=100 vs 305".replace(' ', "%20").as_str(),
            "compare/100-305.html",
        ),
        ("codes/305.html", "?q=via", "headers/via.html"),
        (
            "compare/100-305.html",
            "?q=stuck",
            "rules/stuck-on-trying.html",
        ),
        (
            "rules/use-proxy-ignored.html",
            "?q=timer%20b",
            "timers/timer-b.html",
        ),
    ] {
        let (elements, complaints) = browse(&browser, &folder, page, query);
        let hits = elements.split("<ol id=\"hits\"").nth(1).unwrap_or_default();
        let hits = hits.split("</ol>").next().unwrap_or_default();
        assert!(
            hits.contains(expected),
            "{page}{query}: {hits}\n{complaints}"
        );
        let first = hits.split("href=\"").nth(1).unwrap_or_default();
        assert!(
            first.contains(expected),
            "{page}{query} finds {first} first"
        );
        let complaint = complaints.lines().find(|line| line.contains("CONSOLE"));
        assert_eq!(complaint, None, "{page}");
    }
}
