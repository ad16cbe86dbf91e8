//! The way that a call took, beside the one it was to take.

use std::net::IpAddr;

use super::{Judge, Place};
use crate::expect::facts::CallFacts;
use crate::expect::model::{At, Expectations};
use crate::expect::told::Row;

/// What stands for any hosts, none too, in a route.
const ANY: &str = "...";

impl Expectations {
    /// Whether `name`, an address or a name of `[hosts]`, is this host: an address, with a port
    /// where one address has several hosts.
    pub(super) fn is_host(&self, name: &str, host: &str) -> bool {
        let meant = self.hosts.get(name).map_or(name, String::as_str);
        if meant == host || meant == "*" {
            return true;
        }
        // However an IPv6 address is written; and an address alone is any port of it.
        let address = address(host);
        address.is_some() && meant.parse::<IpAddr>().ok() == address
    }

    /// A host by its name in `[hosts]`, if it has one there.
    pub(super) fn shown<'h>(&'h self, host: &'h str) -> &'h str {
        let mut names = self.hosts.keys();
        names
            .find(|name| self.is_host(name, host))
            .map_or(host, String::as_str)
    }
}

/// The address of a host, without its port.
fn address(host: &str) -> Option<IpAddr> {
    let bare = match host.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((address, _)) => address,
        None if host.matches(':').count() == 1 => host.split(':').next()?,
        None => host,
    };
    bare.parse().ok()
}

impl Judge<'_> {
    pub(super) fn route(&mut self, place: &Place<'_>, asked: &At<Vec<String>>, call: &CallFacts) {
        let taken: Vec<String> = call.route.iter().map(ToString::to_string).collect();
        let is_host = |name: &str, host: &str| place.file.is_host(name, host);
        let is_met = is_route(&asked.it, &taken, &is_host);
        let length = asked.it.len().max(taken.len());
        let rows = (0..length).map(|hop| {
            let (expected, host) = (asked.it.get(hop), taken.get(hop));
            let both = expected.zip(host);
            let agrees = both.is_some_and(|(name, host)| name == ANY || is_host(name, host));
            let found = host.map(|host| place.file.shown(host).to_owned());
            Row {
                expected: expected.cloned(),
                found,
                frame: None,
                agrees,
            }
        });
        let mut rows: Vec<Row> = rows.collect();
        if let Some(first) = rows.first_mut() {
            first.frame = call.decided();
        }
        let shown = |route: &[String]| match route.is_empty() {
            true => "none in view".to_owned(),
            false => route.join(" → "),
        };
        let summary = format!("{} expected, {} taken", shown(&asked.it), shown(&taken));
        self.tell(place, "route", asked.line, is_met, &summary, rows);
    }
}

/// Whether the route taken is as asked: which beginnings of what was asked each beginning of it
/// meets.
fn is_route(asked: &[String], taken: &[String], is_host: &dyn Fn(&str, &str) -> bool) -> bool {
    let pass_empty = |reached: &mut Vec<bool>| {
        for (place, name) in asked.iter().enumerate() {
            if name == ANY && reached.get(place) == Some(&true) {
                set(reached, place + 1);
            }
        }
    };
    let mut reached = vec![false; asked.len() + 1];
    set(&mut reached, 0);
    pass_empty(&mut reached);
    for host in taken {
        let mut next = vec![false; reached.len()];
        for (place, name) in asked.iter().enumerate() {
            if reached.get(place) != Some(&true) {
                continue;
            }
            if name == ANY {
                set(&mut next, place);
            } else if is_host(name, host) {
                set(&mut next, place + 1);
            }
        }
        pass_empty(&mut next);
        reached = next;
    }
    reached.last() == Some(&true)
}

fn set(reached: &mut [bool], place: usize) {
    if let Some(reached) = reached.get_mut(place) {
        *reached = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_known_by_address_and_by_name() {
        let file = Expectations {
            hosts: [("proxy".to_owned(), "10.0.0.1".to_owned())].into(),
            ..Expectations::default()
        };
        for (name, host, is) in [
            ("proxy", "10.0.0.1", true),
            ("proxy", "10.0.0.1:5070", true),
            ("10.0.0.1:5060", "10.0.0.1:5070", false),
            ("10.0.0.1:5070", "10.0.0.1:5070", true),
            ("proxy", "10.0.0.2", false),
            ("bob", "10.0.0.1", false),
            ("2001:DB8:0::1", "2001:db8::1", true),
            ("2001:db8::1", "[2001:db8::1]:5070", true),
            ("*", "10.0.0.9", true),
        ] {
            assert_eq!(file.is_host(name, host), is, "{name} {host}");
        }
    }

    #[test]
    fn dots_stand_for_any_hosts() {
        let route = |asked: &[&str], taken: &[&str]| {
            let owned = |all: &[&str]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
            is_route(&owned(asked), &owned(taken), &|name, host| name == host)
        };
        assert!(route(&["a", "b"], &["a", "b"]));
        assert!(!route(&["a", "b"], &["a", "b", "c"]));
        assert!(route(&["a", "...", "c"], &["a", "b", "b", "c"]));
        assert!(route(&["a", "...", "c"], &["a", "c"]));
        assert!(!route(&["a", "...", "c"], &["a", "c", "d"]));
        assert!(route(&[], &[]) && route(&["..."], &[]));
    }
}
