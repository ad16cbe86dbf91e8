//! Signed caller identity (RFC 8224): what a token claims is replaced as it is in the message, so
//! that both still fit together; the signature becomes another, which it would have to be anyway.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::json;
use crate::permutation::Permutations;
use crate::sweep::{Keep, sweep};
use crate::values::addresses;

/// Replaces what an `Identity` holds: a token, and parameters.
pub(crate) fn identity(all: Permutations, value: &mut [u8]) {
    let end = value.iter().position(|byte| *byte == b';');
    let Some((token, parameters)) = value.split_at_mut_checked(end.unwrap_or(value.len())) else {
        return;
    };
    let mut parts = token.split_mut(|byte| *byte == b'.');
    for _ in 0..2 {
        if let Some(part) = parts.next() {
            claims(all, part);
        }
    }
    for signature in parts {
        // Not all of the last character's bits count, and those that do not have to be zero.
        if let Some((_, before)) = signature.split_last_mut() {
            sweep(all, Keep::Nothing, before);
        }
    }
    addresses(all, parameters);
}

/// A part of a token that is JSON.
fn claims(all: Permutations, part: &mut [u8]) {
    let start = part
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    let text = part.get_mut(start..).unwrap_or_default();
    let decoded = std::str::from_utf8(text)
        .ok()
        .and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
    let Some(mut decoded) = decoded.filter(|it| it.starts_with(b"{")) else {
        return sweep(all, Keep::Nothing, text);
    };
    json::json(all, &mut decoded);
    let encoded = Base64UrlUnpadded::encode_string(&decoded);
    if encoded.len() == text.len() {
        text.copy_from_slice(encoded.as_bytes());
    } else {
        text.fill(b'A');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Key;

    #[test]
    fn claims_fit_the_message_still() {
        let all = Permutations::new(Key::new(b"a secret for tests"));
        let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
        let header = part(r#"{"alg":"ES256","typ":"passport"}"#);
        let payload = part(r#"{"orig":{"tn":"4930123456789"}}"#);
        let value = format!("{header}.{payload}.c2lnbmF0dXJl;info=<https://acme.com/x>;alg=ES256");
        let mut bytes = value.clone().into_bytes();
        identity(all, &mut bytes);
        let new = String::from_utf8(bytes).unwrap();
        assert_eq!(new.len(), value.len());
        assert!(new.starts_with(&format!("{header}.")), "{new}");
        assert!(!new.contains("c2lnbmF0") && !new.contains("acme"), "{new}");
        assert!(
            new.contains(";info=<https://") && new.ends_with(";alg=ES256"),
            "{new}"
        );
        let claims = Base64UrlUnpadded::decode_vec(new.split('.').nth(1).unwrap()).unwrap();
        let mut number = b"+4930123456789".to_vec();
        sweep(all, Keep::Nothing, &mut number);
        let number = String::from_utf8(number).unwrap();
        let expected = format!(r#"{{"orig":{{"tn":"{}"}}}}"#, &number[1..]);
        assert_eq!(String::from_utf8(claims).unwrap(), expected);
    }
}
