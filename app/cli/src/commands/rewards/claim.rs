//! `assay rewards claim`: claims all rewards of a provider and pays its owner.

use super::{cranks, fetch_worker, recent_epochs, try_fetch_worker, ProviderArgs};
use crate::{
    amount::{MintInfo, TokenAmount},
    commands::delegate::{Claimer, Earned},
    crank_sender::CrankSender,
    keypair::AddressArg,
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{
    cranks::{TxPlan, EPOCHS_PER_TX},
    instruction::staking,
    pda, Address, Signer as _,
};
use assay_market::state::Params;
use assay_staking::state::Provider;
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    provider: ProviderArgs,
    /// Also claim what the owner's delegations to providers earned.
    #[arg(long)]
    all: bool,
    /// Token account that is paid instead of the associated token account of the beneficiary. Only the owner can choose it.
    #[arg(long, value_name = "ADDRESS")]
    to: Option<AddressArg>,
}

#[derive(Serialize)]
struct ClaimReport {
    owner: String,
    /// Moved to the provider's reward vault, exact to one base unit for each epoch.
    claimed: TokenAmount,
    epochs: Vec<Share>,
    /// Paid out of the vault to the beneficiary.
    paid: TokenAmount,
    /// Still to come to owner and delegators over the next epochs.
    streaming: TokenAmount,
    /// Paid for delegations of the owner.
    delegations: Vec<Earned>,
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
            let from = format_time(*claimable_at);
            writeln!(f, "epoch {epoch}: claimable from {from}")?;
        }
        for Earned { provider, amount } in &self.delegations {
            writeln!(f, "delegation to {provider}: {amount}")?;
        }
        write!(
            f,
            "claimed {} for {}, paid {}; {} are still to come to all of its stake",
            self.claimed, self.owner, self.paid, self.streaming
        )
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = session.owner(args.provider.owner)?;
    let to = args.to.map(|AddressArg(address)| address);
    if to.is_some() && wallet.pubkey() != owner {
        return Err(CliError::usage(
            "only the owner's wallet can choose with --to where rewards go",
        ));
    }
    let claimant = Claimant(Claimer {
        session,
        wallet: &wallet,
        owner,
        to,
    });
    let params = session.market()?;
    let is_provider = try_fetch_worker(session, &owner)?.is_some();
    let assay = MintInfo::assay();
    let mut report = ClaimReport {
        owner: owner.to_string(),
        claimed: assay.amount(0),
        epochs: Vec::new(),
        paid: assay.amount(0),
        streaming: assay.amount(0),
        delegations: Vec::new(),
        tallied: Vec::new(),
        finalized: Vec::new(),
        waiting: Vec::new(),
    };
    if is_provider || !args.all {
        report.tallied = cranks::tally(session, &wallet, &params, &owner)?;
        report.finalized = cranks::finalize(session, &wallet, &params)?;
        report.epochs = claimant.claim_epochs(&params)?;
        let claimed = report.epochs.iter().map(|share| share.amount.units).sum();
        report.claimed = assay.amount(claimed);
        let paid = claimant.pay_owner()?;
        report.paid = assay.amount(paid);
        let streaming = session.best_effort(claimant.streaming());
        report.streaming = assay.amount(streaming.unwrap_or(0));
        let waiting = session.best_effort(waiting(session, &params, &owner));
        report.waiting = waiting.unwrap_or_default();
    }
    if args.all {
        report.delegations = claimant.0.claim_all()?;
    }
    Report::new(&report)
}

/// Who claims for a provider.
struct Claimant<'a>(Claimer<'a>);

impl Claimant<'_> {
    /// Claims every epoch that can be claimed. Anyone may claim for the provider, so the chain is read again before each claim.
    fn claim_epochs(&self, params: &Params) -> Result<Vec<Share>> {
        let mut shares = Vec::<Share>::new();
        let (session, client) = (self.0.session, &self.0.session.client);
        let mut sender = CrankSender::new(session, self.0.wallet);
        let provider = pda::staking::provider(&self.0.owner);
        loop {
            let next = self.claimable(params, &shares);
            let next = if shares.is_empty() {
                next?
            } else {
                session.best_effort(next).unwrap_or_default()
            };
            if next.is_empty() {
                return Ok(shares);
            }
            let epochs: Vec<u64> = next.iter().map(|share| share.epoch).collect();
            let plan = client.plan_claim_epochs(&sender.payer(), &provider, &epochs)?;
            if sender.send(&plan)? {
                shares.extend(next);
            }
        }
    }

    /// Returns the provider's shares of the oldest epochs that can be claimed now and are not in `done`: a server that lags behind
    /// shows an epoch as claimable for a moment after it was claimed.
    fn claimable(&self, params: &Params, done: &[Share]) -> Result<Vec<Share>> {
        let session = self.0.session;
        let (_, worker) = fetch_worker(session, &self.0.owner)?;
        let current = session.epoch(params)?;
        let mut shares = Vec::new();
        for mut rewards in session.client.claimable_epochs(&worker, current)? {
            let epoch = rewards.epoch.get();
            let is_new = done.iter().all(|share| share.epoch != epoch);
            let weight = worker.work(epoch).map_or(0, |work| work.weight.get());
            if let (true, Ok(share)) = (is_new, rewards.claim(weight)) {
                let units = share.work.saturating_add(share.stake);
                shares.push(Share {
                    epoch,
                    amount: MintInfo::assay().amount(units),
                });
            }
        }
        shares.truncate(EPOCHS_PER_TX);
        Ok(shares)
    }

    fn provider(&self) -> Result<Provider> {
        let address = pda::staking::provider(&self.0.owner);
        Ok(self.0.session.client.fetch(&address)?)
    }

    /// Pays what the owner has earned so far. Returns it, base units.
    fn pay_owner(&self) -> Result<u64> {
        let provider = self.provider()?;
        if provider.owner_rewards.get() == 0 && provider.stream.left.get() == 0 {
            return Ok(0);
        }
        let Claimer { owner, to, .. } = self.0;
        let destination = self.0.destination(&provider.beneficiary);
        self.0.paid_to(&destination, |payer| match to {
            Some(to) => Ok(TxPlan {
                instructions: vec![staking::claim_owner_rewards_to(owner, to)],
                rent: 0,
            }),
            None => Ok(self.0.session.client.plan_owner_rewards(payer, &provider)?),
        })
    }

    /// Returns what is still to come to owner and delegators, base units.
    fn streaming(&self) -> Result<u64> {
        Ok(self.provider()?.stream.left.get())
    }
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
