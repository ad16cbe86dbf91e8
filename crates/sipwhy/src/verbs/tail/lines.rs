//! Bytes cut into lines.

/// The longest line that is handed on whole; of a longer one what comes after is left out.
const LONGEST: usize = 1 << 20;

/// Gathers bytes until a line is whole.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The beginning of a line whose end has not come.
    begun: Vec<u8>,
    /// The line is too long, and was handed on as far as it goes.
    is_handed_on: bool,
}

impl Lines {
    /// Takes in bytes, and hands on each line that is whole with them, without its end.
    pub(super) fn take(&mut self, bytes: &[u8], sink: &mut impl FnMut(&[u8])) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, is_whole) = match piece.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (piece, false),
            };
            if self.begun.is_empty() && is_whole && !self.is_handed_on && text.len() <= LONGEST {
                sink(text);
                continue;
            }
            if !self.is_handed_on {
                let room = LONGEST - self.begun.len();
                self.begun.extend(text.iter().take(room));
                if text.len() > room {
                    sink(&self.begun);
                    self.begun.clear();
                    self.is_handed_on = true;
                }
            }
            if is_whole {
                self.end(sink);
            }
        }
    }

    /// What was begun is all there is of a line.
    pub(super) fn end(&mut self, sink: &mut impl FnMut(&[u8])) {
        if !std::mem::take(&mut self.is_handed_on) && !self.begun.is_empty() {
            sink(&self.begun);
        }
        self.begun.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<Vec<u8>> {
        let (mut lines, mut told) = (Lines::default(), Vec::new());
        let mut sink = |line: &[u8]| told.push(line.to_vec());
        for piece in pieces {
            lines.take(piece, &mut sink);
        }
        lines.end(&mut sink);
        told
    }

    #[test]
    fn lines_are_the_same_however_they_come() {
        let text = b"one\ntwo\n\nfour";
        for cut in 0..text.len() {
            let (one, other) = text.split_at(cut);
            let told = lines(&[one, other]);
            assert_eq!(told, [b"one".as_slice(), b"two", b"", b"four"], "{cut}");
        }
    }

    #[test]
    fn a_line_without_end_takes_no_room_without_end() {
        let long = vec![b'x'; LONGEST + 10];
        let told = lines(&[&long, &long, b"\nnext\n"]);
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].len(), &told[1][..]), (LONGEST, &b"next"[..]));
        let whole = [long.as_slice(), b"\nnext"].concat();
        let told = lines(&[&whole]);
        assert_eq!((told[0].len(), &told[1][..]), (LONGEST, &b"next"[..]));
    }
}
