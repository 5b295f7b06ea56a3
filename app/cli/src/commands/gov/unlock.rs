use super::{locks::Locked, params, votes::close_ended};
use crate::{time::format_time, Failure, Outcome, Result, Session};
use assay_client::{instruction::governance::begin_unlock, pda::governance as at, Signer as _};
use assay_governance::state::Lock;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov unlock 0")]
pub struct Args {
    /// Number of the lock, as `assay gov locks` shows it.
    lock: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    params(session)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let address = at::lock(&owner, args.lock);
    let found: Option<Lock> = session.client.try_fetch(&address)?;
    let lock = found.ok_or_else(|| {
        Failure::not_found(format!(
            "{owner} has no lock {}; see `assay gov locks`",
            args.lock
        ))
    })?;
    if lock.is_unlocking() {
        let at = format_time(lock.unlocks_at.get());
        return Err(Failure::usage(format!(
            "the lock is unlocking already and can be withdrawn from {at}"
        )));
    }
    let until = lock.voting_until.get();
    if session.client.now()? < until {
        let until = format_time(until);
        return Err(Failure::unfinished(format!(
            "the lock voted in a proposal that ends at {until}; unlock it then"
        )));
    }
    let signature = session.send(&[begin_unlock(owner, args.lock)], &[&wallet], 0)?;
    session.afterwards(close_ended(session, &wallet));
    let unlocking = || -> Result<Outcome> {
        let lock = session.client.fetch(&address)?;
        Outcome::ok(&Locked::of(&lock))
    };
    session.report(signature, unlocking())
}
