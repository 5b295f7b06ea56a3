//! `assay gov renew`: shows that the owner of a lock is awake.

use super::{list_locks::LockReport, lock_of};
use crate::{Report, Result, Session};
use assay_client::{instruction::governance::renew_lock, Signer as _};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "A vote is such a sign, too. Without one for the lock's duration, and for 180 days at least, anyone may start its cooldown.

Example:
  assay gov renew 0"
)]
pub struct Args {
    /// Number of the lock, as `assay gov locks` shows it.
    lock: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, _) = lock_of(session, &owner, args.lock)?;
    let signature = session.send(&[renew_lock(owner, args.lock)], &[&wallet], 0)?;
    let report = || -> Result<Report> {
        let lock = session.client.fetch(&address)?;
        Report::new(&LockReport::of(&lock))
    };
    session.report_or_signature(signature, report())
}
