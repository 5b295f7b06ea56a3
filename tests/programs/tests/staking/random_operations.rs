//! Random operations of an owner, two delegators, the market and rewards: after each, the vaults hold what the accounts say, nobody's
//! shares are forgotten, and the events have told every change.

use crate::indexed::Index;
use assay_harness::{
    instruction::staking::{self, SlashAccounts, SlashAmounts},
    keypairs::{self, address_of},
    pda::staking as at,
    staking::MIN_SELF_STAKE,
    Address, Instruction, Keypair, Signer, TestContext,
};
use assay_staking::state::{Delegation, Matured, Provider, Ticket};
use proptest::prelude::*;
use std::{collections::BTreeSet, sync::OnceLock};

const PURSE: u64 = 100_000;
const DELEGATORS: [&str; 2] = ["alice", "carol"];

#[derive(Clone, Debug)]
enum Step {
    Stake {
        amount: u64,
    },
    BeginUnbond {
        amount: u64,
    },
    CancelUnbond {
        amount: u64,
    },
    WithdrawStake,
    Delegate {
        who: usize,
        amount: u64,
    },
    Activate {
        who: usize,
    },
    WithdrawPending {
        who: usize,
    },
    Request {
        who: usize,
        shares: u64,
    },
    Undelegate {
        who: usize,
        shares: u64,
    },
    Leave {
        who: usize,
    },
    Mature {
        which: usize,
    },
    WithdrawTicket {
        who: usize,
        which: usize,
    },
    Claim {
        who: usize,
    },
    ClaimOwner,
    Fund {
        direct: u64,
        streamed: u64,
    },
    Allocate {
        amount: u64,
    },
    Deallocate {
        amount: u64,
    },
    Yield {
        free: u64,
    },
    Slash {
        amount: u64,
        release: u64,
        seconds_ago: u64,
    },
    Advance {
        seconds: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![1..200u64, 1..40_000u64];
    let who = || 0..DELEGATORS.len();
    prop_oneof![
        amount().prop_map(|amount| Step::Stake { amount }),
        amount().prop_map(|amount| Step::BeginUnbond { amount }),
        amount().prop_map(|amount| Step::CancelUnbond { amount }),
        Just(Step::WithdrawStake),
        (who(), amount()).prop_map(|(who, amount)| Step::Delegate { who, amount }),
        who().prop_map(|who| Step::Activate { who }),
        who().prop_map(|who| Step::WithdrawPending { who }),
        (who(), amount()).prop_map(|(who, shares)| Step::Request { who, shares }),
        (who(), amount()).prop_map(|(who, shares)| Step::Undelegate { who, shares }),
        who().prop_map(|who| Step::Leave { who }),
        (0..4usize).prop_map(|which| Step::Mature { which }),
        (who(), 0..4usize).prop_map(|(who, which)| Step::WithdrawTicket { who, which }),
        who().prop_map(|who| Step::Claim { who }),
        Just(Step::ClaimOwner),
        (0..500u64, 0..5_000u64).prop_map(|(direct, streamed)| Step::Fund { direct, streamed }),
        amount().prop_map(|amount| Step::Allocate { amount }),
        amount().prop_map(|amount| Step::Deallocate { amount }),
        amount().prop_map(|free| Step::Yield { free }),
        (amount(), 0..20_000u64, 0..900_000u64).prop_map(|(amount, release, seconds_ago)| {
            Step::Slash {
                amount,
                release,
                seconds_ago,
            }
        }),
        (0..400_000u64).prop_map(|seconds| Step::Advance { seconds }),
    ]
}

/// Bob's provider, and the times of maturity of all tickets that were ever opened.
struct Run {
    context: TestContext,
    keys: Vec<Keypair>,
    provider: Address,
    mint: Address,
    accounts: SlashAccounts,
    maturities: BTreeSet<i64>,
    index: Index,
}

impl Run {
    fn new() -> Self {
        static PREPARED: OnceLock<TestContext> = OnceLock::new();
        let prepared = PREPARED.get_or_init(|| {
            let mut context = TestContext::new();
            context.init_staking();
            let provider = context.provider("bob", 20_000);
            for name in DELEGATORS {
                context.join(name, &provider, 10_000);
            }
            let mint = context.stake_mint();
            for name in DELEGATORS.into_iter().chain(["bob"]) {
                let owner = context.address_of(name);
                context.mint_tokens(&mint, &owner, PURSE);
            }
            context.slash_accounts(&provider);
            context
        });
        let mut context = prepared.clone();
        let provider = keypairs::provider_of("bob");
        let names = ["bob", "alice", "carol", "market", "rewards", "anyone"];
        let delegations = DELEGATORS.map(|name| at::delegation(&provider, &address_of(name)));
        let index = Index::start(&context, &provider, &delegations);
        Self {
            index,
            keys: names.map(|name| context.actor(name)).into(),
            mint: context.stake_mint(),
            accounts: context.slash_accounts(&provider),
            provider,
            context,
            maturities: BTreeSet::new(),
        }
    }

