//! `assay gov vote`: votes with the wallet's locks.

use super::{list_proposals::ProposalReport, locks_of, proposal, reveal::ballot, status_name};
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{
    account_size,
    instruction::governance::{cast_secret_vote, cast_vote},
    pda::governance,
    Keypair, Signer as _,
};
use assay_governance::state::{Lock, Proposal, Side, Status, Vote};
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --lock all locks of the wallet with weight in the proposal vote. A lock has weight if it was made before the vote
opened and is not unlocking. A yes binds its lock until the proposal can no longer be executed, another vote until the voting ends.

A secret vote hides its side, not its voter. It abstains until `assay gov reveal`, and binds its lock one voting time longer if it
is never revealed. The wallet finds its secret again by itself.

Examples:
  assay gov vote 3 yes
  assay gov vote 4 no --secret"
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
    /// Hide the side until the voting has ended.
    #[arg(long)]
    secret: bool,
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

/// Checks that the proposal can be voted on in this way.
fn check(args: &Args, found: &Proposal, now: i64) -> Result<()> {
    match found.status(now) {
        Status::Voting if args.secret && found.secret == 0 => Err(CliError::usage(
            "this proposal takes no secret votes; leave --secret out",
        )),
        Status::Voting => Ok(()),
        Status::Notice => Err(CliError::unfinished(format!(
            "the vote on proposal {} is not open; open it with `assay gov open` from {}",
            args.proposal,
            format_time(found.opens_at.get())
        ))),
        Status::Lapsed => Err(CliError::usage(
            "nobody opened the vote in time; the proposal has lapsed",
        )),
        status => Err(CliError::usage(format!(
            "the vote on proposal {} ended at {}; it is {}",
            args.proposal,
            format_time(found.ends_at.get()),
            status_name(status)
        ))),
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, found) = proposal(session, args.proposal)?;
    check(args, &found, session.client.now()?)?;
    let mut locks = locks_of(session, &owner)?;
    locks.retain(|lock| args.lock.is_none_or(|nonce| lock.nonce.get() == nonce));
    locks.retain(|lock| lock.check_votes_in(found.opening.get()).is_ok());
    let Some((first, more)) = locks.split_first() else {
        return Err(CliError::not_found(format!(
            "{owner} has no such lock with weight in proposal {}; only locks that were made before its vote opened and are not unlocking have weight",
            args.proposal
        )));
    };
    let cast = |lock: &Lock| {
        let nonce = lock.nonce.get();
        let lock = governance::lock(&owner, nonce);
        let vote = governance::vote(&address, &lock);
        let rent = session
            .client
            .rent_if_missing(&vote, account_size::<Vote>())?;
        let cast = if args.secret {
            let hidden = hide(session, &wallet, &address, &lock, args.side.into())?;
            cast_secret_vote(owner, nonce, address, hidden)
        } else {
            cast_vote(owner, nonce, address, args.side.into())
        };
        session.send(&[cast], &[&wallet], rent)
    };
    let mut signature = cast(first)?;
    for lock in more {
        signature = cast(lock)?;
    }
    session.report_or_signature(signature, ProposalReport::fetch(session, args.proposal))
}

/// Returns the commitment of a lock to a side.
fn hide(
    session: &Session,
    wallet: &Keypair,
    proposal: &assay_client::Address,
    lock: &assay_client::Address,
    side: Side,
) -> Result<[u8; 32]> {
    let (ballot, salt) = ballot(session, wallet, proposal, lock)?;
    Ok(ballot.commitment(side, &salt))
}
