//! The user to become.

use std::ffi::CString;

use nix::unistd::{self, Gid, Group, Uid};

use crate::ConfineError;

/// A user with a group, as the system knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    name: String,
    uid: Uid,
    gid: Gid,
}

impl User {
    /// The user of this name or number, with their own group or another (`USER:GROUP`); `None`
    /// when one of them does not exist.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        let (user, group) = match text.split_once(':') {
            Some((user, group)) => (user, Some(group)),
            None => (text, None),
        };
        let by_number = || unistd::User::from_uid(Uid::from_raw(user.parse().ok()?)).ok()?;
        let found = unistd::User::from_name(user).ok().flatten();
        let found = found.or_else(by_number)?;
        let gid = match group {
            None => found.gid,
            Some(group) => {
                let by_number = || Group::from_gid(Gid::from_raw(group.parse().ok()?)).ok()?;
                let group = Group::from_name(group).ok().flatten();
                group.or_else(by_number)?.gid
            }
        };
        Some(Self {
            name: found.name,
            uid: found.uid,
            gid,
        })
    }

    /// What they are called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is the one who may do everything.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.uid.is_root()
    }

    /// Whether this process is theirs already.
    #[must_use]
    pub fn is_this(&self) -> bool {
        unistd::geteuid() == self.uid && unistd::getuid() == self.uid
    }

    /// Becomes this user: groups first, for which the right is gone afterwards.
    pub(crate) fn become_it(&self) -> Result<(), ConfineError> {
        let cannot = ConfineError::of("the user");
        let name = CString::new(self.name.as_str()).map_err(|error| cannot(&error))?;
        unistd::initgroups(&name, self.gid).map_err(|error| cannot(&error))?;
        unistd::setgid(self.gid).map_err(|error| cannot(&error))?;
        unistd::setuid(self.uid).map_err(|error| cannot(&error))?;
        // What succeeded and had no effect would be worst of all.
        if !self.is_root() && unistd::setuid(Uid::from_raw(0)).is_ok() {
            return Err(cannot(&"the system lets it become root again"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::User;

    #[test]
    fn users_are_found_by_name_and_number() {
        let root = User::find("root").unwrap();
        assert!(root.is_root());
        assert_eq!(User::find("0"), Some(root.clone()));
        assert_eq!(User::find("0:0"), Some(root.clone()));
        assert_eq!(User::find("root:root"), Some(root));
        assert!(User::find("nobody").is_some_and(|nobody| !nobody.is_root()));
        for unknown in [
            "",
            "no-such-user",
            "root:no-such-group",
            "4294967290",
            ":",
            "root:",
        ] {
            assert_eq!(User::find(unknown), None, "{unknown}");
        }
    }
}
