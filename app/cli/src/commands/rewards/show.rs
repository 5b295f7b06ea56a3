use super::{claims, emission, rewards_of, worked, worker_of, Provider};
use crate::{amount::Tokens, token::Token, Outcome, Result, Session};
use assay_client::Address;
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
    weight: u64,
    state: State,
    /// The provider's share once the epoch is finalized, exact to a unit.
    share: Option<Tokens>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Not in the epoch's sum yet.
    Untallied,
    /// Waits for the end of the tally window.
    Tallied,
    Claimable,
    Claimed,
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
            let state = match state {
                State::Untallied => "not tallied yet",
                State::Tallied => "tallied, not finalized yet",
                State::Claimable => "claimable",
                State::Claimed => "claimed",
            };
            write!(f, "\nepoch {epoch}: weight {weight}, {state}")?;
            if let Some(share) = share {
                write!(f, ", {share}")?;
            }
        }
        Ok(())
    }
}

/// Without a wallet and without `--owner` only the emission is shown.
pub fn run(args: &Provider, session: &Session) -> Result<Outcome> {
    let params = session.market()?;
    let emission = emission(session)?;
    let assay = Token::assay();
    let owner = match args.owner {
        Some(owner) => Some(owner.0),
        None => session.owner(None).ok(),
    };
    let known = match owner {
        Some(owner) if args.owner.is_none() => worker_of(session, &owner).is_ok().then_some(owner),
        owner => owner,
    };
    let epochs = match known {
        Some(owner) => earned(session, &owner)?,
        None => Vec::new(),
    };
    Outcome::ok(&Shown {
        epoch: session.epoch(&params)?,
        minted: assay.tokens(emission.minted.get()),
        cap: assay.tokens(emission.cap.get()),
        workers_bps: emission.workers_bps.get(),
        owner: known.map(|owner| owner.to_string()),
        epochs,
    })
}

fn earned(session: &Session, owner: &Address) -> Result<Vec<Earned>> {
    let (_, worker) = worker_of(session, owner)?;
    let claims = claims(session, owner)?;
    let mut list = Vec::new();
    for (epoch, weight, tallied) in worked(&worker) {
        let rewards = rewards_of(session, epoch)?;
        let is_claimed = claims.with(epoch).is_none();
        let state = match (tallied, &rewards) {
            (_, _) if is_claimed => State::Claimed,
            (false, _) => State::Untallied,
            (true, None) => State::Tallied,
            (true, Some(_)) => State::Claimable,
        };
        let share = rewards.and_then(|mut rewards| rewards.claim(weight).ok());
        list.push(Earned {
            epoch,
            weight,
            state,
            share: share
                .filter(|_| !is_claimed)
                .map(|share| Token::assay().tokens(share)),
        });
    }
    Ok(list)
}
