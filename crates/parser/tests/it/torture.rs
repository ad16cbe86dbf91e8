//! The torture messages of RFC 4475 and RFC 5118, where the corpus lies beside the project.

use std::path::{Path, PathBuf};

use sipwhy_parser::{Anomalies, HeaderName, Method, Scanner, StartLine, Uri, Via, looks_like_sip};

use crate::samples::walk_with_rsip;

/// The messages of one folder, or nothing where the corpus is absent.
pub(crate) fn corpus(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/corpus/messages")
        .join(folder);
    let Ok(entries) = std::fs::read_dir(&root) else {
        println!("skipped: no {}", root.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    paths
        .iter()
        .map(|path| (name(path), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn rfc_4475() {
    let mut scanner = Scanner::new();
    for (name, bytes) in corpus("rfc4475") {
        assert!(looks_like_sip(&bytes), "{name}");
        let message = scanner.scan(&bytes);
        walk_with_rsip(message);
        let anomalies = message.anomalies();
        let start_line = message.start_line();
        let is_right = match name.as_str() {
            // A status code of ten digits; a request line without a version.
            "bigcode" | "test" => matches!(start_line, StartLine::Malformed(_)),
            "bcast" | "noreason" | "unreason" | "scalarlg" => message.status().is_some(),
            _ => message.method().is_some(),
        };
        assert!(is_right, "{name}: {start_line:?}");
        match name.as_str() {
            "wsinv" => {
                assert_eq!(message.vias().count(), 3, "{name}");
                assert_eq!(message.cseq().map(|cseq| cseq.number), Some(9), "{name}");
                assert_eq!(message.content_length(), Some(150), "{name}");
                assert!(anomalies.contains(Anomalies::FOLDED_HEADER), "{name}");
            }
            "intmeth" => {
                let method = Method::Other(b"!interesting-Method0123456789_*+`.%indeed'~");
                assert_eq!(message.method(), Some(method), "{name}");
                assert_eq!(
                    message.cseq().map(|cseq| cseq.method),
                    Some(method),
                    "{name}"
                );
            }
            "esc02" => assert_eq!(message.method(), Some(Method::Other(b"RE%47IST%45R"))),
            "lwsdisp" => {
                let from = message.from().unwrap();
                assert_eq!(
                    (from.display, from.tag()),
                    (Some(&b"caller"[..]), Some(&b"323"[..]))
                );
            }
            "badvers" => assert!(anomalies.contains(Anomalies::UNKNOWN_VERSION), "{name}"),
            "clerr" => assert!(
                anomalies.contains(Anomalies::CONTENT_LENGTH_TOO_LARGE),
                "{name}"
            ),
            "ncl" => assert!(
                anomalies.contains(Anomalies::CONTENT_LENGTH_MALFORMED),
                "{name}"
            ),
            "dblreq" => {
                let second = message.trailing().trim_ascii_start();
                assert!(second.starts_with(b"INVITE sip:joe@example.com"), "{name}");
            }
            "mcl01" | "multi01" => {
                assert!(anomalies.contains(Anomalies::DUPLICATE_HEADER), "{name}");
            }
            "quotbal" => assert_eq!(message.to(), None, "{name}"),
            "scalar02" | "scalarlg" => assert_eq!(message.cseq(), None, "{name}"),
            "lwsruri" | "lwsstart" | "trws" => {
                assert!(anomalies.contains(Anomalies::START_LINE_SPACING), "{name}");
            }
            "ltgtruri" => assert_eq!(message.request_uri().and_then(Uri::parse), None, "{name}"),
            "badbranch" => assert_eq!(
                message.top_via().and_then(Via::branch),
                Some(&b"z9hG4bK"[..])
            ),
            "inv2543" => assert!(!message.top_via().unwrap().has_magic_cookie(), "{name}"),
            "zeromf" => assert_eq!(message.max_forwards(), Some(0), "{name}"),
            "longreq" => assert_eq!(message.all(HeaderName::Via).count(), 34, "{name}"),
            "insuf" => assert!(
                message.call_id().is_none() && message.from().is_none(),
                "{name}"
            ),
            _ => {}
        }
    }
}

#[test]
fn rfc_5118() {
    let mut scanner = Scanner::new();
    for (name, bytes) in corpus("rfc5118") {
        assert!(looks_like_sip(&bytes), "{name}");
        let message = scanner.scan(&bytes);
        walk_with_rsip(message);
        let uri = message.request_uri().and_then(Uri::parse);
        match name.as_str() {
            "ipv6-good" => assert!(uri.unwrap().ip().is_some_and(|ip| ip.is_ipv6())),
            "ipv6-bad" => assert_eq!(uri, None),
            "port-unambiguous" => assert_eq!(uri.and_then(|uri| uri.port), Some(5070)),
            "port-ambiguous" => {
                let uri = uri.unwrap();
                assert_eq!(uri.port, None);
                assert!(uri.ip().is_some());
            }
            "via-received-param-with-delim" | "via-received-param-no-delim" => {
                assert!(message.top_via().unwrap().received_ip().is_some(), "{name}");
            }
            _ => {}
        }
    }
}
