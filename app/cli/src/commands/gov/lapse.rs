//! `assay gov lapse`: starts the cooldown of a lock whose owner has given no sign for long.

use super::{list_locks::LockReport, lock_of};
use crate::{keypair::AddressArg, output::format_time, CliError, Report, Result, Session};
use assay_client::instruction::governance::lapse_lock;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The tokens stay the owner's, who withdraws them after the cooldown or renews the lock. Its weight no longer counts in quorums.

Example:
  assay gov lapse 8vGJ…Qb1 0"
)]
pub struct Args {
    /// Owner of the lock: address or keypair file.
    owner: AddressArg,
    /// Number of the lock.
    lock: u64,
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let (address, lock) = lock_of(session, &args.owner.0, args.lock)?;
    let (now, due) = (session.client.now()?, lock.lapses_at());
    if now < due {
        return Err(CliError::unfinished(format!(
            "the owner gave a sign; the lock can lapse from {}",
            format_time(due)
        )));
    }
    let signature = session.send(&[lapse_lock(address)], &[&wallet], 0)?;
    let report = || -> Result<Report> {
        let lock = session.client.fetch(&address)?;
        Report::new(&LockReport::of(&lock))
    };
    session.report_or_signature(signature, report())
}
