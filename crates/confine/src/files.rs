//! Files and TCP ports, by Landlock.

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, NetPort, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetError, RulesetStatus, path_beneath_rules,
};

use crate::{ConfineError, Kept};

/// The newest set of rights that is asked for; older kernels do what they can.
const NEWEST: ABI = ABI::V5;

/// What any capture reads later on: libpcap the counts of interfaces, the process its own size, the
/// C library names of users and hosts.
const READ_BY_LIBRARIES: [&str; 3] = ["/sys/class/net", "/sys/devices", "/proc/self"];

/// Leaves no files and TCP ports but those named, and what is open already. Says whether the
/// kernel knows how.
pub(crate) fn restrict(kept: &Kept) -> Result<bool, ConfineError> {
    let status = restricted(kept).map_err(|error| ConfineError::of("files")(&error))?;
    Ok(status != RulesetStatus::NotEnforced)
}

fn restricted(kept: &Kept) -> Result<RulesetStatus, RulesetError> {
    let (read, all) = (AccessFs::from_read(NEWEST), AccessFs::from_all(NEWEST));
    let read = read & !AccessFs::Execute;
    let write = all & !AccessFs::Execute & !AccessFs::MakeBlock & !AccessFs::MakeChar;
    let ports = kept.connects.iter();
    let ports = ports.map(|port| Ok::<_, RulesetError>(NetPort::new(*port, AccessNet::ConnectTcp)));
    let status = Ruleset::default()
        .handle_access(all)?
        .handle_access(AccessNet::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(READ_BY_LIBRARIES, read))?
        .add_rules(path_beneath_rules(&kept.reads, read))?
        .add_rules(path_beneath_rules(&kept.writes, write))?
        .add_rules(ports)?
        .restrict_self()?;
    Ok(status.ruleset)
}
