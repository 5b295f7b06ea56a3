//! What anyone may do for an epoch before it can be claimed.

use super::{emission, worked, worker_of};
use crate::{crank_sender::CrankSender, Result, Session};
use assay_client::{
    account_size,
    instruction::{
        market::tally_work,
        rewards::{finalize_epoch, skip_epoch},
    },
    pda::{market, rewards},
    Address, Keypair, Signer as _,
};
use assay_market::state::{shard_of, EpochWork, Params, Worker, SHARDS};
use assay_rewards::state::{ClaimRecord, EpochRewards};
use assay_shared::token::ACCOUNT_LEN;

/// Tallies the epochs of the owner's worker whose window is open; answers which.
pub fn tally(
    session: &Session,
    wallet: &Keypair,
    params: &Params,
    owner: &Address,
) -> Result<Vec<u64>> {
    let mut done = Vec::new();
    let mut sender = CrankSender::new(session, wallet);
    loop {
        let (address, worker) = worker_of(session, owner)?;
        let now = session.client.now()?;
        let due = to_tally(&worker, params, now);
        // A server that lags behind shows for a moment what is done already.
        let Some(epoch) = due.into_iter().find(|epoch| !done.contains(epoch)) else {
            return Ok(done);
        };
        let sum = market::epoch_work(epoch, shard_of(&address));
        let rent = session.rent_unless_exists(&sum, account_size::<EpochWork>())?;
        if sender.send(&[tally_work(wallet.pubkey(), address, epoch)], rent)? {
            done.push(epoch);
        }
    }
}

/// The epochs whose window is open and whose work is not in the sum.
fn to_tally(worker: &Worker, params: &Params, now: i64) -> Vec<u64> {
    let is_due = |epoch| {
        let ended = params.epoch_end(epoch).is_ok_and(|end| end <= now);
        ended && params.tally_end(epoch).is_ok_and(|end| now < end)
    };
    let untallied = worked(worker).into_iter().filter(|(_, _, done)| !done);
    let epochs = untallied.map(|(epoch, _, _)| epoch);
    epochs.filter(|epoch| is_due(*epoch)).collect()
}

/// Finalizes, or skips when nobody worked, every epoch whose tally is over; answers those finalized.
pub fn finalize(session: &Session, wallet: &Keypair, params: &Params) -> Result<Vec<u64>> {
    let current = session.epoch(params)?;
    let mut finalized = Vec::new();
    let mut sender = CrankSender::new(session, wallet);
    loop {
        let epoch = emission(session)?.due_epoch(current);
        let now = session.client.now()?;
        if epoch >= current || params.tally_end(epoch).is_ok_and(|end| now < end) {
            return Ok(finalized);
        }
        if total_weight(session, epoch)? == 0 {
            sender.send(&[skip_epoch(epoch)], 0)?;
            continue;
        }
        let pot = session.client.minimum_balance(ACCOUNT_LEN)?;
        let record = session
            .client
            .minimum_balance(account_size::<EpochRewards>())?;
        let finalize = finalize_epoch(wallet.pubkey(), epoch);
        if sender.send(&[finalize], pot.saturating_add(record))? {
            finalized.push(epoch);
        }
    }
}

/// Everyone's tallied work in `epoch`.
pub fn total_weight(session: &Session, epoch: u64) -> Result<u64> {
    let mut total = 0u64;
    for shard in 0..SHARDS {
        let address = market::epoch_work(epoch, shard);
        let sum: Option<EpochWork> = session.client.try_fetch("work record", &address)?;
        total = total.saturating_add(sum.map_or(0, |sum| sum.weight.get()));
    }
    Ok(total)
}

/// Lamports for the claim record of a provider, if it has none yet.
pub fn record_rent(session: &Session, provider: &Address) -> Result<u64> {
    let record = rewards::claim_record(provider);
    session.rent_unless_exists(&record, account_size::<ClaimRecord>())
}
