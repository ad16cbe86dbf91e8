//! Session descriptions (RFC 8866), line by line.

use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};
use crate::values::COUNTS;

/// Attributes whose values are secrets, or marks that are made for one session.
const SECRET: [&[u8]; 9] = [
    b"ice-ufrag",
    b"ice-pwd",
    b"fingerprint",
    b"key-mgmt",
    b"msid",
    b"cname",
    b"tls-id",
    b"identity",
    b"zrtp-hash",
];

/// Attributes that say how media is coded and sent, in words and numbers of the protocols.
const PLAIN: &[&[u8]] = &[
    b"rtpmap",
    b"fmtp",
    b"ptime",
    b"maxptime",
    b"sendrecv",
    b"sendonly",
    b"recvonly",
    b"inactive",
    b"rtcp",
    b"rtcp-fb",
    b"rtcp-mux",
    b"rtcp-rsize",
    b"rtcp-xr",
    b"setup",
    b"connection",
    b"mid",
    b"group",
    b"candidate",
    b"remote-candidates",
    b"end-of-candidates",
    b"extmap",
    b"extmap-allow-mixed",
    b"ssrc",
    b"ssrc-group",
    b"silencesupp",
    b"curr",
    b"des",
    b"conf",
    b"direction",
    b"framerate",
    b"quality",
    b"framesize",
    b"imageattr",
    b"content",
    b"label",
    b"sctpmap",
    b"sctp-port",
    b"max-message-size",
    b"ice-lite",
    b"ice-options",
    b"ice-mismatch",
    b"msid-semantic",
    b"t38faxversion",
    b"t38maxbitrate",
    b"t38faxratemanagement",
    b"t38faxmaxbuffer",
    b"t38faxmaxdatagram",
    b"t38faxudpec",
    b"t38faxfillbitremoval",
    b"t38faxtranscodingmmr",
    b"t38faxtranscodingjbig",
    b"nortpproxy",
    b"mptime",
    b"orient",
    b"tool",
];

/// Replaces what a session description holds.
pub(crate) fn sdp(all: Permutations, text: &mut [u8]) {
    for line in text.split_inclusive_mut(|byte| *byte == b'\n') {
        let Some((head, value)) = line.split_at_mut_checked(2) else {
            sweep(all, Keep::Nothing, line);
            continue;
        };
        match (&head[..1], &head[1..]) {
            (b"a", b"=") => attribute(all, value),
            (b"o", b"=") => origin(all, value),
            (b"v" | b"t" | b"m" | b"c" | b"b" | b"r" | b"z", b"=") => sweep(all, COUNTS, value),
            // The name of the session, and all that tells of people.
            (_, b"=") => sweep(all, Keep::Nothing, value),
            _ => sweep(all, Keep::Nothing, line),
        }
    }
}

/// Who made the session: only the number of the version, the kinds and the form of the address
/// stay.
fn origin(all: Permutations, value: &mut [u8]) {
    for (at, field) in value.split_mut(|byte| *byte == b' ').enumerate() {
        let keep = match at {
            // The version counts, and whoever reads it counts with it.
            2 => Keep::Protocol(20),
            3 | 4 => Keep::Protocol(0),
            _ => Keep::Nothing,
        };
        sweep(all, keep, field);
    }
}

fn attribute(all: Permutations, value: &mut [u8]) {
    let end = value
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')
        .unwrap_or(value.len());
    let Some((name, rest)) = value.split_at_mut_checked(end) else {
        return;
    };
    let known = name.to_ascii_lowercase();
    sweep(all, Keep::Protocol(3), name);
    match known.as_slice() {
        b"crypto" => crypto(all, rest),
        b"ssrc" => source(all, rest),
        b"fingerprint" => after_words(all, rest, 1),
        name if SECRET.contains(&name) => sweep(all, Keep::Nothing, rest),
        name if PLAIN.contains(&name) => sweep(all, COUNTS, rest),
        _ => sweep(all, Keep::Nothing, rest),
    }
}

/// `crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20|1:4` (RFC 4568 §9.1).
fn crypto(all: Permutations, value: &mut [u8]) {
    const INLINE: &[u8] = b"inline:";
    let keys = value.windows(INLINE.len()).position(|it| it == INLINE);
    let keys = keys.map_or(value.len(), |at| at + INLINE.len());
    if let Some((before, after)) = value.split_at_mut_checked(keys) {
        sweep(all, COUNTS, before);
        sweep(all, Keep::Nothing, after);
    }
}

/// `ssrc:NUMBER attribute:value` (RFC 5576 §4.1): the value may name the host.
fn source(all: Permutations, value: &mut [u8]) {
    let colon = value.iter().skip(1).position(|byte| *byte == b':');
    let after = colon.map_or(value.len(), |at| at + 2);
    if let Some((before, after)) = value.split_at_mut_checked(after) {
        sweep(all, COUNTS, before);
        sweep(all, Keep::Nothing, after);
    }
}

/// Keeps so many words of the protocols, and nothing after them.
fn after_words(all: Permutations, value: &mut [u8], count: usize) {
    for (at, word) in value.split_mut(|byte| *byte == b' ').enumerate() {
        let keep = if at < count { COUNTS } else { Keep::Nothing };
        sweep(all, keep, word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    #[test]
    fn lines_keep_what_says_how_media_is_sent() {
        let all = Permutations::new(Key::new(b"a secret for tests"));
        let text = "v=0\r\no=alice 2890844526 2890842807 IN IP4 10.77.0.10\r\ns=Carol's room\r\n\
            c=IN IP4 10.77.0.10\r\nt=0 0\r\nm=audio 6000 RTP/SAVP 8 101\r\n\
            a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n\
            a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewk/MTIz|2^20\r\n\
            a=ice-pwd:asd88fgpdd777uzjYhagZg\r\n\
            a=candidate:1 1 UDP 2130706431 10.77.0.10 8998 typ host\r\n\
            a=ssrc:1234567 cname:dora@host\r\n\
            a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B\r\na=X-owner:emil\r\n";
        let mut bytes = text.as_bytes().to_vec();
        sdp(all, &mut bytes);
        let new = String::from_utf8(bytes).unwrap();
        assert_eq!(new.len(), text.len());
        for kept in [
            "v=0\r\n",
            " 2890842807 IN IP4 10.",
            "m=audio 6000 RTP/SAVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16",
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:",
            "a=candidate:1 1 UDP 2130706431 10.",
            " 8998 typ host\r\na=ssrc:1234567 cname:",
            "a=fingerprint:sha-256 ",
        ] {
            assert!(new.contains(kept), "{kept} in {new}");
        }
        for gone in [
            "alice",
            "2890844526",
            "10.77.0.10",
            "Carol",
            "room",
            "WVNf",
            "MTIz",
            "asd88",
            "dora",
            "emil",
            "4A:AD",
        ] {
            assert!(!new.contains(gone), "{gone} in {new}");
        }
    }
}
