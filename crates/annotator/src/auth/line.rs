//! Challenges and credentials as lines of evidence: what may be shown of them, and no more.

use std::ops::Range;

use super::{Challenge, Credential};
use crate::annotation::QuotedLine;

/// What a line is quoted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    User,
    Realm,
    Nonce,
    Algorithm,
    Uri,
    Qop,
    NonceCount,
}

/// A challenge's line, with one field of it underlined. What is left out is an ellipsis.
pub(crate) fn challenge_line(challenge: &Challenge, field: Field, label: &str) -> QuotedLine {
    let scheme = if challenge.is_digest { "Digest " } else { "" };
    let mut line = Line::new(
        &format!("{}: {scheme}", challenge.kind.challenge_header().as_str()),
        field,
    );
    line.quoted(Field::Realm, "realm", Some(&challenge.realm.shown));
    line.quoted(Field::Nonce, "nonce", Some("…"));
    line.token(Field::Algorithm, "algorithm", Some(&challenge.algorithm));
    let qops = challenge.qops.join(",");
    line.quoted(
        Field::Qop,
        "qop",
        Some(qops.as_str()).filter(|it| !it.is_empty()),
    );
    line.done(label)
}

/// The line of credentials, with one field of it underlined. It never holds the digest.
pub(crate) fn credential_line(credential: &Credential, field: Field, label: &str) -> QuotedLine {
    let name = credential.kind.credentials_header().as_str();
    let mut line = Line::new(&format!("{name}: Digest "), field);
    line.quoted(Field::User, "username", Some(&credential.user));
    line.quoted(Field::Realm, "realm", Some(&credential.realm.shown));
    line.quoted(Field::Nonce, "nonce", Some("…"));
    line.quoted(Field::Uri, "uri", credential.other_uri.as_deref());
    line.token(Field::Algorithm, "algorithm", Some(&credential.algorithm));
    line.token(Field::Qop, "qop", credential.qop.as_deref());
    let count = credential.nonce_count.map(|count| format!("{count:08x}"));
    line.token(Field::NonceCount, "nc", count.as_deref());
    line.done(label)
}

struct Line {
    text: String,
    wanted: Field,
    mark: Option<Range<usize>>,
    is_first: bool,
}

impl Line {
    fn new(start: &str, wanted: Field) -> Self {
        Self {
            text: start.to_owned(),
            wanted,
            mark: None,
            is_first: true,
        }
    }

    fn quoted(&mut self, field: Field, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(field, name, &format!("\"{value}\""));
        }
    }

    fn token(&mut self, field: Field, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(field, name, value);
        }
    }

    fn add(&mut self, field: Field, name: &str, value: &str) {
        if !self.is_first {
            self.text.push_str(", ");
        }
        self.is_first = false;
        self.text.push_str(name);
        self.text.push('=');
        let start = self.text.len();
        self.text.push_str(value);
        if field == self.wanted {
            self.mark = Some(start..self.text.len());
        }
    }

    fn done(mut self, label: &str) -> QuotedLine {
        self.text.push_str(", …");
        QuotedLine {
            text: self.text,
            mark: self.mark.map(|range| (range, label.to_owned())),
        }
    }
}
