//! How a wallet voted. Once a proposal has ended its votes are of no use, but their rent is the wallet's.

use crate::{Result, Session};
use assay_client::{instruction::governance::close_vote, Keypair, Signer as _};
use assay_governance::state::Vote;
use std::mem::offset_of;

/// In one transaction: each names an account of its own, and its size is limited.
const AT_ONCE: usize = 16;

/// Closes the wallet's votes in proposals that have ended, also in those that are closed themselves.
pub fn close_ended(session: &Session, wallet: &Keypair) -> Result<()> {
    let owner = wallet.pubkey();
    let owned = offset_of!(Vote, owner);
    let votes = session
        .client
        .fetch_all_where::<Vote>(owned, owner.as_ref())?;
    let now = session.client.now()?;
    let ended: Vec<_> = votes
        .iter()
        .filter(|(_, vote)| vote.ends_at.get() <= now)
        .map(|(address, _)| close_vote(owner, *address))
        .collect();
    for closings in ended.chunks(AT_ONCE) {
        session.send(closings, &[wallet], 0)?;
    }
    if !ended.is_empty() {
        let count = ended.len();
        session.printer.note(format!(
            "closed {count} votes in ended proposals; their rent is back"
        ));
    }
    Ok(())
}
