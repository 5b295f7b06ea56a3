use super::find;
use crate::{
    amount::{Amount, Tokens},
    token::Token,
    Exit, Failure, Outcome, Result, Session,
};
use assay_client::{
    instruction::market::{add_collateral, remove_collateral},
    pda::{market, staking},
    Signer as _,
};
use assay_market::state::Worker;
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Put active stake behind claims: the more is free, the more seats the worker is drawn for.
    ///
    /// Example: assay provider collateral add 2000
    Add {
        /// ASSAY.
        amount: Amount,
    },
    /// Return collateral that backs no claim to the active stake.
    ///
    /// Example: assay provider collateral remove 500
    Remove {
        /// ASSAY.
        amount: Amount,
    },
}

/// A worker's collateral after the change.
#[derive(Serialize)]
struct Collateral {
    worker: String,
    /// Added or removed.
    moved: Tokens,
    /// Can back new claims; none when it could not be read.
    free: Option<Tokens>,
    /// Backs claimed seats; none when it could not be read.
    locked: Option<Tokens>,
    signature: String,
}

impl fmt::Display for Collateral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.free, &self.locked) {
            (Some(free), Some(locked)) => {
                write!(f, "collateral: {free} free, {locked} behind claims")
            }
            _ => write!(f, "moved {}", self.moved),
        }
    }
}

pub fn run(command: &Command, session: &Session) -> Result<Outcome> {
    let assay = Token::assay();
    let (Command::Add { amount } | Command::Remove { amount }) = command;
    let amount = amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let worker = market::worker(&staking::provider(&owner));
    let before: Worker = session.client.fetch(&worker)?;
    let (held, what, instruction) = match command {
        Command::Add { .. } => (
            provider.unallocated(),
            "of stake that is not collateral already",
            add_collateral(owner, amount),
        ),
        Command::Remove { .. } => (
            before.free.get(),
            "of free collateral",
            remove_collateral(owner, amount),
        ),
    };
    if held < amount {
        let (held, amount) = (assay.tokens(held), assay.tokens(amount));
        return Err(Failure::new(
            Exit::Insufficient,
            format!("{owner} has {held} {what} but this needs {amount}"),
        ));
    }
    let signature = session.send(&[instruction], &[&wallet], 0)?;
    let after = session.client.fetch::<Worker>(&worker);
    let after = session.afterwards(after);
    let shown = |field: fn(&Worker) -> u64| after.as_ref().map(|a| assay.tokens(field(a)));
    Outcome::ok(&Collateral {
        worker: worker.to_string(),
        moved: assay.tokens(amount),
        free: shown(|worker| worker.free.get()),
        locked: shown(|worker| worker.locked.get()),
        signature: signature.to_string(),
    })
}
