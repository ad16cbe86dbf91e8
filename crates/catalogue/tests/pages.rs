//! The pages hold what they should, fit where they must, and read well.

use sipwhy_catalogue::{
    Block, Document, Inline, Style, cause, codes, compare, explain_cause, explain_code,
    explain_topic, explain_warning, markdown_to_document, overview, to_markdown, to_text, topics,
    warning,
};
use unicode_width::UnicodeWidthStr as _;

const PLAIN: Style = Style { colour: false };
const COLOUR: Style = Style { colour: true };

fn without_colour(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\x1b') {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    out + rest
}

fn assert_fits(document: &Document, width: usize) {
    for style in [PLAIN, COLOUR] {
        for line in without_colour(&to_text(document, width, style)).lines() {
            assert!(line.width() <= width, "wider than {width}: {line:?}");
        }
    }
}

/// The words of every paragraph, cell, item and heading, each as one text.
fn texts(blocks: &[Block], out: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Heading { text, .. } | Block::Paragraph(text) => out.push(words(text)),
            Block::Table { head, rows } => {
                out.extend(
                    head.iter()
                        .chain(rows.iter().flatten())
                        .map(|cell| words(cell)),
                );
            }
            Block::List { items, .. } => {
                assert!(!items.is_empty(), "a list without items");
                items.iter().for_each(|item| texts(item, out));
            }
            Block::Quote(inner) => texts(inner, out),
            Block::Facts(facts) => facts.iter().for_each(|(_, inner)| texts(inner, out)),
            Block::Versus { rows, .. } => {
                for row in rows {
                    texts(&row.left, out);
                    texts(&row.right, out);
                }
            }
            Block::Code { .. } => {}
        }
    }
}

fn words(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text(text) | Inline::Code(text) => text.clone(),
            Inline::Strong(inner) | Inline::Emphasis(inner) => words(inner),
            Inline::Link { text, .. } => words(text),
        })
        .collect()
}

