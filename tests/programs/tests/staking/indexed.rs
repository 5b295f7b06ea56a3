//! An indexer that follows a provider by the events of staking alone, and the claims among the instructions: a claim without a
//! destination settles a delegation of a generation that ended, and pays nothing that an event could tell.
//!
//! It knows accounts from one snapshot, computes with sums and products of its own, and must agree with them ever after.

use anchor_lang::Discriminator as _;
use assay_harness::{
    events::{decode_logs, Event, StakingEvent},
    pda::staking as at,
    Address, Instruction, TestContext,
};
use assay_staking::{
    instruction::ClaimRewards,
    state::{Delegation, Matured, Provider},
};
use std::collections::BTreeMap;

/// An owner's bucket or a delegators' bucket: when it closes (owners only) and matures, and what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Heap {
    closes_at: i64,
    matures_at: i64,
    tokens: u64,
    shares: u64,
}

/// A delegation. What it has earned has 64 fraction bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Position {
    shares: u64,
    requested: u64,
    pending: u64,
    pending_from: i64,
    generation: u32,
    earned: u128,
    paid_up_to: u128,
}

impl Position {
    fn of(account: &Delegation) -> Self {
        Self {
            shares: account.shares.get(),
            requested: account.requested.get(),
            pending: account.pending.get(),
            pending_from: account.pending_from.get(),
            generation: account.generation.get(),
            earned: u128::from(account.rewards.get()) << 64 | u128::from(account.fraction.get()),
            paid_up_to: account.paid.get(),
        }
    }

    /// Credits what the shares have earned since the last time.
    fn earn(&mut self, acc: u128) {
        self.earned += u128::from(self.shares) * (acc - self.paid_up_to);
        self.paid_up_to = acc;
    }
}

/// The numbers of a provider, without its description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Numbers {
    own_active: u64,
    own_matured: u64,
    own: Vec<Heap>,
    active: u64,
    shares: u64,
    requested: u64,
    /// By place. A place without shares is free.
    buckets: Vec<Heap>,
    matured: u64,
    pending: u64,
    generation: u32,
    holders: u32,
    unsettled: u32,
    delegations: u32,
    records: u32,
    allocated: u64,
    owner_rewards: u64,
    held: u64,
    stream: u64,
    acc: u128,
    carry: u64,
}

impl Numbers {
    fn of(account: &Provider) -> Self {
        let own = account.own.buckets.iter();
        let own = own.filter(|bucket| bucket.matures_at.get() != 0);
        let own = own.map(|bucket| Heap {
            closes_at: bucket.closes_at.get(),
            matures_at: bucket.matures_at.get(),
            tokens: bucket.tokens.get(),
            shares: 0,
        });
        let buckets = account
            .buckets
            .iter()
            .map(|bucket| match bucket.shares.get() {
                0 => Heap::default(),
                shares => Heap {
                    closes_at: 0,
                    matures_at: bucket.matures_at.get(),
                    tokens: bucket.tokens.get(),
                    shares,
                },
            });
        Self {
            own_active: account.own.active.get(),
            own_matured: account.own.matured.get(),
            own: own.collect(),
            active: account.active_tokens.get(),
            shares: account.active_shares.get(),
            requested: account.requested_shares.get(),
            buckets: buckets.collect(),
            matured: account.matured_tokens.get(),
            pending: account.pending_tokens.get(),
            generation: account.generation.get(),
            holders: account.holders.get(),
            unsettled: account.unsettled.get(),
            delegations: account.delegations.get(),
            records: account.records.get(),
            allocated: account.allocated.get(),
            owner_rewards: account.owner_rewards.get(),
            held: account.rewards_held.get(),
            stream: account.stream.left.get(),
            acc: account.accumulator.acc.get(),
            carry: account.accumulator.carry.get(),
        }
    }

    /// Owners' buckets that have matured join what can be withdrawn.
    fn roll(&mut self, now: i64) {
        while self
            .own
            .first()
            .is_some_and(|first| first.matures_at <= now)
        {
            self.own_matured += self.own.remove(0).tokens;
        }
    }

    /// Returns the delegators' bucket that matures then.
    fn bucket(&mut self, matures_at: i64) -> Option<&mut Heap> {
        let mut buckets = self.buckets.iter_mut();
        buckets.find(|bucket| bucket.shares > 0 && bucket.matures_at == matures_at)
    }
}

/// What an indexer knows about one provider.
pub struct Index {
    address: Address,
    provider: Numbers,
    positions: BTreeMap<Address, Position>,
    /// Shares of open tickets, by delegation and maturity.
    tickets: BTreeMap<(Address, i64), u64>,
    /// Tokens and shares of open records, by maturity.
    records: BTreeMap<i64, (u64, u64)>,
}

