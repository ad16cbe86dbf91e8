//! Bounds for what was measured of calls.

use std::time::Duration;

use sipwhy_annotator::words::span;

use super::toml_text::quoted;
use crate::expect::facts::{CallFacts, FIGURES, Figure};

/// The least that a time may become: a test lab's network and processors have their moods.
const LEAST_MAX: Duration = Duration::from_millis(500);
/// Durations below this have no least: half of little is nothing.
const LEAST_MIN: Duration = Duration::from_secs(1);
/// The longest bound that is drafted: a file may state none beyond a week.
const LONGEST: Duration = Duration::from_secs(3 * 24 * 3600);

/// Bounds that all of these calls keep, and with them whoever is not much slower; with what was
/// measured behind them.
pub(super) fn timings(calls: &[&CallFacts]) -> Option<String> {
    let mut bounds = Vec::new();
    let mut measured = Vec::new();
    for figure in FIGURES {
        let all: Option<Vec<Duration>> = calls
            .iter()
            .map(|call| Some(call.figures.get(figure)?.0))
            .collect();
        let Some(all) = all else { continue };
        let (Some(least), Some(most)) = (all.iter().min(), all.iter().max()) else {
            continue;
        };
        let max = rounded_up(*most * 2).max(LEAST_MAX);
        if max > LONGEST {
            continue;
        }
        let mut bound = format!("max = {}", quoted(&in_toml(max)));
        // Only of a call's length it is known that it should not be shorter.
        if figure == Figure::Sdt && *least >= LEAST_MIN {
            bound = format!(
                "min = {}, {bound}",
                quoted(&in_toml(rounded_down(*least / 2)))
            );
        }
        bounds.push(format!("{} = {{ {bound} }}", figure.as_str()));
        measured.push(format!("{} {}", figure.as_str(), span(*most)));
    }
    let (bounds, measured) = (bounds.join(", "), measured.join(", "));
    (!bounds.is_empty()).then(|| format!("{{ {bounds} }} # it was {measured}"))
}

/// The next span up that people would write.
fn rounded_up(span: Duration) -> Duration {
    let millis = millis(span);
    let step = step(millis);
    Duration::from_millis(millis.div_ceil(step).saturating_mul(step))
}

/// The next span down.
fn rounded_down(span: Duration) -> Duration {
    let millis = millis(span);
    let step = step(millis);
    Duration::from_millis(millis / step * step)
}

const fn step(millis: u64) -> u64 {
    match millis {
        ..1_000 => 100,
        1_000..10_000 => 500,
        _ => 1_000,
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// A span as a file states it.
fn in_toml(span: Duration) -> String {
    match span.as_millis() {
        millis if millis % 1000 == 0 => format!("{}s", millis / 1000),
        millis => format!("{millis}ms"),
    }
}
