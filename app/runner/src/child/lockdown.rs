//! Applies the protections. Everything here runs in the child, while it has one thread and has read nothing of a stranger's.

use std::io;
use std::thread;

use rustix::process::{getrlimit, setrlimit, Resource, Rlimit};

use super::protect::{Protection, Protections};
use super::protocol::Start;

/// Descriptors that a child has: its three pipes.
const PIPES: u64 = 3;

/// Leaves the machine's namespaces. It has an effect on processes that are started afterwards, not on this one's own number.
/// Returns what holds for them.
#[cfg(target_os = "linux")]
pub(super) fn leave_namespaces() -> Protections {
    use rustix::thread::{unshare_unsafe, UnshareFlags};
    let pids_and_network = UnshareFlags::NEWPID | UnshareFlags::NEWNET | UnshareFlags::NEWIPC;
    let mut left = Protections::default();
    // SAFETY: the flag FILES, the only one that can do harm, is not given.
    let users = unsafe { unshare_unsafe(UnshareFlags::NEWUSER | pids_and_network) }.is_ok();
    // Root needs no user namespace for the others, where the kernel forbids it.
    // SAFETY: as above.
    let others = users || unsafe { unshare_unsafe(pids_and_network) }.is_ok();
    left.set(Protection::Users, users);
    left.set(Protection::Pids, others);
    left.set(Protection::Network, others);
    left
}

#[cfg(not(target_os = "linux"))]
pub(super) fn leave_namespaces() -> Protections {
    Protections::default()
}

