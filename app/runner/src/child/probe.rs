//! What a child can still reach, found by trying.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpStream};

use rustix::process::{setrlimit, Resource, Rlimit};

use super::protect::Protections;
use super::protocol::{Fields, Garbage, Start};

/// What a child that tried could still do. All of it should be false.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Probe {
    /// The protections that hold, by its own account.
    pub protections: Protections,
    /// It opened a file, a directory or a connection.
    pub opened_within_limits: bool,
    /// It opened a file or a directory after it had raised its limit of descriptors.
    pub opened_file: bool,
    /// It reached a listener on the loopback address after it had raised its limit of descriptors.
    pub connected: bool,
    /// It had environment variables.
    pub had_environment: bool,
    /// It saw other processes by their numbers: its own is not that of the first process of a namespace.
    pub saw_processes: bool,
}

impl Probe {
    fn flags(&self) -> [bool; 5] {
        [
            self.opened_within_limits,
            self.opened_file,
            self.connected,
            self.had_environment,
            self.saw_processes,
        ]
    }

    /// Returns the reply's form of what was found, without the protections.
    pub(super) fn to_bytes(self) -> Vec<u8> {
        self.flags().map(u8::from).to_vec()
    }

    pub(super) fn from_bytes(bytes: &[u8], protections: Protections) -> Result<Self, Garbage> {
        let mut fields = Fields(bytes);
        let mut flag = || Ok(fields.u8()? != 0);
        let found = Self {
            protections,
            opened_within_limits: flag()?,
            opened_file: flag()?,
            connected: flag()?,
            had_environment: flag()?,
            saw_processes: flag()?,
        };
        fields.last(|_| Ok(found))
    }
}

/// Tries to open files and to connect to a port of the loopback address: first as a guest's process would, then with the
/// descriptors that `start` allows a probe alone, so that what lies behind that limit is tried, too.
pub(super) fn probe(port: u16, start: &Start) -> Probe {
    let opens = || fs::read_dir("/").is_ok() || File::open("/etc/passwd").is_ok();
    let connects = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    let opened_within_limits = opens() || connects();
    let all = Some(start.descriptors);
    let raised = setrlimit(
        Resource::Nofile,
        Rlimit {
            current: all,
            maximum: all,
        },
    );
    // A probe that could not try says that it could reach all.
    let could_not_try = raised.is_err();
    Probe {
        protections: Protections::default(),
        opened_within_limits,
        opened_file: could_not_try || opens(),
        connected: could_not_try || connects(),
        had_environment: std::env::vars_os().next().is_some(),
        saw_processes: std::process::id() != 1,
    }
}
