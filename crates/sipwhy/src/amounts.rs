//! Sizes and spans of time, as people write them.

use std::time::Duration;

/// Reads a size: `65536`, `64k`, `100M`, `2G`. In bytes, by powers of 1024.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return Err("expected a size such as 64k, 100M or 2G".to_owned()),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "expected a size such as 64k, 100M or 2G")?;
    match number.checked_mul(1 << shift) {
        Some(0) => Err("nothing fits into 0 bytes".to_owned()),
        Some(bytes) => Ok(bytes),
        None => Err("too large a size".to_owned()),
    }
}

/// Reads a span of time: `500ms`, `30s`, `5m`, `1h`, `1d`.
pub(crate) fn span(text: &str) -> Result<Duration, String> {
    let (number, unit) = split(text);
    let millis = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err("expected a time such as 30s, 5m, 1h or 1d".to_owned()),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| "expected a time such as 30s, 5m, 1h or 1d")?;
    let millis: Option<u64> = number.checked_mul(millis);
    // A hundred years are more than anybody waits, and far from where counting ends.
    match millis {
        Some(millis) if millis <= 3_155_760_000_000 => Ok(Duration::from_millis(millis)),
        _ => Err("too long a time".to_owned()),
    }
}

/// The digits in front, and what follows them.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    (number, unit.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, expected) in [
            ("65536", 65_536),
            ("64k", 65_536),
            ("1 MiB", 1 << 20),
            ("2G", 2 << 30),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for wrong in [
            "",
            "k",
            "-1",
            "1.5M",
            "0",
            "10T",
            "99999999999999999999",
            "17179869184G",
        ] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, expected) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("5m", 300_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(span(text), Ok(Duration::from_millis(expected)), "{text}");
        }
        for wrong in ["", "5", "m", "1.5h", "-1s", "1y", "99999999999999d"] {
            assert!(span(wrong).is_err(), "{wrong}");
        }
    }
}
