//! Giving up rights once the interfaces are open, and saying which are missing before.

use std::env::var;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use sipwhy_capture::live::{LiveError, OpenInterface};
use sipwhy_confine::{Confined, Kept, Rights, User, confine, rights};

use crate::exit::Outcome;
use crate::verbs::live::Args;

/// Users to become where none is named, the first that there is: the package makes one of its own.
const UNPRIVILEGED: [&str; 2] = ["sipwhy", "nobody"];

/// Gives up what is not needed to go on, unless it is to be kept. These TCP ports are connected to
/// later on.
pub(super) fn give_up_rights(args: &Args, connects: Vec<u16>) -> anyhow::Result<Option<Confined>> {
    if args.keep_rights {
        return Ok(None);
    }
    let kept = Kept {
        user: whom_to_become(args, rights())?,
        captures: args.may_reopen(),
        reads: args
            .keylog
            .iter()
            .flat_map(|file| folders_of(file))
            .collect(),
        writes: [args.keep.folder(), args.log.folder()]
            .into_iter()
            .flatten()
            .collect(),
        connects,
    };
    let confined = confine(&kept).context("use --keep-rights to go on with all of them")?;
    tracing::info!("goes on {confined}");
    Ok(Some(confined))
}

/// The folders that a file is in, by its name and in truth: it may be written anew, under the same
/// name.
fn folders_of(file: &Path) -> impl Iterator<Item = PathBuf> {
    let folder = |file: &Path| match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let in_truth = file.canonicalize().ok();
    [Some(folder(file)), in_truth.map(|file| folder(&file))]
        .into_iter()
        .flatten()
}

/// The user that is named; or for root, who called `sudo`, or a user without rights.
fn whom_to_become(args: &Args, rights: Rights) -> anyhow::Result<Option<User>> {
    if let Some(name) = &args.run_as {
        let name_shown = sipwhy_parser::printable(name.as_bytes());
        let user = User::find(name).with_context(|| format!("there is no user {name_shown}"))?;
        anyhow::ensure!(
            user.is_this() || rights.may_become_others,
            "only root can become user {name_shown}"
        );
        return Ok(Some(user));
    }
    if !rights.is_root || !rights.may_become_others {
        return Ok(None);
    }
    let caller = var("SUDO_UID").ok().and_then(|uid| {
        let user = match var("SUDO_GID") {
            Ok(gid) => User::find(&format!("{uid}:{gid}")),
            Err(_) => User::find(&uid),
        };
        user.filter(|user| !user.is_root())
    });
    Ok(caller.or_else(|| UNPRIVILEGED.iter().find_map(|name| User::find(name))))
}

/// Says what this process may do and what it lacks, and changes nothing.
pub(super) fn check_permissions(args: &Args) -> anyhow::Result<Outcome> {
    let rights = rights();
    let mut said = String::new();
    let mut line = |is_well: bool, words: &str| {
        let _ = writeln!(
            said,
            "{}  {words}",
            if is_well { "ok     " } else { "missing" }
        );
    };
    line(
        rights.may_capture,
        if rights.may_capture {
            "the right to capture (CAP_NET_RAW)"
        } else {
            "the right to capture (CAP_NET_RAW): run as root, or once as root: setcap \
             cap_net_raw=eip $(which sipwhy)"
        },
    );
    let mut is_well = rights.may_capture || args.interface.is_empty();
    for config in args.interfaces()? {
        let name = sipwhy_parser::printable(config.interface.as_bytes());
        match OpenInterface::open(&config) {
            Ok(_) => line(true, &format!("interface {name} can be opened")),
            // Said already, and once is enough.
            Err(LiveError::NoPermission { .. }) if !rights.may_capture => {
                line(
                    false,
                    &format!("interface {name} cannot be opened without it"),
                );
            }
            Err(fault) => {
                is_well = false;
                line(false, &fault.to_string());
            }
        }
    }
    match whom_to_become(args, rights) {
        Ok(Some(user)) => line(true, &format!("goes on as user {}", user.name())),
        Ok(None) if rights.is_root => line(
            false,
            "another user to go on as: name one with --run-as, as root stays root otherwise",
        ),
        Ok(None) => line(true, "goes on as this user, who is not root"),
        Err(fault) => {
            is_well = false;
            line(false, &fault.to_string());
        }
    }
    for (has, words) in [
        (rights.has_landlock, "Landlock, by which files are confined"),
        (
            rights.has_seccomp,
            "seccomp, by which system calls are confined",
        ),
    ] {
        if has {
            line(true, words);
        } else {
            line(
                false,
                &format!("{words}: this kernel does not have it; goes on without"),
            );
        }
    }
    crate::standard_output::print(&said)?;
    Ok(if is_well {
        Outcome::Fine
    } else {
        Outcome::Wrong
    })
}
