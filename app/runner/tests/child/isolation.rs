//! What a child cannot reach.

use std::time::{Duration, Instant};
use std::{fs, thread};

use assay_runner::{Limits, Protection};

use crate::programs::command;
use crate::{descendants, program, Setup, LIMITS};

#[test]
fn a_child_has_the_protections_that_it_says_and_reaches_nothing() {
    let probe = program().probe().unwrap();
    let held = probe.protections;
    // These every Linux has.
    for protection in [
        Protection::Memory,
        Protection::Processor,
        Protection::Dumps,
        Protection::Descriptors,
        Protection::Orphans,
        Protection::Privileges,
    ] {
        assert!(held.has(protection), "{protection}");
    }
    assert!(
        !probe.opened_within_limits && !probe.had_environment,
        "{probe:?}"
    );
    assert_eq!(probe.opened_file, !held.has(Protection::Files));
    assert_eq!(probe.saw_processes, !held.has(Protection::Pids));
    assert!(
        !probe.connected || !(held.has(Protection::Network) || held.has(Protection::Scope)),
        "{probe:?}"
    );
    eprintln!("missing on this machine: {:?}", held.missing());
}

#[test]
fn a_child_has_no_environment_no_further_descriptors_and_no_other_directory() {
    let setup = Setup::new();
    // An inheritable descriptor, as a library of another language may leave one.
    let file = fs::File::open("/etc/passwd").unwrap();
    rustix::io::fcntl_setfd(&file, rustix::io::FdFlags::empty()).unwrap();
    let endless = Limits {
        fuel: u64::MAX,
        ..LIMITS
    };
    thread::scope(|scope| {
        let run = scope.spawn(|| setup.run(&command("(loop $again (br $again))"), b"", endless));
        let started = Instant::now();
        let read = |pid: u32, what: &str| fs::read(format!("/proc/{pid}/{what}"));
        let burns = |pid: &u32| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let ticks = stat
                .split_whitespace()
                .nth(13)
                .map(|ticks| ticks.parse::<u64>());
            matches!(ticks, Some(Ok(ticks)) if ticks > 20)
        };
        let child = loop {
            if let Some(child) = descendants().into_iter().find(burns) {
                break child;
            }
            assert!(started.elapsed() < Duration::from_secs(60));
            thread::sleep(Duration::from_millis(20));
        };
        let limits = String::from_utf8(read(child, "limits").unwrap()).unwrap();
        let limit_of = |name: &str| {
            let line = limits.lines().find(|line| line.starts_with(name));
            let numbers = line.unwrap()[name.len()..].trim();
            numbers.split_whitespace().next().unwrap().to_owned()
        };
        assert_eq!(limit_of("Max open files"), "3");
        assert_eq!(limit_of("Max file size"), "0");
        assert_eq!(limit_of("Max core file size"), "0");
        assert_eq!(limit_of("Max processes"), "0");
        let memory: u64 = limit_of("Max data size").parse().unwrap();
        assert!(memory < 256 << 20, "{memory}");
        // It cannot be read where the kernel keeps it from other processes of the same user; root may.
        if let Ok(environment) = read(child, "environ") {
            assert!(environment.is_empty(), "{environment:?}");
        }
        if let Ok(open) = fs::read_dir(format!("/proc/{child}/fd")) {
            assert_eq!(open.count(), 3);
        }
        if let Ok(directory) = fs::read_link(format!("/proc/{child}/cwd")) {
            assert_eq!(directory.to_str(), Some("/"));
        }
        assay_runner::Runner::stop(&setup.runner);
        let stopped = run.join().unwrap();
        assert!(
            matches!(stopped, Err(assay_runner::RunnerError::Stopped)),
            "{stopped:?}"
        );
    });
}
