//! `assay delegate add`: puts tokens aside for a provider.

use super::{params, ProviderArg};
use crate::{
    amount::{Amount, MintInfo, TokenAmount},
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{account_size, instruction::staking::delegate, pda::staking, Signer as _};
use assay_staking::{
    error::StakingError,
    state::{Delegation, Params},
};
use bytemuck::Zeroable as _;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Delegated stake works beside the owner's, earns its part after the owner's commission, and is slashed after the owner's when the
provider is caught with a wrong result. It joins only when everything is judged that the provider did before: so nobody pays for a
lie that was told before the tokens came. Run `assay delegate activate` then. More tokens that are added meanwhile begin the wait
of all that waits anew.

Example:
  assay --keypair ada.json delegate add 9WzD… 500"
)]
pub struct Args {
    #[command(flatten)]
    provider: ProviderArg,
    /// ASSAY to delegate.
    amount: Amount,
}

#[derive(Serialize)]
struct AddReport {
    provider: String,
    delegation: String,
    added: TokenAmount,
    /// What waits to join, this included.
    pending: TokenAmount,
    /// Time from which it may join, Unix seconds.
    joins_at: i64,
    signature: String,
}

impl fmt::Display for AddReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = format_time(self.joins_at);
        write!(f, "{} wait; they may join from {from}", self.pending)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let amount = args.amount.units(assay.decimals)?;
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (provider, mut found) = args.provider.fetch(session)?;
    let address = staking::delegation(&provider, &owner);
    let before = session.client.try_fetch(&address)?;
    let mut delegation = before.unwrap_or_else(Delegation::zeroed);
    let (params, now) = (params(session)?, session.client.now()?);
    found
        .set_aside(&mut delegation, amount, now, &params)
        .map_err(|error| explain(error, &params))?;
    let source = session.ensure_balance(&assay, &owner, amount)?;
    let size = account_size::<Delegation>();
    let rent = session.client.rent_if_missing(&address, size)?;
    let step = delegate(owner, &provider, source, amount);
    let signature = session.send(&[step], &[&wallet], rent)?;
    Report::new(&AddReport {
        provider: provider.to_string(),
        delegation: address.to_string(),
        added: assay.amount(amount),
        pending: assay.amount(delegation.pending.get()),
        joins_at: delegation.pending_from.get(),
        signature: signature.to_string(),
    })
}

fn explain(error: StakingError, params: &Params) -> CliError {
    match error {
        StakingError::DelegationTooSmall => CliError::usage(format!(
            "a delegation takes at least {}; add more",
            MintInfo::assay().amount(params.min_delegation.get())
        )),
        StakingError::Retiring => {
            CliError::usage("the provider is retiring and takes no more stake; choose another")
        }
        other => CliError::rule(other),
    }
}