    fn take(&mut self, step: &Step) {
        let (owner, market) = (address_of("bob"), address_of("market"));
        let (provider, mint) = (self.provider, self.mint);
        let who = |index: usize| address_of(DELEGATORS[index]);
        match *step {
            Step::Stake { amount } => {
                let ata = self.context.ata(&mint, &owner);
                let amount = amount.min(self.context.balance(&ata));
                if self.send(staking::deposit_stake(owner, ata, amount)) {
                    self.check_minimum();
                }
            }
            Step::BeginUnbond { amount } => {
                if self.send(staking::begin_unbond(owner, amount)) {
                    self.check_minimum();
                }
            }
            Step::CancelUnbond { amount } => {
                if self.send(staking::cancel_unbond(owner, amount)) {
                    self.check_minimum();
                }
            }
            Step::WithdrawStake => {
                self.send(staking::withdraw_stake(owner, &mint));
            }
            Step::Delegate { who: index, amount } => {
                let source = self.context.ata(&mint, &who(index));
                let amount = amount.min(self.context.balance(&source));
                self.send(staking::delegate(who(index), &provider, source, amount));
            }
            Step::Activate { who: index } => {
                self.send(staking::activate_delegation(&who(index), &provider));
            }
            Step::WithdrawPending { who: index } => {
                self.send(staking::withdraw_pending(who(index), &provider, &mint));
            }
            Step::Request { who: index, shares } => {
                self.send(staking::request_undelegation(who(index), &provider, shares));
            }
            Step::Undelegate { who: index, shares } => self.undelegate(who(index), shares),
            Step::Leave { who: index } => {
                let shares = self.delegation(DELEGATORS[index]).shares.get();
                self.undelegate(who(index), shares);
            }
            Step::Mature { which } => {
                if let Some(matures_at) = self.maturities.iter().nth(which) {
                    let anyone = address_of("anyone");
                    self.send(staking::mature_bucket(anyone, &provider, *matures_at));
                }
            }
            Step::WithdrawTicket { who: index, which } => {
                let open = self.tickets(DELEGATORS[index]);
                if let Some((matures_at, _)) = open.get(which) {
                    let name = DELEGATORS[index];
                    let accounts = self.context.ticket_accounts(name, &provider, *matures_at);
                    self.send(staking::withdraw_ticket(accounts, &mint));
                }
            }
            Step::Claim { who: index } => {
                assert!(self.send(staking::claim_rewards(&who(index), &provider, &mint)));
            }
            Step::ClaimOwner => {
                assert!(self.send(staking::claim_owner_rewards(&owner, &owner, &mint)));
            }
            Step::Fund { direct, streamed } => self.fund(direct, streamed),
            Step::Allocate { amount } => {
                self.send(staking::allocate_stake(market, owner, amount));
            }
            Step::Deallocate { amount } => {
                self.send(staking::deallocate_stake(market, provider, amount));
            }
            Step::Yield { free } => {
                assert!(self.send(staking::yield_stake(market, provider, free)));
                let bob = self.context.provider_of("bob");
                let capacity = bob
                    .capacity(&self.context.account(&at::params()))
                    .expect("sane sums");
                let allocated = bob.allocated.get();
                assert!(free < 40_000 || allocated <= capacity, "too much is bound");
            }
            Step::Slash {
                amount,
                release,
                seconds_ago,
            } => {
                let amounts = SlashAmounts {
                    amount,
                    award: amount / 3,
                    release,
                    free: 0,
                    infraction_time: self.context.now() - seconds_ago as i64,
                };
                self.send(staking::slash_stake(self.accounts, amounts));
            }
            Step::Advance { seconds } => self.context.advance(seconds),
        }
    }

    /// Pays rewards into the vault and records them, which must be accepted.
    fn fund(&mut self, direct: u64, streamed: u64) {
        let vault = at::reward_vault(&self.provider);
        self.context
            .mint_to_account(&self.mint, &vault, direct + streamed);
        let rewards = address_of("rewards");
        let fund = staking::fund_rewards(rewards, &self.provider, direct, streamed);
        assert!(self.send(fund), "rewards are refused");
    }

    fn undelegate(&mut self, who: Address, shares: u64) {
        let matures_at = self.context.delegated_maturity();
        let undelegate = staking::undelegate(who, &who, &self.provider, shares, matures_at);
        if self.send(undelegate) {
            self.maturities.insert(matures_at);
        }
    }

    fn delegation(&self, name: &str) -> Delegation {
        self.context.delegation_of(name, &self.provider)
    }

