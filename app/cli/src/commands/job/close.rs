use super::{find, payment, settle::settle};
use crate::{
    amount::Tokens, key::parse_address, time::format_time, Failure, Outcome, Result, Session,
};
use assay_client::{instruction::market::close_job, Address, JobView, Keypair, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Does first what anyone may do: ends overdue claims, judges tasks whose results are in, pays and penalises workers.
Anyone may close a job; the money left and the rent go to its requester.
Fetch the results first: a closed job no longer names them.

Example:
  assay job close JOB"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
}

/// A job that is no more.
#[derive(Serialize)]
struct Closed {
    job: String,
    accepted: u32,
    refunded_tasks: u32,
    /// Returned to the requester.
    refunded: Tokens,
    /// Paid to the protocol.
    fees: Tokens,
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            job,
            accepted,
            refunded_tasks,
            refunded,
            fees,
        } = self;
        write!(f, "job {job} is closed: {accepted} tasks accepted, {refunded_tasks} refunded; {fees} of fees paid, {refunded} returned")
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    find(session, &args.job)?;
    let wallet = session.wallet()?;
    let sent = settle(session, &wallet, &args.job)?;
    if sent > 0 {
        session
            .printer
            .note(format!("settled what was left in {sent} transactions"));
    }
    let job = find(session, &args.job)?;
    let (_, token) = payment(session, &job)?;
    let Some(refunded) = close_if_finished(session, &wallet, &job)? else {
        return Err(unfinished(&job));
    };
    Outcome::ok(&Closed {
        job: args.job.to_string(),
        accepted: job.header.accepted_tasks.get(),
        refunded_tasks: job.header.refunded_tasks.get(),
        refunded,
        fees: token.tokens(job.header.fees_due.get()),
    })
}

fn unfinished(job: &JobView) -> Failure {
    let (open, until) = (
        job.header.open_tasks.get(),
        format_time(job.header.claim_until.get()),
    );
    Failure::unfinished(format!(
        "{open} tasks still run; they can be claimed until {until} and then have to deliver: close later, or cancel what nobody has claimed"
    ))
}

/// Closes a job in which nothing is left to do; answers what its requester got back.
pub fn close_if_finished(
    session: &Session,
    wallet: &Keypair,
    job: &JobView,
) -> Result<Option<Tokens>> {
    if !job.header.is_finished() {
        return Ok(None);
    }
    let (handle, token) = payment(session, job)?;
    let held = session.client.token_balance(&handle.escrow)?;
    let refund = token.wallet(&handle.requester);
    let instructions = [
        token.create_wallet(&wallet.pubkey(), &handle.requester),
        close_job(&handle, refund),
    ];
    session.send(&instructions, &[wallet], 0)?;
    let left = held.saturating_sub(job.header.fees_due.get());
    Ok(Some(token.tokens(left)))
}
