//! Where OpenTelemetry's collector listens, and what is sent there: HTTP/1.1 (RFC 9112), a
//! connection for each batch.

use std::fmt;
use std::io::{Error, Read as _, Result, Write as _};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;

/// The port of OTLP over HTTP.
const PORT: u16 = 4318;
/// What spans are sent to, below the path that is given.
const TRACES: &str = "/v1/traces";
/// How long to wait for the collector, at each step.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of an answer is read.
const MOST_ANSWER: u64 = 64 * 1024;

/// Where a collector listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// The host, with the port if one was given.
    authority: String,
    path: String,
}

impl Endpoint {
    /// Its address. A name is looked up once.
    pub(super) fn look_up(&self) -> anyhow::Result<SocketAddr> {
        let host = self.authority.as_str();
        let has_port = host.rfind(':') > host.rfind(']');
        let found = if has_port {
            host.to_socket_addrs()
        } else {
            format!("{host}:{PORT}").to_socket_addrs()
        };
        found
            .with_context(|| format!("{self}: its address is not to be found"))?
            .next()
            .with_context(|| format!("{self}: it has no address"))
    }

    /// Sends JSON there.
    pub(super) fn post(&self, address: SocketAddr, body: &[u8]) -> Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let Self { authority, path } = self;
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\n\
             User-Agent: sipwhy/{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            env!("CARGO_PKG_VERSION"),
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.take(MOST_ANSWER).read_to_end(&mut answer)?;
        Answer::of(&answer).ok_or_else(|| Error::other("its answer is no HTTP"))
    }
}

/// What a collector says of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// How many spans it took nothing of, and why.
    pub(super) rejected: Option<(u64, String)>,
}

impl Answer {
    fn of(bytes: &[u8]) -> Option<Self> {
        let line = bytes.split(|byte| *byte == b'\n').next()?;
        let line = std::str::from_utf8(line).ok()?;
        let rest = line.strip_prefix("HTTP/1.")?;
        let status = rest.split(' ').nth(1)?.trim().parse().ok()?;
        Some(Self {
            status,
            rejected: rejected(bytes),
        })
    }

    /// Whether it may take the same later (OTLP, “Retryable Response Codes”).
    pub(super) const fn is_for_later(&self) -> bool {
        matches!(self.status, 429 | 502 | 503 | 504)
    }
}

/// What `partialSuccess` says.
fn rejected(answer: &[u8]) -> Option<(u64, String)> {
    let body = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let body = answer.get(body..)?;
    // It may come in chunks, with their lengths around it.
    let from = body.iter().position(|byte| *byte == b'{')?;
    let to = body.iter().rposition(|byte| *byte == b'}')?;
    let body: serde_json::Value = serde_json::from_slice(body.get(from..=to)?).ok()?;
    let partial = body.get("partialSuccess")?;
    let count = partial.get("rejectedSpans")?;
    let count = match count {
        serde_json::Value::String(digits) => digits.parse().ok()?,
        number => number.as_u64()?,
    };
    let why = partial.get("errorMessage").and_then(|why| why.as_str());
    let why = why.unwrap_or("it rejected spans").to_owned();
    (count > 0).then_some((count, why))
}

impl FromStr for Endpoint {
    type Err = &'static str;

    fn from_str(url: &str) -> std::result::Result<Self, Self::Err> {
        const FORM: &str = "expected http://HOST:PORT, such as http://127.0.0.1:4318";
        if url.starts_with("https://") {
            return Err("https is not spoken here; a collector on this host can pass it on");
        }
        let rest = url.strip_prefix("http://").ok_or(FORM)?;
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let is_odd = |byte: u8| !byte.is_ascii_graphic() || b"?#@".contains(&byte);
        if authority.is_empty() || rest.bytes().any(is_odd) {
            return Err(FORM);
        }
        let path = path.trim_end_matches('/');
        let path = path.strip_suffix(TRACES).unwrap_or(path);
        Ok(Self {
            authority: authority.to_owned(),
            path: format!("{path}{TRACES}"),
        })
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lead_to_where_traces_go() {
        for (url, full) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://[::1]/", "http://[::1]/v1/traces"),
            ("http://h/otlp/", "http://h/otlp/v1/traces"),
            ("http://h/v1/traces", "http://h/v1/traces"),
        ] {
            let endpoint: Endpoint = url.parse().unwrap();
            assert_eq!(endpoint.to_string(), full);
        }
        let bare: Endpoint = "http://[::1]".parse().unwrap();
        assert_eq!(bare.look_up().unwrap(), "[::1]:4318".parse().unwrap());
        for wrong in [
            "127.0.0.1:4318",
            "https://h",
            "http://",
            "http://h\r\nX: y",
            "http://u@h",
        ] {
            assert!(wrong.parse::<Endpoint>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn answers_say_what_was_taken() {
        let answer = |text: &str| Answer::of(text.as_bytes());
        let taken = answer("HTTP/1.1 200 OK\r\n\r\n{\"partialSuccess\":{}}").unwrap();
        assert_eq!((taken.status, taken.rejected), (200, None));
        let partly = answer(
            "HTTP/1.1 200 OK\r\n\r\n40\r\n{\"partialSuccess\":{\"rejectedSpans\":\"3\",\
             \"errorMessage\":\"too old\"}}\r\n0\r\n\r\n",
        );
        assert_eq!(partly.unwrap().rejected, Some((3, "too old".to_owned())));
        assert!(
            answer("HTTP/1.1 503 Service Unavailable\r\n\r\n")
                .unwrap()
                .is_for_later()
        );
        assert!(!answer("HTTP/1.0 404\r\n\r\n").unwrap().is_for_later());
        for wrong in ["", "SSH-2.0", "HTTP/1.1", "HTTP/1.1 x"] {
            assert_eq!(answer(wrong), None, "{wrong}");
        }
    }
}
