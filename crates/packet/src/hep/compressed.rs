//! Compressed payloads: zlib (RFC 1950), gzip (RFC 1952) or bare deflate (RFC 1951), by what they
//! start with. HEP does not say which, and agents differ.

use miniz_oxide::inflate::{
    DecompressError, TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit,
};

use crate::{Bound, Limits, Undecoded};

/// The text, and whether it is all there: of a payload that `is_cut`, only what comes out of its
/// beginning is.
pub(super) fn inflate(
    data: &[u8],
    is_cut: bool,
    limits: &Limits,
) -> Result<(Vec<u8>, bool), Undecoded> {
    let most = limits.inflated_bytes;
    let result = match data {
        [0x1f, 0x8b, ..] => match after_gzip_header(data) {
            Some(deflated) => decompress_to_vec_with_limit(deflated, most),
            None if is_cut => return Err(Undecoded::Truncated),
            None => return Err(Undecoded::BadCompression),
        },
        // The method is deflate, and the two bytes together are a multiple of 31.
        [method, check, ..]
            if method & 0x0f == 8 && u16::from_be_bytes([*method, *check]) % 31 == 0 =>
        {
            decompress_to_vec_zlib_with_limit(data, most)
        }
        _ => decompress_to_vec_with_limit(data, most),
    };
    match result {
        Ok(text) => Ok((text, true)),
        Err(DecompressError {
            status: TINFLStatus::HasMoreOutput,
            ..
        }) => Err(Undecoded::BoundReached(Bound::InflatedBytes)),
        Err(DecompressError { mut output, .. }) if is_cut => {
            // The buffer was made larger than what came out, with zeros.
            let end = output.iter().rposition(|&byte| byte != 0);
            output.truncate(end.map_or(0, |last| last + 1));
            Ok((output, false))
        }
        Err(_) => Err(Undecoded::BadCompression),
    }
}

/// What follows the header of a gzip member (RFC 1952 §2.3).
fn after_gzip_header(data: &[u8]) -> Option<&[u8]> {
    const HEADER_CRC: u8 = 1 << 1;
    const EXTRA: u8 = 1 << 2;
    const NAME: u8 = 1 << 3;
    const COMMENT: u8 = 1 << 4;
    let (&[_, _, method, flags, ..], mut rest) = data.split_first_chunk::<10>()?;
    if method != 8 {
        return None;
    }
    if flags & EXTRA != 0 {
        let (&length, after) = rest.split_first_chunk()?;
        rest = after.get(usize::from(u16::from_le_bytes(length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|&byte| byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & HEADER_CRC != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

    const TEXT: &[u8] = b"BYE sip:bob@192.0.2.2 SIP/2.0\r\n";

    fn gzip(flags: u8, optional: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
        bytes.extend(optional);
        bytes.extend(compress_to_vec(TEXT, 6));
        bytes.extend([0; 8]);
        bytes
    }

    #[test]
    fn every_wrapping_is_known_by_its_bytes() {
        let limits = Limits::default();
        for data in [
            compress_to_vec_zlib(TEXT, 6),
            compress_to_vec(TEXT, 6),
            gzip(0, b""),
            gzip(0x1e, b"\x02\0xxname\0comment\0cc"),
        ] {
            let whole = (TEXT.to_vec(), true);
            assert_eq!(inflate(&data, false, &limits), Ok(whole), "{data:x?}");
        }
        assert_eq!(
            inflate(b"\xff\xff\xff", false, &limits),
            Err(Undecoded::BadCompression)
        );
    }

    #[test]
    fn a_bomb_is_stopped_and_told() {
        let bomb = compress_to_vec_zlib(&vec![b'a'; 10 << 20], 9);
        assert_eq!(
            inflate(&bomb, false, &Limits::default()),
            Err(Undecoded::BoundReached(Bound::InflatedBytes))
        );
    }

    #[test]
    fn a_cut_payload_gives_what_its_beginning_holds() {
        let data = compress_to_vec_zlib(TEXT, 0);
        let cut = &data[..data.len() - 10];
        let (text, is_whole) = inflate(cut, true, &Limits::default()).unwrap();
        assert!(TEXT.starts_with(&text) && !text.is_empty() && !is_whole);
        let not_told = inflate(cut, false, &Limits::default());
        assert_eq!(not_told, Err(Undecoded::BadCompression));
    }
}
