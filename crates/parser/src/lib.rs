//! A zero-copy, lossless SIP scanner that never fails, with header types decoded on demand.
//!
//! [`Scanner::scan`] walks the head of a message once, notes where each header lies, and flags
//! what is odd about it. It accepts any bytes: what is broken is reported as an [`Anomalies`] set
//! and as a `None` from the accessor that would have decoded it, never as an error that hides the
//! rest of the message. Every byte belongs to exactly one part of the [`Message`].
//!
//! A value that the end of the bytes cut off (snap length, lost segment) is *unknown*: accessors
//! answer `None` rather than a shortened address or branch.
//!
//! ```
//! use sipwhy_parser::{Method, Scanner};
//!
//! let mut scanner = Scanner::new();
//! let message = scanner.scan(
//!     b"ACK sip:bob@192.0.2.4 SIP/2.0\r\n\
//!       v: SIP/2.0/UDP pc33.example.com;branch=z9hG4bKkjshdyff\r\n\
//!       CSeq: 1  ACK\r\n\r\n",
//! );
//! assert_eq!(message.method(), Some(Method::Ack));
//! assert_eq!(message.cseq().map(|cseq| cseq.number), Some(1));
//! let branch = message.top_via().and_then(|via| via.branch());
//! assert_eq!(branch, Some(&b"z9hG4bKkjshdyff"[..]));
//! ```

mod address;
mod anomalies;
mod cseq;
mod detect;
mod fault;
pub mod framing;
mod header;
mod header_name;
pub mod headers;
mod lanes;
mod lexical;
mod list;
mod message;
mod method;
mod params;
mod printable;
mod reason;
pub mod rsip_view;
mod scanner;
mod start_line;
mod typed;
mod uri;
mod via;
mod warning;

pub use address::{Address, ContactItem};
pub use anomalies::Anomalies;
pub use cseq::CSeq;
pub use detect::{is_lookalike, looks_like_sip, skip_line_ends};
pub use fault::{Fault, FaultKind};
pub use framing::{Framing, Progress, frame};
pub use header::Header;
pub use header_name::{HeaderName, Registration};
pub use message::Message;
pub use method::Method;
pub use params::{Params, ParamsIter};
pub use printable::printable;
pub use reason::Reason;
pub use rsip_view::to_rsip;
pub use scanner::{Front, MAX_HEADERS, Scanner};
pub use start_line::StartLine;
pub use uri::{PhoneNumber, Scheme, Uri, unescaped};
pub use via::Via;
pub use warning::Warning;
