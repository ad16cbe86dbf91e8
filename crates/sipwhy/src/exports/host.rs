//! What this host is called.

use std::fs::read_to_string;

/// The name of this host, as far as it can be read.
pub(super) fn host_name() -> String {
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let name = files.iter().find_map(|file| read_to_string(file).ok());
    let name = name.map(|name| name.trim().to_owned());
    name.unwrap_or_else(|| "sipwhy".to_owned())
}
