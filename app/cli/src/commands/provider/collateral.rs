//! `assay provider collateral`: adds and removes collateral.

use super::find;
use crate::{
    amount::{Amount, MintInfo, TokenAmount},
    CliError, Report, Result, Session,
};
use assay_client::{
    instruction::market::{add_collateral, remove_collateral},
    pda::{market, staking},
    Signer as _,
};
use assay_market::state::Worker;
use assay_staking::state::{Params, Provider};
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make active stake collateral: the owner's, and delegators' up to a multiple of it. A worker with more collateral is
    /// admitted to more seats; jobs posted before do not count it.
    ///
    /// Example: assay provider collateral add 2000
    Add {
        /// ASSAY to add.
        amount: Amount,
    },
    /// Return free collateral to the active stake.
    ///
    /// Example: assay provider collateral remove 500
    Remove {
        /// ASSAY to remove.
        amount: Amount,
    },
}

/// A worker's collateral after a change.
#[derive(Serialize)]
struct CollateralReport {
    worker: String,
    /// Amount that was added or removed.
    moved: TokenAmount,
    /// Collateral that can back new claims; `None` if it could not be read.
    free: Option<TokenAmount>,
    /// Collateral that is bound in seats; `None` if it could not be read.
    locked: Option<TokenAmount>,
    signature: String,
}

impl fmt::Display for CollateralReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.free, &self.locked) {
            (Some(free), Some(locked)) => {
                write!(f, "collateral: {free} free, {locked} bound in seats")
            }
            _ => write!(f, "moved {}", self.moved),
        }
    }
}

pub fn run(command: &Command, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let (Command::Add { amount } | Command::Remove { amount }) = command;
    let amount = amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let provider = find(session, &owner)?;
    let worker = market::worker(&staking::provider(&owner));
    let before: Worker = session.client.fetch(&worker)?;
    let (held, what, instruction) = match command {
        Command::Add { .. } => (
            unallocated(session, &provider)?,
            "of stake that is not collateral and may become it",
            add_collateral(owner, amount),
        ),
        Command::Remove { .. } => (
            before.free.get(),
            "of free collateral",
            remove_collateral(owner, amount),
        ),
    };
    if held < amount {
        let (held, amount) = (assay.amount(held), assay.amount(amount));
        return Err(CliError::insufficient(format!(
            "{owner} has {held} {what} but this needs {amount}"
        )));
    }
    let signature = session.send(&[instruction], &[&wallet], 0)?;
    let after = session.client.fetch::<Worker>(&worker);
    let after = session.best_effort(after);
    let shown = |field: fn(&Worker) -> u64| after.as_ref().map(|a| assay.amount(field(a)));
    Report::new(&CollateralReport {
        worker: worker.to_string(),
        moved: assay.amount(amount),
        free: shown(|worker| worker.free.get()),
        locked: shown(|worker| worker.locked.get()),
        signature: signature.to_string(),
    })
}

/// Returns what may still become collateral: the provider's capacity without what is.
fn unallocated(session: &Session, provider: &Provider) -> Result<u64> {
    let params: Params = session.client.fetch(&staking::params())?;
    let capacity = provider.capacity(&params);
    let capacity = capacity.map_err(CliError::rule)?;
    Ok(capacity.saturating_sub(provider.allocated.get()))
}
