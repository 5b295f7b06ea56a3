//! The directory that results are fetched into: one file for each task, all of one job.

use crate::{CliError, Result};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A directory in which every result is one of this job.
pub struct ResultsDir<'a>(&'a Path);

impl<'a> ResultsDir<'a> {
    /// Checks the directory for results of other jobs: side by side, results of two jobs would be taken for one. Writes
    /// nothing. `has_result` returns true for the tasks of this job that have a result.
    ///
    /// # Errors
    /// `Usage` if there is the result of a task that has none in this job.
    pub fn open(dir: &'a Path, has_result: impl Fn(u32) -> bool) -> Result<Self> {
        let failed = |error: io::Error| CliError::file("the directory", dir, &error);
        for entry in fs::read_dir(dir).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if name
                .to_str()
                .and_then(task_of)
                .is_some_and(|task| !has_result(task))
            {
                let file = dir.join(name);
                return Err(CliError::usage(format!(
                    "{} is not a result of this job; choose another directory with --out, or remove the file",
                    file.display()
                )));
            }
        }
        Ok(Self(dir))
    }

    /// Writes a result, unless it is there already. Returns its file.
    ///
    /// # Errors
    /// `Failed` if the file exists with other content.
    pub fn save(&self, task: u32, output: &[u8]) -> Result<PathBuf> {
        let file = self.0.join(file_name(task));
        let failed = |error: io::Error| CliError::file("the file", &file, &error);
        match fs::read(&file) {
            Ok(found) if found == output => Ok(file),
            Ok(_) => Err(CliError::failed(format!(
                "{} contains something other than this job's result; choose another directory with --out, or remove the file",
                file.display()
            ))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::write(&file, output).map_err(failed)?;
                Ok(file)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

fn file_name(task: u32) -> String {
    format!("task-{task:05}.out")
}

/// Returns the task whose result has this file name.
fn task_of(name: &str) -> Option<u32> {
    let task = name.strip_prefix("task-")?.strip_suffix(".out")?;
    task.parse().ok().filter(|task| file_name(*task) == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    #[test]
    fn a_result_is_written_once_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let results = ResultsDir::open(dir.path(), |task| task == 7).unwrap();
            let file = results.save(7, b"out").unwrap();
            assert_eq!(fs::read(file).unwrap(), b"out");
        }
        assert!(dir.path().join("task-00007.out").exists());
    }

    #[test]
    fn files_of_another_job_are_neither_joined_nor_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("notes"), "").unwrap();
        fs::write(dir.path().join("task-00002.out"), "old").unwrap();
        let error = ResultsDir::open(dir.path(), |task| task < 2).err().unwrap();
        assert_eq!(error.exit_code, ExitCode::Usage);
        let results = ResultsDir::open(dir.path(), |task| task < 3).unwrap();
        assert!(results.save(2, b"new").is_err());
        assert_eq!(fs::read(dir.path().join("task-00002.out")).unwrap(), b"old");
    }
}
