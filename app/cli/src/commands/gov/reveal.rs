//! `assay gov reveal`: counts the wallet's secret votes on their sides.

use super::{list_proposals::ProposalReport, locks_of, proposal, status_name};
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{
    ballot::Ballot, instruction::governance::reveal_vote, pda::governance, Address, Keypair,
    Signature, Signer as _,
};
use assay_governance::state::{Ballot as Held, Status, Vote};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The wallet signs the ballot's text again, from which the secret follows: no file is needed.

Example:
  assay gov reveal 4"
)]
pub struct Args {
    /// Number of the proposal.
    proposal: u64,
}

/// Returns the ballot of a lock in a proposal, and the secret that follows from the wallet's signature of it.
pub fn ballot(
    session: &Session,
    wallet: &Keypair,
    proposal: &Address,
    lock: &Address,
) -> Result<(Ballot, [u8; 32])> {
    let ballot = Ballot {
        genesis: session.client.genesis_hash()?,
        proposal: *proposal,
        lock: *lock,
        owner: wallet.pubkey(),
    };
    let signature = wallet.sign_message(ballot.text().as_bytes());
    Ok((ballot, Ballot::salt(signature.as_array())))
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let (address, found) = proposal(session, args.proposal)?;
    let status = found.status(session.client.now()?);
    match status {
        Status::Revealing => {}
        Status::Notice | Status::Voting => {
            return Err(CliError::unfinished(format!(
                "votes are revealed after the voting, which ends at {}",
                format_time(found.ends_at.get())
            )))
        }
        _ => {
            return Err(CliError::usage(format!(
                "the time to reveal is over; the proposal is {}",
                status_name(status)
            )))
        }
    }
    let signature = reveal_all(session, &wallet, &address)?.ok_or_else(|| {
        let owner = wallet.pubkey();
        CliError::not_found(format!(
            "{owner} has no secret vote in proposal {} that is not revealed",
            args.proposal
        ))
    })?;
    session.report_or_signature(signature, ProposalReport::fetch(session, args.proposal))
}

/// Reveals the secret votes of all locks of the wallet. Returns the last signature, or `None` if there was none.
fn reveal_all(
    session: &Session,
    wallet: &Keypair,
    proposal: &Address,
) -> Result<Option<Signature>> {
    let owner = wallet.pubkey();
    let mut last = None;
    for lock in locks_of(session, &owner)? {
        let lock = governance::lock(&owner, lock.nonce.get());
        let vote = governance::vote(proposal, &lock);
        let vote: Option<Vote> = session.client.try_fetch(&vote)?;
        let Some(vote) = vote.filter(|vote| vote.previous() == Some(Held::Secret)) else {
            continue;
        };
        let (ballot, salt) = ballot(session, wallet, proposal, &lock)?;
        let side = ballot.side_of(&vote.commitment, &salt).ok_or_else(|| {
            CliError::failed(format!(
                "the secret vote of the lock {lock} was not made by this program; reveal it with the one that made it"
            ))
        })?;
        let reveal = reveal_vote(*proposal, lock, side, salt);
        last = Some(session.send(&[reveal], &[wallet], 0)?);
    }
    Ok(last)
}
