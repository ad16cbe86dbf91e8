//! The decoded form, printed again, is the bytes that were decoded: nothing is lost or made up on
//! the way.

use proptest::prelude::*;
use sipwhy_parser::{Address, HeaderName, Message, Scanner, Scheme, StartLine, Uri, Via};

use crate::generated::{Style, style, told};

/// The message from its parts, each header from its name and its value.
fn message(message: Message<'_, '_>) -> Vec<u8> {
    let bytes = message.bytes();
    let mut out = message.leading().to_vec();
    let line = message.start_line_span();
    out.extend(message.start_line_bytes());
    out.extend(&bytes[line.start + message.start_line_bytes().len()..line.end]);
    for header in message.headers() {
        out.extend(header.raw_name);
        // The colon and the white space on both sides of the value.
        out.extend(&bytes[header.span.start + header.raw_name.len()..header.value_span.start]);
        out.extend(header.value);
        out.extend(&bytes[header.value_span.end..header.span.end]);
    }
    out.extend(message.unindexed());
    let empty_line = out.len()..message.head().len();
    out.extend(&bytes[empty_line]);
    out.extend(message.body());
    out.extend(message.trailing());
    out
}

fn start_line(line: StartLine<'_>) -> Vec<u8> {
    match line {
        StartLine::Request {
            method,
            uri: target,
            version,
        } => [method.as_bytes(), b" ", &uri(target), b" ", version].concat(),
        StartLine::Status {
            version,
            code,
            reason,
        } => [version, b" ", code.to_string().as_bytes(), b" ", reason].concat(),
        StartLine::Malformed(line) => line.to_vec(),
    }
}

fn with(lead: &[u8], part: &[u8]) -> Vec<u8> {
    if part.is_empty() {
        Vec::new()
    } else {
        [lead, part].concat()
    }
}

fn uri(bytes: &[u8]) -> Vec<u8> {
    let uri = Uri::parse(bytes).unwrap();
    let scheme = match uri.scheme {
        Scheme::Sip => "sip",
        Scheme::Sips => "sips",
        other => panic!("{other:?}"),
    };
    let user = match (uri.user, uri.password) {
        (Some(user), Some(password)) => [user, b":", password, b"@"].concat(),
        (Some(user), None) => [user, b"@"].concat(),
        _ => Vec::new(),
    };
    let port = uri.port.map(|port| format!(":{port}")).unwrap_or_default();
    [
        scheme.as_bytes(),
        b":",
        &user,
        uri.host,
        port.as_bytes(),
        &with(b";", uri.params.raw()),
        &with(b"?", uri.headers),
    ]
    .concat()
}

fn via(via: Via<'_>) -> Vec<u8> {
    let port = via.port.map(|port| format!(":{port}")).unwrap_or_default();
    let params: Vec<Vec<u8>> = via
        .params
        .iter()
        .map(|(name, value)| {
            let value = value.map(|value| [b"=", value].concat());
            [b";", name, &value.unwrap_or_default()].concat()
        })
        .collect();
    [
        via.protocol,
        b"/",
        via.version,
        b"/",
        via.transport,
        b" ",
        via.host,
        port.as_bytes(),
        &params.concat(),
    ]
    .concat()
}

/// Whether it was quoted or bracketed is not decoded, so that is taken from how it was written.
fn address(value: &[u8]) -> Vec<u8> {
    let address = Address::parse(value).unwrap();
    let display = match address.display {
        Some(name) if value.starts_with(b"\"") => [b"\"", name, b"\" "].concat(),
        Some(name) => [name, b" "].concat(),
        None => Vec::new(),
    };
    let params = with(b";", address.params.raw());
    let target = uri(address.uri);
    if value.contains(&b'<') {
        [&display[..], b"<", &target, b">", &params].concat()
    } else {
        [target, params].concat()
    }
}

proptest! {
    #[test]
    fn any_message(bytes: Vec<u8>, lines in "([A-Za-z:;, <>\"\r\n\t-]{0,30}\r?\n){0,6}") {
        let mut scanner = Scanner::new();
        for bytes in [&bytes[..], lines.as_bytes()] {
            prop_assert_eq!(message(scanner.scan(bytes)), bytes);
        }
    }

    #[test]
    fn any_well_formed_message(told in told(), style in style()) {
        let bytes = told.written(style);
        let mut scanner = Scanner::new();
        prop_assert_eq!(message(scanner.scan(&bytes)), bytes);
    }

    #[test]
    fn every_value_of_a_plain_message(told in told()) {
        let bytes = told.written(Style::default());
        let mut scanner = Scanner::new();
        let message = scanner.scan(&bytes);
        prop_assert_eq!(start_line(message.start_line()), message.start_line_bytes());
        for value in message.values(HeaderName::Via) {
            prop_assert_eq!(via(Via::parse(value).unwrap()), value);
        }
        for name in [HeaderName::From, HeaderName::To, HeaderName::Contact] {
            let value = message.value(name).unwrap();
            prop_assert_eq!(address(value), value);
        }
        let cseq = message.cseq().unwrap();
        let printed = format!("{} {}", cseq.number, cseq.method);
        prop_assert_eq!(printed.as_bytes(), message.value(HeaderName::CSeq).unwrap());
    }
}
