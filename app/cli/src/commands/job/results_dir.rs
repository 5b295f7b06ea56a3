//! The directory that results are fetched into: one file per task, all of one job.

use crate::{Exit, Failure, Result};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub struct Folder<'a>(&'a Path);

impl<'a> Folder<'a> {
    /// `has` says which tasks have a result. Nothing is written yet.
    ///
    /// Errors: `Usage` when a file of another task lies there: results of two jobs side by side would be taken for one.
    pub fn open(dir: &'a Path, has: impl Fn(u32) -> bool) -> Result<Self> {
        let failed = |error: io::Error| Failure::file("the directory", dir, &error);
        for entry in fs::read_dir(dir).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if name
                .to_str()
                .and_then(task_of)
                .is_some_and(|task| !has(task))
            {
                let file = dir.join(name);
                return Err(Failure::usage(format!(
                    "{} is no result of this job; choose another directory with --out, or remove the file",
                    file.display()
                )));
            }
        }
        Ok(Self(dir))
    }

    /// Writes a result, unless it is there already; answers its file.
    ///
    /// Errors: the file holds something else.
    pub fn keep(&self, task: u32, output: &[u8]) -> Result<PathBuf> {
        let file = self.0.join(name_of(task));
        let failed = |error: io::Error| Failure::file("the file", &file, &error);
        match fs::read(&file) {
            Ok(found) if found == output => Ok(file),
            Ok(_) => Err(Failure::new(
                Exit::Failed,
                format!(
                    "{} holds something else than this job's result; choose another directory with --out, or remove the file",
                    file.display()
                ),
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::write(&file, output).map_err(failed)?;
                Ok(file)
            }
            Err(error) => Err(failed(error)),
        }
    }
}

fn name_of(task: u32) -> String {
    format!("task-{task:05}.out")
}

fn task_of(name: &str) -> Option<u32> {
    let task = name.strip_prefix("task-")?.strip_suffix(".out")?;
    task.parse().ok().filter(|task| name_of(*task) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_is_written_once_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let folder = Folder::open(dir.path(), |task| task == 7).unwrap();
            let file = folder.keep(7, b"out").unwrap();
            assert_eq!(fs::read(file).unwrap(), b"out");
        }
        assert!(dir.path().join("task-00007.out").exists());
    }

    #[test]
    fn files_of_another_job_are_neither_joined_nor_replaced() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("notes"), "").unwrap();
        fs::write(dir.path().join("task-00002.out"), "old").unwrap();
        let refused = Folder::open(dir.path(), |task| task < 2).err().unwrap();
        assert_eq!(refused.exit, Exit::Usage);
        let folder = Folder::open(dir.path(), |task| task < 3).unwrap();
        assert!(folder.keep(2, b"new").is_err());
        assert_eq!(fs::read(dir.path().join("task-00002.out")).unwrap(), b"old");
    }
}
