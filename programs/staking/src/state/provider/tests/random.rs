//! Random lives of a provider with five delegations. After each step no token is lost, made, or owed twice.

use super::*;
use crate::state::{Matured, SlashCuts};
use proptest::prelude::*;

const WALLETS: usize = 5;

struct World {
    provider: Provider,
    delegations: [Delegation; WALLETS],
    /// Wallet, time of maturity, shares of the bucket.
    tickets: Vec<(usize, i64, u64)>,
    records: Vec<Matured>,
    /// What each vault holds.
    stake: u64,
    rewards: u64,
    /// What the wallets got out of the reward vault, and what was funded.
    paid: u64,
    funded: u64,
    now: i64,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    kind: u8,
    wallet: usize,
    amount: u64,
    pause: i64,
}

impl World {
    fn new() -> Self {
        Self {
            provider: provider(0),
            delegations: [Delegation::zeroed(); WALLETS],
            tickets: Vec::new(),
            records: Vec::new(),
            stake: 0,
            rewards: 0,
            paid: 0,
            funded: 0,
            now: 0,
        }
    }

    /// Does what an instruction does. An error leaves the world as it was, as the runtime does.
    fn play(&mut self, step: Step) -> RuleResult<()> {
        let Step { wallet, amount, .. } = step;
        let (params, now) = (params(), self.now);
        let mut provider = self.provider;
        let mut delegation = self.delegations[wallet];
        let (mut stake, mut paid, mut funded) = (self.stake, 0, 0);
        let (mut ticket, mut matured) = (None, None);
        match step.kind {
            0 => {
                provider.settle(now)?;
                provider.deposit_own(amount, &params)?;
                stake += amount;
            }
            1 => {
                provider.settle(now)?;
                provider.unbond_own(amount, now, &params)?;
            }
            2 => {
                provider.settle(now)?;
                provider.restake_own(amount, now, &params)?;
            }
            3 => stake -= provider.own.withdraw(now)?,
            4 | 5 => {
                provider.set_aside(&mut delegation, amount, now, &params)?;
                stake += amount;
            }
            6 | 7 => drop(activate(&mut provider, &mut delegation, now)?),
            8 => stake -= provider.take_pending(&mut delegation)?,
            9 => {
                let shares = amount.min(delegation.shares.get());
                provider.request(&mut delegation, shares, &params)?;
            }
            10 | 11 => {
                let shares = match amount % 3 {
                    0 => delegation.shares.get(),
                    1 => delegation.requested.get(),
                    _ => amount,
                };
                let left = leave(&mut provider, &mut delegation, shares, now)?;
                if left.shares > 0 {
                    ticket = Some((wallet, maturity(now), left.shares));
                }
            }
            12 => {
                let due = provider
                    .buckets
                    .iter()
                    .find(|b| !b.is_free() && b.is_mature(now));
                let due = due.map_or(0, |bucket| bucket.matures_at.get());
                let bucket = provider.take_matured(due, now)?;
                matured = Some(Matured {
                    matures_at: bucket.matures_at,
                    tokens: bucket.tokens,
                    shares: bucket.shares,
                    ..Matured::zeroed()
                });
            }
            13 | 14 => return self.withdraw_ticket(amount),
            15 => {
                provider.settle(now)?;
                provider.settle_position(&mut delegation)?;
                paid = delegation.take_rewards();
                provider.pay_rewards(paid)?;
            }
            16 => {
                provider.settle(now)?;
                paid = provider.take_owner_rewards()?;
            }
            17 => {
                provider.settle(now)?;
                provider.fund(amount / 2, amount, SPAN, now)?;
                funded = amount / 2 + amount;
            }
            18 => provider.allocate(amount, &params)?,
            19 => {
                provider.deallocate(amount.min(provider.allocated.get()))?;
                provider.settle(now)?;
                provider.end_diluted(&params)?;
            }
            20 => drop(provider.yield_free(amount, &params)?),
            _ => stake -= slashed(&mut provider, step, now)?.total(),
        }
        (self.provider, self.delegations[wallet]) = (provider, delegation);
        self.stake = stake;
        self.paid += paid;
        self.funded += funded;
        self.rewards = self.rewards + funded - paid;
        self.records.extend(matured);
        self.add_ticket(ticket);
        Ok(())
    }

    fn add_ticket(&mut self, ticket: Option<(usize, i64, u64)>) {
        let Some((wallet, due, shares)) = ticket else {
            return;
        };
        let mut open = self.tickets.iter_mut();
        match open.find(|open| (open.0, open.1) == (wallet, due)) {
            Some(open) => open.2 += shares,
            None => self.tickets.push((wallet, due, shares)),
        }
    }

    fn withdraw_ticket(&mut self, amount: u64) -> RuleResult<()> {
        if self.tickets.is_empty() {
            return Ok(());
        }
        let index = amount as usize % self.tickets.len();
        let (_, due, shares) = self.tickets[index];
        let record = self.records.iter_mut().find(|r| r.matures_at.get() == due);
        self.stake -= self.provider.redeem_ticket(shares, due, record, self.now)?;
        self.records.retain(|record| record.shares.get() > 0);
        self.tickets.remove(index);
        Ok(())
    }

