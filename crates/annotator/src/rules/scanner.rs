//! `scanner`: somebody searches for SIP servers and users to abuse.

use sipwhy_parser::{HeaderName, Message, printable};

use crate::annotation::{Evidence, QuotedLine, Role, Severity};
use crate::quote;
use crate::rules::{Context, Draft, Info, Rule, Step, StepKind};
use crate::words::{host, with_article};

pub(super) static RULE: Scanner = Scanner;

static INFO: Info = Info {
    id: "scanner",
    severity: Severity::Warning,
    summary: "a request bears the mark of a tool that searches for servers and users to abuse",
    page: include_str!("scanner.md"),
    references: &["RFC 3261 §26.1", "RFC 3261 §20.41"],
};

/// What tools that search and attack call themselves, in lower case, and which tool that is. The
/// page names a source for each.
const TOOLS: &[(&str, &str)] = &[
    ("friendly-scanner", "SIPVicious"),
    ("sipvicious", "SIPVicious"),
    ("friendly-request", "SIPVicious or a tool made from it"),
    ("sipcli", "sipcli"),
    ("sip-scan", "sip-scan"),
    ("sipscan", "sip-scan"),
    ("sundayddr", "sundayddr"),
    ("sivus", "SiVuS"),
    ("smap", "smap"),
    ("iwar", "iWar"),
    ("siparmyknife", "SIP Army Knife"),
    ("sipptk", "SIPPTS"),
    ("pplsip", "SIPPTS"),
    ("eyebeam release 3006o stamp 17551", POSES_AS_EYEBEAM),
    ("eyebeam release 3007n stamp 17816", POSES_AS_EYEBEAM),
    ("eyebeam release 3004t stamp 16741", POSES_AS_EYEBEAM),
];

const POSES_AS_EYEBEAM: &str = "a tool that poses as an old eyeBeam";
/// What their names begin with.
const STARTS: &[u8] = b"efips";

pub(super) struct Scanner;

impl Rule for Scanner {
    fn info(&self) -> &'static Info {
        &INFO
    }

    fn listens(&self) -> &'static [StepKind] {
        &[StepKind::RequestSent]
    }

    fn on_step(&self, step: &Step<'_, '_>, cx: &mut Context<'_>) {
        let Step::RequestSent {
            transaction: id,
            message,
            ..
        } = step
        else {
            return;
        };
        let Some(transaction) = cx.transaction(*id) else {
            return;
        };
        // Within a dialog, and behind a proxy, it was told of before.
        if transaction.in_dialog || transaction.vias > 1 {
            return;
        }
        let Some((tool, line)) = mark(message) else {
            return;
        };
        let (client, server) = (transaction.client(), transaction.flow.destination);
        if !cx.is_news_of(client, std::net::SocketAddr::new(client, 0)) {
            return;
        }
        let world = cx.world();
        let Some(transaction) = world.transaction(*id) else {
            return;
        };
        let method = transaction.method.to_string();
        let mut draft = Draft::new(
            Severity::Warning,
            transaction.began().time,
            format!("{} scans with {tool}", host(client)),
        )
        .blame(client, Role::Client);
        draft.explanation = format!(
            "It sent {} to {server} that bears the mark of {tool}. Such tools look for servers, \
             then for users, then for passwords, to make calls at somebody else's expense. Further \
             requests of this host are not told.",
            with_article(&method)
        );
        draft.help = vec![
            format!(
                "drop what {} sends, unless the scan is your own",
                host(client)
            ),
            "look whether enumeration or password-guessing is told of it too, and what your \
             server answered"
                .to_owned(),
        ];
        let sent = world.request_evidence(transaction, "");
        draft.evidence = vec![sent.map(|sent| with_line(sent, line))];
        cx.say_of(*id, 1, draft);
    }
}

fn with_line(mut evidence: Evidence, line: QuotedLine) -> Evidence {
    evidence.quote.push(line);
    evidence
}

/// The tool whose mark a request bears, and the line that bears it.
fn mark(message: &Message<'_, '_>) -> Option<(&'static str, QuotedLine)> {
    let agent = message.header(HeaderName::UserAgent);
    if let Some(agent) = agent
        && let Some(tool) = tool(agent.value)
    {
        let label = format!("{} calls itself so", printable(tool.as_bytes()));
        return Some((tool, quote::header(message, &agent, &label)));
    }
    // SIPVicious writes its name before the address, whatever it calls itself otherwise.
    let from = message.header(HeaderName::From)?;
    let value = from.value;
    let name = value.strip_prefix(b"\"").unwrap_or(value);
    let is_marked = matches!(name.first(), Some(b's' | b'S'))
        && name
            .get(..10)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"sipvicious"));
    is_marked.then(|| {
        let line = quote::header(message, &from, "the name that SIPVicious gives");
        ("SIPVicious", line)
    })
}

fn tool(agent: &[u8]) -> Option<&'static str> {
    // Most requests are no scanner's: one look tells.
    if !STARTS.contains(&agent.first()?.to_ascii_lowercase()) {
        return None;
    }
    // A name begins the value: "Acme iWar-proof phone" is none.
    TOOLS.iter().find_map(|(name, tool)| {
        let (start, rest) = agent.split_at_checked(name.len())?;
        let ends = !rest.first().is_some_and(u8::is_ascii_alphanumeric);
        (start.eq_ignore_ascii_case(name.as_bytes()) && ends).then_some(*tool)
    })
}
