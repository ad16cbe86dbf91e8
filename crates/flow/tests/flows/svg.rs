//! The SVG form, read by an XML parser that is not ours.

use std::collections::BTreeSet;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use sipwhy_flow::svg;

use crate::hostile;
use crate::ladders::{PROXIED, flow, flows};

/// What stands in a drawing.
#[derive(Debug, Default)]
struct Read {
    elements: Vec<String>,
    /// Names and values, unescaped.
    attributes: Vec<(String, String)>,
    /// All text, unescaped, a line for each element.
    text: String,
}

impl Read {
    /// Reads a drawing; whatever is not well-formed fails the test.
    fn of(drawing: &str) -> Self {
        let mut reader = Reader::from_str(drawing);
        reader.config_mut().check_comments = true;
        let mut read = Self::default();
        let mut depth = 0_u32;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    depth += 1;
                    read.element(&start);
                }
                Event::Empty(start) => read.element(&start),
                Event::End(_) => {
                    depth -= 1;
                    read.text.push('\n');
                }
                Event::Text(text) => read.text.push_str(&text),
                Event::GeneralRef(entity) => {
                    let name: &str = &entity;
                    let known = ["amp", "lt", "gt", "quot", "#39"];
                    assert!(known.contains(&name), "{name}");
                    read.text.push('&');
                    read.text.push_str(name);
                }
                Event::Eof => break,
                other => panic!("{other:?} has no place in a drawing"),
            }
        }
        assert_eq!(depth, 0, "all is closed");
        read
    }

    fn element(&mut self, start: &BytesStart<'_>) {
        let name = start.name().as_ref().to_owned();
        self.elements.push(name);
        for attribute in start.attributes() {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
            self.attributes.push((key, value.into_owned()));
        }
    }

    fn values(&self, name: &str) -> Vec<&str> {
        let named = self.attributes.iter().filter(|(key, _)| key == name);
        named.map(|(_, value)| value.as_str()).collect()
    }
}

#[test]
fn a_message_can_be_linked_to_by_its_frame() {
    let read = Read::of(&svg::drawing(&flow(PROXIED)));
    let ids = read.values("id");
    let expected: Vec<String> = (1..=10).map(|frame| format!("frame-{frame}")).collect();
    assert_eq!(ids, expected);
    let classes = read.values("class");
    assert!(classes.contains(&"message request leg-1"));
    assert!(classes.contains(&"message provisional leg-1"));
    assert!(classes.contains(&"message success leg-1"));
}

#[test]
fn it_has_a_title_and_a_description_and_says_everything() {
    let read = Read::of(&svg::drawing(&flow(PROXIED)));
    assert_eq!(read.elements[..3], ["svg", "title", "desc"]);
    let title = "Call 1: sip:alice@example.com → sip:bob@example.com\n";
    for said in [
        title,
        "10.0.0.9:5070\n",
        "180 Ringing\n",
        "+0.110 s\n",
        "frame 5\n",
    ] {
        assert!(read.text.contains(said), "{said} in {}", read.text);
    }
}

#[test]
fn ids_of_several_calls_stay_apart() {
    let read = Read::of(&svg::document(&flows(
        "hosts: alice=10.0.0.5 bob=10.0.0.9
0     alice -> bob  OPTIONS #1
0.1   bob -> alice  200 for #1
1     alice -> bob  OPTIONS #2
1.1   bob -> alice  503 for #2
",
    )));
    let ids = read.values("id");
    let different: BTreeSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), different.len()), (4, 4));
}

#[test]
fn everything_stands_within_the_drawing() {
    let read = Read::of(&svg::document(&hostile::flows()));
    let number = |name| -> Vec<usize> {
        let values = read.values(name);
        let numbers = values.iter().filter_map(|value| value.parse().ok());
        numbers.collect()
    };
    let (width, height) = (number("width")[0], number("height")[0]);
    assert!(number("x").iter().all(|x| *x < width));
    assert!(number("y").iter().all(|y| *y < height));
}

#[test]
fn nothing_breaks_out_of_a_drawing() {
    let read = Read::of(&svg::document(&hostile::flows()));
    let elements: BTreeSet<&str> = read.elements.iter().map(String::as_str).collect();
    let known = ["desc", "g", "path", "rect", "style", "svg", "text", "title"];
    assert_eq!(elements, known.into());
    let names: BTreeSet<&str> = read
        .attributes
        .iter()
        .map(|(key, _)| key.as_str())
        .collect();
    assert!(
        !names.iter().any(|name| name.starts_with("on")),
        "{names:?}"
    );
    assert!(!names.contains("href"));
    // Nothing from the wire stands in an attribute: all values are made of our own signs.
    for (key, value) in &read.attributes {
        let is_ours = |c: char| c.is_ascii_alphanumeric() || " -:;.,%#()/".contains(c);
        assert!(value.chars().all(is_ours), "{key}={value}");
    }
    assert!(!read.text.chars().any(|c| c.is_control() && c != '\n'));
    // It is told all the same.
    assert!(read.text.contains("&ltscript&gtalert(1)"), "{}", read.text);
}

#[test]
fn it_fetches_nothing() {
    let drawing = svg::drawing(&flow(PROXIED));
    let namespace = "http://www.w3.org/2000/svg";
    let drawing = drawing.replace(namespace, "");
    for word in ["http", "url(", "@import", "script", "href", "<!"] {
        assert!(!drawing.contains(word), "{word}");
    }
}

/// A page in which everything is explained.
struct Page;

impl svg::Links for Page {
    fn message(&self, message: &sipwhy_flow::Message) -> Option<String> {
        Some(format!("m-{}", message.number))
    }

    fn finding(&self, number: u64) -> Option<String> {
        Some(format!("\"><finding-{number}"))
    }
}

#[test]
fn drawings_in_a_page_lead_to_it_and_share_no_ids_and_no_style() {
    let mut inlay = svg::Inlay::new("c2-", &Page);
    let drawings = [inlay.draw(&flow(PROXIED)), inlay.draw(&flow(PROXIED))];
    let [first, again] = drawings.map(|drawing| Read::of(&drawing));
    assert_eq!(first.values("id")[0], "c2-frame-1");
    assert_eq!(again.values("id"), Vec::<&str>::new());
    assert_eq!(first.values("href")[..2], ["#m-1", "#m-2"]);
    assert!(first.values("style").is_empty() && !first.elements.contains(&"style".to_owned()));
    for flow in &hostile::flows().flows {
        let read = Read::of(&inlay.draw(flow));
        let known = ["a", "g", "path", "rect", "svg", "text", "title"];
        assert!(read.elements.iter().all(|it| known.contains(&it.as_str())));
    }
}
