//! A SIP message that can be changed and written.

/// A SIP message as its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SipMessage {
    /// The request line or status line.
    pub start: String,
    /// Names and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl SipMessage {
    /// A message without headers.
    #[must_use]
    pub fn new(start: impl Into<String>) -> Self {
        Self {
            start: start.into(),
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// The first value under `name`; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// Every value under `name`, in order.
    pub fn all<'m>(&'m self, name: &str) -> impl Iterator<Item = &'m str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Adds a header at the end.
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Adds a header at the top, where a Via or Route goes.
    pub fn push_front(&mut self, name: &str, value: impl Into<String>) {
        self.headers.insert(0, (name.to_owned(), value.into()));
    }

    /// Takes every header of this name away.
    pub fn remove(&mut self, name: &str) {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Takes the first header of this name away.
    pub fn remove_first(&mut self, name: &str) {
        let place = |(known, _): &(String, String)| known.eq_ignore_ascii_case(name);
        if let Some(place) = self.headers.iter().position(place) {
            self.headers.remove(place);
        }
    }

    /// Puts `value` in place of every header of this name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.push(name, value);
    }

    /// The method of a request.
    #[must_use]
    pub fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    /// The Request-URI of a request.
    #[must_use]
    pub fn uri(&self) -> &str {
        self.start.split(' ').nth(1).unwrap_or_default()
    }

    /// The number in CSeq.
    #[must_use]
    pub fn cseq(&self) -> u32 {
        let number = self.header("CSeq").split(' ').next().unwrap_or_default();
        number.parse().unwrap_or_default()
    }

    /// The message as it goes on the wire. Content-Length is added unless it is there.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.start);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.all("Content-Length").next().is_none() {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        text.push_str(&self.body);
        text.into_bytes()
    }
}
