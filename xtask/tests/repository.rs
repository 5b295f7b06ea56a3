//! What every file of the repository keeps to: lengths, words, links, and the form of the documents.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Folders that hold nothing written here.
const FOREIGN: [&str; 3] = [".git", "target", "node_modules"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A text file: its path from the root and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    fn lines(&self) -> impl Iterator<Item = (String, &str)> {
        let numbered = self.text.lines().enumerate();
        numbered.map(|(index, line)| (format!("{}:{}", self.path, index + 1), line))
    }
}

/// Returns every file with this extension, or with any of the usual ones.
fn files(extensions: &[&str]) -> Vec<File> {
    fn visit(folder: &Path, relative: &str, extensions: &[&str], found: &mut Vec<File>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            let path = format!("{relative}{name}");
            if entry.file_type().unwrap().is_dir() {
                if !FOREIGN.contains(&name.as_str()) {
                    visit(&entry.path(), &format!("{path}/"), extensions, found);
                }
            } else if extensions.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(entry.path()).unwrap();
                found.push(File { path, text });
            }
        }
    }
    let mut found = Vec::new();
    visit(&root(), "", extensions, &mut found);
    assert!(!found.is_empty(), "no file ends in {extensions:?}");
    found
}

#[track_caller]
fn is_empty(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

#[test]
fn the_contributor_kit_is_complete() {
    let kit = [
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "rust-toolchain.toml",
        "rustfmt.toml",
        "clippy.toml",
        "deny.toml",
        ".editorconfig",
        ".gitattributes",
        "docs/design.md",
        "docs/glossary.md",
    ];
    let missing = kit.into_iter().filter(|file| !root().join(file).is_file());
    is_empty("missing", &missing.map(str::to_owned).collect::<Vec<_>>());
}

#[test]
fn the_recipes_cover_the_usual_changes() {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let headings: Vec<_> = text.lines().filter(|line| line.starts_with('#')).collect();
    for recipe in ["parameter", "event", "instruction", "command", "example"] {
        assert!(
            headings.iter().any(|line| line.contains(recipe)),
            "CONTRIBUTING.md has no heading about a change of: {recipe}"
        );
    }
}

/// One instruction is one file in the programs, and one topic elsewhere; both fit a screen or a few.
#[test]
fn no_source_file_is_too_long() {
    let limit = |path: &str| match path.starts_with("programs/") && path.contains("/src/") {
        true => 300,
        false => 600,
    };
    let long = files(&[".rs"]).into_iter().filter_map(|file| {
        let lines = file.text.lines().count();
        let limit = limit(&file.path);
        (lines > limit).then(|| format!("{}: {lines} lines of {limit}", file.path))
    });
    is_empty("too long", &long.collect::<Vec<_>>());
}

/// Metaphors that were once used for the parts of the node and the tests.
#[test]
fn things_are_called_by_their_usual_names() {
    const REPLACED: [&str; 13] = [
        "Crew", "Desk", "Patience", "Matter", "Scout", "Scouts", "Scouting", "Workshop", "Shelves",
        "cellar", "Prospect", "Race", "Swindler",
    ];
    let files = files(&[".rs", ".toml", ".md", ".json"]);
    let ours = files
        .iter()
        .filter(|file| file.path.starts_with("app/") || file.path.starts_with("tests/"));
    let found = ours.flat_map(File::lines).filter_map(|(place, line)| {
        let word = words(line).find(|word| REPLACED.contains(word))?;
        Some(format!("{place}: {word}"))
    });
    is_empty("replaced names", &found.collect::<Vec<_>>());
}

#[test]
fn comments_say_what_a_function_returns() {
    let files = files(&[".rs"]);
    let found = files.iter().flat_map(File::lines).filter(|(_, line)| {
        let line = line.trim_start();
        let text = line
            .strip_prefix("///")
            .or_else(|| line.strip_prefix("//!"));
        text.is_some_and(|text| text.trim_start().starts_with("Answer"))
    });
    let places = found.map(|(place, line)| format!("{place}: {}", line.trim()));
    is_empty(
        "documentation that says \"answers\" for \"returns\"",
        &places.collect::<Vec<_>>(),
    );
}

/// Words of the market's first game, which is gone. What records it may name them: changelog, lists of what was done, decisions
/// that were replaced. The demonstration keeps its JSON key.
#[test]
fn nothing_of_the_first_game_is_described_as_of_today() {
    let words_of_it = [
        ["repli", "ca"],
        ["repli", "cas"],
        ["sorti", "tion"],
        ["spare", "s"],
        ["commit_", "result"],
        ["reveal_", "result"],
        ["settle_", "task"],
        ["reveal_", "window"],
        ["reject_", "bps"],
    ]
    .map(|parts| parts.concat());
    let files = files(&[".rs", ".toml", ".md", ".json"]);
    let checked = files.iter().filter(|file| {
        let is_record = file.path == "CHANGELOG.md" || file.path.starts_with("docs/done/");
        let is_replaced =
            file.path.starts_with("docs/decisions/") && file.text.contains("\n- Status: Replaced");
        !is_record && !is_replaced && !file.path.starts_with("app/demo/")
    });
    let found = checked.flat_map(File::lines).filter_map(|(place, line)| {
        let word = words(line).find(|word| words_of_it.iter().any(|old| old == word))?;
        Some(format!("{place}: {word}"))
    });
    is_empty("words of the first game", &found.collect::<Vec<_>>());
}

/// Parts of words that American spelling writes otherwise. Each is put together here, so that this file is clean too.
#[test]
fn spelling_is_american() {
    let british: Vec<String> = [
        ("initial", "ise"),
        ("initial", "isa"),
        ("initial", "isi"),
        ("penal", "ise"),
        ("penal", "isi"),
        ("serial", "ise"),
        ("serial", "isa"),
        ("organ", "isa"),
        ("recogn", "ise"),
        ("optim", "isa"),
        ("optim", "ise"),
        ("behav", "iour"),
        ("col", "our"),
        ("neighb", "our"),
        ("fav", "our"),
        ("decentral", "ise"),
    ]
    .map(|(stem, ending)| format!("{stem}{ending}"))
    .into();
    let files = files(&[".rs", ".toml", ".md", ".json", ".sh"]);
    // These two name what was renamed.
    let checked = files
        .iter()
        .filter(|file| file.path != "CHANGELOG.md" && !file.path.starts_with("docs/done/"));
    let found = checked.flat_map(File::lines).filter_map(|(place, line)| {
        let line = line.to_lowercase();
        let word = british.iter().find(|word| line.contains(word.as_str()))?;
        Some(format!("{place}: {word}"))
    });
    is_empty("British spelling", &found.collect::<Vec<_>>());
}

#[test]
fn every_decision_has_a_date_and_a_status() {
    let mut decisions = 0;
    let mut wrong = Vec::new();
    for file in files(&[".md"]) {
        let name = file.path.strip_prefix("docs/decisions/");
        let Some(name) = name.filter(|name| *name != "README.md") else {
            continue;
        };
        decisions += 1;
        let number = name.split('-').next().unwrap();
        let title = file.text.lines().next().unwrap();
        let has = |key: &str| file.text.lines().any(|line| line.starts_with(key));
        let is_well_formed = title.starts_with(&format!("# {number}: "))
            && has("- Date: 20")
            && has("- Status: ")
            && has("## ");
        if !is_well_formed {
            wrong.push(file.path);
        }
    }
    assert!(decisions > 0, "no decisions");
    is_empty("without title, date or status", &wrong);
}

/// A term of the glossary has a meaning and says where it lives; `–` where it is designed and not built.
#[test]
fn every_term_of_the_glossary_is_one_line_with_its_file() {
    let text = fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let rows: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with('|') && !line.starts_with("|---"))
        .collect();
    assert!(rows.len() > 50, "only {} lines", rows.len());
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(cells.len() >= 3, "not three columns: {row}");
        assert!(cells.iter().all(|cell| !cell.is_empty()), "empty: {row}");
    }
}

