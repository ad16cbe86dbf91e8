//! The ladders of a rule's page.

/// What a ladder is an example of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The rule must speak.
    Fires,
    /// The rule must not speak.
    Silent,
}

/// A ladder in a page.
#[derive(Clone, Copy, Debug)]
pub struct Example<'p> {
    /// What it is an example of.
    pub kind: Kind,
    /// The heading above it.
    pub title: &'p str,
    /// The line of the page on which the ladder's first line stands, from 1.
    pub line: usize,
    /// The ladder.
    pub text: &'p str,
}

/// A rule's page, with the ladders in it: those under `## Fires` and `## Stays silent`, each under
/// a `###` heading of its own.
#[derive(Clone, Debug)]
pub struct Page<'p> {
    /// The ladders, in order.
    pub examples: Vec<Example<'p>>,
}

impl<'p> Page<'p> {
    /// Finds the ladders of a page.
    ///
    /// # Errors
    /// A ladder outside the two sections, without a heading, or without an end; the message says
    /// on which line.
    pub fn parse(page: &'p str) -> Result<Self, String> {
        let mut examples = Vec::new();
        let (mut kind, mut title) = (None, None);
        let mut open: Option<(usize, usize)> = None;
        let mut offset = 0;
        for (number, line) in (1_usize..).zip(page.split_inclusive('\n')) {
            let start = offset;
            offset += line.len();
            let line = line.trim_end();
            if let Some((first, begin)) = open {
                if line == "```" {
                    let (Some(kind), Some(title)) = (kind, title.take()) else {
                        return Err(format!(
                            "line {number}: a ladder stands under \"## Fires\" or \"## Stays \
                             silent\", and under a \"###\" heading of its own"
                        ));
                    };
                    let text = &page[begin..start];
                    examples.push(Example {
                        kind,
                        title,
                        line: first,
                        text,
                    });
                    open = None;
                }
            } else if line == "```ladder" {
                open = Some((number + 1, offset));
            } else if let Some(heading) = line.strip_prefix("### ") {
                title = Some(heading);
            } else if let Some(heading) = line.strip_prefix("## ") {
                kind = match heading {
                    "Fires" => Some(Kind::Fires),
                    "Stays silent" => Some(Kind::Silent),
                    _ => None,
                };
                title = None;
            }
        }
        match open {
            Some((line, _)) => Err(format!("line {line}: this ladder has no end")),
            None => Ok(Self { examples }),
        }
    }
}
