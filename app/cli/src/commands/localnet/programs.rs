//! The bytecode that a local network deploys: embedded in this binary, or from a directory.

use crate::{CliError, Result};
use assay_client::Address;
use assay_migrations::{Program, PROGRAMS};
use std::{borrow::Cow, fs, path::Path};

/// A program's address and its ELF file.
pub type DeployableProgram = (Address, Cow<'static, [u8]>);

// `EMBEDDED`: the file names in `target/deploy` and their bytes, written by the build script. Empty if the programs were not
// built when this binary was.
include!(concat!(env!("OUT_DIR"), "/embedded_programs.rs"));

/// Returns all four programs: from `directory`, or the embedded ones.
///
/// # Errors
/// `NotFound` if a program is missing.
pub fn programs(directory: Option<&Path>) -> Result<Vec<DeployableProgram>> {
    let elf = |program: &Program| match directory {
        Some(directory) => read(program, directory).map(Cow::Owned),
        None => embedded(program).map(Cow::Borrowed),
    };
    PROGRAMS
        .iter()
        .map(|program| Ok((program.id, elf(program)?)))
        .collect()
}

fn read(program: &Program, directory: &Path) -> Result<Vec<u8>> {
    let path = directory.join(program.file);
    fs::read(&path).map_err(|error| {
        CliError::not_found(format!(
            "cannot read the {} program {}: {error}; run `cargo xtask build`, or pass another --programs DIR",
            program.name,
            path.display()
        ))
    })
}

fn embedded(program: &Program) -> Result<&'static [u8]> {
    let found = EMBEDDED.iter().find(|(file, _)| *file == program.file);
    found.map(|(_, elf)| *elf).ok_or_else(|| {
        CliError::not_found(
            "this `assay` was built before the programs were, so that none is embedded; run `cargo xtask build` and build `assay` again, or pass --programs DIR",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    #[test]
    fn either_every_program_is_embedded_or_none() {
        let embedded = programs(None);
        if EMBEDDED.is_empty() {
            let error = embedded.err().unwrap();
            assert_eq!(error.exit_code, ExitCode::NotFound);
        } else {
            let embedded = embedded.unwrap();
            assert!(embedded.iter().all(|(_, elf)| elf.starts_with(b"\x7fELF")));
        }
    }

    #[test]
    fn a_directory_comes_before_what_is_embedded() {
        let dir = tempfile::tempdir().unwrap();
        let error = programs(Some(dir.path())).err().unwrap();
        assert!(error.message.contains(PROGRAMS[0].file), "{error}");
        for program in PROGRAMS {
            fs::write(dir.path().join(program.file), program.name).unwrap();
        }
        let read = programs(Some(dir.path())).unwrap();
        for (program, (id, elf)) in PROGRAMS.iter().zip(read) {
            assert_eq!((id, &*elf), (program.id, program.name.as_bytes()));
        }
    }
}
