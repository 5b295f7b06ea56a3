//! `assay gov propose transfer` and `grant`: proposes to spend what the treasury holds.

use super::About;
use crate::{
    amount::{Amount, MintInfo},
    commands::gov::params,
    keypair::AddressArg,
    Report, Result, Session,
};
use assay_client::{
    format::parse_duration, instruction::governance::Treasury, pda::ata_and_bump, Address,
};
use assay_governance::state::ProposedAction;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "One proposal may take at most a share (`governance.spend_bps`) of what the treasury holds of the token, and seven days,
counted by the calendar (UTC), lie between two proposals that spend. Whoever executes it creates the wallet's token account if there is none.

Example:
  assay gov propose transfer 8vGJ…Qb1 25000 --title 'Pay the audit'"
)]
pub struct TransferArgs {
    /// Wallet that receives the tokens: address or keypair file.
    to: AddressArg,
    /// Amount in whole tokens.
    amount: Amount,
    /// Mint of the token. Default: ASSAY.
    #[arg(long, value_name = "ADDRESS")]
    mint: Option<AddressArg>,
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The wallet needs no token account until it takes the grant. What it has not taken a year after everything vested returns.

Example:
  assay gov propose grant 8vGJ…Qb1 25000 --over 365d --title 'A year of maintenance'"
)]
pub struct GrantArgs {
    /// Wallet that receives the tokens: address or keypair file.
    to: AddressArg,
    /// Amount in whole tokens.
    amount: Amount,
    /// Time over which the grant vests, such as 365d. Default: all at once.
    #[arg(long, value_parser = parse_duration, default_value = "0")]
    over: u64,
    /// Mint of the token. Default: ASSAY.
    #[arg(long, value_name = "ADDRESS")]
    mint: Option<AddressArg>,
    #[command(flatten)]
    about: About,
}

/// Returns the mint in the argument, or ASSAY, with the bump of the treasury's account of it.
fn holding(session: &Session, mint: Option<AddressArg>) -> Result<(MintInfo, u8)> {
    let mint = match mint {
        Some(AddressArg(address)) => session.mint_info(&address)?,
        None => MintInfo::assay(),
    };
    let treasury = Treasury::from(&params(session)?);
    let (_, bump) = treasury.holding(&mint.mint, &mint.program);
    Ok((mint, bump))
}

pub fn transfer(args: &TransferArgs, session: &Session) -> Result<Report> {
    let (mint, source_bump) = holding(session, args.mint)?;
    let amount = args.amount.units(mint.decimals)?;
    let to: Address = args.to.0;
    let (_, bump) = ata_and_bump(&to, &mint.mint, &mint.program);
    let pay = ProposedAction::transfer(to, bump, amount, mint.mint, source_bump);
    args.about.publish(vec![pay], session)
}

pub fn grant(args: &GrantArgs, session: &Session) -> Result<Report> {
    let (mint, source_bump) = holding(session, args.mint)?;
    let amount = args.amount.units(mint.decimals)?;
    let grant = ProposedAction::grant(args.to.0, amount, args.over, mint.mint, source_bump);
    args.about.publish(vec![grant], session)
}
