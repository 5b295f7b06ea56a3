use super::{content::Contents, find, folder::Folder, progress::Progress};
use crate::{
    endpoint::parse_blob_store_url, key::parse_address, Exit, Failure, Outcome, Result, Session,
};
use assay_client::Address;
use assay_content::{blobs_url, fetch_result, ContentError, ResultError};
use serde::Serialize;
use std::{fmt, fs, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Writes task-00000.out, task-00001.out, … into the directory. Every file was checked against the digest that a quorum of
workers agreed on. Workers upload a result once it is accepted, and only then collect their pay.

What is there is written even when other results cannot be had; the command then ends with exit code 7, as when some tasks
have no accepted result (yet). Files of another job are never replaced or mixed with: fetch each job into a directory of its
own.

Example:
  assay job fetch JOB --out results/"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// Directory for the results; made when missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Blob store to ask before the job's own; may be repeated.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Vec<String>,
}

/// What was fetched.
#[derive(Serialize)]
struct Fetched {
    job: String,
    directory: PathBuf,
    tasks: u32,
    results: Vec<Fetch>,
    missing: Vec<Missing>,
}

#[derive(Serialize)]
struct Fetch {
    task: u32,
    file: PathBuf,
    digest: String,
    exit_code: u32,
    bytes: usize,
}

/// A result that was accepted but cannot be had.
#[derive(Serialize)]
struct Missing {
    task: u32,
    reason: String,
    /// Whether that is because no store answers, and not because of what it answers.
    unreachable: bool,
}

impl fmt::Display for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for result in &self.results {
            let Fetch {
                file,
                bytes,
                exit_code,
                ..
            } = result;
            write!(f, "{}  {bytes} bytes", file.display())?;
            match exit_code {
                0 => writeln!(f)?,
                code => writeln!(f, ", exit code {code}")?,
            }
        }
        for Missing { task, reason, .. } in &self.missing {
            writeln!(f, "task {task}  missing: {reason}")?;
        }
        let (fetched, dir) = (self.results.len(), self.directory.display());
        write!(f, "{fetched} of {} results, checked, in {dir}", self.tasks)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let job = find(session, &args.job)?;
    let progress = Progress::of(&job);
    fs::create_dir_all(&args.out).map_err(|e| Failure::file("the directory", &args.out, &e))?;
    let folder = Folder::open(&args.out, |task| job.accepted(task).is_some())?;
    let contents = Contents::open(args.store.clone())?;
    let mut fetched = Fetched {
        job: args.job.to_string(),
        directory: args.out.clone(),
        tasks: progress.tasks,
        results: Vec::new(),
        missing: Vec::new(),
    };
    for task in 0..progress.tasks {
        let Some(digest) = job.accepted(task) else {
            continue;
        };
        let most = job.header.output_bytes.get();
        match fetch_result(&contents.store, &blobs_url(&job.store()), digest, most) {
            Ok(result) => fetched.results.push(Fetch {
                task,
                file: folder.keep(task, &result.output)?,
                digest: hex::encode(digest),
                exit_code: result.exit_code,
                bytes: result.output.len(),
            }),
            Err(error) => fetched.missing.push(Missing {
                task,
                reason: error.to_string(),
                unreachable: is_unreachable(&error),
            }),
        }
    }
    match shortfall(&fetched, &progress) {
        None => Outcome::ok(&fetched),
        Some(failure) => {
            session.printer.show(&fetched)?;
            Err(failure)
        }
    }
}

fn is_unreachable(error: &ResultError) -> bool {
    matches!(
        error,
        ResultError::Fetch {
            reason: ContentError::Unreachable { .. },
            ..
        }
    )
}

/// Why not every result is there.
fn shortfall(fetched: &Fetched, progress: &Progress) -> Option<Failure> {
    let Fetched {
        results, missing, ..
    } = fetched;
    if let Some(first) = missing.first() {
        let exit = match results.is_empty() && missing.iter().all(|m| m.unreachable) {
            true => Exit::Unreachable,
            false => Exit::Unfinished,
        };
        let (count, Missing { task, reason, .. }) = (missing.len(), first);
        return Some(Failure::new(
            exit,
            format!("{count} accepted results cannot be had (task {task}: {reason}); try again, or name another store with --store"),
        ));
    }
    let (open, refunded) = (progress.open, progress.refunded);
    (progress.accepted < progress.tasks).then(|| {
        Failure::unfinished(format!(
            "{open} tasks have no verdict yet and {refunded} were refunded; they have no result"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(fetched: usize, missing: &[bool], accepted: u32) -> Option<Exit> {
        let result = |task| Fetch {
            task,
            file: PathBuf::new(),
            digest: String::new(),
            exit_code: 0,
            bytes: 0,
        };
        let gone = |unreachable: &bool| Missing {
            task: 0,
            reason: String::new(),
            unreachable: *unreachable,
        };
        let report = Fetched {
            job: String::new(),
            directory: PathBuf::new(),
            tasks: 3,
            results: (0..3).take(fetched).map(result).collect(),
            missing: missing.iter().map(gone).collect(),
        };
        let progress = Progress {
            tasks: 3,
            accepted,
            ..Progress::default()
        };
        shortfall(&report, &progress).map(|failure| failure.exit)
    }

    #[test]
    fn the_exit_code_tells_what_is_missing() {
        assert_eq!(exit(3, &[], 3), None);
        assert_eq!(exit(2, &[], 2), Some(Exit::Unfinished));
        assert_eq!(exit(2, &[true], 3), Some(Exit::Unfinished));
        assert_eq!(exit(0, &[true, false], 3), Some(Exit::Unfinished));
        assert_eq!(exit(0, &[true, true], 3), Some(Exit::Unreachable));
    }
}
