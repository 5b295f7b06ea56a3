//! `cargo xtask reproduce`: builds the programs in two folders and compares the bytes.
//!
//! Whoever wants to know that a deployed program is this source builds it himself. That works only if the bytes follow from
//! the source and the pinned tools, and from nothing else: no path, no time, no order of threads. The source is the commit
//! that is checked out; changes since do not count.

use crate::{
    build::RouteArguments,
    pins::{self, Pins},
    process,
    sbf::{self, Route, PROGRAMS},
    workspace::{self, replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
use clap::Args;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const COMMAND: &str = "cargo xtask reproduce";
const RESULT: &str = "docs/results/reproduce";

/// Two folders under `target/reproduce` whose paths differ in length and depth.
const FOLDERS: [&str; 2] = [
    "a",
    "another-folder/with a space/and-a-path-that-is-much-longer",
];

/// Tools whose versions decide about the bytes.
const TOOLS: [&str; 5] = [
    "rustc-web",
    "rust-web-src",
    "libllvm22",
    "libllvm23",
    "sbpf-linker",
];

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    route: RouteArguments,

    /// Write docs/results/reproduce.*
    #[arg(long)]
    write: bool,
}

/// A program that came out the same twice.
struct Reproduced {
    name: String,
    /// Size of the ELF file, in bytes.
    bytes: usize,
    sha256: String,
}

/// Builds everything twice, from nothing.
///
/// # Errors
/// When a program does not build, or its bytes differ.
pub fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let commit = workspace.commit()?;
    let route = arguments.route.route();
    let parent = workspace.scratch.join("reproduce");
    let [first, second] = FOLDERS.map(|folder| build(workspace, route, &parent.join(folder)));
    let programs = compare(&first?, &second?)?;
    for program in &programs {
        println!(
            "{}  {:>7} bytes  {}.so",
            program.sha256, program.bytes, program.name
        );
    }
    workspace::remove_folder(&parent)?;
    if arguments.write {
        write(workspace, &commit, route, &programs)?;
    }
    Ok(())
}

/// Builds every program in a copy of the commit, and returns the paths of the ELF files.
fn build(workspace: &Workspace, route: Route, root: &Path) -> Result<Vec<PathBuf>> {
    process::announce(format!("copying the commit to {}", root.display()));
    workspace::remove_folder(root)?;
    copy(workspace, root)?;
    let copy = Workspace {
        scratch: root.join("target"),
        cache: workspace.cache.clone(),
        root: root.to_owned(),
    };
    let mut paths = Vec::new();
    for program in &PROGRAMS {
        process::announce(format!("building {} there", program.name()));
        let elf = sbf::compile(&copy, route, program)?;
        let kept = root.join("bytecode").join(format!("{}.so", program.name()));
        replace_file(&kept, &fs::read(elf)?)?;
        paths.push(kept);
    }
    workspace::remove_folder(&copy.scratch)?;
    Ok(paths)
}

/// Copies the commit that is checked out, and nothing that was changed since or built.
fn copy(workspace: &Workspace, root: &Path) -> Result<()> {
    fs::create_dir_all(root).with_context(|| format!("cannot create {}", root.display()))?;
    let archive = root.join("commit.tar");
    let mut git = Command::new("git");
    git.current_dir(&workspace.root)
        .args(["archive", "--format=tar", "--output"])
        .arg(&archive)
        .arg("HEAD");
    process::run(&mut git)?;
    let mut tar = Command::new("tar");
    tar.current_dir(root)
        .arg("--extract")
        .arg("--file")
        .arg(&archive);
    process::run(&mut tar)?;
    fs::remove_file(&archive).context("cannot remove the archive of the commit")
}

