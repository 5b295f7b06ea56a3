//! `assay job fetch`: downloads the accepted results of a job.

use super::{
    find,
    progress::Progress,
    results_dir::ResultsDir,
    task_state::{result_digest, TaskState},
    upload::TempStore,
};
use crate::{
    amount::U64String,
    endpoint::{parse_blob_store_url, StrangerUrls},
    keypair::parse_address,
    CliError, ExitCode, Report, Result, Session,
};
use assay_client::Address;
use assay_content::{blobs_url, fetch_result, ContentError, ResultError};
use assay_node::ExitStatus;
use serde::Serialize;
use std::{fmt, fs, path::PathBuf};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Writes task-00000.out, task-00001.out, … into the directory. Each result's record is checked against the digest on chain,
and the output against its hash in the record. Workers upload a result when it becomes public.

A result is final once its hold is over. Until then it stands: anybody who computed another one may still contradict it.
UNPROVEN means that the job asked for a check and nobody took it, or that a disagreement was never decided: the result was
paid, and nothing but its worker's word speaks for it.

Results that can be fetched are written even if others cannot. The exit code is 7 if a result cannot be fetched, or not every
task is final. Files of another job are never replaced, nor joined by this job's: fetch each job into its own directory.

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
    #[command(flatten)]
    strangers: StrangerUrls,
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
    /// Standing, rechecking, final or unproven.
    state: TaskState,
    file: PathBuf,
    digest: String,
    exit_code: u32,
    /// Fuel that the run used, as its record says.
    fuel_used: U64String,
    bytes: usize,
}

/// A public result that was not fetched.
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
                state,
                ..
            } = result;
            write!(f, "{}  {bytes} bytes", file.display())?;
            if *exit_code != 0 {
                write!(f, ", {}", ExitStatus::describe(*exit_code))?;
            }
            match state {
                TaskState::Final => writeln!(f)?,
                TaskState::Unproven => writeln!(f, ", UNPROVEN: nobody checked it")?,
                state => writeln!(f, ", {state}: it may still be contradicted")?,
            }
        }
        for MissingResult { task, reason, .. } in &self.missing {
            writeln!(f, "task {task}  missing: {reason}")?;
        }
        let (fetched, dir) = (self.results.len(), self.directory.display());
        write!(
            f,
            "{fetched} of {} results, checked against the chain, in {dir}",
            self.tasks
        )
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let now = session.client.now()?;
    let progress = Progress::of(&job, &[], now);
    fs::create_dir_all(&args.out).map_err(|e| CliError::file("the directory", &args.out, &e))?;
    let results = ResultsDir::open(&args.out, |task| result_digest(&job, task, now).is_some())?;
    let content = TempStore::open(args.store.clone(), args.strangers.rule(&session.client)?)?;
    let mut fetched = FetchReport {
        job: args.job.to_string(),
        directory: args.out.clone(),
        tasks: progress.tasks,
        results: Vec::new(),
        missing: Vec::new(),
    };
    for task in 0..progress.tasks {
        let Some(digest) = result_digest(&job, task, now) else {
            continue;
        };
        let max_bytes = job.header.output_bytes.get();
        match fetch_result(&content.store, &blobs_url(&job.store()), digest, max_bytes) {
            Ok(result) => fetched.results.push(FetchedResult {
                task,
                state: TaskState::of(&job, task, now),
                file: results.save(task, &result.output)?,
                digest: hex::encode(digest),
                exit_code: result.exit_code,
                fuel_used: U64String(result.fuel_used),
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

/// Returns an error if not every task has a fetched result that is final.
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
            format!("{count} results cannot be fetched (task {task}: {reason}); try again, or pass another blob store with --store"),
        ));
    }
    (progress.accepted < progress.tasks).then(|| CliError::unfinished(not_final(progress)))
}

/// Says which tasks have no final result, and what that means.
fn not_final(progress: &Progress) -> String {
    let Progress {
        open,
        standing,
        unproven,
        refunded,
        cancelled,
        ..
    } = progress;
    let reasons = [
        (
            *unproven,
            "are UNPROVEN: their results were paid, and nobody checked them",
        ),
        (*standing, "stand: their results may still be contradicted"),
        (open.saturating_sub(*standing), "have no result yet"),
        (
            refunded.saturating_add(*cancelled),
            "were refunded or cancelled and have no result",
        ),
    ];
    let shown: Vec<_> = reasons
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, reason)| format!("{count} {reason}"))
        .collect();
    format!(
        "not every task is final; of {} tasks {}",
        progress.tasks,
        shown.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit_code(fetched: usize, missing: &[bool], accepted: u32) -> Option<ExitCode> {
        let result = |task| FetchedResult {
            task,
            state: TaskState::Final,
            file: PathBuf::new(),
            digest: String::new(),
            exit_code: 0,
            fuel_used: U64String(0),
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

    #[test]
    fn what_is_not_final_is_said() {
        let progress = Progress {
            tasks: 6,
            accepted: 1,
            unproven: 1,
            refunded: 1,
            open: 3,
            standing: 2,
            ..Progress::default()
        };
        let text = not_final(&progress);
        for part in [
            "1 are UNPROVEN",
            "2 stand",
            "1 have no result yet",
            "1 were refunded",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    /// Returns the text about one fetched result.
    fn shown(state: TaskState, exit_code: u32) -> String {
        let report = FetchReport {
            job: String::new(),
            directory: PathBuf::new(),
            tasks: 1,
            results: vec![FetchedResult {
                task: 0,
                state,
                file: PathBuf::from("task-00000.out"),
                digest: String::new(),
                exit_code,
                fuel_used: U64String(1),
                bytes: 3,
            }],
            missing: Vec::new(),
        };
        report.to_string()
    }

    #[test]
    fn an_unproven_result_is_shown_loudly() {
        let text = shown(TaskState::Unproven, 0);
        assert!(
            text.starts_with("task-00000.out  3 bytes, UNPROVEN"),
            "{text}"
        );
    }

    #[test]
    fn exit_codes_that_no_program_returns_are_explained() {
        let text = shown(TaskState::Final, 65_542);
        let expected = "exit code 65542 (the job names no input for the task)\n";
        assert!(text.contains(expected), "{text}");
        assert!(shown(TaskState::Final, 3).contains("exit code 3\n"));
        assert!(!shown(TaskState::Final, 0).contains("exit code"));
    }
}
