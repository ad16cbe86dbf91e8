//! What this process may do now.

use caps::{CapSet, Capability};
use landlock::{
    ABI, Access as _, AccessFs, CompatLevel, Compatible as _, Ruleset, RulesetAttr as _,
};
use nix::unistd::geteuid;

/// What this process may do now, and what the kernel can take from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// Whether it is root's.
    pub is_root: bool,
    /// Whether it may capture (`CAP_NET_RAW`).
    pub may_capture: bool,
    /// Whether it may set up interfaces for it, such as a monitor mode (`CAP_NET_ADMIN`).
    pub may_set_up: bool,
    /// Whether it may become another user (`CAP_SETUID` and `CAP_SETGID`).
    pub may_become_others: bool,
    /// Whether the kernel has Landlock.
    pub has_landlock: bool,
    /// Whether the kernel has seccomp's filters.
    pub has_seccomp: bool,
}

/// Looks at this process, and changes nothing.
#[must_use]
pub fn rights() -> Rights {
    let has = |capability| caps::has_cap(None, CapSet::Effective, capability).unwrap_or(false);
    let landlock = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create);
    Rights {
        is_root: geteuid().is_root(),
        may_capture: has(Capability::CAP_NET_RAW),
        may_set_up: has(Capability::CAP_NET_ADMIN),
        may_become_others: has(Capability::CAP_SETUID) && has(Capability::CAP_SETGID),
        has_landlock: landlock.is_ok(),
        has_seccomp: has_seccomp(),
    }
}

/// Whether the kernel says that it has seccomp's filters.
fn has_seccomp() -> bool {
    let actions = std::fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail");
    actions.is_ok_and(|actions| actions.split_whitespace().any(|one| one == "errno"))
}
