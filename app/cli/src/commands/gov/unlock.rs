//! `assay gov unlock`: starts the cooldown of a lock.

use super::{close_votes::close_ended_votes, list_locks::LockReport, params};
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{instruction::governance::begin_unlock, pda, Signer as _};
use assay_governance::state::Lock;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov unlock 0")]
pub struct Args {
    /// Number of the lock, as `assay gov locks` shows it.
    lock: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    params(session)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let address = pda::governance::lock(&owner, args.lock);
    let found: Option<Lock> = session.client.try_fetch(&address)?;
    let lock = found.ok_or_else(|| {
        CliError::not_found(format!(
            "{owner} has no lock {}; see `assay gov locks`",
            args.lock
        ))
    })?;
    if lock.is_unlocking() {
        let at = format_time(lock.unlocks_at.get());
        return Err(CliError::usage(format!(
            "the lock is unlocking already; withdraw it from {at}"
        )));
    }
    let until = lock.voting_until.get();
    if session.client.now()? < until {
        let until = format_time(until);
        return Err(CliError::unfinished(format!(
            "the lock voted in a proposal that ends at {until}; unlock it then"
        )));
    }
    let signature = session.send(&[begin_unlock(owner, args.lock)], &[&wallet], 0)?;
    session.best_effort(close_ended_votes(session, &wallet));
    let report = || -> Result<Report> {
        let lock = session.client.fetch(&address)?;
        Report::new(&LockReport::of(&lock))
    };
    session.report_or_signature(signature, report())
}
