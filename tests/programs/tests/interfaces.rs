//! What the interfaces in `idls/` say: every part of them is documented, and every rule that they list is tested.
//!
//! A rule is a line of an instruction's `# Specification`. It ends in the error that enforces it, in code style and
//! parentheses: the name of a variant, or `StakingError::Variant` where another program raises it. The rule counts as tested
//! if the instruction's test file names that error.

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

const PROGRAMS: [&str; 4] = ["staking", "market", "rewards", "governance"];

/// Rules that hold for the same account in several instructions are tested in this file of each program.
const SHARED_RULES: &str = "account_substitution.rs";

fn folder(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn idl(program: &str) -> Value {
    let path = folder("../../idls").join(format!("assay_{program}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn name(value: &Value) -> &str {
    value["name"].as_str().unwrap()
}

fn docs(value: &Value) -> Vec<&str> {
    let lines = list(value, "docs").iter();
    lines.map(|line| line.as_str().unwrap()).collect()
}

fn is_documented(value: &Value) -> bool {
    docs(value).iter().any(|line| !line.trim().is_empty())
}

/// Counts `parts` and collects the names of those without documentation.
#[derive(Default)]
struct Survey {
    counted: usize,
    undocumented: Vec<String>,
}

impl Survey {
    fn add(&mut self, owner: &str, parts: &[Value]) {
        self.counted += parts.len();
        let missing = parts.iter().filter(|part| !is_documented(part));
        self.undocumented
            .extend(missing.map(|part| format!("{owner}.{}", name(part))));
    }

    #[track_caller]
    fn is_complete(&self) {
        let Self {
            counted,
            undocumented,
        } = self;
        assert!(*counted > 0, "nothing was counted");
        let missing = undocumented.len();
        assert_eq!(missing, 0, "of {counted}, undocumented: {undocumented:?}");
    }
}

#[test]
fn every_account_of_every_instruction_is_documented() {
    let mut survey = Survey::default();
    for program in PROGRAMS {
        for instruction in list(&idl(program), "instructions") {
            survey.add(name(instruction), list(instruction, "accounts"));
        }
    }
    survey.is_complete();
}

#[test]
fn every_argument_of_every_instruction_is_documented() {
    let mut survey = Survey::default();
    for program in PROGRAMS {
        for instruction in list(&idl(program), "instructions") {
            survey.add(name(instruction), list(instruction, "args"));
        }
    }
    survey.is_complete();
}

#[test]
fn every_event_and_every_field_of_it_is_documented() {
    let (mut events, mut fields) = (Survey::default(), Survey::default());
    for program in PROGRAMS {
        let idl = idl(program);
        for event in list(&idl, "events") {
            let mut types = list(&idl, "types").iter();
            let ty = types.find(|ty| name(ty) == name(event)).unwrap();
            events.add(program, std::slice::from_ref(ty));
            fields.add(name(ty), list(&ty["type"], "fields"));
        }
    }
    events.is_complete();
    fields.is_complete();
}

/// Accounts' states and arguments that are structs, and the structs in them.
#[test]
fn every_struct_and_every_field_of_it_is_documented() {
    let (mut types, mut fields) = (Survey::default(), Survey::default());
    for program in PROGRAMS {
        let idl = idl(program);
        let structs = list(&idl, "types")
            .iter()
            .filter(|ty| ty["type"]["kind"] == "struct");
        for ty in structs {
            types.add(program, std::slice::from_ref(ty));
            fields.add(name(ty), list(&ty["type"], "fields"));
        }
    }
    types.is_complete();
    fields.is_complete();
}

/// The error at the end of a rule: the program that raises it, and the variant.
fn error_of<'a>(program: &'a str, rule: &'a str) -> (&'a str, &'a str) {
    let error = rule
        .strip_suffix("`).")
        .and_then(|rule| rule.rsplit_once(" (`"))
        .unwrap_or_else(|| panic!("{program}: a rule without an error: {rule}"))
        .1;
    let Some((raised_by, variant)) = error.split_once("::") else {
        return (program, error);
    };
    let raised_by = PROGRAMS.into_iter().find(|p| error_type(p) == raised_by);
    (raised_by.expect("a program of ours"), variant)
}

fn error_type(program: &str) -> String {
    let (first, rest) = program.split_at(1);
    format!("{}{rest}Error", first.to_uppercase())
}

/// Program, instruction and rule of every line of every specification.
fn rules() -> Vec<(&'static str, String, String)> {
    let mut rules = Vec::new();
    for program in PROGRAMS {
        for instruction in list(&idl(program), "instructions") {
            let lines = docs(instruction).into_iter();
            let listed = lines
                .skip_while(|line| *line != "# Specification")
                .filter_map(|line| line.strip_prefix("- "));
            let instruction = name(instruction);
            rules.extend(listed.map(|rule| (program, instruction.into(), rule.into())));
        }
    }
    rules
}

/// Instructions that anyone may call at any time, with any accounts of the right kind.
const WITHOUT_RULES: [&str; 2] = ["version", "open_claim_record"];

#[test]
fn every_instruction_lists_its_rules() {
    let listed: BTreeSet<_> = rules().into_iter().map(|(p, i, _)| (p, i)).collect();
    for program in PROGRAMS {
        for instruction in list(&idl(program), "instructions") {
            let key = (program, name(instruction).to_owned());
            let has_rules = !WITHOUT_RULES.contains(&name(instruction));
            assert_eq!(
                listed.contains(&key),
                has_rules,
                "# Specification of {key:?}"
            );
        }
    }
}

#[test]
fn every_rule_names_an_error_of_its_program() {
    let errors: BTreeMap<_, BTreeSet<String>> = PROGRAMS
        .map(|program| {
            let idl = idl(program);
            let names = list(&idl, "errors")
                .iter()
                .map(|error| name(error).to_owned());
            (program, names.collect())
        })
        .into();
    for (program, instruction, rule) in rules() {
        let (raised_by, variant) = error_of(program, &rule);
        assert!(
            errors[raised_by].contains(variant),
            "{program}::{instruction}: {raised_by} has no error {variant}"
        );
    }
}

/// Returns the folders with the tests of a program.
fn suites_of(program: &str) -> Vec<PathBuf> {
    let names: &[&str] = match program {
        "market" => &[
            "market_jobs",
            "market_tasks",
            "market_rounds",
            "market_attested",
        ],
        "rewards" => &["rewards", "modules", "receipts"],
        other => &[other],
    };
    let names = names.iter();
    names.map(|name| folder("tests").join(name)).collect()
}

/// Reads the test file of an instruction, or all files of the folder with its name.
fn tests_of(program: &str, instruction: &str) -> String {
    let mut files = Vec::new();
    for suite in suites_of(program) {
        files.push(suite.join(format!("{instruction}.rs")));
        files.push(suite.join(SHARED_RULES));
        if let Ok(parts) = fs::read_dir(suite.join(instruction)) {
            files.extend(parts.map(|part| part.unwrap().path()));
        }
    }
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts.collect()
}

#[test]
fn every_rule_is_tested_by_the_name_of_its_error() {
    let mut untested = Vec::new();
    for (program, instruction, rule) in rules() {
        let (raised_by, variant) = error_of(program, &rule);
        let error = format!("{}::{variant}", error_type(raised_by));
        if !names(&tests_of(program, &instruction), &error) {
            untested.push(format!("{program}::{instruction}: {error}"));
        }
    }
    assert_eq!(untested, Vec::<String>::new());
}

/// Returns whether the text names the error, and not only one whose name begins with it.
fn names(text: &str, error: &str) -> bool {
    text.match_indices(error).any(|(start, _)| {
        let next = text[start + error.len()..].chars().next();
        !next.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

/// Marks before and after the text in the bytecode, which explorers and wallets search for.
const SECURITY_MARKS: [&str; 2] = [
    "=======BEGIN SECURITY.TXT V1=======\0",
    "=======END SECURITY.TXT V1=======\0",
];

/// Returns the fields and values between the two marks, each of which ends with a zero byte.
fn security_text(bytecode: &[u8]) -> Vec<(String, String)> {
    let places = |mark: &str| -> Vec<usize> {
        let windows = bytecode.windows(mark.len()).enumerate();
        let found = windows.filter(|(_, window)| *window == mark.as_bytes());
        found.map(|(place, _)| place).collect()
    };
    let [begin, end] = SECURITY_MARKS.map(places);
    let ([begin], [end]) = (begin.as_slice(), end.as_slice()) else {
        panic!("not one text, but marks at {begin:?} and {end:?}");
    };
    let text = &bytecode[begin + SECURITY_MARKS[0].len()..*end];
    let text = std::str::from_utf8(text).unwrap();
    let parts: Vec<&str> = text.split_terminator('\0').collect();
    let (pairs, rest) = parts.as_chunks::<2>();
    assert!(rest.is_empty(), "{rest:?} has no value");
    let owned = |[field, value]: &[&str; 2]| ((*field).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn the_bytecode_of_each_program_says_whom_to_tell_about_a_vulnerability() {
    for program in PROGRAMS {
        let path = folder("../../target/deploy").join(format!("assay_{program}.so"));
        let bytecode = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let text = security_text(&bytecode);
        let value = |field: &str| {
            let mut values = text.iter().filter(|(name, _)| name == field);
            match (values.next(), values.next()) {
                (Some((_, value)), None) => value.as_str(),
                _ => panic!("{program}: {field} does not stand there once: {text:?}"),
            }
        };
        assert_eq!(value("name"), format!("Assay {program}"));
        for field in ["project_url", "contacts", "policy", "source_code"] {
            assert!(!value(field).is_empty(), "{program}: {field} is empty");
        }
        let policy = value("policy").split_whitespace().next().unwrap();
        let policy = folder("../..").join(policy);
        assert!(policy.is_file(), "{} is missing", policy.display());
    }
}
