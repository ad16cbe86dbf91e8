//! What a page holds of one capture, ready to be put beside that of others.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Severity};
use sipwhy_flow::svg::Inlay;
use sipwhy_pipeline::Summary;

use super::markup::Markup;
use super::outcome::Outcome;
use super::room::LeftOut;
use super::scene::Scene;
use super::terms::Terms;
use super::{call, finding, timings};
use crate::ending::Ending;
use crate::overview::Overview;
use crate::text::held::Group;

/// Calls with findings that are shown unfolded.
const UNFOLDED: usize = 12;
/// Findings of which it is kept how they stand; of older ones it is counted.
const MOST_STANDING: usize = 65_536;

/// Findings by how grave they are.
pub(super) type BySeverity = BTreeMap<Severity, u64>;
/// Findings by rule: how grave the gravest is, and how many there are.
pub(super) type ByRule = BTreeMap<&'static str, (Severity, u64)>;

/// What a page holds of one capture.
#[derive(Debug)]
pub struct Part {
    /// Its name, where there are several.
    pub(super) name: Option<String>,
    /// The names of its files.
    pub(super) inputs: Vec<String>,
    pub(super) headline: String,
    /// What else there is to know of the capture.
    pub(super) points: Vec<(&'static str, String)>,
    pub(super) left_out: LeftOut,
    pub(super) messages: u64,
    pub(super) calls: u64,
    /// Findings, by how grave they are.
    pub(super) severities: BySeverity,
    /// Findings by rule, and how grave the gravest is.
    pub(super) rules: ByRule,
    pub(super) outcomes: BTreeMap<Outcome, u64>,
    pub(super) findings: Markup,
    pub(super) ladders: Markup,
    pub(super) timings: Markup,
    pub(super) terms: Terms,
}

impl Part {
    pub(super) fn of(
        scene: &Scene<'_>,
        name: Option<String>,
        groups: &[Group],
        standing: Standing,
        mut left_out: LeftOut,
        (summary, ending): (&Summary, &Ending),
    ) -> Self {
        let (severities, rules) = standing.into_counts();
        left_out.texts = scene.cut_messages();
        let overview = Overview {
            summary,
            ending,
            inputs: scene.inputs,
        };
        let mut outcomes = BTreeMap::new();
        for progress in scene.progress.values() {
            *outcomes.entry(progress.outcome()).or_default() += 1;
        }
        let capture = name.as_deref();
        let mut terms = Terms::default();
        let mut findings = Markup::new();
        for group in groups {
            finding::write_group(&mut findings, scene, &mut terms, capture, group);
        }
        let mut ladders = Markup::new();
        let mut inlay = Inlay::new(scene.prefix, scene);
        let mut unfolded = 0;
        for flow in &scene.flows.flows {
            let is_told = flow.messages().any(|message| !message.notes.is_empty());
            let is_only = scene.flows.flows.len() == 1;
            let is_open = is_only || is_told && unfolded < UNFOLDED;
            unfolded += usize::from(is_open);
            let shown = (capture, flow);
            call::write(&mut ladders, scene, &mut terms, &mut inlay, shown, is_open);
        }
        let mut tables = Markup::new();
        timings::write(&mut tables, capture, &summary.timings);
        Self {
            inputs: ending.inputs.iter().map(|it| it.name.clone()).collect(),
            headline: overview.headline(&words(&severities)),
            points: overview.points(),
            left_out,
            messages: summary.messages,
            calls: summary.annotator.calls,
            severities,
            rules,
            outcomes,
            findings,
            ladders,
            timings: tables,
            terms,
            name,
        }
    }
}

impl Part {
    /// How much of a page it takes.
    pub(super) const fn bytes(&self) -> usize {
        self.findings.len() + self.ladders.len() + self.timings.len()
    }

    /// Forgets what it shows; what it counts stays.
    pub(super) fn count_only(&mut self) {
        self.findings = Markup::new();
        self.ladders = Markup::new();
        self.timings = Markup::new();
        self.terms = Terms::default();
        let text = "this capture is counted and not shown: the page is full";
        self.points.push(("left out", text.to_owned()));
    }
}

/// `2 errors, 1 note`; empty when there are none.
pub(super) fn words(severities: &BySeverity) -> String {
    let counted = severities.iter().rev().map(|(severity, count)| {
        let plural = if *count == 1 { "" } else { "s" };
        format!("{count} {}{plural}", severity.as_str())
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// How each finding stands.
#[derive(Debug, Default)]
pub(super) struct Standing {
    by_number: BTreeMap<u64, (&'static str, Severity)>,
    /// Those that are kept no longer.
    counts: BTreeMap<(&'static str, Severity), u64>,
    newest_counted: u64,
}

impl Standing {
    pub(super) fn add(&mut self, annotation: &Annotation) {
        if annotation.finding <= self.newest_counted {
            return;
        }
        let stands = (annotation.rule, annotation.severity);
        self.by_number.insert(annotation.finding, stands);
        if self.by_number.len() > MOST_STANDING
            && let Some((number, stood)) = self.by_number.pop_first()
        {
            self.newest_counted = number;
            *self.counts.entry(stood).or_default() += 1;
        }
    }

    /// How many there are, by severity and by rule.
    fn into_counts(self) -> (BySeverity, ByRule) {
        let mut counts = self.counts;
        for stands in self.by_number.into_values() {
            *counts.entry(stands).or_default() += 1;
        }
        let (mut severities, mut rules) = (BySeverity::new(), ByRule::new());
        for ((rule, severity), count) in counts {
            *severities.entry(severity).or_default() += count;
            let (gravest, all) = rules.entry(rule).or_insert((severity, 0));
            *gravest = severity.max(*gravest);
            *all += count;
        }
        (severities, rules)
    }
}