    /// Returns the open tickets of a delegator: when they mature, and their shares.
    fn tickets(&self, name: &str) -> Vec<(i64, u64)> {
        let delegation = at::delegation(&self.provider, &address_of(name));
        let tickets = self.maturities.iter().filter_map(|matures_at| {
            let address = at::ticket(&delegation, *matures_at);
            let is_open = self.context.exists(&address);
            is_open.then(|| (*matures_at, self.context.account::<Ticket>(&address).shares))
        });
        tickets.map(|(at, shares)| (at, shares.get())).collect()
    }

    /// Asserts that the owner's stake, which it has just changed, is nothing or the minimum. Only a slash may take it below.
    fn check_minimum(&self) {
        let own = self.context.provider_of("bob").own.active.get();
        assert!(own == 0 || own >= MIN_SELF_STAKE, "dust: {own}");
    }

    /// Returns true if the instruction was accepted. A rejection must come from staking.
    fn send(&mut self, instruction: Instruction) -> bool {
        self.context.advance(1);
        let anyone = self.context.actor("anyone");
        let is_asked = |key: &&Keypair| {
            let mut metas = instruction.accounts.iter();
            metas.any(|meta| meta.is_signer && meta.pubkey == key.pubkey())
        };
        let others = self.keys.iter().filter(is_asked);
        let signers: Vec<&Keypair> = [&anyone]
            .into_iter()
            .chain(others.filter(|key| key.pubkey() != anyone.pubkey()))
            .collect();
        let sent = self
            .context
            .send(std::slice::from_ref(&instruction), &signers);
        match sent {
            Ok(result) => {
                let now = self.context.now();
                self.index.follow(&instruction, &result.logs, now);
                true
            }
            Err(failure) => {
                let by_staking = failure.program == Some(assay_staking::ID);
                assert!(by_staking, "refused by something else: {failure:?}");
                false
            }
        }
    }

    fn check(&self) {
        let provider = self.context.provider_of("bob");
        let delegations = DELEGATORS.map(|name| self.delegation(name));
        let vault = self.context.balance(&at::stake_vault(&self.provider));
        let counted = provider.stake_balance().expect("the sum fits");
        assert!(vault >= counted, "the vault holds {vault} of {counted}");
        if provider.generation.get() == 0 && provider.holders.get() > 0 {
            assert_eq!(vault, counted, "nothing is left over before a wipe-out");
        }
        self.check_rewards(&provider, &delegations);
        self.check_shares(&provider, &delegations);
        let active = provider.own.active.get() + provider.active_tokens.get();
        assert!(provider.allocated.get() <= active, "collateral is backed");
        self.index.check(&self.context);
    }

    fn check_rewards(&self, provider: &Provider, delegations: &[Delegation; 2]) {
        let vault = self.context.balance(&at::reward_vault(&self.provider));
        let held = provider.rewards_held.get();
        assert!(vault >= held, "the reward vault holds {vault} of {held}");
        let delegators: u64 = delegations.iter().map(|d| d.rewards.get()).sum();
        let owed = provider.owner_rewards.get() + provider.stream.left.get() + delegators;
        assert!(held >= owed, "{owed} are owed out of {held}");
    }

    fn check_shares(&self, provider: &Provider, delegations: &[Delegation; 2]) {
        let generation = provider.generation.get();
        let alive = delegations.iter().filter(|d| d.is_alive(generation));
        let shares: u64 = alive.clone().map(|d| d.shares.get()).sum();
        assert_eq!(shares, provider.active_shares.get(), "active shares");
        let requested: u64 = alive.clone().map(|d| d.requested.get()).sum();
        assert_eq!(requested, provider.requested_shares.get(), "asked back");
        let holders = alive.filter(|d| d.shares.get() > 0).count();
        assert_eq!(holders as u32, provider.holders.get(), "holders");
        let dead = delegations.iter().filter(|d| !d.is_alive(generation));
        assert_eq!(dead.count() as u32, provider.unsettled.get(), "unsettled");
        let pending: u64 = delegations.iter().map(|d| d.pending.get()).sum();
        assert_eq!(pending, provider.pending_tokens.get(), "pending");

        let tickets: Vec<(i64, u64)> = DELEGATORS.iter().flat_map(|n| self.tickets(n)).collect();
        for matures_at in &self.maturities {
            let of_tickets = tickets.iter().filter(|(at, _)| at == matures_at);
            let of_tickets: u64 = of_tickets.map(|(_, shares)| shares).sum();
            let buckets = provider.buckets.iter();
            let bucket = buckets.filter(|b| b.matures_at.get() == *matures_at);
            let in_bucket: u64 = bucket.map(|b| b.shares.get()).sum();
            let record = at::matured(&self.provider, *matures_at);
            let in_record = if self.context.exists(&record) {
                self.context.account::<Matured>(&record).shares.get()
            } else {
                0
            };
            assert_eq!(of_tickets, in_bucket + in_record, "shares of tickets");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_vaults_hold_what_the_accounts_say_and_events_tell_every_change(steps in prop::collection::vec(step(), 1..40)) {
        let mut run = Run::new();
        for step in &steps {
            run.take(step);
            run.check();
        }
    }
}
