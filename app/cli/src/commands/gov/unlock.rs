//! `assay gov unlock`: starts the cooldown of a lock.

use super::{close_votes::close_ended_votes, list_locks::LockReport, lock_of};
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{instruction::governance::begin_unlock, Signer as _};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov unlock 0")]
pub struct Args {
    /// Number of the lock, as `assay gov locks` shows it.
    lock: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, lock) = lock_of(session, &owner, args.lock)?;
    if lock.is_unlocking() {
        let at = format_time(lock.unlocks_at.get());
        return Err(CliError::usage(format!(
            "the lock is unlocking already; withdraw it from {at}"
        )));
    }
    if lock.is_bound(session.client.now()?) {
        let until = match lock.unrevealed.get() {
            0 => lock.bound_until.get(),
            _ => lock.unrevealed_until.get(),
        };
        let until = format_time(until);
        return Err(CliError::unfinished(format!(
            "a vote binds the lock until {until}; unlock it then, or reveal its secret votes"
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
