//! `assay gov veto`, `pause`, `lift`, `close-mint` and `accept`: what the guardian does.

use super::{list_proposals::ProposalReport, params, proposal, propose::Pausable, status_name};
use crate::{keypair::AddressArg, output::format_time, CliError, Report, Result, Session};
use assay_client::{
    format::parse_duration, instruction::governance, Instruction, Keypair, Signer as _,
};
use assay_governance::state::{Status, Target};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Only in the hold-up of a proposal that passed, and never one that changes the guardian. The deposit returns.

Example:
  assay gov veto 3"
)]
pub struct VetoArgs {
    /// Number of the proposal.
    proposal: u64,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Operations, as bits that may be added:
  governance: 1 spending of the treasury
  staking:    1 deposits, 2 delegations, 4 new collateral
  market:     1 posting, 2 extending, 4 first seats, 8 adding collateral
What is under way, and everything that leaves, goes on. A pause ends by itself after at most seven days; the next one of the
program must wait for thirty days.

Example:
  assay gov pause market 1 2d")]
pub struct PauseArgs {
    /// The program.
    #[arg(value_enum)]
    program: Pausable,
    /// Operations, bits.
    bits: u64,
    /// Length of the pause, such as 2d.
    #[arg(value_parser = parse_duration)]
    duration: u64,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  assay gov lift market")]
pub struct LiftArgs {
    /// The program.
    #[arg(value_enum)]
    program: Pausable,
}

#[derive(Debug, clap::Args)]
#[command(
    after_help = "A vote opens the mint again.\n\nExample:\n  assay gov close-mint EPjF…Dt1v"
)]
pub struct CloseMintArgs {
    /// The mint.
    mint: AddressArg,
}

/// What the guardian has done.
#[derive(Serialize)]
struct GuardianReport {
    done: String,
}

impl fmt::Display for GuardianReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.done)
    }
}

/// Returns the wallet, which must be the guardian.
fn guardian(session: &Session) -> Result<Keypair> {
    let wallet = session.wallet()?;
    let found = params(session)?;
    if found.check_guardian(&wallet.pubkey()).is_err() {
        let (wallet, guardian) = (wallet.pubkey(), found.guardian);
        return Err(CliError::usage(format!(
            "{wallet} is not the guardian; that is {guardian}"
        )));
    }
    Ok(wallet)
}

fn act(session: &Session, step: Instruction, wallet: &Keypair, done: String) -> Result<Report> {
    session.send(&[step], &[wallet], 0)?;
    Report::new(&GuardianReport { done })
}

pub fn veto(args: &VetoArgs, session: &Session) -> Result<Report> {
    let wallet = guardian(session)?;
    let (address, found) = proposal(session, args.proposal)?;
    let status = found.status(session.client.now()?);
    if status != Status::HoldUp {
        return Err(CliError::usage(format!(
            "the status of the proposal is {}; a veto is possible in the hold-up only",
            status_name(status)
        )));
    }
    let veto = governance::veto_proposal(wallet.pubkey(), address);
    let signature = session.send(&[veto], &[&wallet], 0)?;
    session.report_or_signature(signature, ProposalReport::fetch(session, args.proposal))
}

pub fn pause(args: &PauseArgs, session: &Session) -> Result<Report> {
    let (wallet, target) = (guardian(session)?, Target::from(args.program));
    let pause = governance::pause_operation(wallet.pubkey(), target, args.bits, args.duration);
    let until = session.client.now()?.saturating_add_unsigned(args.duration);
    let done = format!(
        "operations {} of {} are paused until about {}",
        args.bits,
        target.name(),
        format_time(until)
    );
    act(session, pause, &wallet, done)
}

pub fn lift(args: &LiftArgs, session: &Session) -> Result<Report> {
    let (wallet, target) = (guardian(session)?, Target::from(args.program));
    let lift = governance::lift_pause(wallet.pubkey(), target);
    let done = format!("nothing of {} is paused", target.name());
    act(session, lift, &wallet, done)
}

pub fn close_mint(args: &CloseMintArgs, session: &Session) -> Result<Report> {
    let (wallet, mint) = (guardian(session)?, args.mint.0);
    let close = governance::close_mint(wallet.pubkey(), &mint);
    let done = format!("{mint} takes no new jobs");
    act(session, close, &wallet, done)
}

pub fn accept(session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let offered = params(session)?.offered_guardian;
    if offered != wallet.pubkey() {
        return Err(CliError::usage(format!(
            "the office of the guardian is not offered to {}",
            wallet.pubkey()
        )));
    }
    let accept = governance::accept_guardian(wallet.pubkey());
    let done = format!("{} is the guardian", wallet.pubkey());
    act(session, accept, &wallet, done)
}
