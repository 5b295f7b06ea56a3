//! The programs' interface descriptions, which Anchor prints from a test binary of each program.

use std::path::PathBuf;
use std::{env, fs};

use anchor_lang_idl::build::IdlBuilder;
use anyhow::{bail, Context, Result};

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
    // The builder sets flags of its own, so it shares nothing with the ordinary target directory; and it stumbles over
    // the toolchain name that rustup leaves in the environment.
    env::remove_var("RUSTUP_TOOLCHAIN");
    let target = workspace.scratch.join("idl");
    let idl = IdlBuilder::new()
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
    Ok(format!("{}\n", serde_json::to_string_pretty(&idl)?))
}
