//! `assay gov execute`: executes a proposal that passed.

use super::{list_proposals::ProposalReport, params, proposal, status_name};
use crate::{
    amount::MintInfo, keypair::AddressArg, output::format_time, CliError, Report, Result, Session,
};
use assay_client::{
    account_size,
    instruction::governance::{
        compute_limit, execute_proposal, execute_upgrade, Decision, Treasury, BUFFER_HEAD,
    },
    pda, Address, Instruction, Keypair, Signer as _,
};
use assay_governance::state::{Action, Grant, Kind, Proposal, Status};
use assay_market::state::PaymentMint;
use assay_shared::token::ACCOUNT_LEN;
use solana_loader_v3_interface::instruction::set_buffer_authority;
use std::collections::HashMap;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The wallet pays the rent of token accounts, grants and payment mints that are created.

Examples:
  assay gov execute 3
  assay gov execute 5 --buffer 6Yk9…p2D"
)]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
    /// Buffer with the bytecode of an upgrade. If it is the wallet's, the same transaction passes it to governance.
    #[arg(long, value_name = "ADDRESS")]
    buffer: Option<AddressArg>,
}

/// Compute units of an upgrade beside the hashing of its buffer.
const UPGRADE_UNITS: usize = 50_000;

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let (address, found) = proposal(session, args.proposal)?;
    check(&found, session.client.now()?)?;
    let upgrade = found.actions().first().filter(|a| a.is(Kind::Upgrade));
    let (steps, rent) = match upgrade {
        Some(action) => (
            upgrade_steps(args, session, (&wallet.pubkey(), &address), action)?,
            0,
        ),
        None => decision_steps(session, &wallet, &found)?,
    };
    let signature = session.send(&steps, &[&wallet], rent)?;
    session.report_or_signature(signature, ProposalReport::fetch(session, args.proposal))
}

fn check(found: &Proposal, now: i64) -> Result<()> {
    let status = found.status(now);
    let at = format_time(found.executable_at.get());
    Err(CliError::unfinished(match status {
        Status::Executable => return Ok(()),
        Status::Notice => "its vote is not open; open it with `assay gov open`".to_owned(),
        Status::Voting | Status::Revealing => format!(
            "the vote on the proposal has not ended; if it passes, it can be executed from {at}"
        ),
        Status::HoldUp => format!("the proposal passed and can be executed from {at}"),
        other => format!(
            "the proposal is {} and cannot be executed",
            status_name(other)
        ),
    }))
}

/// Returns the instructions that replace a program's bytecode.
fn upgrade_steps(
    args: &Args,
    session: &Session,
    (wallet, proposal): (&Address, &Address),
    action: &Action,
) -> Result<Vec<Instruction>> {
    let buffer = args.buffer.ok_or_else(|| {
        CliError::usage("this proposal upgrades a program; name its buffer with --buffer")
    })?;
    let account = session.client.account(&buffer.0)?;
    let account =
        account.ok_or_else(|| CliError::not_found(format!("there is no buffer {}", buffer.0)))?;
    let holder = holder_of(&buffer.0, &account.data)?;
    let upgrader = pda::governance::upgrade_authority();
    let bytes = account.data.len().saturating_sub(BUFFER_HEAD);
    let target = action
        .target()
        .map_err(|_| CliError::failed("the proposal names no program"))?;
    let mut steps = vec![compute_limit(bytes / 2 + UPGRADE_UNITS)];
    if holder == *wallet {
        steps.push(set_buffer_authority(&buffer.0, wallet, &upgrader));
    } else if holder != upgrader {
        return Err(CliError::failed(format!(
            "the buffer {} belongs to {holder}; use that wallet, or pass the buffer to {upgrader}",
            buffer.0
        )));
    }
    steps.push(execute_upgrade(*proposal, target, buffer.0, action.other));
    Ok(steps)
}

/// Returns who may write a buffer of the upgradeable loader.
fn holder_of(buffer: &Address, data: &[u8]) -> Result<Address> {
    match data.get(..BUFFER_HEAD) {
        Some([1, 0, 0, 0, 1, holder @ ..]) => {
            Ok(Address::new_from_array(holder.try_into().unwrap_or_default()))
        }
        _ => Err(CliError::failed(format!(
            "{buffer} is no buffer that can be executed; write one with `solana program write-buffer`"
        ))),
    }
}

/// Returns the instructions that execute all actions of a proposal, and the rent of what they create.
fn decision_steps(
    session: &Session,
    wallet: &Keypair,
    found: &Proposal,
) -> Result<(Vec<Instruction>, u64)> {
    let (mut steps, mut rent) = (Vec::new(), 0);
    let mut programs = HashMap::new();
    let executor = wallet.pubkey();
    for action in found.actions() {
        let (mint, owner) = match action.kind() {
            Ok(Kind::Transfer) => (action.other, Some(action.address)),
            Ok(Kind::Grant) => (action.other, None),
            Ok(Kind::AllowMint) => (action.address, Some(pda::governance::treasury_authority())),
            _ => continue,
        };
        let mint: MintInfo = session.mint_info(&mint)?;
        programs.insert(mint.mint, mint.program);
        if let Some(owner) = owner {
            steps.push(mint.create_ata(&executor, &owner));
            rent += session.ata_rent(&mint, &owner)?;
        }
        rent += created_rent(session, action)?;
    }
    let treasury = Treasury::from(&params(session)?);
    let decision = Decision {
        index: found.index.get(),
        actions: found.actions(),
    };
    steps.push(execute_proposal(executor, decision, &treasury, |mint| {
        programs.get(mint).copied().unwrap_or_default()
    }));
    Ok((steps, rent))
}

/// Returns the lamports for the accounts that the program creates for an action.
fn created_rent(session: &Session, action: &Action) -> Result<u64> {
    let client = &session.client;
    Ok(match action.kind() {
        Ok(Kind::Grant) => {
            client.minimum_balance(account_size::<Grant>())?
                + client.minimum_balance(ACCOUNT_LEN)?
        }
        Ok(Kind::AllowMint) => client.minimum_balance(account_size::<PaymentMint>())?,
        _ => 0,
    })
}
