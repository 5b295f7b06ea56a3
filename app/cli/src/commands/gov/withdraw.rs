use super::{locks_of, params, votes::close_ended};
use crate::{
    amount::{Exact, Tokens},
    time::format_time,
    token::Token,
    Failure, Outcome, Result, Session,
};
use assay_client::{instruction::governance::withdraw_lock, Signer as _};
use serde::Serialize;
use std::fmt;

/// What was paid out.
#[derive(Serialize)]
struct Withdrawn {
    locks: Vec<Exact>,
    amount: Tokens,
}

impl fmt::Display for Withdrawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} locks are in the wallet",
            self.amount,
            self.locks.len()
        )
    }
}

pub fn run(session: &Session) -> Result<Outcome> {
    params(session)?;
    let assay = Token::assay();
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
            None => Failure::not_found("nothing is unlocking; begin with `assay gov unlock`"),
            Some(at) => Failure::unfinished(format!(
                "no cooldown is over yet; the first is at {}",
                format_time(at)
            )),
        });
    }
    let destination = assay.ata(&owner);
    let mut amount = 0u64;
    let mut paid = Vec::new();
    for lock in ready {
        let nonce = lock.nonce.get();
        let pay = [
            assay.create_ata(&owner, &owner),
            withdraw_lock(owner, nonce, destination),
        ];
        let rent = session.ata_rent(&assay, &owner)?;
        session.send(&pay, &[&wallet], rent)?;
        amount = amount.saturating_add(lock.amount.get());
        paid.push(Exact(nonce));
    }
    // `gov unlock` does it too, but the network may have stopped answering then.
    session.afterwards(close_ended(session, &wallet));
    Outcome::ok(&Withdrawn {
        locks: paid,
        amount: assay.tokens(amount),
    })
}