/// Closes the descriptors that this process has inherited besides its pipes. Call it before anything is opened.
#[cfg(target_os = "linux")]
pub(super) fn close_inherited() -> io::Result<()> {
    use std::os::fd::BorrowedFd;
    let mut inherited = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.parse::<i32>().ok());
        inherited.extend(number.filter(|number| *number >= PIPES as i32));
    }
    for number in inherited {
        // The descriptor of the directory that was read is in the list, and closed already.
        // SAFETY: it is borrowed for this question alone, which fails for one that is closed.
        let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
        if rustix::io::fcntl_getfd(descriptor).is_ok() {
            // SAFETY: nothing in this process owns a descriptor above the pipes yet.
            unsafe { rustix::io::close(number) };
        }
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn close_inherited() -> io::Result<()> {
    Ok(())
}

/// Asks the kernel to kill this process when its parent ends. Returns whether it will.
///
/// # Errors
/// [`io::ErrorKind::BrokenPipe`] if the parent ended before: nobody reads stdout any more.
#[cfg(target_os = "linux")]
pub(super) fn die_with_parent() -> io::Result<bool> {
    use rustix::event::{poll, PollFd, PollFlags, Timespec};
    use rustix::process::{set_parent_process_death_signal, Signal};
    let is_set = set_parent_process_death_signal(Some(Signal::KILL)).is_ok();
    let stdout = rustix::stdio::stdout();
    let mut pipe = [PollFd::new(&stdout, PollFlags::OUT)];
    poll(&mut pipe, Some(&Timespec::default()))?;
    if pipe[0].revents().contains(PollFlags::ERR) {
        return Err(io::ErrorKind::BrokenPipe.into());
    }
    Ok(is_set)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn die_with_parent() -> io::Result<bool> {
    Ok(false)
}

/// Applies all protections but the namespaces, which this process was started in: `left`.
///
/// # Errors
/// Those of limits that every Linux has: without them nothing is run.
pub(super) fn lock_down(start: &Start, left: Protections) -> io::Result<Protections> {
    let mut held = left;
    held.set(Protection::Orphans, die_with_parent()?);
    held.set(Protection::Dumps, forbid_dumps());
    held.set(Protection::Privileges, forbid_privileges());
    limit_memory(start)?;
    held.set(Protection::Memory, cfg!(target_os = "linux"));
    let (files, scope) = landlock();
    held.set(Protection::Files, files);
    held.set(Protection::Scope, scope);
    limit(
        Resource::Cpu,
        start.cpu_seconds,
        start.cpu_seconds.saturating_add(1),
    )?;
    held.set(Protection::Processor, true);
    limit(Resource::Fsize, 0, 0)?;
    limit(Resource::Nofile, PIPES, start.descriptors.max(PIPES))?;
    held.set(
        Protection::Descriptors,
        rustix::io::dup(rustix::stdio::stdout()).is_err(),
    );
    limit(Resource::Nproc, 0, 0)?;
    // Root is not bound by the limit, so it is tried.
    let thread = thread::Builder::new().stack_size(64 << 10).spawn(|| ());
    held.set(Protection::Processes, thread.is_err());
    if let Ok(thread) = thread {
        let _ = thread.join();
    }
    Ok(held)
}

/// Sets a limit, or leaves a stricter one that this process was started with.
fn limit(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let most = getrlimit(resource).maximum.unwrap_or(u64::MAX);
    let (current, maximum) = (Some(soft.min(most)), Some(hard.min(most)));
    Ok(setrlimit(resource, Rlimit { current, maximum })?)
}

/// Limits memory to what the process has now and what it may add.
fn limit_memory(start: &Start) -> io::Result<()> {
    let (addresses, data) = memory_now();
    for (resource, now, more) in [
        (Resource::As, addresses, start.address_bytes),
        // Counts what is writable: the heap, and the memory of the program as it grows. The 4 GiB that Wasmtime reserves for
        // each memory, so that its code needs no checks of bounds, are not.
        (Resource::Data, data, start.data_bytes),
    ] {
        let bytes = now.saturating_add(more);
        limit(resource, bytes, bytes)?;
    }
    Ok(())
}

/// Returns addresses and writable memory of this process, in bytes.
fn memory_now() -> (u64, u64) {
    /// What the program takes where the kernel does not tell: a bound, not a measure.
    const UNKNOWN: (u64, u64) = (1 << 30, 64 << 20);
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let mut pages = pages.split_whitespace().map(str::parse::<u64>);
    let page = rustix::param::page_size() as u64;
    match (pages.next(), pages.nth(4)) {
        (Some(Ok(size)), Some(Ok(data))) => (size.saturating_mul(page), data.saturating_mul(page)),
        _ => UNKNOWN,
    }
}

#[cfg(target_os = "linux")]
fn forbid_dumps() -> bool {
    use rustix::process::{set_dumpable_behavior, DumpableBehavior};
    limit(Resource::Core, 0, 0).is_ok()
        && set_dumpable_behavior(DumpableBehavior::NotDumpable).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn forbid_dumps() -> bool {
    limit(Resource::Core, 0, 0).is_ok()
}

#[cfg(target_os = "linux")]
fn forbid_privileges() -> bool {
    rustix::thread::set_no_new_privs(true).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn forbid_privileges() -> bool {
    false
}

/// Denies all files, and all that Landlock knows to reach other processes. Returns whether each of them holds.
#[cfg(target_os = "linux")]
fn landlock() -> (bool, bool) {
    use landlock::{
        Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus,
        Scope, ABI,
    };
    let enforce = |ruleset: Result<Ruleset, landlock::RulesetError>| {
        let status = ruleset.and_then(|ruleset| ruleset.create()?.restrict_self());
        status.is_ok_and(|status| status.ruleset == RulesetStatus::FullyEnforced)
    };
    // Each by itself, so that an older kernel holds at least the first. What a still older one does not know of the files,
    // such as truncating one, needs an open file first.
    let strict = || Ruleset::default().set_compatibility(CompatLevel::HardRequirement);
    let files = enforce(strict().handle_access(AccessFs::from_all(ABI::V1)));
    let _ = enforce(Ruleset::default().handle_access(AccessFs::from_all(ABI::V5)));
    let others = strict()
        .handle_access(AccessNet::from_all(ABI::V4))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(ABI::V6)));
    (files, enforce(others))
}

#[cfg(not(target_os = "linux"))]
fn landlock() -> (bool, bool) {
    (false, false)
}
