use super::{find, progress::Progress};
use crate::{
    amount::{Exact, Tokens},
    key::parse_address,
    time::format_time,
    token::Token,
    Outcome, Result, Session,
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

/// One job in full.
#[derive(Serialize)]
struct Shown {
    job: String,
    requester: String,
    module: String,
    store: String,
    mint: String,
    price: Tokens,
    fee: Tokens,
    /// What is left of the money put into escrow.
    funds: Tokens,
    bond: Tokens,
    replicas: u8,
    quorum: u8,
    spares: u8,
    fuel: Exact,
    memory_bytes: Exact,
    output_bytes: Exact,
    posted_at: i64,
    claim_until: i64,
    /// Seconds.
    run_window: u64,
    progress: Progress,
    tasks: Vec<Task>,
}

#[derive(Serialize)]
struct Task {
    task: u32,
    /// The accepted result's digest.
    accepted: Option<String>,
    replicas: Vec<Replica>,
}

#[derive(Serialize)]
struct Replica {
    state: String,
    worker: Option<String>,
}

impl fmt::Display for Shown {
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

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let job = find(session, &args.job)?;
    let token = session.token(&job.header.mint)?;
    let header = &job.header;
    Outcome::ok(&Shown {
        job: job.address.to_string(),
        requester: header.requester.to_string(),
        module: hex::encode(header.module),
        store: job.store(),
        mint: header.mint.to_string(),
        price: token.tokens(header.price.get()),
        fee: token.tokens(header.fee.get()),
        funds: token.tokens(header.funds.get()),
        bond: Token::assay().tokens(header.bond.get()),
        replicas: header.replicas,
        quorum: header.quorum,
        spares: header.spares,
        fuel: Exact(header.fuel.get()),
        memory_bytes: Exact(header.memory_bytes.get()),
        output_bytes: Exact(header.output_bytes.get()),
        posted_at: header.posted_at.get(),
        claim_until: header.claim_until.get(),
        run_window: header.run_window.get(),
        progress: Progress::of(&job),
        tasks: (0..header.task_count.get())
            .map(|task| describe(&job, task))
            .collect(),
    })
}

fn describe(job: &JobView, task: u32) -> Task {
    let replicas = job
        .states(task)
        .zip(job.task(task))
        .map(|(state, seat)| Replica {
            state: format!("{state:?}").to_lowercase(),
            worker: (seat.worker != Address::default()).then(|| seat.worker.to_string()),
        });
    Task {
        task,
        accepted: job.accepted(task).map(hex::encode),
        replicas: replicas.collect(),
    }
}
