//! What the targets share: bytes made into frames, and frames run through everything.

pub mod headers;

use sipwhy_annotator::Annotation;
use sipwhy_packet::{Frame, FrameId, LinkType, Ports, Timestamp};
use sipwhy_pipeline::{Config, Observed, Observer, Pipeline};

/// The client of every flow made here.
pub const CLIENT: [u8; 4] = [192, 0, 2, 1];
/// The server.
pub const SERVER: [u8; 4] = [192, 0, 2, 2];

/// A pipeline, and frames put into it a millisecond apart.
pub struct Run {
    pipeline: Pipeline,
    frames: u64,
}

/// Looks at all that it is told, as a report would.
struct Reader;

impl Observer for Reader {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        std::hint::black_box(observed.message.headers().count());
    }

    fn annotation(&mut self, annotation: &Annotation) {
        std::hint::black_box(annotation.title.len());
    }
}

impl Default for Run {
    fn default() -> Self {
        let mut config = Config::default();
        config.packet.ports = Ports::any();
        Self {
            pipeline: Pipeline::new(config),
            frames: 0,
        }
    }
}

impl Run {
    /// Puts a frame in.
    pub fn frame(&mut self, link_type: LinkType, data: &[u8]) {
        self.frames += 1;
        let frame = Frame {
            id: FrameId {
                file: 0,
                number: self.frames,
            },
            time: Timestamp::from_nanos(1_700_000_000_000_000_000 + self.frames * 1_000_000),
            link_type,
            data,
            original_len: data.len() as u32,
        };
        self.pipeline.frame(&frame, &mut Reader);
    }

    /// Puts in an IPv4 packet from the client to the server, or back.
    pub fn packet(&mut self, is_back: bool, protocol: u8, payload: &[u8]) {
        let (source, destination) = if is_back {
            (SERVER, CLIENT)
        } else {
            (CLIENT, SERVER)
        };
        let mut packet = vec![0x45, 0];
        packet.extend((20 + payload.len() as u16).to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, protocol, 0, 0]);
        packet.extend(source);
        packet.extend(destination);
        packet.extend(payload);
        self.frame(LinkType::RAW, &packet);
    }

    /// Puts in a TCP segment.
    pub fn segment(&mut self, is_back: bool, sequence: u32, flags: u8, payload: &[u8]) {
        let ports: [u16; 2] = if is_back {
            [5060, 40_000]
        } else {
            [40_000, 5060]
        };
        let mut segment = Vec::new();
        segment.extend(ports[0].to_be_bytes());
        segment.extend(ports[1].to_be_bytes());
        segment.extend(sequence.to_be_bytes());
        segment.extend([0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        segment.extend(payload);
        self.packet(is_back, 6, &segment);
    }

    /// Ends the capture.
    pub fn finish(mut self) {
        self.pipeline.finish(&mut Reader);
        std::hint::black_box(self.pipeline.summary().messages);
    }
}

/// Cuts bytes into pieces: two bytes of length and flags, then that many bytes. The flags are the
/// top four bits.
pub fn pieces(mut data: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = data.split_first_chunk::<2>()?;
        let head = u16::from_be_bytes(*head);
        let length = usize::from(head & 0x0fff).min(rest.len());
        let (piece, rest) = rest.split_at(length);
        data = rest;
        Some(((head >> 12) as u8, piece))
    })
}
