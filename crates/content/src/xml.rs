//! Bodies in XML: presence, event packages, lists. Each is named, and the few things that people
//! ask of it are pulled out: states, whom they are about, notes.
//!
//! The document is read as a stream up to the first error. No tree is built, and no entity is
//! expanded but those that stand for one character.

mod kinds;

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

pub use kinds::XmlKind;

/// How many facts are taken from one document.
pub const MAX_FACTS: usize = 64;
/// How many bytes of a fact are kept.
const MAX_VALUE: usize = 256;

/// A document in XML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Xml<'a> {
    /// What kind of document it is.
    pub kind: XmlKind,
    body: &'a [u8],
}

/// Something that a document says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// What it is about, such as `state`.
    pub label: &'static str,
    /// What is said.
    pub value: String,
}

/// What to pull out of a document: the text of an element, or one of its attributes.
pub(crate) struct Wanted {
    pub(crate) element: &'static str,
    pub(crate) attribute: Option<&'static str>,
    pub(crate) label: &'static str,
}

impl<'a> Xml<'a> {
    pub(crate) const fn new(kind: XmlKind, body: &'a [u8]) -> Self {
        Self { kind, body }
    }

    /// The document of the kind that its outermost element tells.
    pub(crate) fn by_root(body: &'a [u8]) -> Self {
        let kind = root(body).map_or(XmlKind::Other, |name| XmlKind::of_root(&name));
        Self::new(kind, body)
    }

    /// The bytes of it.
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// What it is, for people.
    pub fn name(&self) -> String {
        match self.kind {
            XmlKind::Other => match self.root() {
                Some(root) => format!(
                    "XML ({})",
                    sipwhy_parser::printable(first_bytes(&root).as_bytes())
                ),
                None => "XML".to_owned(),
            },
            XmlKind::Pidf if self.has_location() => "presence with a location".to_owned(),
            kind => kind.name().to_owned(),
        }
    }

    /// Whether it tells where somebody is (PIDF-LO, RFC 4119).
    pub fn has_location(&self) -> bool {
        let mut reader = reader(self.body);
        loop {
            match reader.read_event() {
                Ok(Event::Start(element) | Event::Empty(element))
                    if local_name(&element) == "geopriv" =>
                {
                    return true;
                }
                Ok(Event::Eof) | Err(_) => return false,
                Ok(_) => {}
            }
        }
    }

    /// The name of the outermost element, without its prefix.
    pub fn root(&self) -> Option<String> {
        root(self.body)
    }

    /// What it says, in the order of the document, up to [`MAX_FACTS`].
    pub fn facts(&self) -> Vec<Fact> {
        let mut reading = Reading::new(self.kind.wanted());
        let mut reader = reader(self.body);
        while reading.facts.len() < MAX_FACTS {
            match reader.read_event() {
                Ok(Event::Start(element)) => reading.begin(&element),
                Ok(Event::Empty(element)) => {
                    reading.begin(&element);
                    reading.end();
                }
                Ok(Event::Text(text)) => reading.text(&text.xml10_content()),
                Ok(Event::CData(text)) => reading.text(&text.xml10_content()),
                Ok(Event::GeneralRef(reference)) => {
                    if let Some(character) = character(&reference) {
                        reading.text(character.encode_utf8(&mut [0; 4]));
                    }
                }
                Ok(Event::End(_)) => reading.end(),
                Ok(Event::Eof) | Err(_) => break,
                Ok(_) => {}
            }
        }
        reading.facts
    }

    /// Whether the document ends as it should: nothing is broken, every element is closed.
    pub fn is_well_formed(&self) -> bool {
        let Ok(text) = std::str::from_utf8(self.body) else {
            return false;
        };
        let mut reader = Reader::from_str(text);
        let mut open = 0_usize;
        let mut has_root = false;
        loop {
            match reader.read_event() {
                Ok(Event::Start(_)) => (open, has_root) = (open + 1, true),
                Ok(Event::Empty(_)) => has_root = true,
                // The reader has seen to it that one was open.
                Ok(Event::End(_)) => open = open.saturating_sub(1),
                Ok(Event::Eof) => return open == 0 && has_root,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }
}

/// Reads what is UTF-8, and keeps no record of open elements.
fn reader(body: &[u8]) -> Reader<&[u8]> {
    let valid = body.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let mut reader = Reader::from_str(valid);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    reader
}

fn root(body: &[u8]) -> Option<String> {
    let mut reader = reader(body);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                return Some(local_name(&element).to_owned());
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn local_name<'e>(element: &'e BytesStart<'_>) -> &'e str {
    element.local_name().into_inner()
}

/// The one character that a reference such as `&amp;` or `&#65;` stands for.
fn character(reference: &quick_xml::events::BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    match &*reference.xml10_content() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// What was found so far, and the element whose text is being collected.
struct Reading {
    wanted: &'static [Wanted],
    facts: Vec<Fact>,
    label: Option<&'static str>,
    value: String,
}

impl Reading {
    const fn new(wanted: &'static [Wanted]) -> Self {
        Self {
            wanted,
            facts: Vec::new(),
            label: None,
            value: String::new(),
        }
    }

    fn begin(&mut self, element: &BytesStart<'_>) {
        self.end();
        let name = local_name(element);
        for wanted in self.wanted.iter().filter(|wanted| wanted.element == name) {
            match wanted.attribute {
                None => self.label = Some(wanted.label),
                Some(attribute) => {
                    // Looking for the same name twice would take the square of their number.
                    let found = element
                        .attributes()
                        .with_checks(false)
                        .map_while(Result::ok)
                        .find(|found| found.key.local_name().into_inner() == attribute);
                    if let Some(found) = found {
                        match found.normalized_value(XmlVersion::Implicit1_0) {
                            Ok(value) => self.add(wanted.label, &value),
                            Err(_) => self.add(wanted.label, &found.value),
                        }
                    }
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        if self.label.is_some() && self.value.len() < MAX_VALUE {
            self.value.push_str(first_bytes(text));
        }
    }

    fn end(&mut self) {
        let value = std::mem::take(&mut self.value);
        if let Some(label) = self.label.take() {
            self.add(label, value.trim());
        }
    }

    fn add(&mut self, label: &'static str, value: &str) {
        if !value.is_empty() && self.facts.len() < MAX_FACTS {
            let value = first_bytes(value).to_owned();
            self.facts.push(Fact { label, value });
        }
    }
}

/// As much of a text as is kept: no character is cut apart.
fn first_bytes(text: &str) -> &str {
    (0..=MAX_VALUE)
        .rev()
        .find_map(|end| text.get(..end))
        .filter(|_| text.len() > MAX_VALUE)
        .unwrap_or(text)
}
