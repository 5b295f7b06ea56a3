//! Closes votes. After a proposal has ended its votes are of no use, and their rent belongs to the voter.

use crate::{Result, Session};
use assay_client::{instruction::governance::close_vote, Keypair, Signer as _};
use assay_governance::state::Vote;
use std::mem::offset_of;

/// Votes closed in one transaction. Each names an account of its own, and the size of a transaction is limited.
const VOTES_PER_TX: usize = 16;

/// Closes the wallet's votes in all proposals that have ended, whether or not the proposal itself is closed.
pub fn close_ended_votes(session: &Session, wallet: &Keypair) -> Result<()> {
    let owner = wallet.pubkey();
    let owned = offset_of!(Vote, owner);
    let votes = session
        .client
        .fetch_all_where::<Vote>(owned, owner.as_ref())?;
    let now = session.client.now()?;
    let ended: Vec<_> = votes
        .iter()
        .filter(|(_, vote)| vote.closes_at.get() <= now)
        .map(|(address, _)| close_vote(owner, *address))
        .collect();
    for batch in ended.chunks(VOTES_PER_TX) {
        session.send(batch, &[wallet], 0)?;
    }
    if !ended.is_empty() {
        let count = ended.len();
        session.printer.status(format!(
            "closed {count} votes in ended proposals; their rent is back"
        ));
    }
    Ok(())
}
