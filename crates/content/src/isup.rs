//! Telephone signalling inside SIP: ISUP and QSIG (RFC 3204).

/// A message of ISUP (ITU-T Q.763), from its type on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Isup<'a>(pub &'a [u8]);

impl Isup<'_> {
    /// The acronym of its type.
    pub fn message(&self) -> Option<&'static str> {
        Some(match self.0.first()? {
            0x01 => "IAM",
            0x02 => "SAM",
            0x03 => "INR",
            0x04 => "INF",
            0x05 => "COT",
            0x06 => "ACM",
            0x07 => "CON",
            0x08 => "FOT",
            0x09 => "ANM",
            0x0c => "REL",
            0x0d => "SUS",
            0x0e => "RES",
            0x10 => "RLC",
            0x11 => "CCR",
            0x12 => "RSC",
            0x13 => "BLO",
            0x14 => "UBL",
            0x15 => "BLA",
            0x16 => "UBA",
            0x17 => "GRS",
            0x18 => "CGB",
            0x19 => "CGU",
            0x1f => "FAR",
            0x20 => "FAA",
            0x21 => "FRJ",
            0x28 => "PAM",
            0x2c => "CPG",
            0x2d => "USR",
            0x2f => "CFN",
            0x30 => "OLM",
            0x31 => "CRG",
            0x32 => "NRM",
            0x33 => "FAC",
            0x36 => "IDR",
            0x37 => "IRS",
            0x38 => "SGM",
            _ => return None,
        })
    }

    /// The Q.850 cause in a release: its cause indicators are the one mandatory parameter of
    /// variable length, to which the second byte points (Q.763 §3.12, table 33).
    pub fn cause(&self) -> Option<u8> {
        let (&kind, parameters) = self.0.split_first()?;
        if kind != 0x0c {
            return None;
        }
        let at = usize::from(*parameters.first()?);
        let length = usize::from(*parameters.get(at)?);
        let indicators = parameters.get(at + 1..)?.get(..length)?;
        // The first byte that has its top bit set is the last of location and standard.
        let location = indicators.iter().position(|byte| byte & 0x80 != 0)?;
        indicators.get(location + 1).map(|cause| cause & 0x7f)
    }
}

/// A message of QSIG (ECMA-143), in the form of Q.931.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Qsig<'a>(pub &'a [u8]);

impl Qsig<'_> {
    /// The name of its type, which follows protocol and call reference.
    pub fn message(&self) -> Option<&'static str> {
        let (&[protocol, reference_length], rest) = self.0.split_first_chunk()?;
        if protocol != 0x08 {
            return None;
        }
        Some(match rest.get(usize::from(reference_length & 0x0f))? {
            0x01 => "ALERTING",
            0x02 => "CALL PROCEEDING",
            0x03 => "PROGRESS",
            0x05 => "SETUP",
            0x07 => "CONNECT",
            0x0d => "SETUP ACKNOWLEDGE",
            0x0f => "CONNECT ACKNOWLEDGE",
            0x45 => "DISCONNECT",
            0x4d => "RELEASE",
            0x5a => "RELEASE COMPLETE",
            0x62 => "FACILITY",
            0x6e => "NOTIFY",
            0x75 => "STATUS ENQUIRY",
            0x7b => "INFORMATION",
            0x7d => "STATUS",
            _ => return None,
        })
    }
}
