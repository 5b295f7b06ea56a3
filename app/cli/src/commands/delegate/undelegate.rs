//! `assay delegate undelegate`: asks stake back and begins to unbond it.

use super::{fetch_delegation, params, tickets::oldest_mature, ProviderArg};
use crate::{
    amount::{Amount, MintInfo, TokenAmount},
    output::format_time,
    CliError, Report, Result, Session,
};
use assay_client::{
    account_size,
    cranks::TxPlan,
    instruction::{
        market::yield_collateral,
        staking::{mature_bucket, request_undelegation, undelegate},
    },
    pda::{market, staking},
    Address, Signer as _,
};
use assay_market::state::Worker;
use assay_shared::math::mul_div_ceil;
use assay_staking::{
    error::{RuleResult, StakingError},
    state::{span_end, Delegation, Matured, Params, Provider, Ticket, DELEGATED_PARTS},
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Stake that backs work cannot leave at once. This command then asks it back, which nobody can undo: the provider may not bind it
anew, and it earns and answers until it leaves. Run the command again without an amount when the work is over.

Examples:
  assay --keypair ada.json delegate undelegate 9WzD… 200
  assay --keypair ada.json delegate undelegate 9WzD… --all
  assay --keypair ada.json delegate undelegate 9WzD…         what is asked back already"
)]
pub struct Args {
    #[command(flatten)]
    provider: ProviderArg,
    /// ASSAY to take out. After a slash they may be a few base units more, because shares are whole numbers. Default: what is
    /// asked back already.
    amount: Option<Amount>,
    /// Take everything out.
    #[arg(long, conflicts_with = "amount")]
    all: bool,
}

#[derive(Serialize)]
struct UndelegateReport {
    provider: String,
    /// What unbonds by this step; nothing if it still backs work.
    unbonding: TokenAmount,
    /// Time from which that can be withdrawn, Unix seconds; `None` if nothing unbonds yet.
    matures_at: Option<i64>,
    /// What is asked back and still backs work.
    requested: TokenAmount,
    signature: String,
}

impl fmt::Display for UndelegateReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.matures_at {
            Some(at) => write!(
                f,
                "{} unbond, can be withdrawn from {}",
                self.unbonding,
                format_time(at)
            ),
            None => write!(
                f,
                "{} are asked back and still back work; run this command again later",
                self.requested
            ),
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let (address, provider) = args.provider.fetch(session)?;
    let delegation = fetch_delegation(session, &address, &owner)?;
    let worker: Option<Worker> = session.client.try_fetch(&market::worker(&address))?;
    let leaving = Leaving {
        provider,
        delegation,
        params: params(session)?,
        free: worker.map_or(0, |worker| worker.free.get()),
        now: session.client.now()?,
    };
    let shares = leaving.shares(args)?;
    let (steps, after) = leaving
        .plan(shares)
        .map_err(|error| leaving.explain(error))?;
    let plan = steps.transaction(session, &owner, &address)?;
    let signature = session.send(&plan.instructions, &[&wallet], plan.rent)?;
    let assay = MintInfo::assay();
    let waiting = after
        .provider
        .pool()
        .value(after.delegation.requested.get());
    Report::new(&UndelegateReport {
        provider: address.to_string(),
        unbonding: assay.amount(after.moved),
        matures_at: steps.undelegate.map(|(_, matures_at)| matures_at),
        requested: assay.amount(waiting.unwrap_or(0)),
        signature: signature.to_string(),
    })
}

/// The accounts that decide whether stake can leave.
#[derive(Clone, Copy)]
struct Leaving {
    provider: Provider,
    delegation: Delegation,
    params: Params,
    /// Collateral of the provider that is bound in no seat, base units.
    free: u64,
    /// Unix seconds.
    now: i64,
}

/// What is to be sent, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Steps {
    /// The bucket that matured at this Unix time makes room.
    mature: Option<i64>,
    /// Shares to ask back; collateral is freed for them.
    request: Option<u64>,
    /// Shares that leave, and the Unix time at which they mature.
    undelegate: Option<(u64, i64)>,
}