fn assert_reads_well(document: &Document) {
    let mut all = Vec::new();
    texts(&document.blocks, &mut all);
    for text in &all {
        assert!(
            !text.trim().is_empty(),
            "an empty text in {}",
            document.title
        );
        for slip in [
            "..", ",,", " .", " ,", ": .", ";.", ",.", "  ", "()", "Some(",
        ] {
            assert!(!text.contains(slip), "{slip:?} in {text:?}");
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        for pair in words.windows(2) {
            assert!(
                !pair[0].eq_ignore_ascii_case(pair[1]),
                "{:?} twice in {text:?}",
                pair[0]
            );
        }
    }
}

#[test]
fn every_page_fits_its_width_and_reads_well() {
    for entry in codes() {
        let page = explain_code(entry.code);
        assert_reads_well(&page);
        for width in [24, 40, 80, 89, 90, 110, 200] {
            assert_fits(&page, width);
        }
    }
    for topic in topics() {
        let page = explain_topic(topic, &|_| None);
        assert_reads_well(&page);
        for width in [24, 40, 80, 110] {
            assert_fits(&page, width);
        }
    }
    for page in [
        overview(),
        explain_code(431),
        explain_code(7),
        explain_cause(cause(34).unwrap()),
        explain_cause(cause(16).unwrap()),
        explain_warning(warning(305).unwrap()),
    ] {
        assert_reads_well(&page);
        assert_fits(&page, 60);
    }
}

#[test]
fn any_two_codes_can_be_compared_in_either_order() {
    let mut numbers: Vec<u16> = codes().iter().map(|entry| entry.code).collect();
    numbers.extend([150, 299, 431, 599, 699]);
    for &a in &numbers {
        for &b in &numbers {
            let page = compare(a, b);
            assert_reads_well(&page);
            if a != b {
                assert!(page.title.contains(" vs "), "{}", page.title);
                let position = |code: u16| page.title.find(&code.to_string()).unwrap();
                assert!(position(a) < position(b), "{}", page.title);
            }
        }
    }
}

#[test]
fn comparisons_fit_their_width() {
    for (a, b) in [
        (100, 305),
        (305, 100),
        (486, 600),
        (100, 431),
        (555, 439),
        (204, 699),
    ] {
        for width in [24, 50, 80, 89, 90, 110, 160] {
            assert_fits(&compare(a, b), width);
        }
    }
}

#[test]
fn a_code_against_itself_or_against_nonsense_is_explained() {
    assert_eq!(compare(486, 486), explain_code(486));
    assert_eq!(compare(486, 42), explain_code(42));
    assert_eq!(compare(1000, 486), explain_code(1000));
}

#[test]
fn the_order_of_a_comparison_only_swaps_the_sides() {
    let one = to_text(&compare(100, 305), 80, PLAIN);
    let other = to_text(&compare(305, 100), 80, PLAIN);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(one.lines().count(), other.lines().count());
    let different = sorted(&one)
        .iter()
        .zip(sorted(&other))
        .filter(|(a, b)| **a != *b)
        .count();
    assert!(different < 4, "the two orders say different things");
}

#[test]
fn colour_changes_no_word_but_backticks() {
    let page = compare(100, 302);
    let bare = |text: &str| {
        text.replace('`', "")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let coloured = without_colour(&to_text(&page, 2000, COLOUR));
    assert_eq!(
        bare(&coloured).len(),
        bare(&to_text(&page, 2000, PLAIN)).len()
    );
    assert!(!to_text(&page, 80, PLAIN).contains('\x1b'));
}

const PAGE: &str = "\
<!-- a comment -->
# stuck-on-trying

**Warning** at 8 s, *error* at 32 s; see [RFC 3261](https://www.rfc-editor.org/rfc/rfc3261)
and `sipwhy explain 100`, a_b_c, 2 * 3 * 4.

## Fires

```ladder
alice -> proxy: INVITE
alice <- proxy: 100
```

- one
  goes on
- two
  1. nested
  2. list

| hop | says |
|-----|------|
| proxy | `100 \\| 180` |

> set apart

Last words.
";

#[test]
fn rule_pages_are_read() {
    let page = markdown_to_document(PAGE);
    assert_eq!(page.title, "stuck-on-trying");
    assert_reads_well(&page);
    for width in [24, 40, 80] {
        assert_fits(&page, width);
    }
    insta::assert_snapshot!("rule_page", to_text(&page, 60, PLAIN));
    let again = markdown_to_document(&to_markdown(&page));
    assert_eq!(again, page);
}

#[test]
fn no_markdown_is_refused() {
    let pieces = [
        "",
        "#",
        "# ",
        "```",
        "-",
        "- ",
        "1. ",
        "|",
        "|-|",
        ">",
        "> -",
        "**",
        "`",
        "[](",
        "é",
        "\u{1b}[2J",
    ];
    for a in pieces {
        for b in pieces {
            for c in pieces {
                let page = markdown_to_document(&format!("{a}\n{b}{c}\n  {c}{a}\n\n{b}"));
                assert!(!to_text(&page, 30, PLAIN).contains('\x1b'));
                let _ = to_markdown(&page);
            }
        }
    }
    let deep = "> ".repeat(5000) + "- deep";
    assert_fits(&markdown_to_document(&deep), 30);
    assert_fits(&markdown_to_document(&"*".repeat(5000)), 30);
    assert_fits(&markdown_to_document(&"[".repeat(5000)), 30);
}

#[test]
fn snapshots() {
    insta::assert_snapshot!(
        "explain_100_text_80",
        to_text(&explain_code(100), 80, PLAIN)
    );
    insta::assert_snapshot!(
        "explain_305_text_80",
        to_text(&explain_code(305), 80, PLAIN)
    );
    insta::assert_snapshot!(
        "explain_305_text_110",
        to_text(&explain_code(305), 110, PLAIN)
    );
    insta::assert_snapshot!(
        "explain_100_text_110",
        to_text(&explain_code(100), 110, PLAIN)
    );
    insta::assert_snapshot!("explain_100_markdown", to_markdown(&explain_code(100)));
    insta::assert_snapshot!("explain_305_markdown", to_markdown(&explain_code(305)));
    insta::assert_snapshot!(
        "explain_486_text_80",
        to_text(&explain_code(486), 80, PLAIN)
    );
    insta::assert_snapshot!(
        "explain_431_text_80",
        to_text(&explain_code(431), 80, PLAIN)
    );
    insta::assert_snapshot!(
        "compare_100_305_text_80",
        to_text(&compare(100, 305), 80, PLAIN)
    );
    insta::assert_snapshot!(
        "compare_100_305_text_110",
        to_text(&compare(100, 305), 110, PLAIN)
    );
    insta::assert_snapshot!("compare_100_305_markdown", to_markdown(&compare(100, 305)));
    insta::assert_snapshot!(
        "compare_486_600_text_110",
        to_text(&compare(486, 600), 110, PLAIN)
    );
}
