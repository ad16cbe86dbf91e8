//! The values of header fields: addresses with their parameters, hops, credentials.
//!
//! Each is read from left to right for what may stay; everything else is swept. Whoever writes
//! something unexpected loses more than needed, and nothing less.

use std::ops::Range;

use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};

/// Words of the protocols, and numbers as long as they come: for headers that count.
pub(crate) const COUNTS: Keep = Keep::Protocol(10);

/// The same with the numbers that are parts of names: 100rel, SHA-256.
pub(crate) const TOKENS: Keep = Keep::Protocol(3);

/// Words alone: who writes a sentence may put a number into it.
pub(crate) const PROSE: Keep = Keep::Protocol(0);

/// What programs say of themselves, versions included.
pub(crate) const PROGRAMS: Keep = Keep::Protocol(5);

/// Schemes that are followed by a user and a host.
const WITH_USER: [&[u8]; 2] = [b"sip", b"sips"];
/// How far the at sign behind a user is looked for, since a URI may be in another without end.
const MOST_USER: usize = 2048;
/// Those of other URIs.
const OTHERS: [&[u8]; 6] = [b"tel", b"urn", b"http", b"https", b"cid", b"mailto"];

/// Parameters that count.
const COUNTING: &[&[u8]] = &[
    b"expires",
    b"q",
    b"ttl",
    b"rport",
    b"cause",
    b"duration",
    b"retry-after",
    b"counter",
    b"limit",
    b"reg-id",
    b"index",
    b"rc",
    b"mp",
    b"np",
    b"keep",
    b"noa",
];

/// Parameters whose values are words of the protocols.
const PLAIN: &[&[u8]] = &[
    b"handling",
    b"refresher",
    b"transport",
    b"user",
    b"method",
    b"methods",
    b"purpose",
    b"screen",
    b"party",
    b"privacy",
    b"reason",
    b"comp",
    b"alg",
    b"ppt",
    b"require",
    b"events",
    b"verstat",
    b"screen-ind",
];

/// Those whose values are URNs, with an identifier in them.
const NAMED: [&[u8]; 2] = [b"+sip.instance", b"gr"];

/// A value on its way.
struct Value<'t> {
    all: Permutations,
    text: &'t mut [u8],
    at: usize,
}

/// Replaces what an address, a list of them, or a URI alone holds.
pub(crate) fn addresses(all: Permutations, text: &mut [u8]) {
    Value { all, text, at: 0 }.addresses();
}

/// Replaces what parameters hold that stand alone.
pub(crate) fn parameters(all: Permutations, text: &mut [u8]) {
    let mut value = Value { all, text, at: 0 };
    value.parameter();
    value.addresses();
}

/// Replaces what hops hold: Via.
pub(crate) fn hops(all: Permutations, text: &mut [u8]) {
    let mut value = Value { all, text, at: 0 };
    value.hop();
    while let Some(byte) = value.byte() {
        match byte {
            b',' => {
                value.at += 1;
                value.hop();
            }
            b';' => value.parameter(),
            _ => value.run(),
        }
    }
}

/// Replaces what follows a word or a number of the protocols: a text, and parameters.
pub(crate) fn prose(all: Permutations, text: &mut [u8]) {
    let end = text
        .iter()
        .position(|byte| *byte == b';' || is_space(*byte))
        .unwrap_or(text.len());
    let Some((first, rest)) = text.split_at_mut_checked(end) else {
        return;
    };
    sweep(all, COUNTS, first);
    if !rest.trim_ascii_start().starts_with(b";") {
        return sweep(all, PROSE, rest);
    }
    addresses(all, rest);
}

/// Replaces what credentials and challenges hold.
pub(crate) fn credentials(all: Permutations, text: &mut [u8]) {
    let mut value = Value { all, text, at: 0 };
    value.space();
    let scheme = value.at..value.end_of(value.at, |byte| byte.is_ascii_alphanumeric());
    value.sweep(Keep::Protocol(0), scheme.clone());
    value.at = scheme.end;
    while value.byte().is_some() {
        value.credential();
    }
}

