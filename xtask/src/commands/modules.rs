//! `cargo xtask modules`: the example job modules as WebAssembly.

use anyhow::Result;

use crate::modules;
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace) -> Result<()> {
    for module in modules::build(workspace)? {
        println!("{}", module.display());
    }
    Ok(())
}
