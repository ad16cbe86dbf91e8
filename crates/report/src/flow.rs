//! The messages of calls, drawn when the capture is over: [`sipwhy_flow`] draws, this writes.

use sipwhy_annotator::Annotation;
use sipwhy_flow::{Bounds, Collector, Flows, mermaid, svg, text};
use sipwhy_pipeline::{Observed, Observer as _};

use crate::output::Output;
use crate::text::Layout;
use crate::text::palette::{Ink, Palette};

/// How calls are drawn.
#[derive(Clone, Copy, Debug)]
pub enum FlowForm {
    /// As ladders for a terminal.
    Text(Layout),
    /// As Mermaid sequence diagrams, one for each call.
    Mermaid,
    /// As one SVG drawing, the calls below each other.
    Svg,
}

/// Draws calls.
#[derive(Debug)]
pub struct Flow {
    output: Output,
    form: FlowForm,
    /// What is to be drawn; nothing once it is.
    collector: Option<Collector>,
}

impl Flow {
    /// Draws to `output`.
    #[must_use]
    pub fn new(output: Output, form: FlowForm) -> Self {
        Self {
            output,
            form,
            collector: Some(Collector::new(Bounds::default())),
        }
    }

    pub(crate) const fn output(&self) -> &Output {
        &self.output
    }

    pub(crate) fn message(&mut self, observed: &Observed<'_, '_>) {
        if let Some(collector) = &mut self.collector {
            collector.message(observed);
        }
    }

    pub(crate) fn annotation(&mut self, annotation: &Annotation) {
        if let Some(collector) = &mut self.collector {
            collector.annotation(annotation);
        }
    }

    /// Whether no further calls are taken in, unless some are forgotten.
    pub(crate) fn is_full(&self) -> bool {
        self.collector.as_ref().is_some_and(Collector::is_full)
    }

    /// Forgets calls whose numbers are not wanted.
    pub(crate) fn retain_calls(&mut self, is_wanted: impl Fn(u64) -> bool) {
        if let Some(collector) = &mut self.collector {
            collector.retain(is_wanted);
        }
    }

    /// Draws the calls whose numbers are wanted, the first time it is asked to.
    pub(crate) fn finish(&mut self, is_wanted: impl Fn(u64) -> bool) {
        let Some(collector) = self.collector.take() else {
            return;
        };
        let flows = collector.finish(is_wanted);
        match self.form {
            FlowForm::Text(layout) => self.put_text(&flows, layout),
            FlowForm::Mermaid => self.put(&mermaid::document(&flows)),
            FlowForm::Svg => self.put(&svg::document(&flows)),
        }
    }

    fn put_text(&self, flows: &Flows, layout: Layout) {
        let palette = Palette::new(layout.colour);
        for (place, flow) in flows.flows.iter().enumerate() {
            if place > 0 {
                self.put("\n");
            }
            self.put_lines(text::lines(flow, layout.width), palette);
        }
        let below = text::below(flows, layout.width);
        if !below.is_empty() {
            self.put("\n");
        }
        self.put_lines(below, palette);
    }

    fn put_lines(&self, lines: Vec<text::Line>, palette: Palette) {
        self.put(&painted(lines, palette));
    }

    fn put(&self, text: &str) {
        self.output.put(text.as_bytes());
    }
}

/// Lines as they are written for this layout, with their ends.
#[must_use]
pub fn paint_lines(lines: Vec<text::Line>, layout: Layout) -> String {
    painted(lines, Palette::new(layout.colour))
}

fn painted(lines: Vec<text::Line>, palette: Palette) -> String {
    let mut page = String::new();
    for line in lines {
        if palette.is_plain() {
            page.push_str(&line.plain());
        } else {
            line.0
                .into_iter()
                .for_each(|piece| paint(&mut page, piece, palette));
        }
        page.push('\n');
    }
    page
}

fn paint(page: &mut String, piece: text::Piece, palette: Palette) {
    let ink = match piece.ink {
        text::Ink::Plain => return page.push_str(&piece.text),
        text::Ink::Strong => Ink::Strong,
        text::Ink::Lines => Ink::Frame,
        text::Ink::Faint => Ink::Faint,
        text::Ink::Severity(severity) => Ink::Severity(severity),
    };
    page.push_str(&palette.paint(ink, piece.text));
}
