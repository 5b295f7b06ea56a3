//! `assay job show`: shows one job in full.

use super::{
    checks::Checks,
    close::Owed,
    find,
    progress::Progress,
    proof::{count, set_of_job},
    requirements::Requirements,
    settle::rounds,
    task_report::TaskReport,
    terms::runtime_text,
};
use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    keypair::parse_address,
    output::format_time,
    Report, Result, Session,
};
use assay_client::{format::format_duration, Address};
use assay_market::state::POLICY_ATTESTED;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "States of a task: free, claimed, contributed (a result is committed to, not shown), checking (a drawn check runs), standing
(the result is public and can be contradicted until its hold ends), rechecking (your own check runs), split (results differ), disputed
(a round decides), and its ends: final (verified), unproven (paid, not verified), refunded, cancelled.

Example:
  assay job show JOB"
)]
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
    /// Runtime that the module must be run by, 16 hexadecimal digits.
    runtime: String,
    store: String,
    mint: String,
    /// Pay of a seat.
    price: TokenAmount,
    /// Fee of a verified task.
    fee: TokenAmount,
    /// Money of the requester that is left in the escrow.
    funds: TokenAmount,
    /// Fees of the tasks that are verified so far.
    fees_due: TokenAmount,
    /// Author of the module, who is paid the royalties; `None` if none are due.
    author: Option<String>,
    /// Royalty of a verified task.
    royalty: TokenAmount,
    /// Royalties of the tasks that are verified so far.
    royalties_due: TokenAmount,
    /// `checked`, by further workers, or `attested`, by signatures.
    policy: &'static str,
    /// Identity of the attester set whose keys sign results, and its address; `None` if workers check.
    attesters: Option<AttestersReport>,
    /// What workers must be like; `None` if anybody may work.
    requirements: Option<Requirements>,
    /// What frozen accounts kept from being paid when the job was closed; `None` before that.
    owed: Option<Owed>,
    /// Collateral that a seat binds.
    bond: TokenAmount,
    /// What a lie costs, the bond included.
    lie_penalty: TokenAmount,
    /// What a missed deadline costs.
    missed_penalty: TokenAmount,
    /// Seats that check a result, on average, as `--checks` takes it.
    checks: String,
    /// The same, basis points.
    checks_bps: u32,
    fuel: U64String,
    memory_bytes: U64String,
    output_bytes: U64String,
    posted_at: i64,
    claim_until: i64,
    /// Seconds from a claim to its contribution.
    run_window: u32,
    /// Seconds in which a public result can be contradicted.
    hold: u32,
    progress: Progress,
    tasks: Vec<TaskReport>,
}

#[derive(Serialize)]
struct AttestersReport {
    /// Address of the set; `None` if it was closed.
    set: Option<String>,
    /// SHA-256 of the set's address and its keys.
    identity: String,
    /// Signatures that a result needs.
    signatures: u8,
}

impl fmt::Display for AttestersReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signatures = count(self.signatures, "signature");
        match &self.set {
            Some(set) => write!(f, "{signatures} of the set {set}"),
            None => write!(
                f,
                "{signatures} of a set that was closed, {}",
                self.identity
            ),
        }
    }
}

impl fmt::Display for JobReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "job        {}", self.job)?;
        writeln!(f, "requester  {}", self.requester)?;
        writeln!(f, "module     {}, runtime {}", self.module, self.runtime)?;
        writeln!(f, "store      {}", self.store)?;
        writeln!(
            f,
            "price      {} per seat, fee {} per task, {} left",
            self.price, self.fee, self.funds
        )?;
        if let Some(author) = &self.author {
            writeln!(f, "royalty    {} per task, for {author}", self.royalty)?;
        }
        match &self.attesters {
            Some(attesters) => writeln!(f, "attested   {attesters}")?,
            None => {
                writeln!(
                    f,
                    "bond       {} per seat; a lie costs {}, a missed deadline {}",
                    self.bond, self.lie_penalty, self.missed_penalty
                )?;
                writeln!(f, "checks     {} per task", self.checks)?;
            }
        }
        if let Some(requirements) = &self.requirements {
            writeln!(f, "workers    {requirements}")?;
        }
        writeln!(
            f,
            "limits     {} fuel, {} bytes of memory, {} bytes of output",
            self.fuel, self.memory_bytes, self.output_bytes
        )?;
        writeln!(
            f,
            "times      posted {}, claimable until {}, {} to run, {} to contradict",
            format_time(self.posted_at),
            format_time(self.claim_until),
            format_duration(self.run_window.into()),
            format_duration(self.hold.into())
        )?;
        match &self.owed {
            Some(owed) => writeln!(f, "closed     {owed}")?,
            None => writeln!(f, "progress   {}", self.progress)?,
        }
        self.tasks.iter().try_for_each(|task| writeln!(f, "{task}"))
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let rounds = rounds(session, &job)?;
    let now = session.client.now()?;
    let mint = session.mint_info(&job.header.mint)?;
    let assay = MintInfo::assay();
    let header = &job.header;
    let checks = Checks::of_job(header);
    let penalty = header.bond.get().saturating_add(header.lie.get());
    let is_attested = header.policy == POLICY_ATTESTED;
    let attesters = if is_attested {
        Some(AttestersReport {
            set: set_of_job(session, &job)?.map(|set| set.to_string()),
            identity: hex::encode(header.attesters),
            signatures: header.attestations,
        })
    } else {
        None
    };
    Report::new(&JobReport {
        job: job.address.to_string(),
        requester: header.requester.to_string(),
        module: hex::encode(header.module),
        runtime: runtime_text(&header.runtime_id),
        store: job.store(),
        mint: header.mint.to_string(),
        price: mint.amount(header.price.get()),
        fee: mint.amount(header.fee.get()),
        funds: mint.amount(header.funds.get()),
        fees_due: mint.amount(header.fees_due.get()),
        author: (header.author != Address::default()).then(|| header.author.to_string()),
        royalty: mint.amount(header.royalty.get()),
        royalties_due: mint.amount(header.royalties_due.get()),
        policy: if is_attested { "attested" } else { "checked" },
        attesters,
        requirements: Requirements::of_job(header),
        owed: Owed::of(session, &job, &mint)?,
        bond: assay.amount(header.bond.get()),
        lie_penalty: assay.amount(penalty),
        missed_penalty: assay.amount(header.missed.get()),
        checks: checks.to_string(),
        checks_bps: checks.bps(),
        fuel: U64String(header.fuel.get()),
        memory_bytes: U64String(header.memory_bytes.get()),
        output_bytes: U64String(header.output_bytes.get()),
        posted_at: header.posted_at.get(),
        claim_until: header.unix_time(header.claim_window.get()),
        run_window: header.run_window.get(),
        hold: header.hold.get(),
        progress: Progress::of(&job, &rounds, now),
        tasks: (0..header.task_count.get())
            .map(|task| TaskReport::of(&job, &rounds, task, now))
            .collect(),
    })
}
