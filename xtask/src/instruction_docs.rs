//! The documentation of instructions in an IDL, completed from their sources.
//!
//! Anchor copies one sentence from `lib.rs`. The rules and the arguments of an instruction are documented where they are
//! checked: above the instruction's verb, in the file that has its name. This module adds the text to the instruction's docs
//! and moves the entries of its `# Arguments` section to the arguments.

use std::fs;
use std::path::{Path, PathBuf};

use anchor_lang_idl::types::{Idl, IdlInstruction};
use anyhow::{bail, Context, Result};

/// Completes the docs of every instruction from the sources in `instructions`.
///
/// # Errors
/// When an instruction has no file or its file no such function, or when entries and arguments do not match.
pub fn complete(idl: &mut Idl, instructions: &Path) -> Result<()> {
    for instruction in &mut idl.instructions {
        let name = instruction.name.clone();
        let path = find_file(instructions, &format!("{name}.rs"))?
            .with_context(|| format!("no file {name}.rs in {}", instructions.display()))?;
        let source = fs::read_to_string(&path)?;
        add_docs(instruction, &source).with_context(|| format!("docs of {}", path.display()))?;
    }
    Ok(())
}

fn find_file(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder).with_context(|| format!("{}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            if let Some(found) = find_file(&path, name)? {
                return Ok(Some(found));
            }
        } else if path.file_name().is_some_and(|file| file == name) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn add_docs(instruction: &mut IdlInstruction, source: &str) -> Result<()> {
    let docs = docs_of(source, &instruction.name)
        .with_context(|| format!("no function `{}`", instruction.name))?;
    let sections = Sections::parse(&docs)?;
    for (name, _) in &sections.arguments {
        if !instruction.args.iter().any(|arg| arg.name == *name) {
            bail!("`{name}` is documented under `# Arguments`, but is no argument");
        }
    }
    for argument in &mut instruction.args {
        let mut entries = sections
            .arguments
            .iter()
            .filter(|(name, _)| *name == argument.name);
        match (entries.next(), entries.next()) {
            (Some((_, text)), None) => argument.docs = vec![sentence(text)],
            (Some(_), Some(_)) => bail!("argument `{}` is documented twice", argument.name),
            (None, _) => bail!(
                "argument `{}` has no entry under `# Arguments`",
                argument.name
            ),
        }
    }
    if !sections.text.is_empty() {
        instruction.docs.push(String::new());
        instruction.docs.extend(sections.text);
    }
    Ok(())
}

/// Returns the text with a capital first letter.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Returns the doc comment above the public function `name`, line by line. Returns `None` if there is no such function.
fn docs_of(source: &str, name: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let signature = format!("pub fn {name}(");
    let function = lines.iter().position(|line| line.starts_with(&signature))?;
    let mut docs: Vec<String> = lines[..function]
        .iter()
        .rev()
        .skip_while(|line| line.starts_with("#["))
        .map_while(|line| line.strip_prefix("///"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned())
        .collect();
    docs.reverse();
    Some(docs)
}

/// A doc comment, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sections {
    /// Everything but the section `# Arguments`.
    text: Vec<String>,
    /// Name and text of each entry of `# Arguments`, which look like ``- `name` - text``.
    arguments: Vec<(String, String)>,
}

impl Sections {
    /// # Errors
    /// When a line under `# Arguments` is no entry.
    fn parse(docs: &[String]) -> Result<Self> {
        let mut sections = Self::default();
        let mut in_arguments = false;
        for line in docs {
            if line.starts_with("# ") {
                in_arguments = line == "# Arguments";
                if in_arguments {
                    continue;
                }
            }
            if !in_arguments {
                sections.text.push(line.clone());
            } else if let Some(continued) = line.strip_prefix("  ") {
                let Some((_, text)) = sections.arguments.last_mut() else {
                    bail!("no entry under `# Arguments`: {line}");
                };
                text.push(' ');
                text.push_str(continued.trim());
            } else if !line.is_empty() {
                let entry = line.strip_prefix("- `").and_then(|l| l.split_once("` - "));
                let Some((name, text)) = entry else {
                    bail!("no entry under `# Arguments`: {line}");
                };
                sections.arguments.push((name.to_owned(), text.to_owned()));
            }
        }
        while sections.text.last().is_some_and(String::is_empty) {
            sections.text.pop();
        }
        Ok(sections)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use anchor_lang_idl::types::{IdlField, IdlType};

    const SOURCE: &str = "
impl Move {
    /// Only the owner may.
    ///
    /// # Specification
    /// - The signer shall be the owner (`NotOwner`).
    ///
    /// # Arguments
    /// - `amount` - tokens to move,
    ///   base units.
    /// - `nonce` - number chosen by the owner.
    #[inline]
    pub fn move_tokens(
        amount: u64,
";

    fn instruction(arguments: &[&str]) -> IdlInstruction {
        let argument = |name: &&str| IdlField {
            name: (*name).into(),
            docs: Vec::new(),
            ty: IdlType::U64,
        };
        IdlInstruction {
            name: "move_tokens".into(),
            docs: vec!["Moves tokens.".into()],
            discriminator: Vec::new(),
            accounts: Vec::new(),
            args: arguments.iter().map(argument).collect(),
            returns: None,
        }
    }

    #[test]
    fn rules_go_to_the_instruction_and_entries_to_the_arguments() {
        let mut instruction = instruction(&["amount", "nonce"]);
        add_docs(&mut instruction, SOURCE).unwrap();
        let docs = [
            "Moves tokens.",
            "",
            "Only the owner may.",
            "",
            "# Specification",
            "- The signer shall be the owner (`NotOwner`).",
        ];
        assert_eq!(instruction.docs, docs);
        assert_eq!(instruction.args[0].docs, ["Tokens to move, base units."]);
        assert_eq!(instruction.args[1].docs, ["Number chosen by the owner."]);
    }

    #[test]
    fn an_argument_without_an_entry_is_an_error() {
        let mut instruction = instruction(&["amount", "nonce", "memo"]);
        let error = add_docs(&mut instruction, SOURCE).unwrap_err().to_string();
        assert_eq!(error, "argument `memo` has no entry under `# Arguments`");
    }

    #[test]
    fn an_entry_without_an_argument_is_an_error() {
        let mut instruction = instruction(&["amount"]);
        let error = add_docs(&mut instruction, SOURCE).unwrap_err().to_string();
        assert_eq!(
            error,
            "`nonce` is documented under `# Arguments`, but is no argument"
        );
    }

    #[test]
    fn prose_under_arguments_is_an_error() {
        let docs = ["# Arguments".to_owned(), "the amount".to_owned()];
        assert!(Sections::parse(&docs).is_err());
    }

    #[test]
    fn a_function_without_docs_adds_nothing() {
        let mut instruction = instruction(&[]);
        add_docs(&mut instruction, "pub fn move_tokens() {}").unwrap();
        assert_eq!(instruction.docs, ["Moves tokens."]);
    }
}
