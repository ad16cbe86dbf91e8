//! What is wrong with a media stream: its `m=` line, and what its attributes say of formats.

use super::SdpLine;
use super::attribute::Attribute;
use super::check::Faults;
use super::check_line;
use super::codec::MapEntry;
use super::fault::FaultKind;
use super::media_line::{MediaLine, payload_type};
use super::static_payloads::static_payload;
use crate::piece::Piece;

/// The stream that the walk is in.
pub(super) struct MediaCheck<'a> {
    line: Piece<'a>,
    media: MediaLine<'a>,
    pub(super) has_connection: bool,
    has_keys: bool,
    /// The payload types that the `m=` line lists, a bit each.
    listed: u128,
    /// Those that an `a=rtpmap` explains.
    mapped: u128,
}

impl<'a> MediaCheck<'a> {
    pub(super) fn begin(line: SdpLine<'a>, faults: &mut Faults) -> Self {
        let media = MediaLine::read(line.value());
        let mut check = Self {
            line: line.text(),
            media,
            has_connection: false,
            has_keys: false,
            listed: 0,
            mapped: 0,
        };
        check.media_line(faults);
        check
    }

    fn media_line(&mut self, faults: &mut Faults) {
        let media = self.media;
        if media.formats.is_empty() {
            faults.add(self.line, FaultKind::MediaTooShort);
        }
        if !media.port.is_empty() && media.port_number().is_none() {
            faults.add(media.port, FaultKind::BadPort);
        }
        if let Some(count) = media.port_count
            && count.number().is_none_or(|count| count == 0)
        {
            faults.add(count, FaultKind::BadPortCount);
        }
        if !media.is_rtp() {
            return;
        }
        for format in media.formats.words() {
            match payload_type(format) {
                None => faults.add(format, FaultKind::BadPayloadType),
                Some(number) if self.listed & bit(number) != 0 => {
                    faults.add(format, FaultKind::RepeatedPayloadType);
                }
                Some(number) => self.listed |= bit(number),
            }
        }
    }

    pub(super) fn attribute(&mut self, attribute: Attribute<'a>, faults: &mut Faults) {
        self.has_keys |= check_line::gives_keys(attribute);
        if !self.media.is_rtp() {
            return;
        }
        let value = attribute.value_or_empty();
        if attribute.name.is("rtpmap") {
            let format = MapEntry::read(value).payload_type;
            if let Some(number) = payload_type(format) {
                self.mapped |= bit(number);
            }
            if self.is_unlisted(format) {
                faults.add(format, FaultKind::MappingWithoutFormat);
            }
        } else if attribute.name.is("fmtp") {
            let format = value.first_word().0;
            if self.is_unlisted(format) {
                faults.add(format, FaultKind::ParametersWithoutFormat);
            }
        }
    }

    /// A number that is no payload type of this stream. What is no number is another fault.
    fn is_unlisted(&self, format: Piece<'a>) -> bool {
        format.number().is_some()
            && payload_type(format).is_none_or(|number| self.listed & bit(number) == 0)
    }

    /// What can be told only when all of the stream is known.
    pub(super) fn end(
        self,
        session_has_connection: bool,
        session_has_keys: bool,
        faults: &mut Faults,
    ) {
        // Where a stream that is not used would go does not matter to anybody.
        if self.media.port_number() == Some(0) {
            return;
        }
        if !self.has_connection && !session_has_connection {
            faults.add(self.line, FaultKind::MissingConnection);
        }
        if self.media.is_secure_rtp() && !self.has_keys && !session_has_keys {
            faults.add(self.media.protocol, FaultKind::SecureWithoutKeys);
        }
        if !self.media.is_rtp() {
            return;
        }
        let mut unexplained = self.listed & !self.mapped;
        for format in self.media.formats.words() {
            if let Some(number) = payload_type(format)
                && unexplained & bit(number) != 0
                && static_payload(number).is_none()
            {
                unexplained &= !bit(number);
                faults.add(format, FaultKind::DynamicWithoutMapping);
            }
        }
    }
}

const fn bit(payload_type: u8) -> u128 {
    1 << (payload_type & 127)
}
