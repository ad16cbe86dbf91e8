//! Codecs: payload types with what `a=rtpmap` and `a=fmtp` say of them (RFC 8866 §6.6, §6.15).

use super::media_line::{MediaLine, payload_type};
use super::static_payloads::static_payload;
use crate::piece::Piece;

/// The value of `a=rtpmap`: `<payload type> <name>/<clock rate>[/<channels>]`. A part that is not
/// there is empty, and stands at the line's end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MapEntry<'a> {
    /// The payload type.
    pub payload_type: Piece<'a>,
    /// The codec's name.
    pub name: Piece<'a>,
    /// Its clock rate.
    pub clock_rate: Piece<'a>,
    /// Its channels: one, where nothing is said.
    pub channels: Option<Piece<'a>>,
}

impl<'a> MapEntry<'a> {
    pub(super) fn read(value: Piece<'a>) -> Self {
        let (payload_type, mapping) = value.first_word();
        let mapping = mapping.trim();
        let end = mapping.split_at(mapping.len()).1;
        let (name, rest) = mapping.split_once(b'/').unwrap_or((mapping, end));
        let (clock_rate, channels) = match rest.split_once(b'/') {
            Some((clock_rate, channels)) => (clock_rate, Some(channels)),
            None => (rest, None),
        };
        Self {
            payload_type,
            name,
            clock_rate,
            channels,
        }
    }
}

/// A codec of a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Codec<'a> {
    /// The payload type.
    pub payload_type: u8,
    /// Where the payload type stands in the `m=` line.
    pub format: Piece<'a>,
    /// The codec's name, by `a=rtpmap` or by RFC 3551; `None` where neither names one.
    pub name: Option<&'a [u8]>,
    /// Its clock rate, by the same.
    pub clock_rate: Option<u32>,
    /// Its channels, where they are more than one or were said to be one.
    pub channels: u32,
    /// Its parameters: the value of `a=fmtp` without the payload type.
    pub parameters: Option<Piece<'a>>,
    /// Whether `a=rtpmap` named it.
    pub is_mapped: bool,
}

impl<'a> Codec<'a> {
    /// Digits, tones and hook flashes (RFC 4733).
    pub fn is_telephone_event(&self) -> bool {
        self.is_named("telephone-event")
    }

    /// Whether it carries what people say or show: no digits, no comfort noise, no repair of
    /// other streams.
    pub fn carries_media(&self) -> bool {
        ![
            "telephone-event",
            "tone",
            "CN",
            "red",
            "rtx",
            "ulpfec",
            "flexfec-03",
            "parityfec",
        ]
        .iter()
        .any(|name| self.is_named(name))
    }

    /// Whether this is its name: case does not matter (RFC 4855 §3).
    pub fn is_named(&self, name: &str) -> bool {
        self.name
            .is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// Whether both are the same codec, under whatever payload types. Parameters may differ.
    pub fn is_same(&self, other: &Self) -> bool {
        // Some call one of RFC 3551's own by another name, as G729A, and mean no other.
        if self.payload_type == other.payload_type && static_payload(self.payload_type).is_some() {
            return true;
        }
        match (self.name, other.name) {
            (Some(one), Some(two)) => {
                one.eq_ignore_ascii_case(two)
                    && self.clock_rate == other.clock_rate
                    && self.channels == other.channels
            }
            // Without names only the payload types say something.
            _ => self.payload_type == other.payload_type,
        }
    }

    /// The value of one parameter, such as `annexb` of `annexb=no; x=1`.
    pub fn parameter(&self, name: &str) -> Option<Piece<'a>> {
        let mut rest = self.parameters;
        while let Some(parameters) = rest {
            let parameter;
            (parameter, rest) = match parameters.split_once(b';') {
                Some((parameter, rest)) => (parameter, Some(rest)),
                None => (parameters, None),
            };
            if let Some((key, value)) = parameter.split_once(b'=')
                && key.trim().is(name)
            {
                return Some(value.trim());
            }
        }
        None
    }
}

/// The codecs of an `m=` line, each payload type once: at most 128.
pub(super) fn listed<'a>(media: MediaLine<'a>) -> Vec<Codec<'a>> {
    let mut codecs: Vec<Codec<'a>> = Vec::new();
    if !media.is_rtp() {
        return codecs;
    }
    for format in media.formats.words() {
        let Some(number) = payload_type(format) else {
            continue;
        };
        if codecs.iter().any(|codec| codec.payload_type == number) {
            continue;
        }
        let known = static_payload(number);
        codecs.push(Codec {
            payload_type: number,
            format,
            name: known.map(|(name, ..)| name.as_bytes()),
            clock_rate: known.map(|(_, clock_rate, _)| clock_rate),
            channels: known.map_or(1, |(.., channels)| channels),
            parameters: None,
            is_mapped: false,
        });
    }
    codecs
}

/// Adds what `a=rtpmap` says to the codec it speaks of.
pub(super) fn map<'a>(codecs: &mut [Codec<'a>], value: Piece<'a>) {
    let entry = MapEntry::read(value);
    if let Some(codec) = of_payload_type(codecs, entry.payload_type) {
        codec.name = Some(entry.name.text());
        if !entry.clock_rate.is_empty() {
            codec.clock_rate = number(entry.clock_rate);
        }
        codec.channels = entry.channels.and_then(number).unwrap_or(1);
        codec.is_mapped = true;
    }
}

fn number(text: Piece<'_>) -> Option<u32> {
    text.number()?.try_into().ok()
}

/// Adds what `a=fmtp` says to the codec it speaks of.
pub(super) fn add_parameters<'a>(codecs: &mut [Codec<'a>], value: Piece<'a>) {
    let (payload_type, parameters) = value.first_word();
    if let Some(codec) = of_payload_type(codecs, payload_type) {
        codec.parameters = Some(parameters);
    }
}

fn of_payload_type<'a, 'c>(
    codecs: &'c mut [Codec<'a>],
    number: Piece<'a>,
) -> Option<&'c mut Codec<'a>> {
    let number = payload_type(number)?;
    codecs.iter_mut().find(|codec| codec.payload_type == number)
}
