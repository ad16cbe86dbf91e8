//! What a description says to an offer and its answer, without what names this one call.

use std::net::IpAddr;

use memchr::memchr;

use super::Sdp;
use super::connection::Connection;
use crate::piece::Piece;

/// Attributes of which nothing but the name matters to [`agreed`](super::agreed): their values
/// are of one call only.
const VALUES_LEFT_OUT: [&[u8]; 3] = [b"ice-ufrag", b"ice-pwd", b"rtcp"];
/// Attributes that do not matter to it at all.
const LEFT_OUT: [&[u8]; 4] = [b"candidate", b"end-of-candidates", b"ssrc", b"msid"];

impl Sdp<'_> {
    /// Writes to `out` what [`Sdp::session`] and [`agreed`](super::agreed) go by: streams, codecs,
    /// protocols, directions, keys. Ports, addresses, session numbers and the like, which differ
    /// from call to call, are left out; of an address stands there what `class` says of it. So
    /// two descriptions with one outline come to the same agreement with the same offer.
    pub fn outline(self, class: impl Fn(IpAddr) -> u8, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_cut));
        let mut rest = self.body;
        while !rest.is_empty() {
            let end = memchr(b'\n', rest);
            let (line, after) = match end {
                Some(end) => (rest.get(..end), rest.get(end + 1..)),
                // What the end of the capture cut off is not read.
                None if self.is_cut => return,
                None => (Some(rest), None),
            };
            let line = line.unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match line {
                // The session's version, name, times to call and the like: nobody goes by them.
                [
                    b'v' | b'o' | b's' | b'i' | b'u' | b'e' | b'p' | b'b' | b'r' | b'z',
                    b'=',
                    ..,
                ] => {}
                [b'm', b'=', value @ ..] => media(line, value, out),
                [b'c', b'=', value @ ..] => connection(line, value, &class, out),
                [b'a', b'=', value @ ..] => attribute(line, value, out),
                _ => whole(line, out),
            }
            rest = after.unwrap_or_default();
        }
    }
}

fn whole(line: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(line);
    out.push(b'\n');
}

/// An `m=` line without its port, unless that says that there is no stream, or several ports.
fn media(line: &[u8], value: &[u8], out: &mut Vec<u8>) {
    let is_blank = |byte: &u8| *byte == b' ';
    let kind = value.iter().position(is_blank).unwrap_or(value.len());
    let Some((kind, [b' ', rest @ ..])) = value.split_at_checked(kind) else {
        return whole(line, out);
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match rest.split_at_checked(digits) {
        // No port's number begins with 0 but the one that means none.
        Some(([b'1'..=b'9', more @ ..], after @ [b' ', ..])) if more.len() < 5 => {
            out.extend_from_slice(b"m=");
            out.extend_from_slice(kind);
            whole(after, out);
        }
        _ => whole(line, out),
    }
}

fn connection(line: &[u8], value: &[u8], class: impl Fn(IpAddr) -> u8, out: &mut Vec<u8>) {
    match Connection::read(Piece::whole(value)).ip() {
        Some(address) if !address.is_unspecified() => {
            out.extend_from_slice(&[b'c', b'=', class(address), b'\n']);
        }
        _ => whole(line, out),
    }
}

fn attribute(line: &[u8], value: &[u8], out: &mut Vec<u8>) {
    // All but a few attributes are told from these by their first letter.
    if !matches!(value.first(), Some(b'c' | b'e' | b'i' | b'm' | b'r' | b's')) {
        return whole(line, out);
    }
    let end = value.iter().position(|&byte| byte == b':');
    let end = end.unwrap_or(value.len());
    let (name, value) = value.split_at_checked(end).unwrap_or((value, &[]));
    let is_any = |names: &[&[u8]]| names.contains(&name);
    if is_any(&LEFT_OUT) {
        return;
    }
    if is_any(&VALUES_LEFT_OUT) {
        return whole(name, out);
    }
    // The key of a=crypto is made for one call; that it is there matters.
    const KEY: &[u8] = b" inline:";
    let key = memchr::memmem::find(value, KEY).filter(|_| name == b"crypto");
    let kept = key.and_then(|key| value.get(..key + KEY.len()));
    match kept {
        Some(kept) => {
            out.extend_from_slice(name);
            whole(kept, out);
        }
        None => whole(line, out),
    }
}
