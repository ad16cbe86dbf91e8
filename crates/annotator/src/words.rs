//! Small pieces of sentences.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use sipwhy_packet::Flow;

/// A span of time as people read it: `17 ms`, `0.7 s`, `41 s`, `3 min 5 s`.
#[must_use]
pub fn span(span: Duration) -> String {
    let millis = span.as_millis();
    let tenths = (millis + 50) / 100;
    match millis {
        0 => "less than 1 ms".to_owned(),
        1..500 => format!("{millis} ms"),
        500..120_000 if tenths.is_multiple_of(10) => format!("{} s", tenths / 10),
        500..120_000 => format!("{}.{} s", tenths / 10, tenths % 10),
        _ => match (millis / 60_000, millis % 60_000 / 1000) {
            (minutes, 0) => format!("{minutes} min"),
            (minutes, seconds) => format!("{minutes} min {seconds} s"),
        },
    }
}

/// `once`, `twice`, `3 times`.
#[must_use]
pub fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{count} times"),
    }
}

/// `2nd`, `3rd`, `11th`.
#[must_use]
pub fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `1 hop`, `2 hops`.
#[must_use]
pub fn count(number: usize, singular: &str) -> String {
    if number == 1 {
        format!("1 {singular}")
    } else {
        format!("{number} {singular}s")
    }
}

/// `an INVITE`, `a MESSAGE`.
#[must_use]
pub fn with_article(noun: &str) -> String {
    let vowel = noun.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

/// As a sentence begins.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// A socket, the usual port left out: `10.0.0.1`, `10.0.0.1:5070`, `[2001:db8::1]:5070`.
#[must_use]
pub fn socket(socket: SocketAddr) -> String {
    if socket.port() == 5060 {
        host(socket.ip())
    } else {
        socket.to_string()
    }
}

/// An address.
#[must_use]
pub fn host(address: IpAddr) -> String {
    address.to_string()
}

/// Where a flow goes, transport included: `10.0.0.1:5060 over UDP`.
#[must_use]
pub fn destination(flow: &Flow) -> String {
    format!("{} over {}", flow.destination, flow.transport)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_naturally() {
        let words = |millis| span(Duration::from_millis(millis));
        assert_eq!(words(0), "less than 1 ms");
        assert_eq!(words(17), "17 ms");
        assert_eq!(words(700), "0.7 s");
        assert_eq!(words(8_000), "8 s");
        assert_eq!(words(41_040), "41 s");
        assert_eq!(words(9_960), "10 s");
        assert_eq!(words(180_000), "3 min");
        assert_eq!(words(185_000), "3 min 5 s");
    }
}
