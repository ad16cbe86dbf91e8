//! What a header says, without what differs from recording to recording.

use std::collections::BTreeSet;
use std::net::IpAddr;

use sipwhy_flow::wrap::shorten;
use sipwhy_parser::printable;

/// Bytes of a text that are looked at.
const LOOKED_AT: usize = 512;
/// Columns of the longest text kept.
const LONGEST: usize = 120;
/// Elements of one value that are kept.
pub(crate) const MOST_ELEMENTS: usize = 64;

/// A value on its own, an element of a list, or a member of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Element {
    before: String,
    /// An address in it: another one may stand for the same host in another recording.
    address: Option<IpAddr>,
    after: String,
}

impl Element {
    /// A text without an address.
    pub(crate) fn text(bytes: &[u8]) -> Self {
        Self::with(text(bytes), None, String::new())
    }

    /// A text with an address in it, or with none.
    pub(crate) const fn with(before: String, address: Option<IpAddr>, after: String) -> Self {
        Self {
            before,
            address,
            after,
        }
    }

    fn words(&self) -> String {
        let address = match self.address {
            Some(IpAddr::V6(address)) => format!("[{address}]"),
            Some(address) => address.to_string(),
            None => String::new(),
        };
        format!("{}{address}{}", self.before, self.after)
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + self.before.len() + self.after.len()
    }
}

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Elements whose order matters.
    List(Vec<Element>),
    /// Names in no order.
    Set(BTreeSet<String>),
}

/// Who has an address, to compare it with one of the other recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// A host that plays the same part as one of the other recording: the pair that they are.
    Paired(usize),
    /// A host that has no counterpart in the other recording.
    Alone,
    /// No host of the call.
    Nobody,
}

/// Tells who has an address.
pub(crate) trait Names {
    /// Who has this address.
    fn who(&self, address: IpAddr) -> Who;
}

impl<F: Fn(IpAddr) -> Who> Names for F {
    fn who(&self, address: IpAddr) -> Who {
        self(address)
    }
}

/// Whether two addresses mean the same, each in its recording: of the same part in the call, or
/// the same address, unless that is known to have gone to another part. Addresses that are no
/// host's of the call are all alike.
fn means_the_same(
    (one, names): (IpAddr, &impl Names),
    (other, others): (IpAddr, &impl Names),
) -> bool {
    match (names.who(one), others.who(other)) {
        (Who::Paired(one), Who::Paired(other)) => one == other,
        (Who::Nobody, Who::Nobody) => true,
        _ => one == other,
    }
}

impl Value {
    /// One text.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self::List(vec![Element::text(bytes)])
    }

    /// A list, unless it is empty.
    pub(crate) fn list(elements: impl Iterator<Item = Element>) -> Option<Self> {
        let elements: Vec<Element> = elements.take(MOST_ELEMENTS).collect();
        (!elements.is_empty()).then_some(Self::List(elements))
    }

    /// A set, unless it is empty.
    pub(crate) fn set(names: impl Iterator<Item = String>) -> Option<Self> {
        let names: BTreeSet<String> = names.take(MOST_ELEMENTS).collect();
        (!names.is_empty()).then_some(Self::Set(names))
    }

    /// How it reads.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::List(elements) => {
                let words: Vec<String> = elements.iter().map(Element::words).collect();
                words.join(", ")
            }
            Self::Set(names) => names
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", "),
        }
    }

    /// Whether both say the same, the hosts of each named by the pairs that they are one of.
    pub(crate) fn says_as(&self, names: &impl Names, other: &Self, others: &impl Names) -> bool {
        match (self, other) {
            (Self::Set(one), Self::Set(other)) => one == other,
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| {
                        let is_same_text =
                            (&one.before, &one.after) == (&other.before, &other.after);
                        is_same_text
                            && match (one.address, other.address) {
                                (Some(one), Some(other)) => {
                                    means_the_same((one, names), (other, others))
                                }
                                (one, other) => one == other,
                            }
                    })
            }
            _ => false,
        }
    }

    /// Bytes that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::List(elements) => elements.iter().map(Element::bytes).sum(),
            Self::Set(names) => names.iter().map(|it| it.len() + size_of::<String>()).sum(),
        }
    }
}

/// Text from the wire, printable and of bounded length.
pub(crate) fn text(bytes: &[u8]) -> String {
    let looked_at = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    shorten(&printable(looked_at), LONGEST)
}

/// The same in lower case, for names whose case does not matter.
pub(crate) fn lower(bytes: &[u8]) -> String {
    text(bytes).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_by_whose_they_are() {
        let host = |last: u8| IpAddr::from([10, 0, 0, last]);
        let at = |last: u8| {
            let contact = Element::with("sip:".into(), Some(host(last)), String::new());
            Value::List(vec![contact])
        };
        // Hosts 1 and 2 are 1 and 12 in the other recording; 3 and 14 have no counterpart.
        let of = |hosts: [u8; 2], alone: u8| {
            move |address: IpAddr| match hosts.iter().position(|it| host(*it) == address) {
                Some(place) => Who::Paired(place),
                None if address == host(alone) => Who::Alone,
                None => Who::Nobody,
            }
        };
        let (names, others) = (of([1, 2], 3), of([1, 12], 14));
        let is_same = |one: u8, other: u8| at(one).says_as(&names, &at(other), &others);
        assert!(is_same(2, 12), "the same part");
        assert!(!is_same(2, 1), "another part");
        assert!(is_same(77, 99), "nobody's");
        assert!(!is_same(77, 12), "nobody's, and a host's");
        assert!(
            is_same(3, 3),
            "of a host that is missing from the call, but the same"
        );
        assert!(!is_same(3, 12), "of a host that is missing from the call");
    }
}
