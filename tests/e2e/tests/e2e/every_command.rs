//! Every command of the command line is typed in a test.

use assay_harness::processes::Workspace;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Where tests type commands that succeed: these tests, what starts their processes, and the README, whose blocks
/// [`super::walkthrough`] runs.
const TYPED_IN: [&str; 3] = [
    "tests/e2e/tests/e2e",
    "tests/harness/src/processes",
    "README.md",
];
/// Commands here are wrong on purpose.
const MISTAKES: &str = "bad_input";

/// Returns the commands that `assay` lists in the help of a group, which for none are those of all groups.
fn subcommands(assay: &Path, group: &[String]) -> Vec<String> {
    let help = Command::new(assay).args(group).arg("--help").output();
    let help = help.expect("a command").stdout;
    let help = String::from_utf8(help).expect("a text");
    let list = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let list = list.take_while(|line| !line.is_empty());
    let names = list.filter_map(|line| {
        // A name stands two columns in; what explains it stands behind it, or further in on the next line.
        let line = line.strip_prefix("  ")?;
        let name = line.split(' ').next().unwrap_or_default();
        (!name.is_empty() && name != "help").then(|| name.to_owned())
    });
    names.collect()
}

/// Returns every command that is no group, as words.
fn commands(assay: &Path, group: &[String]) -> Vec<Vec<String>> {
    let names = subcommands(assay, group);
    if names.is_empty() {
        return vec![group.to_vec()];
    }
    let inside = names.into_iter().flat_map(|name| {
        let group = [group, &[name]].concat();
        commands(assay, &group)
    });
    inside.collect()
}

/// Returns the files under a path.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let entries = entries.map(|entry| entry.expect("an entry").path());
    let kept = entries.filter(|path| !path.ends_with(MISTAKES));
    kept.flat_map(|path| files(&path)).collect()
}

/// Returns the words of a text, in which those of one command stand one behind the other: Rust's lists of words in quotes, and
/// lines of a shell.
fn words(text: &str) -> Vec<&str> {
    let between = |letter: char| letter.is_whitespace() || "\",[]&".contains(letter);
    text.split(between)
        .filter(|word| !word.is_empty())
        .collect()
}

#[test]
fn every_command_is_typed_in_a_test() {
    let workspace = Workspace::of_test();
    let commands = commands(&workspace.assay, &[]);
    assert!(commands.len() > 80, "only {} commands", commands.len());
    let paths = TYPED_IN.map(|place| workspace.root.join(place));
    let texts: Vec<String> = paths
        .iter()
        .flat_map(|path| files(path))
        .map(|file| fs::read_to_string(&file).expect("a text"))
        .collect();
    let texts: Vec<Vec<&str>> = texts.iter().map(|text| words(text)).collect();
    let is_typed = |command: &[String]| {
        let mut texts = texts.iter();
        texts.any(|words| words.windows(command.len()).any(|typed| typed == command))
    };
    let missing: BTreeSet<String> = commands
        .iter()
        .filter(|command| !is_typed(command))
        .map(|command| command.join(" "))
        .collect();
    assert_eq!(missing, BTreeSet::new());
}