/// Compares the programs of the folders.
fn compare(first: &[PathBuf], second: &[PathBuf]) -> Result<Vec<Reproduced>> {
    let mut programs = Vec::new();
    let mut differences = Vec::new();
    for (one, other) in first.iter().zip(second) {
        let (left, right) = (fs::read(one)?, fs::read(other)?);
        match first_difference(&left, &right) {
            None => programs.push(Reproduced {
                name: one.file_stem().unwrap_or_default().to_string_lossy().into(),
                bytes: left.len(),
                sha256: pins::sha256_of(&left),
            }),
            Some(at) => differences.push(format!(
                "{} ({} bytes) and {} ({} bytes) differ from byte {at} on",
                one.display(),
                left.len(),
                other.display(),
                right.len()
            )),
        }
    }
    ensure!(differences.is_empty(), "{}", differences.join("\n"));
    Ok(programs)
}

/// Returns the first position at which two files differ.
fn first_difference(left: &[u8], right: &[u8]) -> Option<usize> {
    let common = left
        .iter()
        .zip(right)
        .position(|(left, right)| left != right);
    common.or_else(|| (left.len() != right.len()).then(|| left.len().min(right.len())))
}

/// Writes the result.
fn write(workspace: &Workspace, commit: &str, route: Route, programs: &[Reproduced]) -> Result<()> {
    let pins = Pins::load()?;
    let tools: Vec<(&str, &str)> = match route {
        Route::Official => Vec::new(),
        Route::Upstream => pins
            .iter()
            .filter(|pin| TOOLS.contains(&pin.name.as_str()))
            .map(|pin| (pin.name.as_str(), pin.version.as_str()))
            .collect(),
    };
    let tools_json: serde_json::Map<String, serde_json::Value> = tools
        .iter()
        .map(|(name, version)| ((*name).to_owned(), json!(version)))
        .collect();
    let rows: Vec<serde_json::Value> = programs
        .iter()
        .map(|program| {
            json!({ "name": program.name, "bytes": program.bytes, "sha256": program.sha256 })
        })
        .collect();
    let result = json!({
        "command": format!("{COMMAND} --write"),
        "commit": commit,
        "route": route.name(),
        "tools": tools_json,
        "folders": FOLDERS,
        "identical": true,
        "programs": rows,
    });
    let text = format!("{}\n", serde_json::to_string_pretty(&result)?);
    let path = |extension: &str| workspace.root.join(format!("{RESULT}.{extension}"));
    replace_file(&path("json"), text.as_bytes())?;
    let page = page(commit, route, &tools, programs);
    replace_file(&path("md"), page.as_bytes())
}

/// Returns the result as a page.
fn page(commit: &str, route: Route, tools: &[(&str, &str)], programs: &[Reproduced]) -> String {
    let mut page = format!(
        "# The same bytes from two folders\n\n\
         `{COMMAND} --write` at commit {commit}, with the {} route. The commit was copied to two folders whose paths\n\
         differ in length and depth, and every program was built in each of them from nothing. The bytes are the same:\n\n\
         | Program | Bytes | SHA-256 |\n|---|--:|---|\n",
        route.name()
    );
    for program in programs {
        page += &format!(
            "| `{}` | {} | `{}` |\n",
            program.name, program.bytes, program.sha256
        );
    }
    if !tools.is_empty() {
        page += "\nThe bytes follow from the source and from these tools; all tools with their hashes are in\n\
                 [packages.toml](../../toolchain/packages.toml).\n\n| Tool | Version |\n|---|---|\n";
    }
    for (name, version) in tools {
        page += &format!("| {name} | {version} |\n");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_found_where_it_begins() {
        assert_eq!(first_difference(b"abc", b"abc"), None);
        assert_eq!(first_difference(b"abc", b"axc"), Some(1));
        assert_eq!(first_difference(b"abc", b"ab"), Some(2));
    }

    #[test]
    fn every_tool_of_the_result_is_pinned() {
        let pins = Pins::load().expect("a table");
        for tool in TOOLS {
            assert!(pins.iter().any(|pin| pin.name == tool), "{tool}");
        }
    }
}
