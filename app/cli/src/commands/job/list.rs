use super::progress::Progress;
use crate::{key::AddressArg, Outcome, Result, Session};
use assay_client::JobView;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  assay job list\n  assay job list --requester ada.json")]
pub struct Args {
    /// Only the jobs of this requester: address or keypair file.
    #[arg(long, value_name = "ADDRESS")]
    requester: Option<AddressArg>,
}

/// Every open job, oldest first.
#[derive(Serialize)]
struct Jobs {
    jobs: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    job: String,
    requester: String,
    posted_at: i64,
    #[serde(flatten)]
    progress: Progress,
}

impl fmt::Display for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.jobs.is_empty() {
            return f.write_str("no open jobs");
        }
        self.jobs
            .iter()
            .try_for_each(|line| writeln!(f, "{}  {}", line.job, line.progress))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    session.market()?;
    let mut jobs = match args.requester {
        Some(AddressArg(requester)) => session.client.fetch_jobs_of(&requester)?,
        None => session.client.fetch_jobs()?,
    };
    jobs.sort_by_key(|job| (job.header.posted_at.get(), job.address));
    let line = |job: &JobView| Line {
        job: job.address.to_string(),
        requester: job.header.requester.to_string(),
        posted_at: job.header.posted_at.get(),
        progress: Progress::of(job),
    };
    Outcome::ok(&Jobs {
        jobs: jobs.iter().map(line).collect(),
    })
}
