//! Checks one capture.

use sipwhy_annotator::Annotation;
use sipwhy_capture::file::Gauge;
use sipwhy_check::expect::FactsCollector;
use sipwhy_check::{CaptureResult, Collector, Judge};
use sipwhy_pipeline::{Config, Observed, Observer, Pipeline};
use sipwhy_redact::Key;
use sipwhy_report::{Ending, Filter, Html, HtmlPart, Json, Output, Report, Selected, With};

use super::Capture;
use super::drafts;
use super::expectations::Book;
use crate::redaction::complain_of_blanks;
use crate::verbs::reading::{Intake, read_out};
use crate::verbs::replay::undecodable;

/// What it takes to check a capture; several threads share it.
pub(super) struct Examiner<'b> {
    pub(super) config: Config,
    pub(super) key_log: Option<Vec<u8>>,
    /// The key of the stand-ins, if there are to be any.
    pub(super) key: Option<Key>,
    pub(super) filter: Filter,
    pub(super) with: With,
    pub(super) judge: Judge<'b>,
    pub(super) book: &'b Book,
    /// Whether expectations are drafted, and those that there are do not count.
    pub(super) drafts: bool,
    /// How far all captures were read.
    pub(super) gauge: Gauge,
    /// Whether a page is made of all captures.
    pub(super) page: bool,
}

/// A capture that was checked.
pub(super) struct Examined {
    pub(super) result: CaptureResult,
    /// Its JSON records, where they were not written at once.
    pub(super) records: Vec<u8>,
    /// What is drafted of it.
    pub(super) draft: Option<String>,
    /// What the page is to hold of it.
    pub(super) part: Option<HtmlPart>,
}

impl Examiner<'_> {
    /// Checks a capture and holds its JSON records, if they are wanted.
    pub(super) fn examine_apart(&self, capture: &Capture, has_records: bool) -> Examined {
        let (output, gathered) = Output::gathered();
        let mut examined = self.examine(capture, has_records.then_some(&output));
        examined.records = gathered.take();
        examined
    }

    /// Checks a capture, and writes its JSON records to `records`.
    pub(super) fn examine(&self, capture: &Capture, records: Option<&Output>) -> Examined {
        let mut pipeline = Pipeline::new(self.config.clone());
        if let Some(key_log) = &self.key_log {
            // It was looked at before any capture was.
            pipeline.secrets(key_log);
        }
        let records = records.map(|output| {
            let json = Json::new(output.clone(), capture.inputs(), self.with, false);
            Selected::new(Report::Json(json), self.filter.clone())
        });
        let page = self.page.then(|| {
            let html = Html::part_of_several(capture.inputs(), &capture.name, capture.place);
            Selected::new(Report::Html(Box::new(html)), self.filter.clone())
        });
        let asked = self.book.of(capture);
        let wants_facts = self.drafts || !asked.is_empty();
        let mut audience = Audience {
            facts: wants_facts.then(FactsCollector::new),
            collector: Collector::new(capture.name.clone(), self.filter.clone()),
            records,
            page,
        };
        let read = read_out(
            &capture.paths,
            &self.gauge,
            Intake::new(&mut pipeline, self.key),
            &mut audience,
            Audience::is_gone,
        );
        complain_of_blanks(&format!("{}: ", capture.name), read.blanked);
        let mut faults = read.faults;
        let ending = Ending {
            inputs: read.ends,
            ..Ending::default()
        };
        if !ending.inputs.is_empty() {
            pipeline.finish(&mut audience);
        }
        let summary = pipeline.summary();
        if let Some(records) = &mut audience.records
            && !ending.inputs.is_empty()
        {
            records.finish(summary.clone(), &ending);
        }
        let part = audience.page.and_then(|mut page| {
            page.finish(summary.clone(), &ending);
            page.take_html_part()
        });
        faults.extend(undecodable(&summary).map(|text| format!("{}: {text}", capture.name)));
        let mut result = audience.collector.finish(&summary, capture.inputs());
        result.unreadable = faults;
        let mut draft = None;
        // Of what could not even be opened nothing is known.
        if let Some(facts) = audience.facts.filter(|_| !ending.inputs.is_empty()) {
            let facts = facts.finish(&summary);
            if self.drafts {
                draft = drafts::of(capture, &facts, self.judge.threshold, &mut result);
            } else {
                result.take_in(asked.judge(&facts));
            }
        }
        self.judge.judge(&mut result);
        Examined {
            result,
            records: Vec::new(),
            draft,
            part,
        }
    }
}

/// Those who are told of what is found.
struct Audience {
    collector: Collector,
    facts: Option<FactsCollector>,
    records: Option<Selected>,
    page: Option<Selected>,
}

impl Audience {
    /// Whether nobody takes the records any longer.
    fn is_gone(&self) -> bool {
        let records = self.records.as_ref();
        records.is_some_and(|records| records.output().is_over())
    }
}

impl Observer for Audience {
    fn message(&mut self, observed: &Observed<'_, '_>) {
        self.collector.message(observed);
        if let Some(facts) = &mut self.facts {
            facts.message(observed);
        }
        if let Some(records) = &mut self.records {
            records.message(observed);
        }
        if let Some(page) = &mut self.page {
            page.message(observed);
        }
    }

    fn annotation(&mut self, annotation: &Annotation) {
        self.collector.annotation(annotation);
        if let Some(facts) = &mut self.facts {
            facts.annotation(annotation);
        }
        if let Some(records) = &mut self.records {
            records.annotation(annotation);
        }
        if let Some(page) = &mut self.page {
            page.annotation(annotation);
        }
    }
}