/// Returns the targets of the links of a text in Markdown, without code blocks.
fn links(text: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code {
            continue;
        }
        let starts = line.match_indices("](").map(|(start, _)| start + 2);
        found.extend(starts.filter_map(|start| line[start..].split(')').next()));
    }
    found
}

/// Returns a heading as the part of an address that leads to it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_link_between_documents_leads_somewhere() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for file in files(&[".md"]) {
        let folder = root().join(&file.path).parent().unwrap().to_owned();
        for link in links(&file.text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            checked += 1;
            let (target, heading) = link.split_once('#').unwrap_or((link, ""));
            let path = match target {
                "" => root().join(&file.path),
                _ => folder.join(target),
            };
            let leads = path.exists() && (heading.is_empty() || has_heading(&path, heading));
            if !leads {
                broken.push(format!("{}: {link}", file.path));
            }
        }
    }
    assert!(checked > 0, "no links");
    is_empty("links that lead nowhere", &broken);
}

fn has_heading(document: &Path, wanted: &str) -> bool {
    let text = fs::read_to_string(document).unwrap();
    let mut headings = text.lines().filter(|line| line.starts_with('#'));
    headings.any(|line| anchor(line.trim_start_matches('#').trim()) == wanted)
}

/// Returns the names of the tests in a text.
fn test_names(text: &str) -> Vec<&str> {
    let after_attributes = text.split("#[test]\n").skip(1);
    let names = after_attributes.filter_map(|rest| rest.trim_start().strip_prefix("fn "));
    names.filter_map(|rest| rest.split('(').next()).collect()
}

