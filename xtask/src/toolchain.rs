//! `cargo xtask toolchain`: the tools that bytecode and job modules are built with.

use crate::{
    debian::{self, Purpose},
    pins::{Pin, Pins, Source, FILE},
    process,
    sbf::upstream,
    workspace::{replace_file, Workspace},
};
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub struct Arguments {
    /// Install nothing; write the versions that Debian's suites have now to toolchain/packages.toml, and print what changed
    #[arg(long)]
    update: bool,
}

/// Installs the pinned tools, or pins others.
///
/// # Errors
/// When a tool cannot be installed or found.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let pins = Pins::load()?;
    if arguments.update {
        return update(workspace, &pins);
    }
    upstream::Tools::ensure(workspace)?;
    {
        let _only_one_sets_up = workspace.lock_cache()?;
        debian::ensure_installed(workspace, Purpose::Wasm)?;
    }
    for pin in pins.iter() {
        println!("{:<34} {:<32} {}", pin.name, pin.version, pin.sha256);
    }
    Ok(())
}

/// Writes the newest versions and prints the rows that are new.
fn update(workspace: &Workspace, pins: &Pins) -> Result<()> {
    let _only_one_sets_up = workspace.lock_cache()?;
    process::announce("asking Debian's suites for their newest versions");
    let newest = debian::newest(
        workspace,
        upstream::PACKAGE,
        upstream::SUITE,
        upstream::PURPOSE,
    )?;
    let updated = merge(pins, newest);
    let mut changes = 0;
    for pin in updated.iter() {
        if !pins.iter().any(|old| old == pin) {
            changes += 1;
            println!("{} {} {}", pin.name, pin.version, pin.sha256);
        }
    }
    replace_file(&workspace.root.join(FILE), updated.render().as_bytes())?;
    process::announce(match changes {
        0 => format!("{FILE} was up to date"),
        _ => format!(
            "{FILE} has {changes} new rows; now run `cargo xtask test` and `cargo xtask reproduce --write`, and commit all of it"
        ),
    });
    Ok(())
}

/// Returns a table with the new rows instead of the old ones of the same suites.
fn merge(pins: &Pins, newest: Vec<Pin>) -> Pins {
    let is_kept = |pin: &&Pin| {
        let is_debian = matches!(pin.source, Source::Installed | Source::Unpacked);
        let mut suites = newest.iter().map(|new| (new.source, &new.suite));
        !is_debian || !suites.any(|suite| suite == (pin.source, &pin.suite))
    };
    let mut rows: Vec<Pin> = pins.iter().filter(is_kept).cloned().collect();
    rows.extend(newest);
    Pins::of(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_replaces_the_suites_that_it_asked_and_no_other() {
        let pins = Pins::load().expect("a table");
        let unpacked: Vec<Pin> = pins
            .iter()
            .filter(|pin| pin.source == Source::Unpacked)
            .map(|pin| Pin {
                version: "99".to_owned(),
                ..pin.clone()
            })
            .collect();
        let other = Pin {
            suite: "buzz".to_owned(),
            ..pins.iter().next().expect("a row").clone()
        };
        let updated = merge(&pins, [unpacked, vec![other]].concat());
        assert_eq!(updated.iter().count(), pins.iter().count() + 1);
        for pin in updated.iter() {
            assert_eq!(
                pin.version == "99",
                pin.source == Source::Unpacked,
                "{pin:?}"
            );
        }
    }
}
