//! What a live capture counts and holds, for Prometheus: `docs/metrics.md`.

mod capture;
mod exposition;
mod histogram;
mod peers;
mod process;
mod sip;

use sipwhy_packet::Timestamp;
use sipwhy_pipeline::Counts;

use crate::ending::Dropped;
use exposition::Exposition;
pub use histogram::Histogram;

/// What a live capture knows beside its pipeline.
#[derive(Clone, Debug, Default)]
pub struct LiveCounts {
    /// Every input, in the order given.
    pub inputs: Vec<InputCounts>,
    /// How far behind the clock the analysis was, batch by batch.
    pub lag: Histogram,
    /// Lines of the report that could not be written.
    pub lines_lost: u64,
    /// What was sent elsewhere.
    pub exports: Vec<ExportCounts>,
    /// When the process began.
    pub started: Timestamp,
    /// Bytes of memory that the process has in use, if the system tells.
    pub memory: Option<u64>,
}

/// What came of one input so far.
#[derive(Clone, Debug, Default)]
pub struct InputCounts {
    /// What it is called. Printable.
    pub name: String,
    /// Frames taken in.
    pub frames: u64,
    /// Frames lost.
    pub dropped: Dropped,
    /// Packets of media that were left out.
    pub media_shed: u64,
}

/// What was sent to a collector so far.
#[derive(Clone, Debug)]
pub struct ExportCounts {
    /// What the collector is called. Printable.
    pub to: String,
    /// In which form, as a stable word: `hep`, `otlp`.
    pub form: &'static str,
    /// Pieces there were to send.
    pub pieces: u64,
    /// How many of them were sent, as far as is known; the others wait or are lost.
    pub sent: u64,
}

/// All of it in Prometheus' text format, version 0.0.4.
#[must_use]
pub fn metrics(counts: &Counts<'_>, live: &LiveCounts) -> String {
    let mut out = Exposition::default();
    sip::write(counts, &mut out);
    peers::write(counts, &mut out);
    capture::write(counts, live, &mut out);
    process::write(live, &mut out);
    out.into_text()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use sipwhy_pipeline::{Config, Pipeline};

    use super::*;

    fn text() -> String {
        let pipeline = Pipeline::new(Config::default());
        let live = LiveCounts {
            inputs: vec![InputCounts::default()],
            exports: vec![ExportCounts {
                to: "http://a\"b".to_owned(),
                form: "otlp",
                pieces: 3,
                sent: 2,
            }],
            memory: Some(4096),
            ..LiveCounts::default()
        };
        metrics(&pipeline.counts(), &live)
    }

    /// Names, kinds and meanings of all metrics.
    fn families(text: &str) -> BTreeMap<String, (String, String)> {
        let mut families = BTreeMap::new();
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').unwrap();
                let kind = lines.next().unwrap().strip_prefix("# TYPE ").unwrap();
                let (same, kind) = kind.split_once(' ').unwrap();
                assert_eq!(name, same);
                let entry = (kind.to_owned(), help.to_owned());
                assert_eq!(families.insert(name.to_owned(), entry), None, "{name}");
            }
        }
        families
    }

    #[test]
    fn names_are_as_prometheus_has_them() {
        for (name, (kind, help)) in families(&text()) {
            assert_eq!(name.ends_with("_total"), kind == "counter", "{name}");
            assert!(help.ends_with('.') && help.len() > 15, "{name}: {help}");
            assert!(
                ["sipwhy_", "process_"]
                    .iter()
                    .any(|it| name.starts_with(it)),
                "{name}"
            );
        }
    }

    #[test]
    fn labels_stay_in_their_quotes() {
        let text = text();
        let line = r#"sipwhy_export_sent_total{to="http://a\"b",form="otlp"} 2"#;
        assert!(text.lines().any(|it| it == line), "{text}");
    }

    #[test]
    fn the_table_in_docs_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/metrics.md");
        let page = std::fs::read_to_string(path).unwrap_or_default();
        let told: BTreeMap<String, (String, String)> = page
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
            .filter_map(|(name, rest)| {
                let name = name.split('{').next()?;
                let mut cells = rest.trim_end_matches(" |").splitn(2, " | ");
                let entry = (cells.next()?.to_owned(), cells.next()?.to_owned());
                Some((name.to_owned(), entry))
            })
            .collect();
        let families = families(&text());
        let rows: Vec<String> = families
            .iter()
            .map(|(name, (kind, help))| format!("| `{name}` | {kind} | {help} |"))
            .collect();
        assert!(
            told == families,
            "docs/metrics.md needs:\n{}",
            rows.join("\n")
        );
    }

    /// Every metric that a dashboard asks for, in its queries.
    fn asked(value: &serde_json::Value, queries: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    match value.as_str() {
                        Some(text) if key == "expr" || key == "query" => {
                            queries.push(text.to_owned());
                        }
                        _ => asked(value, queries),
                    }
                }
            }
            serde_json::Value::Array(items) => {
                items.iter().for_each(|item| asked(item, queries));
            }
            _ => {}
        }
    }

    #[test]
    fn the_dashboard_asks_for_what_there_is() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../docs/grafana/sipwhy.json"
        );
        let board: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut queries = Vec::new();
        asked(&board, &mut queries);
        let families = families(&text());
        let mut found = 0;
        for query in &queries {
            let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            for name in words.filter(|it| it.starts_with("sipwhy_") || it.starts_with("process_")) {
                found += 1;
                let parts = ["_bucket", "_sum", "_count"];
                let whole = parts.iter().find_map(|part| name.strip_suffix(part));
                let kind = match whole.and_then(|whole| families.get(whole)) {
                    Some((kind, _)) => {
                        assert_eq!(kind, "histogram", "{name} in {query}");
                        kind
                    }
                    None => {
                        let family = families.get(name);
                        &family.unwrap_or_else(|| panic!("{name} in {query}")).0
                    }
                };
                // Of what only grows, the growth is asked for.
                let is_rate = query.contains("rate(") || query.contains("increase(");
                assert_eq!(kind != "gauge", is_rate, "{query}");
            }
        }
        assert!(found > 20, "{found}");
    }
}
