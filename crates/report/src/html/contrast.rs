//! Whether people can read the page's colours, by light and by dark (WCAG 2.2 §1.4.3).

use std::collections::BTreeMap;

const STYLE: &str = include_str!("style.css");
/// What text of a common size needs.
const LEAST: f64 = 4.5;

/// The colours that the style sheet sets, in order: by light, by dark.
fn palettes() -> Vec<BTreeMap<&'static str, &'static str>> {
    let roots = STYLE.split(":root {").skip(1).take(2);
    let colours = |root: &'static str| {
        let block = root.split('}').next().expect("a block");
        let lines = block
            .lines()
            .filter_map(|line| line.trim().split_once(": "));
        lines
            .map(|(name, value)| (name, value.trim_end_matches(';')))
            .collect()
    };
    roots.map(colours).collect()
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value = u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour");
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn text_stands_out_by_light_and_by_dark() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
    let palettes = palettes();
    assert_eq!(palettes.len(), 2);
    for palette in palettes {
        let mut pairs = vec![
            ("--text", "--back"),
            ("--text", "--panel"),
            ("--soft", "--back"),
            ("--soft", "--panel"),
            ("--link", "--back"),
            ("--link", "--panel"),
        ];
        for (ink, fill) in [
            ("--error", "--error-back"),
            ("--warning", "--warning-back"),
            ("--note", "--note-back"),
            ("--good", "--good-back"),
            ("--other", "--other-back"),
        ] {
            pairs.extend([(ink, fill), (ink, "--back"), (ink, "--panel")]);
            pairs.extend([("--text", fill), ("--link", fill)]);
        }
        for (ink, back) in pairs {
            let found = contrast(palette[ink], palette[back]);
            assert!(found >= LEAST, "{ink} on {back}: {found:.2} in {palette:?}");
        }
    }
}
