//! Voice between the signalling: what most of a capture of every port consists of.

use std::io::{self, Write};
use std::net::Ipv4Addr;

use crate::pcap::PcapWriter;
use crate::rng::{Rng, mix};
use crate::wire::{self, Flow};

/// 20 ms of G.711 (RFC 3551 §4.5.14).
const VOICE: usize = 160;
/// RTP's header without contributing sources (RFC 3550 §5.1).
const HEADER: usize = 12;
/// Bytes of a record of the file that carries such a packet.
const RECORD: u64 = (16 + 14 + 20 + 8 + HEADER + VOICE) as u64;
/// How many streams there are at a time.
const STREAMS: u64 = 400;
/// One packet in so many is RTCP (RFC 3550 §6).
const REPORTS: u64 = 250;

/// Writes voice so that it makes up a given share of all bytes.
#[derive(Debug)]
pub struct Media {
    /// Bytes of voice for each byte of anything else.
    ratio: f64,
    noise: Vec<u8>,
    packets: u64,
    bytes: u64,
}

impl Media {
    /// `share` is that of the voice in all bytes of the file: 0 for none, below 1.
    #[must_use]
    pub fn new(share: f64, rng: &mut Rng) -> Self {
        let noise = if share > 0.0 { 1 << 16 } else { 0 };
        Self {
            ratio: share / (1.0 - share),
            noise: (0..noise).map(|_| rng.bits() as u8).collect(),
            packets: 0,
            bytes: 0,
        }
    }

    /// Writes as much voice as belongs to what was written so far.
    pub fn catch_up<W: Write>(&mut self, now: u64, out: &mut PcapWriter<W>) -> io::Result<()> {
        while ((out.bytes - self.bytes) as f64) * self.ratio > self.bytes as f64 {
            self.packet(now, out)?;
        }
        Ok(())
    }

    fn packet<W: Write>(&mut self, now: u64, out: &mut PcapWriter<W>) -> io::Result<()> {
        self.packets += 1;
        let dice = mix(self.packets, 0x57f);
        let stream = dice % STREAMS;
        let port = 16_384 + 2 * stream as u16;
        let flow = Flow {
            from: (Ipv4Addr::new(10, 1, 3, (stream % 250) as u8), port),
            to: (Ipv4Addr::new(10, 0, 0, 20), port + 1024),
        };
        let mut packet = [0; HEADER + VOICE];
        packet[0] = 0x80; // version 2
        packet[2..4].copy_from_slice(&(self.packets as u16).to_be_bytes());
        packet[4..8].copy_from_slice(&((self.packets * 160) as u32).to_be_bytes());
        packet[8..12].copy_from_slice(&(stream as u32).to_be_bytes());
        let at = (dice >> 32) as usize % (self.noise.len() - VOICE);
        packet[HEADER..].copy_from_slice(&self.noise[at..at + VOICE]);
        if self.packets.is_multiple_of(REPORTS) {
            packet[1] = 200; // a sender report
        }
        let head = wire::udp(flow, self.packets as u16, &packet);
        out.frame(now, &head, &packet)?;
        self.bytes += RECORD;
        Ok(())
    }
}
