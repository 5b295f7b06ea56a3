//! `assay gov vote`: votes with the wallet's locks.

use super::{list_proposals::ProposalReport, locks_of, proposal};
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{
    account_size, instruction::governance::cast_vote, pda::governance, Signer as _,
};
use assay_governance::state::{Lock, Side, Status, Vote};
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --lock all locks of the wallet with weight in the proposal vote. A lock has weight if it was made before the
proposal was opened and is not unlocking. A lock that voted cannot unlock before the vote ends.

Example:
  assay gov vote 3 yes"
)]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
    /// Side to vote for.
    #[arg(value_enum)]
    side: VoteArg,
    /// Number of the only lock to vote with.
    #[arg(long, value_name = "N")]
    lock: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum VoteArg {
    Yes,
    No,
    /// Count towards the turnout only.
    Abstain,
}

impl From<VoteArg> for Side {
    fn from(side: VoteArg) -> Self {
        match side {
            VoteArg::Yes => Self::Yes,
            VoteArg::No => Self::No,
            VoteArg::Abstain => Self::Abstain,
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, found) = proposal(session, args.proposal)?;
    if found.status(session.client.now()?) != Status::Voting {
        let ended = format_time(found.ends_at.get());
        return Err(CliError::usage(format!(
            "the vote on proposal {} ended at {ended}",
            args.proposal
        )));
    }
    let mut locks = locks_of(session, &owner)?;
    locks.retain(|lock| args.lock.is_none_or(|nonce| lock.nonce.get() == nonce));
    locks.retain(|lock| lock.check_votes_in(args.proposal).is_ok());
    let Some((first, more)) = locks.split_first() else {
        return Err(CliError::not_found(format!(
            "{owner} has no such lock with weight in proposal {}; only locks that were made before it was opened and are not unlocking have weight",
            args.proposal
        )));
    };
    let cast = |lock: &Lock| {
        let nonce = lock.nonce.get();
        let ballot = governance::vote(&address, &governance::lock(&owner, nonce));
        let rent = session
            .client
            .rent_if_missing(&ballot, account_size::<Vote>())?;
        let cast = cast_vote(owner, nonce, address, args.side.into());
        session.send(&[cast], &[&wallet], rent)
    };
    let mut signature = cast(first)?;
    for lock in more {
        signature = cast(lock)?;
    }
    session.report_or_signature(signature, ProposalReport::fetch(session, args.proposal))
}
