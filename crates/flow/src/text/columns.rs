//! How the hosts of a flow stand beside each other, in the room there is.

use super::gutter::Gutter;
use super::lifelines::Lifelines;
use super::{Ink, Line};
use crate::model::{Flow, Host, Message};
use crate::wrap::{columns, shorten, shorten_middle};

/// Between two lifelines, at least, where labels stand in the arrows.
const LEAST_GAP: usize = 14;
/// Between two lifelines, at most.
const MOST_GAP: usize = 32;
/// Left of the first and right of the last lifeline, at most, for half a name.
const MOST_SIDE: usize = 8;
/// Between two lifelines that have a number each.
const NARROW_GAP: usize = 4;
/// Beside the lifelines, at least, for labels.
const LABEL: usize = 18;

/// How the hosts stand.
pub(super) struct Columns<'a> {
    flow: &'a Flow,
    form: Form,
    /// Columns beside the gutter.
    room: usize,
}

enum Form {
    /// Names above, labels in the arrows.
    Wide(Lifelines),
    /// Numbers above, labels beside.
    Narrow(Lifelines),
    /// No lifelines: `1 → 2`, each number of so many columns.
    List(usize),
}

impl<'a> Columns<'a> {
    pub(super) fn new(flow: &'a Flow, gutter: usize, width: usize) -> Self {
        let room = width.saturating_sub(gutter);
        let form = Form::of(flow, room);
        Self { flow, form, room }
    }

    /// The lines above the first message.
    pub(super) fn heading(&self, gutter: &Gutter) -> Vec<Line> {
        let hosts = &self.flow.hosts;
        let blank = || Line::of(Ink::Plain, " ".repeat(gutter.width()));
        match &self.form {
            Form::Wide(lifelines) => {
                let names = |of: &dyn Fn(&Host) -> String| lifelines.names(hosts.iter().map(of));
                let name = |host: &Host| host.name.clone().unwrap_or_default();
                let mut lines = Vec::new();
                if hosts.iter().any(|host| host.name.is_some()) {
                    lines.push(blank().with(Ink::Strong, names(&name)));
                }
                let sockets = names(&Host::socket);
                lines.push(gutter.heading().with(Ink::Strong, sockets));
                lines
            }
            Form::Narrow(lifelines) => {
                let mut lines = self.legend();
                let numbers = lifelines.names((1..=hosts.len()).map(|it| it.to_string()));
                lines.push(gutter.heading().with(Ink::Strong, numbers));
                lines
            }
            Form::List(_) => {
                let mut lines = self.legend();
                lines.push(gutter.heading());
                lines
            }
        }
    }

    /// Which number stands for which host.
    fn legend(&self) -> Vec<Line> {
        let number = |place: usize| format!("  {:>2} ", place + 1);
        let hosts = self.flow.hosts.iter().enumerate();
        let lines = hosts.map(|(place, host)| {
            let name = host.name.iter().map(|name| format!("  {name}"));
            let text = host.socket() + &name.collect::<String>();
            let room = self.room.max(super::NARROWEST - 6);
            Line::of(Ink::Strong, number(place)).with(Ink::Plain, shorten(&text, room))
        });
        lines.chain([Line::default()]).collect()
    }

    /// A message's arrow, behind the gutter.
    pub(super) fn message(&self, line: Line, message: &Message) -> Line {
        match &self.form {
            Form::Wide(lifelines) => {
                let room = lifelines.room(message.from, message.to);
                let title = message.title_within(room);
                lifelines.arrow(line, message.from, message.to, &title)
            }
            Form::Narrow(lifelines) => {
                let line = lifelines.arrow(line, message.from, message.to, "");
                let room = self.room.saturating_sub(lifelines.width() + 2);
                line.with(Ink::Plain, format!("  {}", message.title_within(room)))
            }
            Form::List(digits) => {
                let (from, to) = (message.from + 1, message.to + 1);
                let ends = format!("{from:>digits$} → {to:<digits$}  ");
                let room = self.room.saturating_sub(columns(&ends));
                let line = line.with(Ink::Lines, ends);
                line.with(Ink::Plain, message.title_within(room))
            }
        }
    }

    /// Lifelines on which nothing happens.
    pub(super) fn pause(&self, line: Line) -> Line {
        match &self.form {
            Form::Wide(lifelines) | Form::Narrow(lifelines) => {
                line.with(Ink::Lines, lifelines.idle())
            }
            Form::List(_) => line,
        }
    }
}

impl Form {
    fn of(flow: &Flow, room: usize) -> Self {
        let hosts = flow.hosts.len();
        let gaps = hosts.saturating_sub(1);
        let side = |host: Option<&Host>| {
            let name = host
                .and_then(|host| host.name.as_deref())
                .map_or(0, columns);
            let socket = host.map_or(0, |host| columns(&host.socket()));
            (name.max(socket) / 2).min(MOST_SIDE)
        };
        let (before, after) = (side(flow.hosts.first()), side(flow.hosts.last()));
        let sides = before + after + 1;
        let gap = room.saturating_sub(sides).checked_div(gaps);
        let gap = gap.unwrap_or(MOST_GAP).min(MOST_GAP);
        if gap >= LEAST_GAP {
            return Self::Wide(Lifelines::new(hosts, before, gap, after));
        }
        let narrow = Lifelines::new(hosts, 1, NARROW_GAP, 0);
        if narrow.width() + LABEL <= room {
            Self::Narrow(narrow)
        } else {
            Self::List(hosts.to_string().len())
        }
    }
}

/// A name in the room over its lifeline.
pub(super) fn fit(name: &str, room: usize) -> String {
    shorten_middle(name, room)
}
