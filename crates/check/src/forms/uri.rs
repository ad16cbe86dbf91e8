//! Paths as URIs.

/// A path as a URI reference (RFC 3986 §4.2): whatever may not stand in one is percent-encoded,
/// and what could be taken for a scheme too.
pub(super) fn reference(path: &str) -> String {
    let mut uri = String::new();
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn nothing_of_a_path_means_anything_in_a_uri() {
        assert_eq!(reference("lab/a b.pcap"), "lab/a%20b.pcap");
        assert_eq!(reference("c:d?#%ü"), "c%3Ad%3F%23%25%C3%BC");
        assert_eq!(reference("/tmp/x.pcap"), "file:///tmp/x.pcap");
    }
}
