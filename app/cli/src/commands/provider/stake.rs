//! `assay provider stake`: deposits stake.

use super::find;
use crate::{
    amount::{Amount, MintInfo, TokenAmount},
    CliError, Report, Result, Session,
};
use assay_client::{
    format::format_amount, instruction::staking::deposit_stake, pda::staking, Signer as _,
};
use assay_staking::state::Params;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Stake earns nothing by itself: make it collateral with `assay provider collateral add`.

Example:
  assay --keypair owner.json provider stake 5000"
)]
pub struct Args {
    /// ASSAY to deposit.
    amount: Amount,
}

#[derive(Serialize)]
struct StakeReport {
    provider: String,
    deposited: TokenAmount,
    /// The owner's active stake afterwards; `None` if it could not be read.
    active: Option<TokenAmount>,
    signature: String,
}

impl fmt::Display for StakeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "staked {}", self.deposited)?;
        match &self.active {
            Some(active) => write!(f, "; {active} are active"),
            None => Ok(()),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let before = find(session, &owner)?;
    if before.is_retiring() {
        return Err(CliError::usage(
            "the provider is retiring and takes no more stake",
        ));
    }
    let params: Params = session.client.fetch(&staking::params())?;
    let minimum = params.min_self_stake.get();
    if before.own.active.get().saturating_add(amount) < minimum {
        let minimum = format_amount(minimum, assay.decimals);
        return Err(CliError::usage(format!(
            "a provider needs at least {minimum} ASSAY of its owner's stake; deposit more"
        )));
    }
    let source = session.ensure_balance(&assay, &owner, amount)?;
    let provider = staking::provider(&owner);
    let signature = session.send(&[deposit_stake(owner, source, amount)], &[&wallet], 0)?;
    let after = session.best_effort(find(session, &owner));
    let active = after.map(|provider| provider.own.active.get());
    Report::new(&StakeReport {
        provider: provider.to_string(),
        deposited: assay.amount(amount),
        active: active.map(|active| assay.amount(active)),
        signature: signature.to_string(),
    })
}
