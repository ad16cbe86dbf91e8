//! Writing classic pcap with microseconds.

use std::io::{self, Write};

/// A capture being written.
#[derive(Debug)]
pub struct PcapWriter<W> {
    out: W,
    clock: u64,
    /// Frames written so far.
    pub frames: u64,
    /// Bytes written so far, headers included.
    pub bytes: u64,
}

impl<W: Write> PcapWriter<W> {
    /// Writes the file header: Ethernet, snap length 262,144.
    pub fn new(mut out: W) -> io::Result<Self> {
        let mut header = [0u8; 24];
        header[0..4].copy_from_slice(&0xa1b2_c3d4u32.to_le_bytes());
        header[4..6].copy_from_slice(&2u16.to_le_bytes());
        header[6..8].copy_from_slice(&4u16.to_le_bytes());
        header[16..20].copy_from_slice(&262_144u32.to_le_bytes());
        header[20..24].copy_from_slice(&1u32.to_le_bytes());
        out.write_all(&header)?;
        Ok(Self {
            out,
            clock: 0,
            frames: 0,
            bytes: 24,
        })
    }

    /// Writes one frame, given in two parts. A time that lies before the last frame's is moved
    /// up to it: captures run forward.
    pub fn frame(&mut self, micros: u64, head: &[u8], body: &[u8]) -> io::Result<()> {
        self.clock = self.clock.max(micros);
        let length = (head.len() + body.len()) as u32;
        let mut record = [0u8; 16];
        record[0..4].copy_from_slice(&((self.clock / 1_000_000) as u32).to_le_bytes());
        record[4..8].copy_from_slice(&((self.clock % 1_000_000) as u32).to_le_bytes());
        record[8..12].copy_from_slice(&length.to_le_bytes());
        record[12..16].copy_from_slice(&length.to_le_bytes());
        self.out.write_all(&record)?;
        self.out.write_all(head)?;
        self.out.write_all(body)?;
        self.frames += 1;
        self.bytes += 16 + u64::from(length);
        Ok(())
    }

    /// The time of the last frame, in microseconds since the epoch.
    #[must_use]
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// Flushes what is buffered.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}
