//! How much memory the process has in use.

use std::fs::File;
use std::os::unix::fs::FileExt as _;

/// Where the system tells it. It is opened before files are confined.
#[derive(Debug)]
pub(crate) struct Memory(Option<File>);

impl Memory {
    /// Opens what the system has to say of this process.
    pub(crate) fn open() -> Self {
        Self(File::open("/proc/self/status").ok())
    }

    /// Bytes in use at the moment; `None` where the system does not say.
    pub(crate) fn in_use(&self) -> Option<u64> {
        let mut page = [0; 4096];
        let read = self.0.as_ref()?.read_at(&mut page, 0).ok()?;
        resident(std::str::from_utf8(page.get(..read)?).ok()?)
    }
}

/// What `VmRSS` says, which is in units of 1024 bytes.
fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let units: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    units.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_found_and_read() {
        assert_eq!(
            resident("VmHWM:\t 9 kB\nVmRSS:\t   1234 kB\nX:\n"),
            Some(1_263_616)
        );
        assert_eq!(resident("VmRSS:\t kB\n"), None);
        assert_eq!(resident(""), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_uses_some() {
        let memory = Memory::open();
        assert!(memory.in_use().is_some_and(|bytes| bytes > 100_000));
        assert!(memory.in_use().is_some(), "it can be asked again");
    }
}
