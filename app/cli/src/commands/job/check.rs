//! `assay job check`: asks for a check of a result that stands.

use super::{find, task_state::TaskState};
use crate::{
    amount::TokenAmount, keypair::parse_address, output::format_time, CliError, Report, Result,
    Session,
};
use assay_client::{instruction::market::open_check, pda::market, Address, JobView, Signer as _};
use assay_market::state::{RoundAccount, Source};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "If the job was posted with a chance of a check (such as --checks 15%) and the draw asked for none, its escrow still holds the
price of one. While the result stands its requester may spend it: a worker that is drawn runs the task, has the output as well,
and a different result goes to a round. The hold of the result stops meanwhile. Useful against a worker whose digest is public
and whose output cannot be fetched.

Example:
  assay job check JOB 3"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
    /// Number of the task, from 0 on.
    task: u32,
}

#[derive(Serialize)]
struct CheckReport {
    job: String,
    task: u32,
    /// The account of the check.
    check: String,
    /// What the check is paid from the escrow.
    price: TokenAmount,
    signature: String,
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            task, check, price, ..
        } = self;
        write!(
            f,
            "a worker is drawn to check task {task} for {price}; the check is {check}"
        )
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let wallet = session.wallet()?;
    if job.header.requester != wallet.pubkey() {
        let requester = job.header.requester;
        return Err(CliError::usage(format!(
            "only the requester {requester} can ask for a check of this job; pass its --keypair"
        )));
    }
    ensure_checkable(&job, args.task, session.client.now()?)?;
    let mint = session.mint_info(&job.header.mint)?;
    let bytes = RoundAccount::space_for(1);
    let rent = session.client.minimum_balance(bytes)?;
    let instruction = open_check(wallet.pubkey(), args.job, args.task);
    let signature = session.send(&[instruction], &[&wallet], rent)?;
    Report::new(&CheckReport {
        job: args.job.to_string(),
        task: args.task,
        check: market::round(&args.job, args.task, Source::Check).to_string(),
        price: mint.amount(job.header.price.get()),
        signature: signature.to_string(),
    })
}

/// Checks that the requester may have the task checked at `now` (Unix time).
///
/// # Errors
/// `Usage`, with the rule that forbids it.
fn ensure_checkable(job: &JobView, task: u32, now: i64) -> Result<()> {
    let tasks = job.header.task_count.get();
    if task >= tasks {
        let last = tasks.saturating_sub(1);
        return Err(CliError::usage(format!("the job's tasks are 0 to {last}")));
    }
    let state = TaskState::of(job, task, now);
    if state != TaskState::Standing {
        return Err(CliError::usage(format!(
            "task {task} is {state}; a check can be asked for only while its result stands"
        )));
    }
    if job.header.check_bps.get() == 0 {
        return Err(CliError::usage(
            "the job was posted without a chance of a check, so that its escrow holds no money for one; post with a part of a check, such as --checks 15% or 1.15",
        ));
    }
    if job.has_check(task) {
        return Err(CliError::usage(format!(
            "task {task} has had its check already"
        )));
    }
    if job.rounds(task) > 0 {
        let first = job.task(task).first();
        let until = first.map_or(0, |first| job.header.unix_time(first.until.get()));
        return Err(CliError::usage(format!(
            "a round has decided about task {task} already; its result is final at {}",
            format_time(until)
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{super::task_state::fixtures::*, *};
    use assay_market::game::{task::flag, Phase, Seat, SeatState};

    fn error(change: impl FnOnce(&mut Seat), check_bps: u16, task: u32) -> String {
        let mut seat = first(Phase::Standing, SeatState::Accepted, HOLD);
        change(&mut seat);
        let mut job = job(vec![seat]);
        job.header.check_bps = check_bps.into();
        match ensure_checkable(&job, task, POSTED_AT) {
            Ok(()) => String::new(),
            Err(error) => error.message,
        }
    }

    #[test]
    fn a_standing_result_with_an_unspent_check_can_be_checked() {
        assert_eq!(error(|_| {}, 1_500, 0), "");
    }

    #[test]
    fn each_rule_is_named() {
        assert!(error(|_| {}, 1_500, 1).contains("0 to 0"));
        assert!(error(|_| {}, 0, 0).contains("--checks"));
        assert!(error(|s| s.flags |= flag::CHECK_SPENT, 1_500, 0).contains("already"));
        assert!(error(|s| s.rounds = 1, 1_500, 0).contains("round"));
        assert!(error(|s| s.phase = Phase::Final as u8, 1_500, 0).contains("is final"));
    }
}
