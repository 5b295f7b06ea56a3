//! `assay node doctor`: what holds in the processes that run strangers' programs on this machine.

use crate::{child::child_program, CliError, Result};
use assay_node::{probe_sandbox, Probe, Protection};
use serde::Serialize;
use std::fmt;

pub const EXAMPLES: &str = "\
Examples:
  assay node doctor
  assay --output json node doctor";

/// What a child process reported and could do.
#[derive(Debug, Serialize)]
pub struct Doctor {
    protections: Vec<Held>,
    /// What a child that tried could still reach. Empty if all is well.
    reached: Vec<&'static str>,
    /// All protections hold, and nothing was reached.
    is_complete: bool,
}

/// One protection.
#[derive(Debug, Serialize)]
struct Held {
    name: &'static str,
    holds: bool,
    meaning: &'static str,
    /// What to do; none where it holds.
    advice: Option<&'static str>,
}

pub fn run() -> Result<Doctor> {
    let probe = probe_sandbox(&child_program());
    let probe = probe.map_err(|error| CliError::failed(error.to_string()))?;
    Ok(report(&probe))
}

fn report(probe: &Probe) -> Doctor {
    let held = |protection: Protection| {
        let holds = probe.protections.has(protection);
        Held {
            name: protection.name(),
            holds,
            meaning: protection.meaning(),
            advice: (!holds).then(|| protection.advice()),
        }
    };
    let tried = [
        (probe.opened_within_limits, "a file or a connection"),
        (probe.opened_file, "a file, with more descriptors"),
        (
            probe.connected,
            "this machine's network, with more descriptors",
        ),
        (probe.had_environment, "environment variables"),
        (probe.saw_processes, "other processes by number"),
    ];
    let reached = tried.into_iter().filter(|(was_reached, _)| *was_reached);
    let reached: Vec<_> = reached.map(|(_, what)| what).collect();
    Doctor {
        is_complete: probe.protections.missing().is_empty() && reached.is_empty(),
        protections: Protection::ALL.into_iter().map(held).collect(),
        reached,
    }
}

impl fmt::Display for Doctor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "A process that runs a stranger's program on this machine:"
        )?;
        for held in &self.protections {
            let answer = if held.holds { "yes" } else { "NO " };
            writeln!(f, "  {answer}  {:<12} {}", held.name, held.meaning)?;
            if let Some(advice) = held.advice {
                writeln!(f, "       {:<12} {advice}", "")?;
            }
        }
        match &self.reached[..] {
            [] => write!(f, "It tried to reach files and the network, and could not."),
            reached => write!(f, "It tried, and reached: {}.", reached.join("; ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_protections_is_told_what_to_do_for_each() {
        let none = report(&Probe {
            connected: true,
            ..Probe::default()
        });
        let text = none.to_string();
        assert!(!none.is_complete && !text.contains("yes"));
        for protection in Protection::ALL {
            assert!(text.contains(protection.advice()), "{protection}");
        }
        assert!(text.contains("reached: this machine's network"), "{text}");
        let json = serde_json::to_value(&none).unwrap();
        assert_eq!(json["protections"][0]["name"], "memory");
        assert_eq!(json["protections"][0]["holds"], false);
    }
}
