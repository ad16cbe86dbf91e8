//! Gives up, for good, the rights that a program no longer needs once its capture is open.
//!
//! A capture is opened by root or with capabilities, and then eats bytes from strangers for
//! months. [`confine`] makes sure that whoever gets the better of it wins little: another user than
//! root, no capabilities, no files but those named (Landlock), none of the system calls by which
//! a process becomes another or the system is changed (seccomp). What the kernel does not know is
//! left out, and [`Confined`] says so.
//!
//! Landlock and capabilities are of a thread and those it starts later: call it before there are
//! any others.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod capabilities;
#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod rights;
#[cfg(target_os = "linux")]
mod user;

use std::fmt;
use std::path::PathBuf;

#[cfg(target_os = "linux")]
pub use rights::{Rights, rights};
#[cfg(target_os = "linux")]
pub use user::User;

/// What is kept.
#[cfg(target_os = "linux")]
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Whom to become; `None` to stay who one is.
    pub user: Option<User>,
    /// Whether the right to open further captures stays (`CAP_NET_RAW`), and no other.
    pub captures: bool,
    /// Files and directories that are read later on. Those that are not there are left out.
    pub reads: Vec<PathBuf>,
    /// Directories in which files are made, written, renamed and removed later on.
    pub writes: Vec<PathBuf>,
    /// TCP ports, of any host, that are connected to later on.
    pub connects: Vec<u16>,
}

/// How far a process is confined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confined {
    /// Whom it became, if somebody else.
    pub user: Option<String>,
    /// Whether it has no capabilities, or the one that was to be kept.
    pub capabilities: bool,
    /// Whether Landlock keeps it to the files that were named, at least in part.
    pub files: bool,
    /// Whether seccomp keeps it from system calls.
    pub calls: bool,
}

/// Why rights could not be given up. The process must not go on: it still has them.
#[derive(Debug, thiserror::Error)]
#[error("cannot give up {what}: {reason}")]
pub struct ConfineError {
    what: &'static str,
    reason: String,
}

#[cfg(target_os = "linux")]
impl ConfineError {
    fn of(what: &'static str) -> impl Fn(&dyn fmt::Display) -> Self {
        move |reason| Self {
            what,
            reason: reason.to_string(),
        }
    }
}

/// Gives up all rights but those kept. There is no way back.
///
/// # Errors
/// When the kernel refuses what it should be able to do. That it does not know Landlock or seccomp
/// is no error.
#[cfg(target_os = "linux")]
pub fn confine(kept: &Kept) -> Result<Confined, ConfineError> {
    let user = capabilities::give_up(kept)?;
    Ok(Confined {
        user,
        capabilities: true,
        files: files::restrict(kept)?,
        calls: calls::forbid()?,
    })
}

impl fmt::Display for Confined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "as user {user}, ")?;
        }
        f.write_str(if self.capabilities {
            "without other rights than to go on capturing"
        } else {
            "with all rights"
        })?;
        let state = |is_on| if is_on { "confined" } else { "not confined" };
        write!(
            f,
            "; files {} (Landlock), system calls {} (seccomp)",
            state(self.files),
            state(self.calls)
        )
    }
}
