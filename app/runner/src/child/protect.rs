//! What a child process gives up before it touches anything of a stranger's, and which of it holds on this machine.

use std::fmt;

/// One thing that the kernel holds a child to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Protection {
    /// Memory and addresses are limited.
    Memory,
    /// Processor time is limited.
    Processor,
    /// It leaves no core dump, and no other process of the same user reads its memory.
    Dumps,
    /// It opens no files and no sockets, because it may have no further descriptors.
    Descriptors,
    /// It starts no processes and no threads.
    Processes,
    /// The kernel kills it when its parent ends, however that ends.
    Orphans,
    /// It gains no privileges by starting another program.
    Privileges,
    /// A user namespace of its own: no privilege on this machine is left.
    Users,
    /// A PID namespace of its own: other processes cannot be named.
    Pids,
    /// A network namespace of its own, without any network.
    Network,
    /// Landlock denies it every file.
    Files,
    /// Landlock denies it signals and sockets to other processes, and TCP.
    Scope,
}

impl Protection {
    /// All protections. The place of one in this list is its bit in a greeting.
    pub const ALL: [Self; 12] = [
        Self::Memory,
        Self::Processor,
        Self::Dumps,
        Self::Descriptors,
        Self::Processes,
        Self::Orphans,
        Self::Privileges,
        Self::Users,
        Self::Pids,
        Self::Network,
        Self::Files,
        Self::Scope,
    ];

    /// Returns the name of the protection in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Processor => "processor",
            Self::Dumps => "dumps",
            Self::Descriptors => "descriptors",
            Self::Processes => "processes",
            Self::Orphans => "orphans",
            Self::Privileges => "privileges",
            Self::Users => "users",
            Self::Pids => "pids",
            Self::Network => "network",
            Self::Files => "files",
            Self::Scope => "scope",
        }
    }

    /// Returns what the protection does, in one clause.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Memory => "its memory is limited",
            Self::Processor => "its processor time is limited",
            Self::Dumps => "it leaves no core dump, and no other process reads its memory",
            Self::Descriptors => "it opens no files and no sockets",
            Self::Processes => "it starts no processes and no threads",
            Self::Orphans => "it dies when the node dies",
            Self::Privileges => "it gains no privileges",
            Self::Users => "it is in a user namespace of its own",
            Self::Pids => "it is in a PID namespace of its own",
            Self::Network => "it is in a network namespace of its own, without a network",
            Self::Files => "Landlock denies it all files",
            Self::Scope => "Landlock denies it signals, sockets and TCP to others",
        }
    }

    /// Returns what an operator can do where the protection is missing.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Memory | Self::Processor | Self::Dumps | Self::Descriptors => {
                "run the node on Linux; if this is Linux, allow setrlimit and prctl"
            }
            Self::Processes => "run the node as a user of its own, not as root: the limit does not bind root",
            Self::Orphans | Self::Privileges => "run the node on Linux; if this is Linux, allow prctl",
            Self::Users | Self::Pids | Self::Network => {
                "allow user namespaces: sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns; in a container, a seccomp profile that allows unshare"
            }
            Self::Files => "use Linux 5.13 or newer with Landlock in the kernel's list of security modules (lsm=landlock,…)",
            Self::Scope => "use Linux 6.12 or newer with Landlock in the kernel's list of security modules (lsm=landlock,…)",
        }
    }

    const fn bit(self) -> u32 {
        1 << (self as u8)
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.meaning())
    }
}

/// The protections that hold in a child.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Protections(u32);

impl Protections {
    /// Returns true if this protection holds.
    pub const fn has(self, protection: Protection) -> bool {
        self.0 & protection.bit() != 0
    }

    /// Returns the protections that do not hold.
    pub fn missing(self) -> Vec<Protection> {
        let all = Protection::ALL.into_iter();
        all.filter(|protection| !self.has(*protection)).collect()
    }

    pub(super) fn set(&mut self, protection: Protection, holds: bool) {
        if holds {
            self.0 |= protection.bit();
        }
    }

    pub(super) fn clear(&mut self, protection: Protection) {
        self.0 &= !protection.bit();
    }

    pub(super) const fn bits(self) -> u32 {
        self.0
    }

    pub(super) const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protection_has_a_bit_of_its_own() {
        for (place, protection) in Protection::ALL.into_iter().enumerate() {
            assert_eq!(protection as usize, place);
            let mut one = Protections::default();
            one.set(protection, true);
            assert!(one.has(protection));
            assert_eq!(one.missing().len(), Protection::ALL.len() - 1);
            assert_eq!(Protections::from_bits(one.bits()), one);
        }
    }
}
