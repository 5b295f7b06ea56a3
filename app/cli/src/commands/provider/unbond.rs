//! `assay provider unbond` and `cancel-unbond`.

use super::{
    find,
    unbonding::{unbonding, UnbondingReport},
};
use crate::{
    amount::{Amount, MintInfo, TokenAmount},
    CliError, Report, Result, Session,
};
use assay_client::{
    instruction::staking::{begin_unbond, cancel_unbond},
    pda::staking,
    Signer as _,
};
use assay_staking::{error::StakingError, state::Params};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Stake unbonds that no collateral needs: what is left must be nothing or the least self-stake, and delegators' stake works only beside
the owner's. `assay provider show` lists what is unbonding.

Example:
  assay --keypair owner.json provider unbond 1000"
)]
pub struct UnbondArgs {
    /// ASSAY to unbond.
    amount: Amount,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay --keypair owner.json provider cancel-unbond 400")]
pub struct CancelArgs {
    /// ASSAY to make active again, the latest first. Default: everything that is unbonding.
    amount: Option<Amount>,
}

/// The owner's stake after a step.
#[derive(Serialize)]
struct UnbondReport {
    /// What unbonds, or is active again, by this step.
    amount: TokenAmount,
    /// The owner's active stake.
    active: TokenAmount,
    /// Time from which the amount can be withdrawn, Unix seconds; `None` if it is active again.
    matures_at: Option<i64>,
    unbonding: Vec<UnbondingReport>,
    signature: String,
}

impl fmt::Display for UnbondReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { amount, active, .. } = self;
        match self.matures_at {
            Some(_) => write!(f, "{amount} unbond; {active} are active")?,
            None => write!(f, "{amount} are active stake again, {active} in all")?,
        }
        self.unbonding
            .iter()
            .try_for_each(|part| write!(f, "\nunbonding {part}"))
    }
}

pub fn begin(args: &UnbondArgs, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let mut provider = find(session, &owner)?;
    let active = provider.own.active.get();
    let params: Params = session.client.fetch(&staking::params())?;
    let now = session.client.now()?;
    let bucket = provider
        .unbond_own(amount, now, &params)
        .map_err(|error| explain(error, &params, active))?;
    let signature = session.send(&[begin_unbond(owner, amount)], &[&wallet], 0)?;
    Report::new(&UnbondReport {
        amount: assay.amount(amount),
        active: assay.amount(provider.own.active.get()),
        matures_at: Some(bucket.matures_at.get()),
        unbonding: unbonding(&provider.own),
        signature: signature.to_string(),
    })
}

pub fn cancel(args: &CancelArgs, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let mut provider = find(session, &owner)?;
    let active = provider.own.active.get();
    let params: Params = session.client.fetch(&staking::params())?;
    let now = session.client.now()?;
    provider.own.roll(now).map_err(CliError::rule)?;
    let amount = match &args.amount {
        Some(amount) => amount.units(assay.decimals)?,
        None => unbonding(&provider.own)
            .iter()
            .map(|part| part.amount.units)
            .fold(0, u64::saturating_add),
    };
    if amount == 0 {
        return Err(CliError::not_found(
            "no stake is unbonding that could be made active again; see `assay provider show`",
        ));
    }
    if provider.is_retiring() {
        return Err(CliError::usage(
            "the provider is retiring and takes no more stake",
        ));
    }
    provider
        .restake_own(amount, now, &params)
        .map_err(|error| match error {
            StakingError::NotEnoughStake => CliError::insufficient(
                "less stake than that is unbonding; what has matured can only be withdrawn",
            ),
            other => explain(other, &params, active),
        })?;
    let signature = session.send(&[cancel_unbond(owner, amount)], &[&wallet], 0)?;
    Report::new(&UnbondReport {
        amount: assay.amount(amount),
        active: assay.amount(provider.own.active.get()),
        matures_at: None,
        unbonding: unbonding(&provider.own),
        signature: signature.to_string(),
    })
}

/// Says which rule a step would break for an owner with `active` base units of active stake.
fn explain(error: StakingError, params: &Params, active: u64) -> CliError {
    let assay = MintInfo::assay();
    match error {
        StakingError::NotEnoughStake => CliError::insufficient(format!(
            "only {} of the owner's stake are active",
            assay.amount(active)
        )),
        StakingError::StakeAllocated => CliError::insufficient(
            "collateral needs that stake; see `assay provider collateral remove`",
        ),
        StakingError::BelowMinSelfStake => CliError::usage(format!(
            "the owner's active stake must be nothing or at least {}",
            assay.amount(params.min_self_stake.get())
        )),
        other => CliError::rule(other),
    }
}
