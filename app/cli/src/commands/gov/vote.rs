use super::{list::Line, locks_of, proposal};
use crate::{time::format_time, Failure, Outcome, Result, Session};
use assay_client::{
    account_size, instruction::governance::cast_vote, pda::governance as at, Signer as _,
};
use assay_governance::state::{Lock, Side, Status, Vote};
use clap::ValueEnum;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --lock every lock of the wallet that has weight in the proposal votes: those made before it opened and not
unlocking. A lock that voted cannot unlock before the proposal ends.

Example:
  assay gov vote 3 yes"
)]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
    #[arg(value_enum)]
    side: SideArg,
    /// Vote with this lock only.
    #[arg(long, value_name = "N")]
    lock: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SideArg {
    Yes,
    No,
    /// Counts towards the turnout only.
    Abstain,
}

impl From<SideArg> for Side {
    fn from(side: SideArg) -> Self {
        match side {
            SideArg::Yes => Self::Yes,
            SideArg::No => Self::No,
            SideArg::Abstain => Self::Abstain,
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Outcome> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, found) = proposal(session, args.proposal)?;
    if found.status(session.client.now()?) != Status::Voting {
        let ended = format_time(found.ends_at.get());
        return Err(Failure::usage(format!(
            "the voting on proposal {} ended at {ended}",
            args.proposal
        )));
    }
    let mut locks = locks_of(session, &owner)?;
    locks.retain(|lock| args.lock.is_none_or(|nonce| lock.nonce.get() == nonce));
    locks.retain(|lock| lock.check_votes_in(args.proposal).is_ok());
    let Some((first, more)) = locks.split_first() else {
        return Err(Failure::not_found(format!(
            "{owner} has no such lock with weight in proposal {}; only locks made before it opened and not unlocking have",
            args.proposal
        )));
    };
    let cast = |lock: &Lock| {
        let nonce = lock.nonce.get();
        let ballot = at::vote(&address, &at::lock(&owner, nonce));
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
    session.report(signature, Line::now(session, args.proposal))
}
