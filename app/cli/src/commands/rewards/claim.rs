use super::{claims, cranks, rewards_of, worked, worker_of, Provider};
use crate::{
    amount::Tokens, crank_sender::CrankSender, time::format_time, token::Token, Outcome, Result,
    Session,
};
use assay_client::{Address, Keypair};
use assay_market::state::Params;
use assay_rewards::state::claims_open;
use serde::Serialize;
use std::fmt;

/// What was claimed.
#[derive(Serialize)]
struct Claimed {
    owner: String,
    claimed: Tokens,
    epochs: Vec<Share>,
    /// Epochs tallied and finalized on the way.
    tallied: Vec<u64>,
    finalized: Vec<u64>,
    /// Earned, but claimable only from this unix time on.
    waiting: Vec<Waiting>,
}

#[derive(Serialize)]
struct Share {
    epoch: u64,
    amount: Tokens,
}

#[derive(Serialize)]
struct Waiting {
    epoch: u64,
    claimable_at: i64,
}

impl fmt::Display for Claimed {
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

pub fn run(args: &Provider, session: &Session) -> Result<Outcome> {
    let wallet = session.wallet()?;
    let owner = session.owner(args.owner)?;
    let params = session.market()?;
    let tallied = cranks::tally(session, &wallet, &params, &owner)?;
    let finalized = cranks::finalize(session, &wallet, &params)?;
    let epochs = claim_all(session, &wallet, &params, &owner)?;
    let claimed = epochs.iter().map(|share| share.amount.units).sum();
    let waiting = session.afterwards(waiting(session, &params, &owner));
    Outcome::ok(&Claimed {
        owner: owner.to_string(),
        claimed: Token::assay().tokens(claimed),
        epochs,
        tallied,
        finalized,
        waiting: waiting.unwrap_or_default(),
    })
}

/// Claims what is claimable. Anyone may do that for the provider, so that what was claimed meanwhile is looked up again.
fn claim_all(
    session: &Session,
    wallet: &Keypair,
    params: &Params,
    owner: &Address,
) -> Result<Vec<Share>> {
    let mut shares = Vec::<Share>::new();
    let mut sender = CrankSender::new(session, wallet);
    // A server that lags behind shows for a moment what is done already.
    let is_new = |shares: &[Share], epoch| shares.iter().all(|share| share.epoch != epoch);
    loop {
        let next = claimable(session, params, owner, |epoch| is_new(&shares, epoch));
        let next = match shares.is_empty() {
            true => next?,
            false => session.afterwards(next).flatten(),
        };
        let Some((epoch, expected)) = next else {
            return Ok(shares);
        };
        if let Some(amount) = claim(session, &mut sender, owner, (epoch, expected))? {
            let amount = Token::assay().tokens(amount);
            shares.push(Share { epoch, amount });
        }
    }
}

/// The oldest wanted epoch that can be claimed now, and the provider's share of it.
fn claimable(
    session: &Session,
    params: &Params,
    owner: &Address,
    wanted: impl Fn(u64) -> bool,
) -> Result<Option<(u64, u64)>> {
    let (_, worker) = worker_of(session, owner)?;
    let claims = claims(session, owner)?;
    let current = session.epoch(params)?;
    for (epoch, weight, tallied) in worked(&worker) {
        let is_open = tallied && claims_open(epoch, current);
        if !is_open || claims.with(epoch).is_none() || !wanted(epoch) {
            continue;
        }
        let rewards = rewards_of(session, epoch)?;
        if let Some(share) = rewards.and_then(|mut rewards| rewards.claim(weight).ok()) {
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
    let assay = Token::assay();
    let destination = assay.ata(owner);
    let before = session.client.token_balance(&destination)?;
    let plan = session
        .client
        .plan_claim_epoch(&sender.payer(), owner, epoch)?;
    if !sender.send(&plan)? {
        return Ok(None);
    }
    // Others who claimed in the same moment may have made a difference of one unit.
    let after = session.afterwards(session.client.token_balance(&destination));
    Ok(Some(
        after.map_or(expected, |after| after.saturating_sub(before)),
    ))
}

fn waiting(session: &Session, params: &Params, owner: &Address) -> Result<Vec<Waiting>> {
    let (_, worker) = worker_of(session, owner)?;
    let now = session.client.now()?;
    let later = worked(&worker).into_iter().filter_map(|(epoch, _, _)| {
        let claimable_at = params.tally_end(epoch).ok().filter(|end| now < *end)?;
        Some(Waiting {
            epoch,
            claimable_at,
        })
    });
    Ok(later.collect())
}
