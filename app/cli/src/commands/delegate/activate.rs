//! `assay delegate activate`: lets tokens join the stake.

use super::{delegations_to, fetch_delegation, ProviderArg};
use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::AddressArg,
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{
    instruction::staking::{activate_delegation, activate_own_delegation, settle_rewards},
    Address, Instruction, Keypair, Signer as _,
};
use assay_staking::state::Provider;
use serde::Serialize;
use std::fmt;

/// Settlements in one transaction: each brings an account of its own.
const SETTLEMENTS_PER_TX: usize = 8;

#[derive(Debug, clap::Args)]
#[command(after_help = "\
For a day after the tokens' time has come anyone can do it, for example the provider's node. Later only the delegator can: look
at the provider first, for from the day on which the tokens were put aside they answer for its lies once they have joined.

Example:
  assay --keypair ada.json delegate activate 9WzD…")]
pub struct Args {
    #[command(flatten)]
    provider: ProviderArg,
    /// The delegator: address or keypair file. Default: the wallet.
    #[arg(long, value_name = "ADDRESS")]
    owner: Option<AddressArg>,
}

#[derive(Serialize)]
struct ActivateReport {
    provider: String,
    owner: String,
    /// What joined.
    joined: TokenAmount,
    signature: String,
}

impl fmt::Display for ActivateReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} are active stake", self.joined, self.owner)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = session.owner(args.owner)?;
    let (provider, found) = args.provider.fetch(session)?;
    let delegation = fetch_delegation(session, &provider, &owner)?;
    let (pending, from) = (delegation.pending.get(), delegation.pending_from.get());
    if pending == 0 {
        return Err(CliError::not_found(format!(
            "nothing of {owner} waits to join this provider, or it has joined already; see `assay delegate list`"
        )));
    }
    let now = session.client.now()?;
    if now < from {
        return Err(CliError::unfinished(format!(
            "the tokens may join from {}",
            format_time(from)
        )));
    }
    let is_own = owner == wallet.pubkey();
    if !is_own && !delegation.is_open(now) {
        return Err(CliError::usage(format!(
            "the first day in which anyone could do it is over; only {owner} can let its tokens join now"
        )));
    }
    settle_former(session, &wallet, &provider, &found)?;
    let activate = if is_own {
        activate_own_delegation
    } else {
        activate_delegation
    };
    let step = activate(&owner, &provider);
    let signature = session.send(&[step], &[&wallet], 0)?;
    Report::new(&ActivateReport {
        provider: provider.to_string(),
        owner: owner.to_string(),
        joined: MintInfo::assay().amount(pending),
        signature: signature.to_string(),
    })
}

/// Settles the delegations that slashing wiped out: nobody joins before they are.
fn settle_former(
    session: &Session,
    wallet: &Keypair,
    provider: &Address,
    found: &Provider,
) -> Result<()> {
    if found.unsettled.get() == 0 {
        return Ok(());
    }
    let generation = found.generation.get();
    let steps: Vec<Instruction> = delegations_to(session, provider)?
        .iter()
        .filter(|delegation| !delegation.is_alive(generation))
        .map(|delegation| settle_rewards(&delegation.owner, provider))
        .collect();
    for some in steps.chunks(SETTLEMENTS_PER_TX) {
        session.send(some, &[wallet], 0)?;
    }
    Ok(())
}
