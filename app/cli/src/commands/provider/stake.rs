use super::find;
use crate::{
    amount::{Amount, Tokens},
    token::Token,
    Failure, Outcome, Result, Session,
};
use assay_client::{
    account_size, format::format_amount, instruction::staking::deposit_stake, pda::staking as at,
    Signer as _,
};
use assay_staking::state::{Delegation, Params};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Stake earns nothing by itself: put it behind work with `assay provider collateral add`.

Example:
  assay --keypair owner.json provider stake 5000"
)]
pub struct Args {
    /// ASSAY to deposit.
    amount: Amount,
}

/// A deposit.
#[derive(Serialize)]
struct Staked {
    provider: String,
    deposited: Tokens,
    /// The provider's active stake afterwards, when it could be read.
    active: Option<Tokens>,
    signature: String,
}

impl fmt::Display for Staked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "staked {}", self.deposited)?;
        match &self.active {
            Some(active) => write!(f, "; {active} are active"),
            None => Ok(()),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let assay = Token::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let before = find(session, &owner)?;
    let params: Params = session.client.fetch(&at::params())?;
    let least = params.min_self_stake.get();
    if before.active_tokens.get().saturating_add(amount) < least {
        let least = format_amount(least, assay.decimals);
        return Err(Failure::usage(format!(
            "a provider needs at least {least} ASSAY of its own at stake; deposit more"
        )));
    }
    let source = session.require(&assay, &owner, amount)?;
    let provider = at::provider(&owner);
    let delegation = at::delegation(&provider, &owner);
    let rent = session
        .client
        .rent_if_missing(&delegation, account_size::<Delegation>())?;
    let signature = session.send(&[deposit_stake(owner, source, amount)], &[&wallet], rent)?;
    let after = session.afterwards(find(session, &owner));
    let active = after.map(|provider| provider.active_tokens.get());
    Outcome::ok(&Staked {
        provider: provider.to_string(),
        deposited: assay.tokens(amount),
        active: active.map(|active| assay.tokens(active)),
        signature: signature.to_string(),
    })
}