impl Value<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn end_of(&self, from: usize, is_in: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| is_in(**byte)).count()
    }

    fn sweep(&mut self, keep: Keep, range: Range<usize>) {
        if let Some(text) = self.text.get_mut(range) {
            sweep(self.all, keep, text);
        }
    }

    fn space(&mut self) {
        self.at = self.end_of(self.at, is_space);
    }

    fn addresses(&mut self) {
        while let Some(byte) = self.byte() {
            match byte {
                b'"' => {
                    let inside = self.quoted();
                    self.sweep(Keep::Nothing, inside);
                }
                b';' | b'?' | b'&' => self.parameter(),
                _ => match self.scheme() {
                    Some(end) => self.uri(end),
                    None => self.run(),
                },
            }
        }
    }

    /// What is inside of a quoted string that begins here; goes behind it.
    fn quoted(&mut self) -> Range<usize> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            match self.text.get(end) {
                None => break,
                Some(b'"') => break,
                Some(b'\\') => end += 2,
                Some(_) => end += 1,
            }
        }
        let end = end.min(self.text.len());
        self.at = (end + 1).min(self.text.len());
        start.min(end)..end
    }

    /// Sweeps up to the next thing that may be something.
    fn run(&mut self) {
        let start = self.at;
        let end = self.end_of(start, |byte| {
            !is_space(byte) && !b"\"<>;,?&".contains(&byte)
        });
        self.sweep(Keep::Nothing, start..end);
        self.at = end.max(start + 1);
    }

    /// Where the scheme ends that begins here, with its colon.
    fn scheme(&self) -> Option<usize> {
        let end = self.end_of(self.at, |byte| byte.is_ascii_alphanumeric());
        let word = self.text.get(self.at..end)?;
        let is_known = |known: &&[u8]| word.eq_ignore_ascii_case(known);
        let is_scheme = WITH_USER.iter().chain(&OTHERS).any(is_known);
        (is_scheme && self.text.get(end) == Some(&b':')).then_some(end + 1)
    }

    /// A URI, whose scheme ends here.
    fn uri(&mut self, start: usize) {
        let scheme = self.text.get(self.at..start - 1).unwrap_or_default();
        let is_in = |byte: u8| !is_space(byte) && !b"<>\"".contains(&byte);
        if scheme.eq_ignore_ascii_case(b"urn") {
            let end = self.end_of(start, |byte| is_in(byte) && !b";,".contains(&byte));
            self.sweep(Keep::Protocol(0), start..end);
            self.at = end;
            return;
        }
        if !WITH_USER
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
        {
            let end = self.end_of(start, |byte| is_in(byte) && !b";,".contains(&byte));
            self.sweep(Keep::Nothing, start..end);
            self.at = end;
            return;
        }
        let most = self.text.len().min(start + MOST_USER);
        let rest = self.text.get(start..most).unwrap_or_default();
        let length = rest.iter().take_while(|byte| is_in(**byte)).count();
        let rest = rest.get(..length).unwrap_or_default();
        self.at = start;
        if let Some(at) = rest.iter().position(|byte| *byte == b'@') {
            self.user(start + at);
            self.at = start + at + 1;
        }
        self.host();
    }

    /// A user with its password and parameters, up to the at sign.
    fn user(&mut self, end: usize) {
        let user = self.end_of(self.at, |byte| byte != b';').min(end);
        self.sweep(Keep::Nothing, self.at..user);
        self.at = user;
        while self.at < end {
            // In the user part, parameters are no longer than it.
            let part = self.end_of(self.at + 1, |byte| byte != b';').min(end);
            if let Some(text) = self.text.get_mut(self.at..part) {
                let mut inner = Value {
                    all: self.all,
                    text,
                    at: 0,
                };
                inner.parameter();
                let rest = inner.at..inner.text.len();
                inner.sweep(Keep::Nothing, rest);
            }
            self.at = part;
        }
    }

    /// A host, and a port that may follow it.
    fn host(&mut self) {
        let start = self.at;
        let end = match self.byte() {
            Some(b'[') => self.end_of(start, |byte| byte != b']' && !is_space(byte)),
            _ => self.end_of(start, |byte| {
                !is_space(byte) && !b":;?>,&\"<".contains(&byte)
            }),
        };
        self.sweep(Keep::Nothing, start..end);
        self.at = end;
        if self.byte() == Some(b']') {
            self.at += 1;
        }
        let colon = self.end_of(self.at, is_space);
        if self.text.get(colon) == Some(&b':') {
            let digits = self.end_of(colon + 1, is_space);
            let after = self.end_of(digits, |byte| byte.is_ascii_digit());
            // A port has five digits at most.
            if after > digits && after - digits <= 5 {
                self.at = after;
            }
        }
    }

    /// The protocol of a hop, and its host.
    fn hop(&mut self) {
        self.space();
        let start = self.at;
        let mut end = start;
        for part in 0..3 {
            end = self.end_of(end, is_space);
            end = self.end_of(end, |byte| {
                byte.is_ascii_alphanumeric() || b".-".contains(&byte)
            });
            let slash = self.end_of(end, is_space);
            if part < 2 && self.text.get(slash) == Some(&b'/') {
                end = slash + 1;
            } else {
                break;
            }
        }
        self.sweep(TOKENS, start..end);
        self.at = end.max(start);
        self.space();
        self.host();
    }

    /// A parameter, from what separates it on.
    fn parameter(&mut self) {
        let separator = self.byte().is_some_and(|byte| b";?&".contains(&byte));
        self.at += usize::from(separator);
        self.space();
        let name = self.name();
        let equals = self.end_of(self.at, is_space);
        if self.text.get(equals) != Some(&b'=') {
            return;
        }
        self.at = equals + 1;
        self.space();
        let is_one_of = |known: &[&[u8]]| known.contains(&name.as_slice());
        let keep = match () {
            () if is_one_of(COUNTING) => COUNTS,
            () if is_one_of(PLAIN) => TOKENS,
            () if is_one_of(&NAMED) => Keep::Protocol(0),
            () if name == b"text" => PROSE,
            () => Keep::Nothing,
        };
        let range = self.parameter_value();
        self.sweep(keep, range);
    }

    /// Reads and sweeps the name of a parameter. Gives it as it was, in lower case.
    fn name(&mut self) -> Vec<u8> {
        let start = self.at;
        let is_in = |byte: u8| byte.is_ascii_alphanumeric() || b"-.+_!%*`'~".contains(&byte);
        let end = self.end_of(start, is_in);
        let name = self.text.get(start..end).unwrap_or_default();
        let name = name.to_ascii_lowercase();
        self.sweep(Keep::Protocol(3), start..end);
        self.at = end;
        name
    }

    /// Where the value of a parameter lies; goes behind it.
    fn parameter_value(&mut self) -> Range<usize> {
        if self.byte() == Some(b'"') {
            return self.quoted();
        }
        let start = self.at;
        let end = match self.byte() {
            Some(b'[') => self.end_of(start, |byte| byte != b']' && !is_space(byte)),
            _ => start,
        };
        self.at = self.end_of(end, |byte| !is_space(byte) && !b";,?&>\"<".contains(&byte));
        start..self.at
    }

    /// A parameter of credentials, or what else stands there.
    fn credential(&mut self) {
        let start = self.at;
        self.at = self.end_of(start, |byte| is_space(byte) || byte == b',');
        let name_at = self.at;
        let end = self.end_of(name_at, |byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let equals = self.end_of(end, is_space);
        let is_parameter = end > name_at
            && self.text.get(equals) == Some(&b'=')
            // Padding of base64 is no value.
            && !matches!(self.text.get(equals + 1), None | Some(b'='));
        if !is_parameter {
            let stop = self.end_of(name_at, |byte| !is_space(byte) && byte != b',');
            self.sweep(Keep::Nothing, name_at..stop);
            self.at = stop.max(start + 1);
            return;
        }
        let name = self.name();
        self.at = equals + 1;
        self.space();
        let range = match self.byte() {
            Some(b'"') => self.quoted(),
            _ => {
                let from = self.at;
                self.at = self.end_of(from, |byte| !is_space(byte) && byte != b',');
                from..self.at
            }
        };
        match name.as_slice() {
            b"algorithm" | b"qop" | b"stale" | b"charset" | b"userhash" => {
                self.sweep(TOKENS, range);
            }
            b"nc" if self.is_count(&range) => {}
            b"uri" => {
                if let Some(text) = self.text.get_mut(range) {
                    addresses(self.all, text);
                }
            }
            _ => self.sweep(Keep::Nothing, range),
        }
    }

    /// Whether this counts how often a nonce was used (RFC 8760 §2.4: eight hexadecimal digits).
    fn is_count(&self, range: &Range<usize>) -> bool {
        let value = self.text.get(range.clone()).unwrap_or_default();
        value.len() <= 8 && value.iter().all(u8::is_ascii_hexdigit)
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Key;

    fn all() -> Permutations {
        Permutations::new(Key::new(b"a secret for tests"))
    }

    fn replaced(how: fn(Permutations, &mut [u8]), text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        how(all(), &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    /// What stands for a text of which nothing stays.
    fn of(text: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        sweep(all(), Keep::Nothing, &mut bytes);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn addresses_keep_their_form() {
        let (alice, host, tag) = (of("alice"), of("10.77.0.10"), of("9fxced76sl"));
        let name = of("Alice Smith");
        assert_eq!(
            replaced(
                addresses,
                "\"Alice Smith\" <sip:alice@10.77.0.10:5070;transport=tcp;lr>;tag=9fxced76sl;q=0.7"
            ),
            format!("\"{name}\" <sip:{alice}@{host}:5070;transport=tcp;lr>;tag={tag};q=0.7")
        );
        assert_eq!(
            replaced(
                addresses,
                "sip:alice@10.77.0.10;expires=3600,<sips:10.77.0.10>"
            ),
            format!("sip:{alice}@{host};expires=3600,<sips:{host}>")
        );
        let number = of("+49-30-1234567");
        assert_eq!(
            replaced(addresses, "<tel:+49-30-1234567;phone-context=10.77.0.10>"),
            format!("<tel:{number};phone-context={host}>")
        );
        let user = replaced(
            addresses,
            "<sip:+49301234567;npdi;user=phone@10.77.0.10;user=phone>",
        );
        let expected = format!(
            "<sip:{};npdi;user=phone@{host};user=phone>",
            of("+49301234567")
        );
        assert_eq!(user, expected);
        assert_eq!(
            replaced(addresses, "<urn:service:sos.fire>"),
            "<urn:service:sos.fire>"
        );
        assert_eq!(replaced(addresses, "*"), "*");
        let instance = "<sip:alice@[fd77::10]:5060>;+sip.instance=\"<urn:uuid:aaaa-bbbb-0001>\"";
        let new = replaced(addresses, instance);
        assert!(
            new.contains(";+sip.instance=\"<urn:uuid:") && !new.contains("aaaa"),
            "{new}"
        );
        assert!(
            new.contains(&format!("@[{}]:5060>", of("fd77::10"))),
            "{new}"
        );
    }

    #[test]
    fn hops_keep_protocol_port_and_parameters() {
        let (host, other) = (of("10.77.0.10"), of("pbx.acme.com"));
        let via = "SIP/2.0/UDP 10.77.0.10:5060;rport=5062;received=10.77.0.10;branch=z9hG4bK, \
                   SIP / 2.0 / TCP pbx.acme.com";
        assert_eq!(
            replaced(hops, via),
            format!(
                "SIP/2.0/UDP {host}:5060;rport=5062;received={host};branch=z9hG4bK, \
                 SIP / 2.0 / TCP {other}"
            )
        );
    }

    #[test]
    fn credentials_keep_what_is_no_secret() {
        let given = "Digest username=\"alice\", realm=\"acme.com\",nonce=\"a1b2==\", \
                     uri=\"sip:10.77.0.10\", nc=0000000a, qop=auth, algorithm=SHA-256, \
                     response=\"0123456789abcdef\"";
        let expected = format!(
            "Digest username=\"{}\", realm=\"{}\",nonce=\"{}==\", uri=\"sip:{}\", nc=0000000a, \
             qop=auth, algorithm=SHA-256, response=\"{}\"",
            of("alice"),
            of("acme.com"),
            of("a1b2"),
            of("10.77.0.10"),
            of("0123456789abcdef")
        );
        assert_eq!(replaced(credentials, given), expected);
        let basic = replaced(credentials, "Basic YWxpY2U6c2VjcmV0==");
        assert!(
            basic.starts_with("Basic ") && !basic.contains("YWxpY2U"),
            "{basic}"
        );
    }

    proptest! {
        #[test]
        fn any_bytes_do(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            for how in [addresses, hops, credentials, parameters] {
                let mut text = bytes.clone();
                how(all(), &mut text);
                prop_assert_eq!(text.len(), bytes.len());
            }
        }

        #[test]
        fn nobody_is_left(
            before in "[ -~]{0,12}",
            after in "[ -~]{0,12}",
        ) {
            for how in [addresses, hops, credentials, parameters] {
                let text = format!("{before};alicesmith,alicesmith@{after}");
                let new = replaced(how, &text);
                prop_assert!(!new.contains("alicesmith"), "{} {}", text, new);
            }
        }
    }
}
