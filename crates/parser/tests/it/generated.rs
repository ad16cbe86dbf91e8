//! Well-formed messages for the oracles: what is in them, and how they are written.

use proptest::prelude::*;

/// What a message says.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) start_line: String,
    pub(crate) method: Option<&'static str>,
    pub(crate) code: Option<u16>,
    pub(crate) call_id: String,
    pub(crate) cseq: u32,
    pub(crate) cseq_method: &'static str,
    pub(crate) from_tag: String,
    pub(crate) to_tag: Option<String>,
    pub(crate) vias: Vec<(String, Option<u16>, String)>,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) contact: String,
    pub(crate) extra: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

/// How it is written; all `false` is how nearly every sender writes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Style {
    pub(crate) compact_names: bool,
    pub(crate) folded: bool,
    pub(crate) space_before_colon: bool,
    pub(crate) via_list: bool,
    pub(crate) bare_lf: bool,
}

impl Told {
    pub(crate) fn written(&self, style: Style) -> Vec<u8> {
        let mut lines = vec![self.start_line.clone()];
        let mut header = |long: &str, compact: &str, value: &str| {
            let name = if style.compact_names { compact } else { long };
            let colon = if style.space_before_colon { " :" } else { ":" };
            let value = if style.folded {
                value.replacen(' ', "\r\n ", 1)
            } else {
                value.to_owned()
            };
            lines.push(format!("{name}{colon} {value}"));
        };
        let vias: Vec<String> = self
            .vias
            .iter()
            .map(|(host, port, branch)| {
                let port = port.map(|port| format!(":{port}")).unwrap_or_default();
                format!("SIP/2.0/UDP {host}{port};branch={branch};rport")
            })
            .collect();
        if style.via_list {
            header("Via", "v", &vias.join(", "));
        } else {
            vias.iter().for_each(|via| header("Via", "v", via));
        }
        header("From", "f", &self.from);
        header("To", "t", &self.to);
        header("Call-ID", "i", &self.call_id);
        header(
            "CSeq",
            "CSeq",
            &format!("{} {}", self.cseq, self.cseq_method),
        );
        header("Contact", "m", &self.contact);
        for (name, value) in &self.extra {
            header(name, name, value);
        }
        header("Content-Length", "l", &self.body.len().to_string());
        let line_end = if style.bare_lf { "\n" } else { "\r\n" };
        let mut text = lines.join("\r\n").replace("\r\n", line_end);
        text.push_str(line_end);
        text.push_str(line_end);
        text.push_str(&self.body);
        text.into_bytes()
    }
}

const METHODS: &[&str] = &[
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "REGISTER",
    "PRACK",
    "SUBSCRIBE",
    "NOTIFY",
    "PUBLISH",
    "INFO",
    "REFER",
    "MESSAGE",
    "UPDATE",
];

fn word() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9][a-zA-Z0-9.-]{0,14}[a-zA-Z0-9]"
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9]{1,8}\\.[a-z]{2,6}",
        any::<[u8; 4]>().prop_map(|ip| std::net::Ipv4Addr::from(ip).to_string()),
    ]
}

fn uri() -> impl Strategy<Value = String> {
    (
        "[a-z0-9+]{1,10}",
        host(),
        proptest::option::of(1024_u16..65535),
    )
        .prop_map(|(user, host, port)| {
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            format!("sip:{user}@{host}{port}")
        })
}

/// An address in one of the ways to write it. The second value is its tag.
fn address() -> impl Strategy<Value = (String, String)> {
    (uri(), word(), 0_usize..4, "[A-Z][a-z]{1,6}").prop_map(|(uri, tag, form, name)| {
        let address = match form {
            0 => format!("<{uri}>"),
            1 => format!("{name} <{uri}>"),
            2 => format!("\"{name} {name}\" <{uri}>"),
            _ => uri,
        };
        (address, tag)
    })
}

pub(crate) fn told() -> impl Strategy<Value = Told> {
    let start = (
        any::<bool>(),
        prop::sample::select(METHODS),
        100_u16..700,
        uri(),
    );
    let via = (
        host(),
        proptest::option::of(1024_u16..65535),
        word().prop_map(|word| format!("z9hG4bK{word}")),
    );
    let extra = prop::sample::select(vec![
        ("Max-Forwards", "70"),
        ("User-Agent", "Example phone 1.0"),
        ("Allow", "INVITE, ACK, BYE"),
        ("Supported", "100rel, timer"),
        ("X-Private", "anything; goes=here"),
        ("Content-Type", "text/plain"),
        ("Expires", "3600"),
    ])
    .prop_map(|(name, value)| (name, value.to_owned()));
    (
        start,
        prop::collection::vec(via, 1..4),
        (address(), address(), any::<bool>(), uri()),
        (word(), host(), 0_u32..0x8000_0000),
        prop::collection::vec(extra, 0..4),
        "[ -~]{0,40}",
    )
        .prop_map(|(start, vias, people, call, mut extra, body)| {
            let (is_request, method, code, uri) = start;
            let ((from, from_tag), (to, to_tag), has_to_tag, contact) = people;
            let (id, host, cseq) = call;
            extra.dedup_by_key(|(name, _)| *name);
            Told {
                start_line: if is_request {
                    format!("{method} {uri} SIP/2.0")
                } else {
                    format!("SIP/2.0 {code} Some Reason")
                },
                method: is_request.then_some(method),
                code: (!is_request).then_some(code),
                call_id: format!("{id}@{host}"),
                cseq,
                cseq_method: method,
                from: format!("{from};tag={from_tag}"),
                from_tag,
                to: if has_to_tag {
                    format!("{to};tag={to_tag}")
                } else {
                    to
                },
                to_tag: has_to_tag.then_some(to_tag),
                vias,
                contact: format!("<{contact}>"),
                extra,
                body,
            }
        })
}

pub(crate) fn style() -> impl Strategy<Value = Style> {
    any::<[bool; 5]>().prop_map(
        |[compact_names, folded, space_before_colon, via_list, bare_lf]| Style {
            compact_names,
            folded,
            space_before_colon,
            via_list,
            bare_lf,
        },
    )
}
