//! The language of `--where`:
//!
//! ```text
//! any   = all { ("or" | "||") all }
//! all   = not { ("and" | "&&") not }
//! not   = ("not" | "!") not | "(" any ")" | test
//! test  = FIELD ("==" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "~") VALUE
//!       | FIELD "in" "[" VALUE { "," VALUE } "]"
//! ```
//!
//! A value is a word, or stands in quotes. Length and depth are bounded, and a test takes no longer
//! than its values are long.

use sipwhy_packet::Timestamp;

use super::facts::Facts;
use super::test::{Comparison, Test};

/// The longest expression, in bytes.
const LONGEST: usize = 4096;
/// How deep parentheses and denials may stand in each other.
const DEEPEST: usize = 32;

/// What has to hold of something to be shown.
#[derive(Clone, Debug)]
pub struct Expression(Node);

#[derive(Clone, Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("an expression has no more than {LONGEST} bytes"));
        }
        let mut reader = Reader { text, at: 0 };
        let node = reader.any(0)?;
        match reader.next()? {
            Token::End => Ok(Self(node)),
            other => Err(reader.expected("`and`, `or` or the end", &other)),
        }
    }

    /// The field of this name equals one of the values.
    ///
    /// # Errors
    /// What is wrong with a value, in one line.
    pub fn equals_any(field: &str, values: &[impl AsRef<str>]) -> Result<Self, String> {
        let tests = values.iter().map(|value| {
            let test = Test::new(field, Comparison::Equal, value.as_ref())?;
            Ok(Node::Test(test))
        });
        Ok(Self(Node::Any(tests.collect::<Result<_, String>>()?)))
    }

    /// The field of this name is no less than the value.
    ///
    /// # Errors
    /// What is wrong with the value, in one line.
    pub fn at_least(field: &str, value: &str) -> Result<Self, String> {
        Test::new(field, Comparison::AtLeast, value).map(|test| Self(Node::Test(test)))
    }

    /// The field of this name is no more than the value.
    ///
    /// # Errors
    /// What is wrong with the value, in one line.
    pub fn at_most(field: &str, value: &str) -> Result<Self, String> {
        Test::new(field, Comparison::AtMost, value).map(|test| Self(Node::Test(test)))
    }

    /// All of these hold.
    #[must_use]
    pub fn all(of: Vec<Self>) -> Self {
        Self(Node::All(of.into_iter().map(|it| it.0).collect()))
    }

    pub(super) fn holds(&self, of: &Facts, first: Timestamp) -> bool {
        self.0.holds(of, first)
    }

    /// Whether anything in it depends on who calls whom.
    pub(super) fn asks_for_users(&self) -> bool {
        self.0.asks_for_users()
    }
}

impl Node {
    fn holds(&self, of: &Facts, first: Timestamp) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|it| it.holds(of, first)),
            Self::Any(nodes) => nodes.iter().any(|it| it.holds(of, first)),
            Self::Not(node) => !node.holds(of, first),
            Self::Test(test) => test.holds(of, first),
        }
    }

    fn asks_for_users(&self) -> bool {
        match self {
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().any(Self::asks_for_users),
            Self::Not(node) => node.asks_for_users(),
            Self::Test(test) => matches!(test, Test::User(..)),
        }
    }
}

