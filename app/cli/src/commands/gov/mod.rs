//! `assay gov`: locks, proposals and votes.

mod close;
mod close_votes;
mod execute;
mod list_locks;
mod list_proposals;
mod lock;
mod propose;
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
    /// Start the cooldown of a lock. Its weight ends, and the rent of its votes returns.
    Unlock(unlock::Args),
    /// Withdraw the locks whose cooldown is over.
    Withdraw,
    /// Show the locks of a wallet.
    Locks(list_locks::Args),
    /// Propose to change parameters.
    Propose(propose::Args),
    /// Vote with the wallet's locks; a vote can be changed until the end.
    Vote(vote::Args),
    /// Execute the changes of a proposal that passed; anyone may.
    Execute(execute::Args),
    /// List the proposals with their status.
    List,
    /// Close a finished proposal and settle its deposit; anyone may. The rent of the wallet's votes returns, too.
    Close(close::Args),
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Lock(args) => lock::run(&args, session),
        Command::Unlock(args) => unlock::run(&args, session),
        Command::Withdraw => withdraw::run(session),
        Command::Locks(args) => list_locks::run(&args, session),
        Command::Propose(args) => propose::run(&args, session),
        Command::Vote(args) => vote::run(&args, session),
        Command::Execute(args) => execute::run(&args, session),
        Command::List => list_proposals::run(session),
        Command::Close(args) => close::run(&args, session),
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
        Status::Voting => "voting",
        Status::Defeated => "defeated",
        Status::HoldUp => "hold-up",
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
