use super::{
    claims, emission,
    epoch_status::{EpochFacts, EpochStatus},
    find_worker, rewards_of, worked, worker_of, Provider,
};
use crate::{
    amount::{Exact, Tokens},
    key::AddressArg,
    token::Token,
    Outcome, Result, Session,
};
use assay_client::Address;
use assay_market::state::{Params, Worker};
use assay_rewards::state::Emission;
use serde::Serialize;
use std::fmt;

/// The emission, and what one provider earned.
#[derive(Serialize)]
struct Shown {
    /// The epoch that runs.
    epoch: u64,
    /// Minted by the emission so far.
    minted: Tokens,
    cap: Tokens,
    workers_bps: u64,
    owner: Option<String>,
    epochs: Vec<Earned>,
}

#[derive(Serialize)]
struct Earned {
    epoch: u64,
    /// Stake base units of protocol fee that the provider's results earned.
    weight: Exact,
    state: EpochStatus,
    /// The provider's share while it can be claimed, exact to a unit.
    share: Option<Tokens>,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "epoch {} runs; {} minted of at most {}",
            self.epoch, self.minted, self.cap
        )?;
        for Earned {
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

/// Without a wallet and without `--owner`, or with a wallet that is no provider's, only the emission is shown.
pub fn run(args: &Provider, session: &Session) -> Result<Outcome> {
    let params = session.market()?;
    let emission = emission(session)?;
    let assay = Token::assay();
    let of = match args.owner {
        Some(AddressArg(owner)) => Some((owner, worker_of(session, &owner)?.1)),
        None => match session.owner_if_any()? {
            Some(owner) => find_worker(session, &owner)?.map(|(_, worker)| (owner, worker)),
            None => None,
        },
    };
    let epochs = match &of {
        Some((owner, worker)) => earned(session, (&params, &emission), owner, worker)?,
        None => Vec::new(),
    };
    Outcome::ok(&Shown {
        epoch: session.epoch(&params)?,
        minted: assay.tokens(emission.minted.get()),
        cap: assay.tokens(emission.cap.get()),
        workers_bps: emission.workers_bps.get(),
        owner: of.map(|(owner, _)| owner.to_string()),
        epochs,
    })
}

fn earned(
    session: &Session,
    (params, emission): (&Params, &Emission),
    owner: &Address,
    worker: &Worker,
) -> Result<Vec<Earned>> {
    let claims = claims(session, owner)?;
    let now = session.client.now()?;
    let mut list = Vec::new();
    for (epoch, weight, tallied) in worked(worker) {
        let rewards = rewards_of(session, epoch)?;
        let facts = EpochFacts {
            epoch,
            tallied,
            finalized: rewards.is_some(),
            claims,
            params,
            emission,
            now,
        };
        let state = facts.status();
        let share = rewards.filter(|_| state == EpochStatus::Claimable);
        let share = share.and_then(|mut rewards| rewards.claim(weight).ok());
        list.push(Earned {
            epoch,
            weight: Exact(weight),
            state,
            share: share.map(|share| Token::assay().tokens(share)),
        });
    }
    Ok(list)
}