/// What an expression is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    /// Without quotes.
    Word(&'t str),
    Quoted(&'t str),
    /// An operator, a parenthesis, a bracket or a comma.
    Sign(&'t str),
    End,
}

/// Longer ones first.
const SIGNS: [&str; 15] = [
    "&&", "||", "==", "!=", "<=", ">=", "=", "<", ">", "~", "!", "(", ")", "[", "]",
];

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reader<'t> {
    fn any(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = vec![self.all(depth)?];
        while self.takes(&[Token::Word("or"), Token::Sign("||")])? {
            nodes.push(self.all(depth)?);
        }
        Ok(Node::Any(nodes))
    }

    fn all(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = vec![self.not(depth)?];
        while self.takes(&[Token::Word("and"), Token::Sign("&&")])? {
            nodes.push(self.not(depth)?);
        }
        Ok(Node::All(nodes))
    }

    fn not(&mut self, depth: usize) -> Result<Node, String> {
        if depth > DEEPEST {
            return Err(format!("more than {DEEPEST} levels of parentheses"));
        }
        match self.next()? {
            Token::Word("not") | Token::Sign("!") => Ok(Node::Not(Box::new(self.not(depth + 1)?))),
            Token::Sign("(") => {
                let node = self.any(depth + 1)?;
                match self.next()? {
                    Token::Sign(")") => Ok(node),
                    other => Err(self.expected("`)`", &other)),
                }
            }
            Token::Word(field) => self.test(field),
            other => Err(self.expected("a field", &other)),
        }
    }

    fn test(&mut self, field: &str) -> Result<Node, String> {
        let (comparison, is_denied) = match self.next()? {
            Token::Sign("==" | "=") => (Comparison::Equal, false),
            Token::Sign("!=") => (Comparison::Equal, true),
            Token::Sign("<") => (Comparison::Less, false),
            Token::Sign("<=") => (Comparison::AtMost, false),
            Token::Sign(">") => (Comparison::More, false),
            Token::Sign(">=") => (Comparison::AtLeast, false),
            Token::Sign("~") => (Comparison::Contains, false),
            Token::Word("in") => return self.list(field),
            other => return Err(self.expected("a comparison such as ==", &other)),
        };
        let value = self.value()?;
        let node = Node::Test(self.read(field, comparison, value)?);
        Ok(match is_denied {
            true => Node::Not(Box::new(node)),
            false => node,
        })
    }

    fn list(&mut self, field: &str) -> Result<Node, String> {
        match self.next()? {
            Token::Sign("[") => {}
            other => return Err(self.expected("`[`", &other)),
        }
        let mut nodes = Vec::new();
        loop {
            let value = self.value()?;
            nodes.push(Node::Test(self.read(field, Comparison::Equal, value)?));
            match self.next()? {
                Token::Sign(",") => {}
                Token::Sign("]") => return Ok(Node::Any(nodes)),
                other => return Err(self.expected("`,` or `]`", &other)),
            }
        }
    }

    fn read(&self, field: &str, how: Comparison, value: &str) -> Result<Test, String> {
        Test::new(field, how, value).map_err(|fault| self.fault(&fault))
    }

    fn value(&mut self) -> Result<&'t str, String> {
        match self.next()? {
            Token::Word(value) | Token::Quoted(value) => Ok(value),
            other => Err(self.expected("a value", &other)),
        }
    }

    /// Whether one of these comes next; then it is taken.
    fn takes(&mut self, any: &[Token<'_>]) -> Result<bool, String> {
        let before = self.at;
        let is_there = any.contains(&self.next()?);
        if !is_there {
            self.at = before;
        }
        Ok(is_there)
    }

    fn next(&mut self) -> Result<Token<'t>, String> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let begun = rest.trim_start();
        self.at += rest.len() - begun.len();
        let Some(first) = begun.chars().next() else {
            return Ok(Token::End);
        };
        if matches!(first, '"' | '\'') {
            let inner = begun.get(1..).unwrap_or_default();
            let Some((value, _)) = inner.split_once(first) else {
                return Err(self.fault("a quote is not closed"));
            };
            self.at += value.len() + 2;
            return Ok(Token::Quoted(value));
        }
        let mut signs = SIGNS.iter().chain([&","]);
        if let Some(sign) = signs.find(|sign| begun.starts_with(**sign)) {
            self.at += sign.len();
            return Ok(Token::Sign(sign));
        }
        let ends = |c: char| c.is_whitespace() || "\"'()[],=!<>~&|".contains(c);
        let length = begun.find(ends).unwrap_or(begun.len());
        let (word, _) = begun.split_at_checked(length).unwrap_or((begun, ""));
        if word.is_empty() {
            return Err(self.fault(&format!("`{first}` means nothing alone")));
        }
        self.at += length;
        Ok(Token::Word(word))
    }

    fn fault(&self, text: &str) -> String {
        let before = self.text.get(..self.at).unwrap_or(self.text);
        format!("up to character {}: {text}", before.chars().count())
    }

    fn expected(&self, what: &str, found: &Token<'_>) -> String {
        let found = match found {
            Token::Word(text) | Token::Quoted(text) | Token::Sign(text) => format!("`{text}`"),
            Token::End => "the end".to_owned(),
        };
        self.fault(&format!("expected {what}, found {found}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        let facts = Facts {
            kind: "annotation",
            call_id: Some("a@b".to_owned()),
            users: ["+4930123".to_owned(), "bob".to_owned()].into(),
            methods: ["INVITE".to_owned(), "ACK".to_owned()].into(),
            codes: [100, 486].into(),
            sources: ["10.0.0.5".parse().unwrap()].into(),
            destinations: ["10.0.0.9".parse().unwrap()].into(),
            rules: ["call-failed"].into(),
            severity: Some(sipwhy_annotator::Severity::Warning),
            time: Some((
                Timestamp::from_nanos(5_000_000_000),
                Timestamp::from_nanos(5_000_000_000),
            )),
            ..Facts::default()
        };
        let first = Timestamp::from_nanos(1_000_000_000);
        Expression::parse(text).expect(text).holds(&facts, first)
    }

    #[test]
    fn expressions_mean_what_they_say() {
        for text in [
            "code == 486",
            "code = 4xx and method == invite",
            "code in [404, 480-489]",
            "code >= 400 && !(code >= 500)",
            "user == \"004\" or user == '+49-30-123'",
            "user ~ bo",
            "call_id == a@b",
            "address == 10.0.0.0/8 and source == 10.0.0.5 and not source == 10.0.0.9",
            "rule == call-failed and severity >= warning and severity < error",
            "time >= 3s and time <= +4s and time < 1970-01-01T00:00:06Z",
            "kind != message",
            "code != 200",
            "not not code==486",
            // `and` binds before `or`.
            "code == 486 or code == 486 and code == 1",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "code != 486",
            "code > 486",
            "destination == 10.0.0.5",
            "user == 30123",
            "severity == error",
            "(code == 486 or code == 486) and code == 1",
            "kind == message",
            "time > 4s",
        ] {
            assert!(!holds(text), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let deep = "(".repeat(40) + "code == 1";
        let long = "code == 1 or ".repeat(400) + "code == 1";
        for (text, says) in [
            ("", "expected a field, found the end"),
            ("cod == 1", "did you mean `code`?"),
            ("code", "expected a comparison"),
            ("code ==", "expected a value"),
            ("code == 1 2", "up to character 11: expected `and`"),
            ("code == abc", "no status code"),
            ("code ~ 4", "cannot be compared"),
            ("rule == call-faild", "did you mean `call-failed`?"),
            ("severity >= warn", "no severity"),
            ("address == 10.0.0", "`10.0.0`"),
            ("time > noon", "neither a time"),
            ("user == 'x", "not closed"),
            ("(code == 1", "expected `)`"),
            ("code in 1", "expected `[`"),
            ("code in [1", "expected `,` or `]`"),
            ("code == 1 & code == 2", "means nothing"),
            (&deep, "levels"),
            (&long, "no more than"),
        ] {
            let fault = Expression::parse(text).unwrap_err();
            assert!(fault.contains(says), "{text}: {fault}");
        }
    }
}