    fn check(&self) {
        let provider = &self.provider;
        assert_eq!(provider.stake_balance(), Some(self.stake - self.surplus()));
        let own = provider.own.active.get();
        assert!(provider.allocated.get() <= own + provider.active_tokens.get());
        assert!(provider.active_tokens.get() <= provider.active_shares.get());
        let of = |read: fn(&Delegation) -> u64| self.delegations.iter().map(read).sum::<u64>();
        let generation = provider.generation.get();
        let alive = |d: &&Delegation| d.shares.get() > 0 && d.generation.get() == generation;
        let alive: Vec<_> = self.delegations.iter().filter(alive).collect();
        assert_eq!(
            provider.active_shares.get(),
            alive.iter().map(|d| d.shares.get()).sum::<u64>()
        );
        assert_eq!(
            provider.requested_shares.get(),
            alive.iter().map(|d| d.requested.get()).sum::<u64>()
        );
        assert_eq!(provider.holders.get() as usize, alive.len());
        let dead = self.delegations.iter().filter(|d| !d.is_alive(generation));
        assert_eq!(provider.unsettled.get() as usize, dead.count());
        assert!(provider.unsettled.get() == 0 || provider.active_shares.get() == 0);
        assert_eq!(provider.pending_tokens.get(), of(|d| d.pending.get()));
        assert!(alive.iter().all(|d| d.requested.get() <= d.shares.get()));
        let records = self.records.iter();
        assert_eq!(
            provider.matured_tokens.get(),
            records.map(|r| r.tokens.get()).sum::<u64>()
        );
        assert_eq!(provider.records.get() as usize, self.records.len());
        let owed =
            of(|d| d.rewards.get()) + provider.owner_rewards.get() + provider.stream.left.get();
        assert!(owed <= provider.rewards_held.get() && provider.rewards_held.get() <= self.rewards);
        assert_eq!(self.rewards + self.paid, self.funded);
        for bucket in &provider.buckets {
            let due = bucket.matures_at.get();
            let tickets = self
                .tickets
                .iter()
                .filter(|t| t.1 == due && !bucket.is_free());
            let held: u64 = tickets.map(|t| t.2).sum();
            assert!(bucket.is_free() || bucket.shares.get() == held);
            assert!(!bucket.is_free() || bucket.tokens.get() == 0);
        }
    }

    /// Tokens of pools that ended. They stay in the vault.
    fn surplus(&self) -> u64 {
        self.stake - self.provider.stake_balance().unwrap_or(self.stake)
    }
}

fn slashed(provider: &mut Provider, step: Step, now: i64) -> RuleResult<SlashCuts> {
    provider.settle(now)?;
    let release = provider.allocated.get() / (step.wallet as u64 + 1);
    let lie = now - step.pause;
    let amount = step.amount * [1, 1, 5, 100, 10_000][step.wallet];
    let cuts = provider.slash(amount, release, lie, now, &params())?;
    provider.yield_free(step.amount, &params())?;
    provider.end_diluted(&params())?;
    Ok(cuts)
}

prop_compose! {
    fn any_step()(kind in 0u8..24, wallet in 0..WALLETS, amount in 1u64..100_000, pause in 0i64..3 * DAY) -> Step {
        Step { kind, wallet, amount, pause }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn no_token_is_lost_made_or_owed_twice(steps in prop::collection::vec(any_step(), 1..150)) {
        let mut world = World::new();
        for step in steps {
            world.now += step.pause;
            let _ = world.play(step);
            world.check();
        }
        // Everybody leaves and is paid: nothing is stuck.
        world.provider.allocated = 0.into();
        world.now += 100 * DAY;
        for wallet in 0..WALLETS {
            let shares = world.delegations[wallet].shares.get();
            let now = world.now;
            let (provider, delegation) = (&mut world.provider, &mut world.delegations[wallet]);
            let due = provider.buckets.iter().filter(|b| !b.is_free()).map(|b| b.matures_at.get()).next();
            if let Some(due) = due.filter(|due| *due <= now) {
                let bucket = provider.take_matured(due, now).unwrap();
                world.records.push(Matured { matures_at: bucket.matures_at, tokens: bucket.tokens, shares: bucket.shares, ..Matured::zeroed() });
            }
            provider.settle(now).unwrap();
            provider.settle_position(delegation).unwrap();
            if delegation.shares.get() > 0 && !provider.is_wiped_out(&params()) {
                let left = provider.undelegate(delegation, shares, maturity(now), now, &params()).unwrap();
                if left.shares > 0 {
                    world.add_ticket(Some((wallet, maturity(now), left.shares)));
                }
            }
        }
        world.now += 100 * DAY;
        while !world.tickets.is_empty() {
            world.withdraw_ticket(0).unwrap();
        }
        prop_assert!(world.records.is_empty());
        prop_assert_eq!((world.provider.matured_tokens.get(), world.provider.records.get()), (0, 0));
    }
}