/// The accounts after the steps.
struct After {
    provider: Provider,
    delegation: Delegation,
    /// Base units that unbond.
    moved: u64,
}

impl Leaving {
    /// Returns the shares that are meant.
    fn shares(&self, args: &Args) -> Result<u64> {
        let (held, requested) = (
            self.delegation.shares.get(),
            self.delegation.requested.get(),
        );
        let Some(amount) = &args.amount else {
            return match if args.all { held } else { requested } {
                0 if args.all => Err(CliError::not_found("the delegation has no active stake")),
                0 => Err(CliError::usage(
                    "nothing is asked back yet; name an amount, or pass --all",
                )),
                shares => Ok(shares),
            };
        };
        let amount = amount.units(MintInfo::assay().decimals)?;
        let pool = self.provider.pool();
        let shares = mul_div_ceil(amount, pool.shares, pool.tokens).unwrap_or(u64::MAX);
        let worth = pool.value(held).unwrap_or(0);
        if amount > worth {
            let assay = MintInfo::assay();
            let (worth, amount) = (assay.amount(worth), assay.amount(amount));
            return Err(CliError::insufficient(format!(
                "the delegation is worth {worth} but this takes {amount}"
            )));
        }
        Ok(shares.min(held))
    }

    /// Returns the steps by which `shares` leave, or are asked back if they still back work.
    fn plan(&self, shares: u64) -> RuleResult<(Steps, After)> {
        let (mut state, mut steps) = (*self, Steps::default());
        state.provider.settle(self.now)?;
        state.provider.settle_position(&mut state.delegation)?;
        let mut result = state.leave(shares, &mut steps);
        if result.as_ref().err() == Some(&StakingError::StakeAllocated) {
            let more = shares.saturating_sub(state.delegation.requested.get());
            if more > 0 {
                state
                    .provider
                    .request(&mut state.delegation, more, &self.params)?;
            }
            steps.request = Some(more);
            state.provider.yield_free(self.free, &self.params)?;
            result = state.leave(shares, &mut steps);
            if result.as_ref().err() == Some(&StakingError::StakeAllocated) {
                return Ok((steps, state.after(0)));
            }
        }
        result.map(|after| (steps, after))
    }

    /// Lets `shares` leave; makes room first if all buckets are taken.
    fn leave(&self, shares: u64, steps: &mut Steps) -> RuleResult<After> {
        let period = self.params.unbonding_period.get();
        let (_, matures_at) = span_end(self.now, period, DELEGATED_PARTS)?;
        let attempt = |mut state: Self| {
            let moved = state.provider.undelegate(
                &mut state.delegation,
                shares,
                matures_at,
                self.now,
                &self.params,
            )?;
            Ok(state.after(moved.tokens))
        };
        let mut result = attempt(*self);
        if result.as_ref().err() == Some(&StakingError::UnbondingQueueFull) {
            let mut state = *self;
            let mature = oldest_mature(&state.provider, self.now);
            let mature = mature.ok_or(StakingError::UnbondingQueueFull)?;
            state.provider.take_matured(mature, self.now)?;
            steps.mature = Some(mature);
            result = attempt(state);
        }
        let after = result?;
        steps.undelegate = Some((shares, matures_at));
        Ok(after)
    }

    fn after(&self, moved: u64) -> After {
        After {
            provider: self.provider,
            delegation: self.delegation,
            moved,
        }
    }

    fn explain(&self, error: StakingError) -> CliError {
        match error {
            StakingError::PositionWipedOut => CliError::not_found(
                "slashing wiped the delegation out; take its rewards with `assay delegate claim`",
            ),
            StakingError::DelegationTooSmall => CliError::usage(format!(
                "what leaves and what stays must be at least {}; take out less, or --all",
                MintInfo::assay().amount(self.params.min_delegation.get())
            )),
            other => CliError::rule(other),
        }
    }
}

