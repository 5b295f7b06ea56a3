//! `assay rewards show`: shows the emission, and the rewards of one provider.

use super::{
    epoch_status::{EpochFacts, EpochStatus},
    fetch_claims, fetch_emission, fetch_worker, recent_epochs, try_fetch_epoch_rewards,
    try_fetch_worker, ProviderArgs,
};
use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    keypair::AddressArg,
    Report, Result, Session,
};
use assay_client::Address;
use assay_market::state::{Params, Worker};
use assay_rewards::state::Emission;
use serde::Serialize;
use std::fmt;

#[derive(Serialize)]
struct RewardsReport {
    /// The current epoch.
    epoch: u64,
    /// ASSAY minted by the emission so far.
    minted: TokenAmount,
    cap: TokenAmount,
    workers_bps: u64,
    stakers_bps: u64,
    /// The most that an epoch mints, as a share of what its fees are worth, basis points.
    kappa_bps: u64,
    owner: Option<String>,
    epochs: Vec<EpochReport>,
}

#[derive(Serialize)]
struct EpochReport {
    epoch: u64,
    /// Protocol fee that the provider's results brought, base units of ASSAY.
    weight: U64String,
    state: EpochStatus,
    /// The provider's share while it can be claimed, of which delegators get a part, exact to one base unit.
    share: Option<TokenAmount>,
}

impl fmt::Display for RewardsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "current epoch {}; {} minted of at most {}",
            self.epoch, self.minted, self.cap
        )?;
        for EpochReport {
            epoch,
            weight,
            state,
            share,
        } in &self.epochs
        {
            write!(f, "\nepoch {epoch}: weight {weight}, {state}")?;
            if let Some(share) = share {
                write!(f, ", {share}")?;
            }
        }
        Ok(())
    }
}

/// Shows only the emission if there is neither `--owner` nor a wallet, or if the wallet is not a provider.
pub fn run(args: &ProviderArgs, session: &Session) -> Result<Report> {
    let params = session.market()?;
    let emission = fetch_emission(session)?;
    let assay = MintInfo::assay();
    let provider = match args.owner {
        Some(AddressArg(owner)) => Some((owner, fetch_worker(session, &owner)?.1)),
        None => match session.optional_owner()? {
            Some(owner) => try_fetch_worker(session, &owner)?.map(|(_, worker)| (owner, worker)),
            None => None,
        },
    };
    let epochs = match &provider {
        Some((owner, worker)) => epoch_reports(session, (&params, &emission), owner, worker)?,
        None => Vec::new(),
    };
    Report::new(&RewardsReport {
        epoch: session.epoch(&params)?,
        minted: assay.amount(emission.minted.get()),
        cap: assay.amount(emission.cap.get()),
        workers_bps: emission.workers_bps.get(),
        stakers_bps: emission.stakers_bps.get(),
        kappa_bps: emission.kappa_bps.get(),
        owner: provider.map(|(owner, _)| owner.to_string()),
        epochs,
    })
}

/// Reports the epochs in which the worker has work.
fn epoch_reports(
    session: &Session,
    (params, emission): (&Params, &Emission),
    owner: &Address,
    worker: &Worker,
) -> Result<Vec<EpochReport>> {
    let claims = fetch_claims(session, owner)?;
    let now = session.client.now()?;
    let mut list = Vec::new();
    for work in recent_epochs(worker) {
        let rewards = try_fetch_epoch_rewards(session, work.epoch)?;
        let facts = EpochFacts {
            epoch: work.epoch,
            tallied: work.tallied,
            finalized: rewards.is_some(),
            claims,
            params,
            emission,
            now,
        };
        let state = facts.status();
        let share = rewards.filter(|_| state == EpochStatus::Claimable);
        let share = share.and_then(|mut rewards| rewards.claim(work.weight).ok());
        list.push(EpochReport {
            epoch: work.epoch,
            weight: U64String(work.weight),
            state,
            share: share.map(|share| {
                let units = share.work.saturating_add(share.stake);
                MintInfo::assay().amount(units)
            }),
        });
    }
    Ok(list)
}
