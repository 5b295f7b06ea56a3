//! `assay job list`: lists the open jobs.

use super::progress::Progress;
use crate::{keypair::AddressArg, Report, Result, Session};
use assay_client::JobView;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  assay job list\n  assay job list --requester ada.json")]
pub struct Args {
    /// List only the jobs of this requester: address or keypair file.
    #[arg(long, value_name = "ADDRESS")]
    requester: Option<AddressArg>,
}

/// The open jobs, oldest first.
#[derive(Serialize)]
struct JobList {
    jobs: Vec<JobRow>,
}

#[derive(Serialize)]
struct JobRow {
    job: String,
    requester: String,
    posted_at: i64,
    #[serde(flatten)]
    progress: Progress,
}

impl fmt::Display for JobList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.jobs.is_empty() {
            return f.write_str("no open jobs");
        }
        self.jobs
            .iter()
            .try_for_each(|row| writeln!(f, "{}  {}", row.job, row.progress))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    session.market()?;
    let mut jobs = match args.requester {
        Some(AddressArg(requester)) => session.client.fetch_jobs_of(&requester)?,
        None => session.client.fetch_jobs()?,
    };
    let now = session.client.now()?;
    jobs.sort_by_key(|job| (job.header.posted_at.get(), job.address));
    let row = |job: &JobView| JobRow {
        job: job.address.to_string(),
        requester: job.header.requester.to_string(),
        posted_at: job.header.posted_at.get(),
        progress: Progress::of(job, &[], now),
    };
    Report::new(&JobList {
        jobs: jobs.iter().map(row).collect(),
    })
}