/// Every attack that a test carries out is a row of the table, and every row links the file of its test.
#[test]
fn the_table_of_attacks_links_every_attack_and_its_test() {
    let mut missing = Vec::new();
    let table = fs::read_to_string(root().join("docs/security/attacks.md")).unwrap();
    let mut rows: Vec<String> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| [`"))
        .filter_map(|line| line.split(" |").next())
        .map(str::to_owned)
        .collect();
    let attacks = files(&[".rs"])
        .into_iter()
        .filter(|file| file.path.starts_with("tests/attacks/tests/"));
    for file in attacks {
        for name in test_names(&file.text) {
            let row = format!("{name}`](../../{})", file.path);
            let before = rows.len();
            rows.retain(|other| *other != row);
            if rows.len() + 1 != before {
                missing.push(format!("{} rows: {row}", before - rows.len()));
            }
        }
    }
    missing.extend(rows.into_iter().map(|row| format!("no test: {row}")));
    is_empty("attacks without one row of their own", &missing);
}

/// Returns the names in backquotes that look like those of tests.
fn named_tests(cell: &str) -> impl Iterator<Item = &str> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.filter(|name| {
        let is_name = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        name.matches('_').count() >= 2 && name.chars().all(|l| l == '_' || is_name(l))
    })
}

/// What is said to be built names tests that exist; so do the findings, and each of those links one.
#[test]
fn the_tables_of_what_is_built_name_tests_that_exist() {
    let mut wrong = Vec::new();
    let sources = files(&[".rs"]);
    let known: std::collections::BTreeSet<&str> = sources
        .iter()
        .flat_map(|file| file.text.lines())
        .filter_map(|line| line.trim_start().strip_prefix("fn "))
        .filter_map(|rest| rest.split('(').next())
        .collect();
    let mut checked = 0;
    for file in files(&[".md"]) {
        // The table of issue 6 tells of the first game, which is gone.
        let is_done = file.path.starts_with("docs/done/") && file.path != "docs/done/6.md";
        let is_findings = file.path == "docs/security/findings.md";
        let rows = file.text.lines().filter(|line| line.starts_with("| "));
        for row in rows.filter(|_| is_done || is_findings) {
            let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
            let last = cells.last().copied().unwrap_or_default();
            for name in named_tests(last) {
                checked += 1;
                if !known.contains(name) {
                    wrong.push(format!("{}: {name}", file.path));
                }
            }
            let is_finding = is_findings && !row.starts_with("| Id ");
            if is_finding && named_tests(last).next().is_none() {
                wrong.push(format!("no test: {}", &row[..12]));
            }
        }
    }
    assert!(checked > 0, "no tests are named");
    is_empty("tests that do not exist, or are not linked", &wrong);
}

/// What holders read is short.
#[test]
fn economics_fits_120_lines() {
    let text = fs::read_to_string(root().join("docs/economics.md")).unwrap();
    let lines = text.lines().count();
    assert!(lines <= 120, "{lines} lines");
}