impl Index {
    /// Reads a provider without tickets and records.
    pub fn start(context: &TestContext, provider: &Address, delegations: &[Address]) -> Self {
        let position = |address: &Address| (*address, Position::of(&context.account(address)));
        Self {
            address: *provider,
            provider: Numbers::of(&context.account(provider)),
            positions: delegations.iter().map(position).collect(),
            tickets: BTreeMap::new(),
            records: BTreeMap::new(),
        }
    }

    /// Follows an accepted instruction of staking at the Unix time `now`.
    pub fn follow(&mut self, instruction: &Instruction, logs: &[String], now: i64) {
        for event in decode_logs(logs) {
            if let Event::Staking(event) = event {
                self.apply(&event, now);
            }
        }
        if instruction.data.starts_with(ClaimRewards::DISCRIMINATOR) {
            let named: Vec<Address> = instruction.accounts.iter().map(|a| a.pubkey).collect();
            let known = named
                .iter()
                .find(|address| self.positions.contains_key(address));
            self.settle(known.expect("a delegation"));
        }
    }

    /// Credits a delegation; one of a generation that ended loses its shares.
    fn settle(&mut self, delegation: &Address) -> &mut Position {
        let provider = &mut self.provider;
        let position = self.positions.get_mut(delegation).expect("a delegation");
        position.earn(provider.acc);
        if position.shares > 0 && position.generation != provider.generation {
            (position.shares, position.requested) = (0, 0);
            provider.unsettled -= 1;
        }
        position.generation = provider.generation;
        position
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each event")]
    fn apply(&mut self, event: &StakingEvent, now: i64) {
        match event {
            StakingEvent::Staked(e) => {
                self.provider.own_active += e.amount.get();
                assert_eq!(self.provider.own_active, e.own_active.get());
            }
            StakingEvent::UnbondBegun(e) => {
                let provider = &mut self.provider;
                provider.roll(now);
                let (closes_at, matures_at) = (e.closes_at.get(), e.matures_at.get());
                let place = provider.own.iter().position(|b| b.matures_at >= matures_at);
                let place = place.unwrap_or(provider.own.len());
                let same = |b: &Heap| (b.closes_at, b.matures_at) == (closes_at, matures_at);
                if !provider.own.get(place).is_some_and(same) {
                    let bucket = Heap {
                        closes_at,
                        matures_at,
                        ..Heap::default()
                    };
                    provider.own.insert(place, bucket);
                }
                provider.own[place].tokens += e.amount.get();
                provider.own_active -= e.amount.get();
            }
            StakingEvent::UnbondCancelled(e) => {
                let provider = &mut self.provider;
                provider.roll(now);
                provider.own_active += e.amount.get();
                let mut left = e.amount.get();
                for bucket in provider.own.iter_mut().rev() {
                    let part = bucket.tokens.min(left);
                    bucket.tokens -= part;
                    left -= part;
                }
                provider.own.retain(|bucket| bucket.tokens > 0);
            }
            StakingEvent::StakeWithdrawn(e) => {
                self.provider.roll(now);
                assert_eq!(self.provider.own_matured, e.amount.get());
                self.provider.own_matured = 0;
            }
            StakingEvent::Delegated(e) => {
                let delegation = at::delegation(&self.address, &e.owner);
                let position = self.positions.get_mut(&delegation).expect("a delegation");
                position.pending = e.pending.get();
                position.pending_from = e.pending_from.get();
                self.provider.pending += e.amount.get();
            }
            StakingEvent::DelegationActivated(e) => {
                let position = self.settle(&e.delegation);
                (position.pending, position.pending_from) = (0, 0);
                position.shares += e.shares.get();
                self.provider.pending -= e.amount.get();
                self.provider.active += e.amount.get();
                self.provider.shares += e.shares.get();
                self.provider.holders = e.holders.get();
            }
            StakingEvent::PendingWithdrawn(e) => {
                let position = self.positions.get_mut(&e.delegation).expect("a delegation");
                (position.pending, position.pending_from) = (0, 0);
                self.provider.pending -= e.amount.get();
            }
            StakingEvent::UndelegationRequested(e) => {
                let position = self.positions.get_mut(&e.delegation).expect("a delegation");
                position.requested += e.shares.get();
                self.provider.requested = e.requested_shares.get();
            }
            StakingEvent::Undelegated(e) => {
                let position = self.settle(&e.delegation);
                let ended = position.requested.min(e.shares.get());
                position.requested -= ended;
                position.shares -= e.shares.get();
                let is_out = position.shares == 0;
                let provider = &mut self.provider;
                provider.holders -= u32::from(is_out);
                provider.requested -= ended;
                provider.shares -= e.shares.get();
                provider.active -= e.tokens.get();
                let (shares, matures_at) = (e.bucket_shares.get(), e.matures_at.get());
                if shares > 0 {
                    if provider.bucket(matures_at).is_none() {
                        let mut buckets = provider.buckets.iter_mut();
                        let free = buckets.find(|bucket| bucket.shares == 0);
                        free.expect("a free place").matures_at = matures_at;
                    }
                    let mut buckets = provider.buckets.iter_mut();
                    let bucket = buckets.find(|bucket| bucket.matures_at == matures_at);
                    let bucket = bucket.expect("a bucket");
                    bucket.tokens += e.tokens.get();
                    bucket.shares += shares;
                }
                *self.tickets.entry((e.delegation, matures_at)).or_default() += shares;
            }
            StakingEvent::BucketMatured(e) => {
                let bucket = self.provider.bucket(e.matures_at.get()).expect("a bucket");
                assert_eq!(
                    (bucket.tokens, bucket.shares),
                    (e.tokens.get(), e.shares.get())
                );
                *bucket = Heap::default();
                self.provider.matured += e.tokens.get();
                self.provider.records += 1;
                let record = (e.tokens.get(), e.shares.get());
                self.records.insert(e.matures_at.get(), record);
            }
            StakingEvent::TicketWithdrawn(e) => {
                let (matures_at, tokens) = (e.matures_at.get(), e.tokens.get());
                let keys = self.tickets.keys().copied();
                let mut keys = keys.filter(|(delegation, at)| {
                    *at == matures_at && at::ticket(delegation, *at) == e.ticket
                });
                let key = keys.next().expect("a ticket");
                let shares = self.tickets.remove(&key).unwrap_or_default();
                if let Some(bucket) = self.provider.bucket(matures_at) {
                    bucket.tokens -= tokens;
                    bucket.shares -= shares;
                    if bucket.shares == 0 {
                        *bucket = Heap::default();
                    }
                } else if let Some(record) = self.records.get_mut(&matures_at) {
                    self.provider.matured -= tokens;
                    *record = (record.0 - tokens, record.1 - shares);
                    if record.1 == 0 {
                        self.records.remove(&matures_at);
                        self.provider.records -= 1;
                    }
                }
            }
            StakingEvent::RewardsFunded(e) => {
                let (direct, streamed) = (e.direct.get(), e.streamed.get());
                self.provider.owner_rewards += direct;
                self.provider.stream += streamed;
                self.provider.held += direct + streamed;
            }
            StakingEvent::RewardsSettled(e) => {
                self.provider.stream -= e.vested.get();
                self.provider.owner_rewards += e.own.get();
                self.provider.acc = e.acc.get();
                self.provider.carry = e.carry.get();
            }
            StakingEvent::StreamEnded(e) => {
                self.provider.stream -= e.unvested.get();
                self.provider.held -= e.unvested.get();
            }
            StakingEvent::RewardsClaimed(e) => {
                let position = self.settle(&e.delegation);
                position.earned -= u128::from(e.amount.get()) << 64;
                self.provider.held -= e.amount.get();
            }
            StakingEvent::OwnerRewardsClaimed(e) => {
                self.provider.owner_rewards -= e.amount.get();
                self.provider.held -= e.amount.get();
            }
            StakingEvent::Allocated(e) => self.provider.allocated = e.allocated.get(),
            StakingEvent::Deallocated(e) => self.provider.allocated = e.allocated.get(),
            StakingEvent::Yielded(e) => self.provider.allocated = e.allocated.get(),
            StakingEvent::Slashed(e) => {
                let provider = &mut self.provider;
                provider.roll(now);
                for (bucket, cut) in provider.own.iter_mut().zip(e.own_buckets) {
                    bucket.tokens -= cut.get();
                }
                for (bucket, cut) in provider.buckets.iter_mut().zip(e.buckets) {
                    bucket.tokens -= cut.get();
                }
                provider.own_active -= e.own_active.get();
                provider.active -= e.active.get();
                provider.allocated = e.allocated.get();
            }
            StakingEvent::GenerationEnded(e) => {
                let provider = &mut self.provider;
                assert_eq!(provider.active, e.left.get());
                (provider.active, provider.shares, provider.requested) = (0, 0, 0);
                provider.generation = e.generation.get();
                (provider.unsettled, provider.holders) = (e.unsettled.get(), 0);
                provider.carry = 0;
            }
            other => panic!("nothing of a provider's stake: {}", other.name()),
        }
    }

    /// Asserts that every account is as the index says.
    pub fn check(&self, context: &TestContext) {
        let account: Provider = context.account(&self.address);
        assert_eq!(Numbers::of(&account), self.provider);
        for (address, position) in &self.positions {
            let mut found = Position::of(&context.account(address));
            // Both are brought up to the same time: an account is credited when it is touched.
            let mut expected = *position;
            found.earn(self.provider.acc);
            expected.earn(self.provider.acc);
            assert_eq!(found, expected, "{address}");
        }
        for (matures_at, (tokens, shares)) in &self.records {
            let record: Matured = context.account(&at::matured(&self.address, *matures_at));
            assert_eq!(
                (record.tokens.get(), record.shares.get()),
                (*tokens, *shares)
            );
        }
    }
}
