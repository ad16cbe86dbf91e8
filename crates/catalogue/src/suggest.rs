//! What someone may have meant by a word that names nothing.

use crate::code::{codes, normal};

/// At most this many suggestions.
const LIMIT: usize = 3;

/// The names nearest to `query`, best first, among the codes and `others` (rules and the like).
///
/// A code is suggested with its name, as in "486 Busy Here". Nothing is suggested
/// when nothing is near.
#[must_use]
pub fn suggest(query: &str, others: &[&str]) -> Vec<String> {
    let query = normal(query);
    if query.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, String)> = Vec::new();
    for code in codes() {
        let near = near(&query, &normal(code.name)).into_iter();
        if let Some(distance) = near.chain(near_number(&query, code.code)).min() {
            found.push((distance, code.label()));
        }
    }
    for other in others {
        if let Some(distance) = near(&query, &normal(other)) {
            found.push((distance, (*other).to_owned()));
        }
    }
    found.sort();
    found
        .into_iter()
        .take(LIMIT)
        .map(|(_, name)| name)
        .collect()
}

/// The one of `names` that is nearest to `query`, if one is near.
#[must_use]
pub fn nearest<'n>(query: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let query = normal(query);
    let names = names.into_iter();
    let found = names.filter_map(|name| Some((near(&query, &normal(name))?, name)));
    found.min().map(|(_, name)| name)
}

/// How far `query` is from `name`, if it is near enough to be meant.
fn near(query: &str, name: &str) -> Option<usize> {
    if query.len() >= 3 && name.split(' ').any(|word| word == query) {
        return Some(1);
    }
    if query.len() >= 4 && name.contains(query) {
        return Some(1);
    }
    let allowed = query.chars().count().max(name.chars().count()) / 3;
    let distance = distance(query, name);
    (distance <= allowed).then_some(distance)
}

/// A number is near when one digit is wrong or two are swapped.
fn near_number(query: &str, code: u16) -> Option<usize> {
    let three_digits = query.len() == 3 && query.bytes().all(|byte| byte.is_ascii_digit());
    (three_digits && distance(query, &code.to_string()) == 1).then_some(1)
}

/// Letters put in, left out, changed or swapped with a neighbour between `a` and `b`.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}
