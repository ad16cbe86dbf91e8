//! Whether an analyzer's summary says what was generated.

use serde_json::Value;

/// Planted scenarios, each with the rule that must find it.
const FOUND_BY: &[(&str, &[&str])] = &[
    ("use-proxy-ignored", &["use-proxy-ignored"]),
    ("use-proxy-abandoned", &["use-proxy-abandoned"]),
    (
        "stuck-on-trying",
        &[
            "stuck-not-forwarded",
            "stuck-next-hop-silent",
            "stuck-chain",
            "stuck-cancelled",
        ],
    ),
];

/// One line for each thing in which the summary differs from the truth. Counts must be equal;
/// of a rule's annotations there may be more than faults, as one fault can earn several.
#[must_use]
pub fn differences(truth: &Value, summary: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for field in ["frames", "sip_messages", "calls"] {
        compare(field, &truth[field], &summary[field], &mut lines);
    }
    for field in ["requests", "responses"] {
        let keys = |value: &Value| -> Vec<String> {
            value
                .as_object()
                .map(|map| map.keys().cloned().collect())
                .unwrap_or_default()
        };
        let mut names = keys(&truth[field]);
        names.extend(keys(&summary[field]));
        names.sort();
        names.dedup();
        for name in names {
            let (wanted, found) = (&truth[field][&name], &summary[field][&name]);
            compare(&format!("{field} {name}"), wanted, found, &mut lines);
        }
    }
    for (rule, scenarios) in FOUND_BY {
        let planted: u64 = scenarios
            .iter()
            .map(|name| number(&truth["planted"][name]))
            .sum();
        let found = number(&summary["annotations"][rule]);
        if found < planted {
            lines.push(format!(
                "annotations {rule}: {planted} faults planted, {found} found"
            ));
        }
    }
    lines
}

/// A count; what is not mentioned was not there.
fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn compare(what: &str, wanted: &Value, found: &Value, lines: &mut Vec<String>) {
    let (wanted, found) = (number(wanted), number(found));
    if wanted != found {
        lines.push(format!("{what}: {wanted} generated, {found} counted"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_counts_agree_and_missing_ones_are_told() {
        let truth = json!({
            "frames": 3, "sip_messages": 3, "calls": 1,
            "requests": {"INVITE": 1}, "responses": {"100": 1, "305": 1},
            "planted": {"use-proxy-ignored": 1, "stuck-chain": 1},
        });
        let mut summary = truth.clone();
        summary["annotations"] = json!({"use-proxy-ignored": 1, "stuck-on-trying": 2});
        assert_eq!(differences(&truth, &summary), Vec::<String>::new());
        summary["annotations"]["stuck-on-trying"] = json!(0);
        summary["responses"]["999"] = json!(1);
        assert_eq!(
            differences(&truth, &summary),
            [
                "responses 999: 0 generated, 1 counted",
                "annotations stuck-on-trying: 1 faults planted, 0 found"
            ]
        );
    }
}
