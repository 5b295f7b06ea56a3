//! `assay delegate close`: closes an empty delegation.

use super::{fetch_delegation, ProviderArg};
use crate::{
    amount::{MintInfo, TokenAmount},
    CliError, Report, Result, Session,
};
use assay_client::{
    instruction::staking::{claim_rewards, close_delegation},
    pda::staking,
    Signer as _,
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "What the delegation earned is paid first. Stake must have left it before; tickets of it are not affected.

Example:
  assay --keypair ada.json delegate close 9WzD…"
)]
pub struct Args {
    #[command(flatten)]
    provider: ProviderArg,
}

#[derive(Serialize)]
struct CloseReport {
    provider: String,
    /// Rewards that were paid.
    paid: TokenAmount,
    signature: String,
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "closed; {} of rewards and the rent are in the wallet",
            self.paid
        )
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let assay = MintInfo::assay();
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, mut provider) = args.provider.fetch(session)?;
    let mut delegation = fetch_delegation(session, &address, &owner)?;
    provider
        .settle(session.client.now()?)
        .map_err(CliError::rule)?;
    provider
        .settle_position(&mut delegation)
        .map_err(CliError::rule)?;
    if delegation.shares.get() > 0 || delegation.pending.get() > 0 {
        return Err(CliError::usage(
            "the delegation has stake or tokens that wait; see `assay delegate undelegate` and `withdraw --pending`",
        ));
    }
    let steps = [
        assay.create_ata(&owner, &owner),
        claim_rewards(&owner, &address, &assay.mint),
        close_delegation(owner, &address),
    ];
    let rent = session.ata_rent(&assay, &owner)?;
    let signature = session.send(&steps, &[&wallet], rent)?;
    Report::new(&CloseReport {
        provider: staking::provider(&provider.owner).to_string(),
        paid: assay.amount(delegation.rewards.get()),
        signature: signature.to_string(),
    })
}
