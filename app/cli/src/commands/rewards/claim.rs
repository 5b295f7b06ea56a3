use super::{claims, cranks, rewards_of, worked, worker_of, Provider};
use crate::{amount::Tokens, time::format_time, token::Token, Outcome, Result, Session};
use assay_client::{
    address::staking, instruction::rewards::claim_epoch, Address, Keypair, Signer as _,
};
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
    let (address, worker) = worker_of(session, &owner)?;
    let tallied = cranks::tally(session, &wallet, &params, (&address, &worker))?;
    let finalized = cranks::finalize(session, &wallet, &params)?;
    let epochs = claim_all(session, &wallet, &params, &owner)?;
    let claimed = epochs.iter().map(|share| share.amount.units).sum();
    Outcome::ok(&Claimed {
        owner: owner.to_string(),
        claimed: Token::assay().tokens(claimed),
        epochs,
        tallied,
        finalized,
        waiting: waiting(session, &params, &owner)?,
    })
}

fn claim_all(
    session: &Session,
    wallet: &Keypair,
    params: &Params,
    owner: &Address,
) -> Result<Vec<Share>> {
    let assay = Token::assay();
    let (_, worker) = worker_of(session, owner)?;
    let claims = claims(session, owner)?;
    let current = session.epoch(params)?;
    let (provider, destination) = (staking::provider(owner), assay.wallet(owner));
    let mut shares = Vec::new();
    for (epoch, _, tallied) in worked(&worker) {
        let is_new = claims.with(epoch).is_some();
        if !tallied
            || !is_new
            || !claims_open(epoch, current)
            || rewards_of(session, epoch)?.is_none()
        {
            continue;
        }
        let before = session.client.token_balance(&destination)?;
        let rent = cranks::record_rent(session, &provider)?;
        let claim = [
            assay.create_wallet(&wallet.pubkey(), owner),
            claim_epoch(wallet.pubkey(), &provider, epoch, destination),
        ];
        session.send(&claim, &[wallet], rent)?;
        let after = session.client.token_balance(&destination)?;
        shares.push(Share {
            epoch,
            amount: assay.tokens(after.saturating_sub(before)),
        });
    }
    Ok(shares)
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
