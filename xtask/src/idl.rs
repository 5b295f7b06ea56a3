//! The programs' interface descriptions (IDLs), which Anchor prints from a test binary of each program.

use std::ffi::OsString;
use std::path::PathBuf;
use std::{env, fs};

use anchor_lang_idl::build::IdlBuilder;
use anyhow::{bail, Context, Result};

use crate::instruction_docs;
use crate::process;
use crate::sbf::{Program, PROGRAMS};
use crate::workspace::{replace_file, Workspace};

/// Writes `idls/<program>.json` for every program.
pub fn write(workspace: &Workspace) -> Result<()> {
    for program in PROGRAMS {
        replace_file(
            &committed(workspace, &program),
            generate(workspace, &program)?.as_bytes(),
        )?;
    }
    Ok(())
}

/// Compares the committed IDLs with the programs.
///
/// # Errors
/// When one is missing or stale, naming it and the command that writes it.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut stale = Vec::new();
    for program in PROGRAMS {
        let path = committed(workspace, &program);
        let fresh = generate(workspace, &program)?;
        if fs::read_to_string(&path).ok() != Some(fresh) {
            stale.push(format!("idls/{}.json", program.name()));
        }
    }
    if !stale.is_empty() {
        bail!(
            "stale: {}; run `cargo xtask idl` and commit the result",
            stale.join(", ")
        );
    }
    Ok(())
}

fn committed(workspace: &Workspace, program: &Program) -> PathBuf {
    workspace
        .root
        .join("idls")
        .join(format!("{}.json", program.name()))
}

fn generate(workspace: &Workspace, program: &Program) -> Result<String> {
    process::announce(format!("reading the interface of {}", program.name()));
    let _builder_sees_no_toolchain = HiddenToolchain::hide();
    // The builder sets flags of its own, so it shares nothing with the ordinary target directory.
    let target = workspace.scratch.join("idl");
    let mut idl = IdlBuilder::new()
        .program_path(program.manifest_folder(workspace))
        .skip_lint(true)
        .cargo_args(vec![
            "--lib".into(),
            "--locked".into(),
            "--ignore-rust-version".into(),
            "--target-dir".into(),
            target.display().to_string(),
        ])
        .build()
        .with_context(|| format!("{} has no IDL", program.name()))?;
    let sources = program.manifest_folder(workspace).join("src/instructions");
    instruction_docs::complete(&mut idl, &sources)?;
    Ok(format!("{}\n", serde_json::to_string_pretty(&idl)?))
}

/// The variable in which rustup tells the programs it starts which toolchain they run under.
const TOOLCHAIN: &str = "RUSTUP_TOOLCHAIN";

/// Keeps the toolchain's name out of the environment while it lives: the builder would pass cargo a garbled one.
///
/// Whatever runs later needs the name again. Without it rustup takes the toolchain of the folder it is called in, and the
/// folders of some dependencies ask for one that is not installed.
struct HiddenToolchain(Option<OsString>);

impl HiddenToolchain {
    fn hide() -> Self {
        let name = env::var_os(TOOLCHAIN);
        env::remove_var(TOOLCHAIN);
        Self(name)
    }
}

impl Drop for HiddenToolchain {
    fn drop(&mut self) {
        if let Some(name) = self.0.take() {
            env::set_var(TOOLCHAIN, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_toolchain_is_hidden_for_a_while_and_then_back() {
        env::set_var(TOOLCHAIN, "some-toolchain");
        let hidden = HiddenToolchain::hide();
        assert_eq!(env::var_os(TOOLCHAIN), None);
        drop(hidden);
        assert_eq!(env::var_os(TOOLCHAIN), Some("some-toolchain".into()));
    }
}
