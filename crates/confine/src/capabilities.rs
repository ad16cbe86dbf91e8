//! Capabilities (man 7 capabilities), and the user they go with.

use caps::{CapSet, Capability, CapsHashSet};
use nix::sys::prctl::set_keepcaps;

use crate::{ConfineError, Kept};

/// Becomes the user, and gives up all capabilities but the one that is kept. Gives the name of the
/// user when it is another.
pub(crate) fn give_up(kept: &Kept) -> Result<Option<String>, ConfineError> {
    let cannot = ConfineError::of("capabilities");
    let has = |capability| caps::has_cap(None, CapSet::Permitted, capability).unwrap_or(false);
    let kept_ones: CapsHashSet = [Capability::CAP_NET_RAW]
        .into_iter()
        .filter(|capability| kept.captures && has(*capability))
        .collect();
    // What the bounding set does not hold no program started from here can ever have.
    if has(Capability::CAP_SETPCAP) {
        for capability in caps::runtime::thread_all_supported() {
            let _ = caps::drop(None, CapSet::Bounding, capability);
        }
    }
    let mut became = None;
    if let Some(user) = kept.user.as_ref().filter(|user| !user.is_this()) {
        let keeps = !kept_ones.is_empty();
        set_keepcaps(keeps).map_err(|error| cannot(&error))?;
        user.become_it()?;
        set_keepcaps(false).map_err(|error| cannot(&error))?;
        became = Some(user.name().to_owned());
    }
    let _ = caps::clear(None, CapSet::Ambient);
    // Effective ones must be permitted, so they go first.
    let effective = CapSet::Effective;
    caps::set(None, effective, &CapsHashSet::new()).map_err(|error| cannot(&error))?;
    caps::set(None, CapSet::Inheritable, &CapsHashSet::new()).map_err(|error| cannot(&error))?;
    caps::set(None, CapSet::Permitted, &kept_ones).map_err(|error| cannot(&error))?;
    caps::set(None, effective, &kept_ones).map_err(|error| cannot(&error))?;
    Ok(became)
}
