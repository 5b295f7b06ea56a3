use super::{content::Contents, find, progress::Progress};
use crate::{key::parse_address, network::parse_http_url, Failure, Outcome, Result, Session};
use assay_client::{Address, JobView};
use assay_node::result::{fetch_result, hint};
use serde::Serialize;
use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Writes task-00000.out, task-00001.out, … into the directory. Every file was checked against the digest that a quorum of
workers agreed on. Ends with exit code 7 when some tasks have no accepted result (yet).

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
    #[arg(long, value_parser = parse_http_url, value_name = "URL")]
    store: Vec<String>,
}

/// What was fetched.
#[derive(Serialize)]
struct Fetched {
    job: String,
    directory: PathBuf,
    tasks: u32,
    results: Vec<Fetch>,
}

#[derive(Serialize)]
struct Fetch {
    task: u32,
    file: PathBuf,
    digest: String,
    exit_code: u32,
    bytes: usize,
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
        let (fetched, dir) = (self.results.len(), self.directory.display());
        write!(f, "{fetched} of {} results, checked, in {dir}", self.tasks)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let job = find(session, &args.job)?;
    let progress = Progress::of(&job);
    fs::create_dir_all(&args.out).map_err(|e| Failure::file("the directory", &args.out, &e))?;
    let contents = Contents::open(args.store.clone())?;
    let mut results = Vec::new();
    for task in 0..progress.tasks {
        if let Some(digest) = job.accepted(task) {
            results.push(fetch(&contents, &job, task, digest, &args.out)?);
        }
    }
    let fetched = Fetched {
        job: args.job.to_string(),
        directory: args.out.clone(),
        tasks: progress.tasks,
        results,
    };
    if progress.accepted == progress.tasks {
        return Outcome::ok(&fetched);
    }
    session.printer.show(&fetched);
    let (open, refunded) = (progress.open, progress.refunded);
    Err(Failure::unfinished(format!(
        "{open} tasks have no verdict yet and {refunded} were refunded; they have no result"
    )))
}

fn fetch(
    contents: &Contents,
    job: &JobView,
    task: u32,
    digest: [u8; 32],
    out: &Path,
) -> Result<Fetch> {
    let most = job.header.output_bytes.get();
    let result = fetch_result(&contents.store, &hint(&job.store()), digest, most)
        .map_err(|error| Failure::new(crate::Exit::Unreachable, format!("task {task}: {error}")))?;
    let file = out.join(format!("task-{task:05}.out"));
    fs::write(&file, &result.output).map_err(|e| Failure::file("the file", &file, &e))?;
    Ok(Fetch {
        task,
        file,
        digest: hex::encode(digest),
        exit_code: result.exit_code,
        bytes: result.output.len(),
    })
}
