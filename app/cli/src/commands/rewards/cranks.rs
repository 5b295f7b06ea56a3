//! Sends the cranks that an epoch needs before it can be claimed: tally and finalize.

use super::{fetch_emission, fetch_worker};
use crate::{crank_sender::CrankSender, Result, Session};
use assay_client::{
    cranks::{due_epoch, untallied_epochs, EpochEnd},
    Address, Keypair,
};
use assay_market::state::Params;

/// Tallies the work of the owner's worker in every epoch whose window is open. Returns these epochs.
pub fn tally(
    session: &Session,
    wallet: &Keypair,
    params: &Params,
    owner: &Address,
) -> Result<Vec<u64>> {
    let client = &session.client;
    let mut done = Vec::new();
    let mut sender = CrankSender::new(session, wallet);
    loop {
        let (address, worker) = fetch_worker(session, owner)?;
        let due = untallied_epochs(&worker, params, client.now()?);
        // A server that lags behind shows an epoch as untallied for a moment after it was tallied.
        let Some(epoch) = due.into_iter().find(|epoch| !done.contains(epoch)) else {
            return Ok(done);
        };
        let plan = client.plan_tally(&sender.payer(), &address, epoch)?;
        if sender.send(&plan)? {
            done.push(epoch);
        }
    }
}

/// Finalizes every epoch whose tally is over, or skips it if nobody worked. Returns the finalized epochs.
pub fn finalize(session: &Session, wallet: &Keypair, params: &Params) -> Result<Vec<u64>> {
    let client = &session.client;
    let mut finalized = Vec::new();
    let mut sender = CrankSender::new(session, wallet);
    while let Some(epoch) = due_epoch(params, &fetch_emission(session)?, client.now()?) {
        let (end, plan) = client.plan_epoch_end(&sender.payer(), epoch)?;
        if sender.send(&plan)? && end == EpochEnd::Finalized {
            finalized.push(epoch);
        }
    }
    Ok(finalized)
}