impl Steps {
    /// Returns the transaction. `owner` pays the rent of the ticket.
    fn transaction(
        &self,
        session: &Session,
        owner: &Address,
        provider: &Address,
    ) -> Result<TxPlan> {
        let client = &session.client;
        let mut plan = TxPlan::default();
        if let Some(matures_at) = self.mature {
            plan.instructions
                .push(mature_bucket(*owner, provider, matures_at));
            plan.rent = client.minimum_balance(account_size::<Matured>())?;
        }
        if let Some(more) = self.request {
            if more > 0 {
                plan.instructions
                    .push(request_undelegation(*owner, provider, more));
            }
            plan.instructions.push(yield_collateral(*provider));
        }
        if let Some((shares, matures_at)) = self.undelegate {
            let leave = undelegate(*owner, owner, provider, shares, matures_at);
            plan.instructions.push(leave);
            let ticket = staking::ticket(&staking::delegation(provider, owner), matures_at);
            let rent = client.rent_if_missing(&ticket, account_size::<Ticket>())?;
            plan.rent = plan.rent.saturating_add(rent);
        }
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytemuck::Zeroable as _;

    const DAY: u64 = 86_400;
    const NOW: i64 = 1_700_000_000;

    /// Returns 300 base units of an owner and 700 of a delegator, of which `allocated` back work and `free` are bound in no seat.
    fn leaving(allocated: u64, free: u64) -> Leaving {
        let mut leaving = Leaving {
            provider: Provider::zeroed(),
            delegation: Delegation::zeroed(),
            params: Params::zeroed(),
            free,
            now: NOW,
        };
        leaving.params.min_delegation = 10.into();
        leaving.params.leverage = 5.into();
        leaving.params.unbonding_period = (12 * DAY).into();
        let (provider, delegation) = (&mut leaving.provider, &mut leaving.delegation);
        provider.own.deposit(300).unwrap();
        delegation.pending = 700.into();
        provider.pending_tokens = 700.into();
        provider.activate(delegation, true, NOW).unwrap();
        provider.allocated = allocated.into();
        leaving
    }

    fn due() -> i64 {
        span_end(NOW, 12 * DAY, DELEGATED_PARTS).unwrap().1
    }

    #[test]
    fn what_backs_no_work_leaves_at_once() {
        let (steps, after) = leaving(600, 0).plan(400).unwrap();
        assert_eq!(steps.undelegate, Some((400, due())));
        assert_eq!(
            (steps.request, steps.mature, after.moved),
            (None, None, 400)
        );
    }

    #[test]
    fn free_collateral_is_freed_for_what_leaves() {
        let (steps, after) = leaving(1_000, 1_000).plan(400).unwrap();
        assert_eq!(steps.request, Some(400));
        assert_eq!(steps.undelegate, Some((400, due())));
        assert_eq!(after.provider.allocated.get(), 600);
        assert_eq!(after.delegation.requested.get(), 0);
    }

    #[test]
    fn what_still_backs_work_is_asked_back_and_waits() {
        let (steps, after) = leaving(1_000, 0).plan(400).unwrap();
        assert_eq!((steps.request, steps.undelegate), (Some(400), None));
        assert_eq!(after.delegation.requested.get(), 400);
        let mut later = leaving(600, 0);
        later.delegation.requested = 400.into();
        later.provider.requested_shares = 400.into();
        let (steps, after) = later.plan(400).unwrap();
        assert_eq!((steps.request, after.moved), (None, 400));
    }

    #[test]
    fn a_mature_bucket_makes_room() {
        let mut leaving = leaving(0, 0);
        for (place, bucket) in (1..).zip(leaving.provider.buckets.iter_mut()) {
            bucket.matures_at = (NOW - 100 + place).into();
            bucket.shares = 1.into();
            bucket.tokens = 1.into();
        }
        let (steps, _) = leaving.plan(100).unwrap();
        assert_eq!(steps.mature, Some(NOW - 99));
        assert_eq!(steps.undelegate, Some((100, due())));
    }

    #[test]
    fn dust_does_not_stay_behind() {
        let leaving = leaving(0, 0);
        let error = leaving.plan(695).err().unwrap();
        assert_eq!(error, StakingError::DelegationTooSmall);
        assert!(leaving.explain(error).message.contains("--all"));
    }
}
