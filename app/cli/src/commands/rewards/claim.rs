//! `assay rewards claim`: claims all rewards of a provider.

use super::{
    cranks, fetch_claims, fetch_worker, recent_epochs, try_fetch_epoch_rewards, ProviderArgs,
};
use crate::{
    amount::{MintInfo, TokenAmount},
    crank_sender::CrankSender,
    output::format_time,
    Report, Result, Session,
};
use assay_client::{Address, Keypair};
use assay_market::state::Params;
use assay_rewards::state::claims_open;
use serde::Serialize;
use std::fmt;

#[derive(Serialize)]
struct ClaimReport {
    owner: String,
    claimed: TokenAmount,
    epochs: Vec<Share>,
    /// Epochs tallied by this command.
    tallied: Vec<u64>,
    /// Epochs finalized by this command.
    finalized: Vec<u64>,
    /// Epochs with work whose tally window has not ended.
    waiting: Vec<Waiting>,
}

#[derive(Serialize)]
struct Share {
    epoch: u64,
    amount: TokenAmount,
}

#[derive(Serialize)]
struct Waiting {
    epoch: u64,
    /// Unix seconds.
    claimable_at: i64,
}

impl fmt::Display for ClaimReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Share { epoch, amount } in &self.epochs {
            writeln!(f, "epoch {epoch}: {amount}")?;
        }
        for Waiting {
            epoch,
            claimable_at,
        } in &self.waiting
        {
            writeln!(
                f,
                "epoch {epoch}: claimable from {}",
                format_time(*claimable_at)
            )?;
        }
        write!(f, "claimed {} for {}", self.claimed, self.owner)
    }
}

pub fn run(args: &ProviderArgs, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = session.owner(args.owner)?;
    let params = session.market()?;
    let tallied = cranks::tally(session, &wallet, &params, &owner)?;
    let finalized = cranks::finalize(session, &wallet, &params)?;
    let epochs = claim_all(session, &wallet, &params, &owner)?;
    let claimed = epochs.iter().map(|share| share.amount.units).sum();
    let waiting = session.best_effort(waiting(session, &params, &owner));
    Report::new(&ClaimReport {
        owner: owner.to_string(),
        claimed: MintInfo::assay().amount(claimed),
        epochs,
        tallied,
        finalized,
        waiting: waiting.unwrap_or_default(),
    })
}

/// Claims every epoch that is claimable. Anyone may claim for the provider, so the chain is read again before each claim.
fn claim_all(
    session: &Session,
    wallet: &Keypair,
    params: &Params,
    owner: &Address,
) -> Result<Vec<Share>> {
    let mut shares = Vec::<Share>::new();
    let mut sender = CrankSender::new(session, wallet);
    // A server that lags behind shows an epoch as claimable for a moment after it was claimed.
    let is_new = |shares: &[Share], epoch| shares.iter().all(|share| share.epoch != epoch);
    loop {
        let next = claimable(session, params, owner, |epoch| is_new(&shares, epoch));
        let next = if shares.is_empty() {
            next?
        } else {
            session.best_effort(next).flatten()
        };
        let Some((epoch, expected)) = next else {
            return Ok(shares);
        };
        if let Some(amount) = claim(session, &mut sender, owner, (epoch, expected))? {
            let amount = MintInfo::assay().amount(amount);
            shares.push(Share { epoch, amount });
        }
    }
}

/// Returns the oldest wanted epoch that can be claimed now, and the provider's share of it in base units.
fn claimable(
    session: &Session,
    params: &Params,
    owner: &Address,
    wanted: impl Fn(u64) -> bool,
) -> Result<Option<(u64, u64)>> {
    let (_, worker) = fetch_worker(session, owner)?;
    let claims = fetch_claims(session, owner)?;
    let current = session.epoch(params)?;
    for work in recent_epochs(&worker) {
        let epoch = work.epoch;
        let is_open = work.tallied && claims_open(epoch, current);
        if !is_open || claims.with(epoch).is_none() || !wanted(epoch) {
            continue;
        }
        let rewards = try_fetch_epoch_rewards(session, epoch)?;
        if let Some(share) = rewards.and_then(|mut rewards| rewards.claim(work.weight).ok()) {
            return Ok(Some((epoch, share)));
        }
    }
    Ok(None)
}

/// Claims one epoch. Returns the amount paid in base units, or `None` if somebody else was faster.
fn claim(
    session: &Session,
    sender: &mut CrankSender<'_>,
    owner: &Address,
    (epoch, expected): (u64, u64),
) -> Result<Option<u64>> {
    let assay = MintInfo::assay();
    let destination = assay.ata(owner);
    let before = session.client.token_balance(&destination)?;
    let plan = session
        .client
        .plan_claim_epoch(&sender.payer(), owner, epoch)?;
    if !sender.send(&plan)? {
        return Ok(None);
    }
    // Claims of others at the same moment may change the share by one base unit, so the balance decides.
    let after = session.best_effort(session.client.token_balance(&destination));
    Ok(Some(
        after.map_or(expected, |after| after.saturating_sub(before)),
    ))
}

/// Returns the epochs with work whose tally window has not ended.
fn waiting(session: &Session, params: &Params, owner: &Address) -> Result<Vec<Waiting>> {
    let (_, worker) = fetch_worker(session, owner)?;
    let now = session.client.now()?;
    let later = recent_epochs(&worker).into_iter().filter_map(|work| {
        let epoch = work.epoch;
        let claimable_at = params.tally_end(epoch).ok().filter(|end| now < *end)?;
        Some(Waiting {
            epoch,
            claimable_at,
        })
    });
    Ok(later.collect())
}
