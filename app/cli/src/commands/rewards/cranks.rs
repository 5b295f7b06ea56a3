//! What anyone may do for an epoch before it can be claimed.

use super::{emission, worked};
use crate::{Result, Session};
use assay_client::{
    address::{market, rewards},
    instruction::{
        market::tally_work,
        rewards::{finalize_epoch, skip_epoch},
    },
    Address, Keypair, Signer as _,
};
use assay_ledger::token::ACCOUNT_LEN;
use assay_market::state::{shard_of, EpochWork, Params, Worker, SHARDS};
use assay_rewards::state::EpochRewards;
use std::mem::size_of;

/// Tallies the worker's epochs whose window is open; answers which.
pub fn tally(
    session: &Session,
    wallet: &Keypair,
    params: &Params,
    (address, worker): (&Address, &Worker),
) -> Result<Vec<u64>> {
    let now = session.client.now()?;
    let mut done = Vec::new();
    for (epoch, _, tallied) in worked(worker) {
        let ended = params.epoch_end(epoch).is_ok_and(|end| end <= now);
        let open = params.tally_end(epoch).is_ok_and(|end| now < end);
        if tallied || !ended || !open {
            continue;
        }
        let sum = market::epoch_work(epoch, shard_of(address));
        let rent = session.rent_unless_exists(&sum, 8 + size_of::<EpochWork>())?;
        let tally = tally_work(wallet.pubkey(), *address, epoch);
        session.send(&[tally], &[wallet], rent)?;
        done.push(epoch);
    }
    Ok(done)
}

/// Finalizes, or skips when nobody worked, every epoch whose tally is over; answers those finalized.
pub fn finalize(session: &Session, wallet: &Keypair, params: &Params) -> Result<Vec<u64>> {
    let current = session.epoch(params)?;
    let mut finalized = Vec::new();
    loop {
        let epoch = emission(session)?.due_epoch(current);
        let now = session.client.now()?;
        if epoch >= current || params.tally_end(epoch).is_ok_and(|end| now < end) {
            return Ok(finalized);
        }
        if total_weight(session, epoch)? == 0 {
            session.send(&[skip_epoch(epoch)], &[wallet], 0)?;
            continue;
        }
        let pot = session.client.rent(ACCOUNT_LEN)?;
        let record = session.client.rent(8 + size_of::<EpochRewards>())?;
        let finalize = finalize_epoch(wallet.pubkey(), epoch);
        session.send(&[finalize], &[wallet], pot.saturating_add(record))?;
        finalized.push(epoch);
    }
}

/// Everyone's tallied work in `epoch`.
pub fn total_weight(session: &Session, epoch: u64) -> Result<u64> {
    let mut total = 0u64;
    for shard in 0..SHARDS {
        let address = market::epoch_work(epoch, shard);
        let sum: Option<EpochWork> = session.client.find("work record", &address)?;
        total = total.saturating_add(sum.map_or(0, |sum| sum.weight.get()));
    }
    Ok(total)
}

/// Lamports for the claim record of a provider, if it has none yet.
pub fn record_rent(session: &Session, provider: &Address) -> Result<u64> {
    let record = rewards::claim_record(provider);
    session.rent_unless_exists(&record, 8 + size_of::<assay_rewards::state::ClaimRecord>())
}
