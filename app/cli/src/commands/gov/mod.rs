//! `assay gov`: locks, proposals and votes, the guardian, and grants.

mod actions;
mod close;
mod close_votes;
mod execute;
mod grant;
mod guardian;
mod lapse;
mod list_locks;
mod list_proposals;
mod lock;
mod open;
mod propose;
mod renew;
mod reveal;
mod unlock;
mod vote;
mod withdraw;

use crate::{CliError, Report, Result, Session};
use assay_client::{pda::governance as pda, Address};
use assay_governance::state::{Lock, Params, Proposal, Status, Target};
use assay_shared::param::Votable;
use clap::Subcommand;
use std::mem::offset_of;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lock ASSAY for votes. A longer lock has more weight.
    Lock(lock::Args),
    /// Show that the owner is awake, so that nobody lets the lock lapse. An unlocking lock has its weight again.
    Renew(renew::Args),
    /// Start the cooldown of a lock. Its weight ends, and the rent of its votes returns.
    Unlock(unlock::Args),
    /// Start the cooldown of a lock whose owner has given no sign for long; anyone may.
    Lapse(lapse::Args),
    /// Withdraw the locks whose cooldown is over.
    Withdraw,
    /// Show the locks of a wallet.
    Locks(list_locks::Args),
    /// Publish a proposal. Its vote opens after a notice.
    #[command(subcommand)]
    Propose(propose::Command),
    /// Open the vote on a proposal whose notice is over; anyone may.
    Open(open::Args),
    /// Vote with the wallet's locks; a vote can be changed until the end.
    Vote(vote::Args),
    /// Count the wallet's secret votes on their sides, after the voting.
    Reveal(reveal::Args),
    /// Execute a proposal that passed; anyone may.
    Execute(execute::Args),
    /// List the proposals with their status.
    List,
    /// Close a finished proposal and settle its deposit; anyone may. The rent of the wallet's votes returns, too.
    Close(close::Args),
    /// Stop a proposal in its hold-up, as the guardian.
    Veto(guardian::VetoArgs),
    /// Pause operations of a program for some days, as the guardian.
    Pause(guardian::PauseArgs),
    /// End a pause early, as the guardian.
    Lift(guardian::LiftArgs),
    /// Close a payment mint to new jobs at once, as the guardian.
    CloseMint(guardian::CloseMintArgs),
    /// Take the office of the guardian, which a vote offered to the wallet.
    Accept,
    /// Show grants and take what has vested.
    #[command(subcommand)]
    Grant(grant::Command),
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Lock(args) => lock::run(&args, session),
        Command::Renew(args) => renew::run(&args, session),
        Command::Unlock(args) => unlock::run(&args, session),
        Command::Lapse(args) => lapse::run(&args, session),
        Command::Withdraw => withdraw::run(session),
        Command::Locks(args) => list_locks::run(&args, session),
        Command::Propose(command) => propose::run(&command, session),
        Command::Open(args) => open::run(&args, session),
        Command::Vote(args) => vote::run(&args, session),
        Command::Reveal(args) => reveal::run(&args, session),
        Command::Execute(args) => execute::run(&args, session),
        Command::List => list_proposals::run(session),
        Command::Close(args) => close::run(&args, session),
        Command::Veto(args) => guardian::veto(&args, session),
        Command::Pause(args) => guardian::pause(&args, session),
        Command::Lift(args) => guardian::lift(&args, session),
        Command::CloseMint(args) => guardian::close_mint(&args, session),
        Command::Accept => guardian::accept(session),
        Command::Grant(command) => grant::run(&command, session),
    }
}

/// Returns governance's parameters.
fn params(session: &Session) -> Result<Params> {
    session.market()?;
    Ok(session.client.fetch(&pda::params())?)
}

/// Returns the locks of `owner`, by nonce.
fn locks_of(session: &Session, owner: &Address) -> Result<Vec<Lock>> {
    let owned = offset_of!(Lock, owner);
    let own = session.client.fetch_all_where(owned, owner.as_ref())?;
    let mut own: Vec<Lock> = own.into_iter().map(|(_, lock)| lock).collect();
    own.sort_by_key(|lock| lock.nonce.get());
    Ok(own)
}

/// Returns the lock `nonce` of `owner`, and its address.
///
/// # Errors
/// `NotFound`.
fn lock_of(session: &Session, owner: &Address, nonce: u64) -> Result<(Address, Lock)> {
    params(session)?;
    let address = pda::lock(owner, nonce);
    let found = session.client.try_fetch(&address)?;
    let found = found.ok_or_else(|| {
        CliError::not_found(format!(
            "{owner} has no lock {nonce}; see `assay gov locks`"
        ))
    })?;
    Ok((address, found))
}

/// Returns the proposal with this index, and its address.
///
/// # Errors
/// `NotFound` if there is none, or it was closed.
fn proposal(session: &Session, index: u64) -> Result<(Address, Proposal)> {
    params(session)?;
    let address = pda::proposal(index);
    let found = session.client.try_fetch(&address)?;
    let found = found.ok_or_else(|| {
        CliError::not_found(format!(
            "there is no proposal {index}, or it was closed; see `assay gov list`"
        ))
    })?;
    Ok((address, found))
}

/// Returns the name of a status in reports.
fn status_name(status: Status) -> &'static str {
    match status {
        Status::Notice => "notice",
        Status::Lapsed => "lapsed",
        Status::Voting => "voting",
        Status::Revealing => "revealing",
        Status::Defeated => "defeated",
        Status::HoldUp => "hold-up",
        Status::Vetoed => "vetoed",
        Status::Executable => "executable",
        Status::Executed => "executed",
        Status::Expired => "expired",
    }
}

/// Returns number, unit and bounds of the parameter `name` of `target`.
fn find_param(target: Target, name: &str) -> Option<(u8, &'static str, (u64, u64))> {
    fn of<P: Votable>(name: &str) -> Option<(u8, &'static str, (u64, u64))> {
        P::from_name(name).map(|param| (param.number(), param.unit(), param.bounds()))
    }
    match target {
        Target::Governance => of::<assay_governance::state::Param>(name),
        Target::Staking => of::<assay_staking::state::Param>(name),
        Target::Market => of::<assay_market::state::Param>(name),
        Target::Rewards => of::<assay_rewards::state::Param>(name),
    }
}

/// Returns the name of a parameter, as `program.name`.
fn param_name(target: Target, number: u8) -> String {
    fn of<P: Votable>(number: u8) -> Option<&'static str> {
        P::from_number(number).map(P::name)
    }
    let name = match target {
        Target::Governance => of::<assay_governance::state::Param>(number),
        Target::Staking => of::<assay_staking::state::Param>(number),
        Target::Market => of::<assay_market::state::Param>(number),
        Target::Rewards => of::<assay_rewards::state::Param>(number),
    };
    format!("{}.{}", target.name(), name.unwrap_or("unknown"))
}
