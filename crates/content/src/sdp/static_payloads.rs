//! The payload types that have a meaning without an `a=rtpmap` (RFC 3551 §6, tables 4 and 5).

/// Name, clock rate and channels of a static payload type.
pub(super) const fn static_payload(payload_type: u8) -> Option<(&'static str, u32, u32)> {
    Some(match payload_type {
        0 => ("PCMU", 8000, 1),
        // Withdrawn since RFC 1890, and still met.
        2 => ("G721", 8000, 1),
        3 => ("GSM", 8000, 1),
        4 => ("G723", 8000, 1),
        5 => ("DVI4", 8000, 1),
        6 => ("DVI4", 16000, 1),
        7 => ("LPC", 8000, 1),
        8 => ("PCMA", 8000, 1),
        // Sampled at 16 kHz; the 8000 is a mistake of old that has to stay (§4.5.2).
        9 => ("G722", 8000, 1),
        10 => ("L16", 44100, 2),
        11 => ("L16", 44100, 1),
        12 => ("QCELP", 8000, 1),
        13 => ("CN", 8000, 1),
        14 => ("MPA", 90000, 1),
        15 => ("G728", 8000, 1),
        16 => ("DVI4", 11025, 1),
        17 => ("DVI4", 22050, 1),
        18 => ("G729", 8000, 1),
        25 => ("CelB", 90000, 1),
        26 => ("JPEG", 90000, 1),
        28 => ("nv", 90000, 1),
        31 => ("H261", 90000, 1),
        32 => ("MPV", 90000, 1),
        33 => ("MP2T", 90000, 1),
        34 => ("H263", 90000, 1),
        _ => return None,
    })
}
