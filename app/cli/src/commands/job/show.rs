//! `assay job show`: shows one job in full.

use super::{find, progress::Progress};
use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    keypair::parse_address,
    output::format_time,
    Report, Result, Session,
};
use assay_client::{format::format_duration, Address, JobView};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The job's address, as `assay job post` prints it.
    #[arg(value_parser = parse_address)]
    job: Address,
}

#[derive(Serialize)]
struct JobReport {
    job: String,
    requester: String,
    module: String,
    store: String,
    mint: String,
    price: TokenAmount,
    fee: TokenAmount,
    /// Money of the requester that is left in the escrow.
    funds: TokenAmount,
    bond: TokenAmount,
    replicas: u8,
    quorum: u8,
    spares: u8,
    fuel: U64String,
    memory_bytes: U64String,
    output_bytes: U64String,
    posted_at: i64,
    claim_until: i64,
    /// Seconds from a claim to its commitment.
    run_window: u64,
    progress: Progress,
    tasks: Vec<TaskReport>,
}

#[derive(Serialize)]
struct TaskReport {
    task: u32,
    /// Digest of the accepted result.
    accepted: Option<String>,
    replicas: Vec<ReplicaReport>,
}

#[derive(Serialize)]
struct ReplicaReport {
    state: String,
    worker: Option<String>,
}

impl fmt::Display for JobReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "job        {}", self.job)?;
        writeln!(f, "requester  {}", self.requester)?;
        writeln!(f, "module     {}", self.module)?;
        writeln!(f, "store      {}", self.store)?;
        writeln!(
            f,
            "price      {} per replica, fee {} per task, {} left",
            self.price, self.fee, self.funds
        )?;
        writeln!(f, "bond       {} per replica", self.bond)?;
        writeln!(
            f,
            "committee  {} replicas, quorum {}, {} spares",
            self.replicas, self.quorum, self.spares
        )?;
        writeln!(
            f,
            "limits     {} fuel, {} bytes of memory, {} bytes of output",
            self.fuel, self.memory_bytes, self.output_bytes
        )?;
        writeln!(
            f,
            "times      posted {}, claimable until {}, {} to run",
            format_time(self.posted_at),
            format_time(self.claim_until),
            format_duration(self.run_window)
        )?;
        writeln!(f, "progress   {}", self.progress)?;
        for task in &self.tasks {
            let states: Vec<_> = task.replicas.iter().map(|r| r.state.as_str()).collect();
            writeln!(f, "  task {:<4} {}", task.task, states.join(" "))?;
        }
        Ok(())
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let mint = session.mint_info(&job.header.mint)?;
    let header = &job.header;
    Report::new(&JobReport {
        job: job.address.to_string(),
        requester: header.requester.to_string(),
        module: hex::encode(header.module),
        store: job.store(),
        mint: header.mint.to_string(),
        price: mint.amount(header.price.get()),
        fee: mint.amount(header.fee.get()),
        funds: mint.amount(header.funds.get()),
        bond: MintInfo::assay().amount(header.bond.get()),
        replicas: header.replicas,
        quorum: header.quorum,
        spares: header.spares,
        fuel: U64String(header.fuel.get()),
        memory_bytes: U64String(header.memory_bytes.get()),
        output_bytes: U64String(header.output_bytes.get()),
        posted_at: header.posted_at.get(),
        claim_until: header.claim_until.get(),
        run_window: header.run_window.get(),
        progress: Progress::of(&job),
        tasks: (0..header.task_count.get())
            .map(|task| task_report(&job, task))
            .collect(),
    })
}

fn task_report(job: &JobView, task: u32) -> TaskReport {
    let replicas = job
        .states(task)
        .zip(job.task(task))
        .map(|(state, seat)| ReplicaReport {
            state: format!("{state:?}").to_lowercase(),
            worker: (seat.worker != Address::default()).then(|| seat.worker.to_string()),
        });
    TaskReport {
        task,
        accepted: job.accepted(task).map(hex::encode),
        replicas: replicas.collect(),
    }
}
