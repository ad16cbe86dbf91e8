//! What the inputs are called.

use std::collections::HashSet;

use sipwhy_packet::FrameId;
use sipwhy_parser::printable;

/// The names of the inputs, in the order given: files, or the interface. Printable.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    names: Vec<String>,
    /// Where the short form of each begins: at the file's own name, unless two share it.
    short_from: Vec<usize>,
}

impl Inputs {
    /// The inputs of these names.
    #[must_use]
    pub fn new<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        let printed = |name: N| printable(name.as_ref().as_bytes()).into_owned();
        let names: Vec<String> = names.into_iter().map(printed).collect();
        let own = |name: &String| name.rfind('/').map_or(0, |slash| slash + 1);
        let mut seen = HashSet::new();
        let is_clear = names.iter().all(|name| seen.insert(&name[own(name)..]));
        let short_from = names
            .iter()
            .map(|name| if is_clear { own(name) } else { 0 })
            .collect();
        Self { names, short_from }
    }

    /// The name of the input that a frame came from, as it was given.
    #[must_use]
    pub fn name(&self, frame: FrameId) -> &str {
        // A file that is followed gives its name to those that take its place.
        let name = self.names.get(usize::from(frame.file));
        name.or(self.names.last()).map_or("?", String::as_str)
    }

    /// A frame as people name it: `call.pcap:14`.
    #[must_use]
    pub fn frame(&self, frame: FrameId) -> String {
        let from = self.short_from.get(usize::from(frame.file));
        let from = from.or(self.short_from.last()).copied();
        let name = self.name(frame);
        let short = name.get(from.unwrap_or(0)..).unwrap_or(name);
        format!("{short}:{}", frame.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_named_only_where_two_files_are_called_alike() {
        let frame = FrameId { file: 1, number: 7 };
        let clear = Inputs::new(["a/x.pcap", "b/y\u{1b}.pcap"]);
        assert_eq!(clear.frame(frame), "y\\x1b.pcap:7");
        assert_eq!(clear.name(frame), "b/y\\x1b.pcap");
        let alike = Inputs::new(["a/x.pcap", "b/x.pcap"]);
        assert_eq!(alike.frame(frame), "b/x.pcap:7");
    }
}
