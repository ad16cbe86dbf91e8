//! What SIP messages carry: SDP, multipart, and the other bodies; and the tokens of `Identity`.
//!
//! [`Content::of`] tells what a body is. Like the parser, nothing here fails: any bytes are read,
//! and what is wrong with them is a fault with its place in the body, where there is one.
//!
//! ```
//! use sipwhy_content::Content;
//!
//! let body = b"Signal=5\r\nDuration=160\r\n";
//! let content = Content::of(Some(b"application/dtmf-relay"), body);
//! assert_eq!(content.name(), "DTMF relay (digit 5)");
//! ```

mod content;
mod cpim;
mod dtmf;
mod fields;
mod isup;
mod lines;
mod media_type;
mod message_summary;
mod multipart;
pub mod passport;
mod piece;
pub mod sdp;
mod sipfrag;
pub mod xml;

pub use content::Content;
pub use cpim::Cpim;
pub use dtmf::Dtmf;
pub use fields::{Field, Fields};
pub use isup::{Isup, Qsig};
pub use lines::{Line, LineEnd, Lines};
pub use media_type::MediaType;
pub use message_summary::{Count, MessageSummary};
pub use multipart::{MAX_DEPTH, Multipart, MultipartFault, MultipartFaultKind, Part};
pub use piece::Piece;
pub use sipfrag::SipFrag;
