//! `assay job fetch`: downloads the accepted results of a job.

use super::{find, progress::Progress, results_dir::ResultsDir, upload::TempStore};
use crate::{
    endpoint::parse_blob_store_url, keypair::parse_address, CliError, ExitCode, Report, Result,
    Session,
};
use assay_client::Address;
use assay_content::{blobs_url, fetch_result, ContentError, ResultError};
use serde::Serialize;
use std::{fmt, fs, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Writes task-00000.out, task-00001.out, … into the directory. Each file is checked against the digest that a quorum of
workers agreed on. Workers upload a result once it is accepted, and collect their pay after that.

Results that can be fetched are written even if others cannot. The exit code is 7 if a result cannot be fetched, or a task has
no accepted result (yet). Files of another job are never replaced, nor joined by this job's: fetch each job into its own
directory.

Example:
  assay job fetch JOB --out results/"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// Directory for the results; created if missing.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Blob store to try before the job's own; may be repeated.
    #[arg(long, value_parser = parse_blob_store_url, value_name = "URL")]
    store: Vec<String>,
}

#[derive(Serialize)]
struct FetchReport {
    job: String,
    directory: PathBuf,
    tasks: u32,
    results: Vec<FetchedResult>,
    missing: Vec<MissingResult>,
}

#[derive(Serialize)]
struct FetchedResult {
    task: u32,
    file: PathBuf,
    digest: String,
    exit_code: u32,
    bytes: usize,
}

/// An accepted result that was not fetched.
#[derive(Serialize)]
struct MissingResult {
    task: u32,
    reason: String,
    /// True if no blob store responded.
    unreachable: bool,
}

impl fmt::Display for FetchReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for result in &self.results {
            let FetchedResult {
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
        for MissingResult { task, reason, .. } in &self.missing {
            writeln!(f, "task {task}  missing: {reason}")?;
        }
        let (fetched, dir) = (self.results.len(), self.directory.display());
        write!(f, "{fetched} of {} results, checked, in {dir}", self.tasks)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let progress = Progress::of(&job);
    fs::create_dir_all(&args.out).map_err(|e| CliError::file("the directory", &args.out, &e))?;
    let results = ResultsDir::open(&args.out, |task| job.accepted(task).is_some())?;
    let content = TempStore::open(args.store.clone())?;
    let mut fetched = FetchReport {
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
        let max_bytes = job.header.output_bytes.get();
        match fetch_result(&content.store, &blobs_url(&job.store()), digest, max_bytes) {
            Ok(result) => fetched.results.push(FetchedResult {
                task,
                file: results.save(task, &result.output)?,
                digest: hex::encode(digest),
                exit_code: result.exit_code,
                bytes: result.output.len(),
            }),
            Err(error) => fetched.missing.push(MissingResult {
                task,
                reason: error.to_string(),
                unreachable: is_unreachable(&error),
            }),
        }
    }
    match shortfall(&fetched, &progress) {
        None => Report::new(&fetched),
        Some(error) => {
            session.printer.show(&fetched)?;
            Err(error)
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

/// Returns an error if not every task has a fetched result.
fn shortfall(fetched: &FetchReport, progress: &Progress) -> Option<CliError> {
    let FetchReport {
        results, missing, ..
    } = fetched;
    if let Some(first) = missing.first() {
        let all_unreachable = results.is_empty() && missing.iter().all(|m| m.unreachable);
        let exit_code = if all_unreachable {
            ExitCode::Unreachable
        } else {
            ExitCode::Unfinished
        };
        let (count, MissingResult { task, reason, .. }) = (missing.len(), first);
        return Some(CliError::new(
            exit_code,
            format!("{count} accepted results cannot be fetched (task {task}: {reason}); try again, or pass another blob store with --store"),
        ));
    }
    let (open, refunded) = (progress.open, progress.refunded);
    (progress.accepted < progress.tasks).then(|| {
        CliError::unfinished(format!(
            "{open} tasks have no verdict yet and {refunded} were refunded; they have no result"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit_code(fetched: usize, missing: &[bool], accepted: u32) -> Option<ExitCode> {
        let result = |task| FetchedResult {
            task,
            file: PathBuf::new(),
            digest: String::new(),
            exit_code: 0,
            bytes: 0,
        };
        let gone = |unreachable: &bool| MissingResult {
            task: 0,
            reason: String::new(),
            unreachable: *unreachable,
        };
        let report = FetchReport {
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
        shortfall(&report, &progress).map(|error| error.exit_code)
    }

    #[test]
    fn the_exit_code_depends_on_what_is_missing() {
        assert_eq!(exit_code(3, &[], 3), None);
        assert_eq!(exit_code(2, &[], 2), Some(ExitCode::Unfinished));
        assert_eq!(exit_code(2, &[true], 3), Some(ExitCode::Unfinished));
        assert_eq!(exit_code(0, &[true, false], 3), Some(ExitCode::Unfinished));
        assert_eq!(exit_code(0, &[true, true], 3), Some(ExitCode::Unreachable));
    }
}
