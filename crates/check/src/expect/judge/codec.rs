//! The codecs that were agreed on, beside those that were to be.

use std::collections::BTreeMap;

use super::{Judge, Place};
use crate::expect::facts::CallFacts;
use crate::expect::model::At;
use crate::expect::told::Row;

/// What says that no such stream may be agreed on.
const NONE: &str = "none";

impl Judge<'_> {
    pub(super) fn codec(
        &mut self,
        place: &Place<'_>,
        asked: &At<BTreeMap<String, String>>,
        call: &CallFacts,
    ) {
        let agreed = &call.codecs.by_media;
        let rows = asked.it.iter().map(|(media, codec)| {
            // Without a kind, that of the call's voice is meant, or of whatever there is.
            let found = match media.is_empty() {
                true => agreed.get("audio").or_else(|| agreed.values().next()),
                false => agreed.get(media),
            };
            let agrees = match found {
                Some(found) => is_codec(codec, found),
                None => codec == NONE,
            };
            let named = |codec: &str| match media.is_empty() {
                true => codec.to_owned(),
                false => format!("{media}: {codec}"),
            };
            Row {
                expected: Some(named(codec)),
                found: Some(named(found.map_or(NONE, String::as_str))),
                frame: call.codecs.answered,
                agrees,
            }
        });
        let rows: Vec<Row> = rows.collect();
        let is_met = rows.iter().all(|row| row.agrees);
        let side = |of: &dyn Fn(&Row) -> Option<String>| {
            let words: Vec<String> = rows.iter().filter_map(of).collect();
            words.join(", ")
        };
        let mut summary = format!(
            "{} expected, {} agreed on",
            side(&|row| row.expected.clone()),
            side(&|row| row.found.clone())
        );
        if call.codecs.answered.is_none() {
            summary.push_str(": no answer to an offer is in view");
        }
        self.tell(place, "codec", asked.line, is_met, &summary, rows);
    }
}

/// Whether a codec is the one asked for, in any case (RFC 4855 §3), its rate and channels only as
/// far as they were asked for.
fn is_codec(asked: &str, agreed: &str) -> bool {
    let mut parts = agreed.split('/');
    asked.split('/').all(|part| {
        let own = parts.next();
        own.is_some_and(|own| own.eq_ignore_ascii_case(part))
    })
}

#[cfg(test)]
mod tests {
    use super::is_codec;

    #[test]
    fn a_codec_is_asked_for_with_or_without_its_rate() {
        for (asked, agreed, is) in [
            ("pcma", "PCMA/8000", true),
            ("PCMA/8000", "PCMA/8000", true),
            ("PCMA/16000", "PCMA/8000", false),
            ("opus/48000/2", "opus/48000", false),
            ("PCM", "PCMA/8000", false),
            ("96", "96", true),
        ] {
            assert_eq!(is_codec(asked, agreed), is, "{asked} {agreed}");
        }
    }
}
