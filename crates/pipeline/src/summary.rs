//! What a capture held, in numbers.

use std::collections::BTreeMap;

use sipwhy_annotator::{Annotation, Severity, Timings};
use sipwhy_packet::Timestamp;
use sipwhy_parser::{Message, Method, StartLine};

/// Methods without a name of their own that are counted one by one; more are counted together.
const OTHER_METHODS: usize = 64;

/// The methods that are counted without a look-up.
const METHODS: [&str; 14] = [
    "INVITE",
    "ACK",
    "BYE",
    "CANCEL",
    "OPTIONS",
    "REGISTER",
    "PRACK",
    "SUBSCRIBE",
    "NOTIFY",
    "PUBLISH",
    "INFO",
    "REFER",
    "MESSAGE",
    "UPDATE",
];

/// How many requests had one method.
pub type MethodCount = BTreeMap<String, u64>;

/// What a capture held, in numbers.
#[derive(Clone, Debug)]
pub struct Summary {
    /// SIP messages.
    pub messages: u64,
    /// Messages whose start line is neither a request's nor a status line.
    pub malformed: u64,
    /// In the order of [`METHODS`].
    requests: [u64; METHODS.len()],
    other_requests: MethodCount,
    responses: Box<[u64; 700]>,
    other_responses: u64,
    /// Annotations by rule: findings, not the stages of one.
    pub annotations: BTreeMap<&'static str, u64>,
    /// Annotations by rule and severity: every stage of a finding.
    pub told: BTreeMap<(&'static str, Severity), u64>,
    newest_finding: u64,
    /// Findings that the user chose not to be shown, and which are not counted above.
    pub filtered: u64,
    /// The gravest annotation.
    pub worst: Option<Severity>,
    /// Frames that the kernel or the interface dropped.
    pub dropped: u64,
    /// When the first message was captured.
    pub first: Option<Timestamp>,
    /// When the newest frame was captured.
    pub newest: Timestamp,
    /// What the decoder counted: frames, and what it did not decode, by reason.
    pub packet: sipwhy_packet::Counters,
    /// What the engine counted.
    pub annotator: sipwhy_annotator::Counters,
    /// How long answers took, and how sessions fared.
    pub timings: Timings,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            messages: 0,
            malformed: 0,
            requests: [0; METHODS.len()],
            other_requests: MethodCount::new(),
            responses: Box::new([0; 700]),
            other_responses: 0,
            annotations: BTreeMap::new(),
            told: BTreeMap::new(),
            newest_finding: 0,
            filtered: 0,
            worst: None,
            dropped: 0,
            first: None,
            newest: Timestamp::ZERO,
            packet: sipwhy_packet::Counters::default(),
            annotator: sipwhy_annotator::Counters::default(),
            timings: Timings::default(),
        }
    }
}

impl Summary {
    /// Requests by method.
    #[must_use]
    pub fn requests(&self) -> MethodCount {
        let known = METHODS.iter().zip(self.requests);
        let known = known.filter(|(_, count)| *count > 0);
        let known = known.map(|(name, count)| ((*name).to_owned(), count));
        known.chain(self.other_requests.clone()).collect()
    }

    /// Requests by method, of each method that has a name of its own here, and `other`.
    pub fn requests_of_known(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let other = ("other", self.other_requests.values().sum());
        METHODS.into_iter().zip(self.requests).chain([other])
    }

    /// Responses by status code; codes beyond 699 are counted under 0.
    #[must_use]
    pub fn responses(&self) -> BTreeMap<u16, u64> {
        let known = (0_u16..).zip(self.responses.iter().copied());
        let other = std::iter::once((0, self.other_responses));
        other.chain(known).filter(|(_, count)| *count > 0).collect()
    }

    pub(crate) fn count(&mut self, message: &Message<'_, '_>, time: Timestamp) {
        self.messages += 1;
        self.first.get_or_insert(time);
        match message.start_line() {
            StartLine::Request { method, .. } => self.count_request(method),
            StartLine::Status { code, .. } => match self.responses.get_mut(usize::from(code)) {
                Some(count) => *count += 1,
                None => self.other_responses += 1,
            },
            StartLine::Malformed(_) => self.malformed += 1,
        }
    }

    fn count_request(&mut self, method: Method<'_>) {
        let place = match method {
            Method::Invite => 0,
            Method::Ack => 1,
            Method::Bye => 2,
            Method::Cancel => 3,
            Method::Options => 4,
            Method::Register => 5,
            Method::Prack => 6,
            Method::Subscribe => 7,
            Method::Notify => 8,
            Method::Publish => 9,
            Method::Info => 10,
            Method::Refer => 11,
            Method::Message => 12,
            Method::Update => 13,
            Method::Other(name) => return self.count_other_request(name),
        };
        self.requests[place] += 1;
    }

    fn count_other_request(&mut self, name: &[u8]) {
        let name = sipwhy_parser::printable(name).into_owned();
        let is_new = !self.other_requests.contains_key(&name);
        let name = if is_new && self.other_requests.len() >= OTHER_METHODS {
            "other".to_owned()
        } else {
            name
        };
        *self.other_requests.entry(name).or_default() += 1;
    }

    pub(crate) fn annotate(&mut self, annotation: &Annotation) {
        self.worst = self.worst.max(Some(annotation.severity));
        let told = (annotation.rule, annotation.severity);
        *self.told.entry(told).or_default() += 1;
        let count = self.annotations.entry(annotation.rule).or_default();
        if annotation.finding > self.newest_finding {
            // Findings are numbered in order, so a number seen before is a later stage.
            self.newest_finding = annotation.finding;
            *count += 1;
        }
    }
}
