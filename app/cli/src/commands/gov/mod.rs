//! `assay gov`: locked ASSAY decides.

mod close;
mod execute;
mod list;
mod lock;
mod locks;
mod propose;
mod unlock;
mod vote;
mod votes;
mod withdraw;

use crate::{Failure, Outcome, Result, Session};
use assay_client::{pda::governance as at, Address};
use assay_governance::state::{Lock, Params, Proposal, Status, Target};
use assay_shared::param::Votable;
use clap::Subcommand;
use std::mem::offset_of;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lock ASSAY: it votes, the more the longer it is locked.
    Lock(lock::Args),
    /// Give up a lock's vote and start its cooldown; the rent of its votes returns.
    Unlock(unlock::Args),
    /// Pay out the locks whose cooldown is over.
    Withdraw,
    /// Show the locks of a wallet.
    Locks(locks::Args),
    /// Propose to change parameters.
    Propose(propose::Args),
    /// Vote with the wallet's locks; a vote can be changed until the end.
    Vote(vote::Args),
    /// Make the changes of a proposal that passed; anyone may.
    Execute(execute::Args),
    /// List the proposals and where they stand.
    List,
    /// Settle the deposit of a finished proposal; anyone may. The rent of the wallet's votes returns, too.
    Close(close::Args),
}

pub fn run(command: Command, session: &Session) -> Result<Outcome> {
    match command {
        Command::Lock(args) => lock::run(&args, session),
        Command::Unlock(args) => unlock::run(&args, session),
        Command::Withdraw => withdraw::run(session),
        Command::Locks(args) => locks::run(&args, session),
        Command::Propose(args) => propose::run(&args, session),
        Command::Vote(args) => vote::run(&args, session),
        Command::Execute(args) => execute::run(&args, session),
        Command::List => list::run(session),
        Command::Close(args) => close::run(&args, session),
    }
}

fn params(session: &Session) -> Result<Params> {
    session.market()?;
    Ok(session.client.fetch(&at::params())?)
}

/// The locks of `owner`, by nonce.
fn locks_of(session: &Session, owner: &Address) -> Result<Vec<Lock>> {
    let owned = offset_of!(Lock, owner);
    let own = session.client.fetch_all_where(owned, owner.as_ref())?;
    let mut own: Vec<Lock> = own.into_iter().map(|(_, lock)| lock).collect();
    own.sort_by_key(|lock| lock.nonce.get());
    Ok(own)
}

/// The proposal with this index, and its address.
fn proposal(session: &Session, index: u64) -> Result<(Address, Proposal)> {
    params(session)?;
    let address = at::proposal(index);
    let found = session.client.try_fetch(&address)?;
    let found = found.ok_or_else(|| {
        Failure::not_found(format!(
            "there is no proposal {index}, or it was closed; see `assay gov list`"
        ))
    })?;
    Ok((address, found))
}

/// A status as reports write it.
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

/// Number, unit and bounds of the parameter `name` of `target`.
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

/// `program.name` of a parameter by numbers.
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
