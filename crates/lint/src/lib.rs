//! What is wrong with a single SIP message: every departure from the grammar and from the RFCs'
//! musts, with the bytes that show it, how grave it is, and how receivers commonly react.
//!
//! [`lint`] looks at a scanned [`Message`] alone: what only its transaction or dialog can show is
//! for the rules of the annotator. It does no I/O, accepts any bytes, and takes time linear in
//! their number.
//!
//! A [`Severity`] says what breaks. With an *error*, receivers reject the message, misroute it or
//! read something else than its sender meant. With a *warning*, some do, or a must is broken
//! that has effects later. A *note* tells of a variation that receivers are to tolerate.
//!
//! ```
//! use sipwhy_lint::{Setting, lint};
//! use sipwhy_parser::Scanner;
//!
//! let bytes = b"OPTIONS sip:bob@192.0.2.4 SIP/2.0\r\n\
//!     Via: SIP/2.0/UDP pc33.example.com;branch=z9hG4bKkjshdyff\r\n\
//!     Max-Forwards: 70\r\n\
//!     From: <sip:alice@example.com>;tag=1\r\n\
//!     To: <sip:bob@192.0.2.4>\r\n\
//!     Call-ID: a84b4c76e66710\r\n\
//!     CSeq: 1 INVITE\r\n\
//!     Content-Length: 0\r\n\r\n";
//! let mut scanner = Scanner::new();
//! let report = lint(&scanner.scan(bytes), Setting::default());
//! let [finding] = report.findings.as_slice() else { panic!() };
//! assert_eq!(finding.check.id, "cseq-method-mismatch");
//! assert_eq!(&bytes[finding.span.clone()], b"INVITE");
//! ```

mod check;
mod checks;
mod finding;
mod linter;

pub use check::{Check, Severity};
pub use checks::all_checks;
pub use finding::{Finding, Report, Setting, Transport};
pub use linter::{MOST_FINDINGS, MOST_OF_ONE_CHECK};

use sipwhy_parser::Message;

/// Looks for everything that is wrong with a message.
#[must_use]
pub fn lint(message: &Message<'_, '_>, setting: Setting) -> Report {
    let mut linter = linter::Linter::new(*message, setting);
    checks::run(&mut linter);
    linter.report()
}
