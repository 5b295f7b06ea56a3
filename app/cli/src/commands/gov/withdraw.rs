//! `assay gov withdraw`: withdraws locks whose cooldown is over.

use super::{close_votes::close_ended_votes, locks_of, params};
use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{instruction::governance::withdraw_lock, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Serialize)]
struct WithdrawReport {
    locks: Vec<U64String>,
    amount: TokenAmount,
}

impl fmt::Display for WithdrawReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} locks are in the wallet",
            self.amount,
            self.locks.len()
        )
    }
}

pub fn run(session: &Session) -> Result<Report> {
    params(session)?;
    let assay = MintInfo::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let now = session.client.now()?;
    let locks = locks_of(session, &owner)?;
    let ready: Vec<_> = locks
        .iter()
        .filter(|lock| lock.check_withdrawable(now).is_ok())
        .collect();
    if ready.is_empty() {
        let cooling = locks.iter().filter(|lock| lock.is_unlocking());
        return Err(match cooling.map(|lock| lock.unlocks_at.get()).min() {
            None => CliError::not_found("no lock is unlocking; start with `assay gov unlock`"),
            Some(at) => CliError::unfinished(format!(
                "no cooldown is over yet; the first is at {}",
                format_time(at)
            )),
        });
    }
    let mut amount = 0u64;
    let mut withdrawn = Vec::new();
    for lock in ready {
        let nonce = lock.nonce.get();
        let instructions = [
            assay.create_ata(&owner, &owner),
            withdraw_lock(owner, nonce, &assay.mint),
        ];
        let rent = session.ata_rent(&assay, &owner)?;
        session.send(&instructions, &[&wallet], rent)?;
        amount = amount.saturating_add(lock.amount.get());
        withdrawn.push(U64String(nonce));
    }
    // `gov unlock` closes them, too, but the network may not have responded then.
    session.best_effort(close_ended_votes(session, &wallet));
    Report::new(&WithdrawReport {
        locks: withdrawn,
        amount: assay.amount(amount),
    })
}
