//! What can be wrong with compressed data.

use std::{fmt, io};

use super::{MOST_WINDOW_BYTES, Packing};

/// Where decompressing stopped, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedFault {
    /// The compression.
    pub packing: Packing,
    /// How many bytes of the compressed file were used up.
    pub offset: u64,
    /// What is wrong there.
    pub damage: PackedDamage,
}

/// What is wrong with compressed data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackedDamage {
    /// It ends too early.
    Cut,
    /// It makes no sense, or its checksum is wrong.
    Broken,
    /// It needs more memory than is given to it.
    Window {
        /// The window it asks for, in bytes, if that is known.
        bytes: Option<u64>,
    },
    /// It was compressed with a dictionary.
    Dictionary,
}

impl PackedFault {
    /// The fault that reading decompressed bytes ended with, if it was one of the compressed data.
    pub(in crate::file) fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().cloned()
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        let command = self.packing.command();
        match self.damage {
            PackedDamage::Cut | PackedDamage::Broken => {
                "copy or compress the file again to have the rest".to_owned()
            }
            PackedDamage::Window { .. } => {
                format!("if you trust it, decompress it into a pipe ({command})")
            }
            PackedDamage::Dictionary => {
                format!("decompress it first with that dictionary ({command} -D)")
            }
        }
    }
}

impl fmt::Display for PackedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (packing, offset) = (self.packing, self.offset);
        match self.damage {
            PackedDamage::Cut => write!(f, "its {packing} data is cut off after {offset} bytes"),
            PackedDamage::Broken => {
                write!(f, "its {packing} data is damaged at about byte {offset}")
            }
            PackedDamage::Window { bytes } => {
                write!(f, "its {packing} data looks back ")?;
                match bytes {
                    Some(bytes) => write!(f, "{} MiB", bytes >> 20)?,
                    None => f.write_str("further")?,
                }
                write!(f, ", and at most {} MiB are held", MOST_WINDOW_BYTES >> 20)
            }
            PackedDamage::Dictionary => {
                write!(f, "its {packing} data was compressed with a dictionary")
            }
        }
    }
}

impl std::error::Error for PackedFault {}
