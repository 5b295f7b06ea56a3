//! An indexer that follows emission, epochs and claims by the events of rewards alone.

use super::COLLATERAL;
use assay_harness::{
    events::{decode_logs, Event, RewardsEvent},
    instruction::rewards,
    keypairs::provider_of,
    pda::{market as market_at, rewards as at},
    Address, Signer, TestContext,
};
use assay_market::state::Params as MarketParams;
use assay_rewards::state::{ClaimRecord, Emission, EpochRewards};
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Epoch {
    amount: u64,
    stakers: u64,
    claimed: u64,
    total_weight: u64,
    claimed_weight: u64,
    payer: Address,
}

/// What an indexer knows since the beginning.
#[derive(Default)]
struct Index {
    minted: u64,
    next_epoch: u64,
    epochs: BTreeMap<u64, Epoch>,
    /// Claimed epochs, by provider.
    records: BTreeMap<Address, BTreeSet<u64>>,
}

impl Index {
    fn follow(&mut self, logs: &[String]) {
        for event in decode_logs(logs) {
            if let Event::Rewards(event) = event {
                self.apply(&event);
            }
        }
    }

    fn apply(&mut self, event: &RewardsEvent) {
        match event {
            RewardsEvent::EpochFinalized(e) => {
                let [workers, stakers, treasury] =
                    [e.workers, e.stakers, e.treasury].map(|part| part.get());
                self.minted += workers + stakers + treasury;
                self.next_epoch = e.epoch.get() + 1;
                let epoch = Epoch {
                    amount: workers + stakers,
                    stakers,
                    claimed: 0,
                    total_weight: e.total_weight.get(),
                    claimed_weight: 0,
                    payer: e.payer,
                };
                self.epochs.insert(e.epoch.get(), epoch);
            }
            RewardsEvent::EpochSkipped(e) => self.next_epoch = e.epoch.get() + 1,
            RewardsEvent::ClaimRecordOpened(e) => {
                self.records.insert(e.provider, BTreeSet::new());
            }
            RewardsEvent::EpochClaimed(e) => {
                let number = e.epoch.get();
                let epoch = self.epochs.get_mut(&number).expect("an epoch");
                epoch.claimed += e.work.get() + e.stake.get();
                epoch.claimed_weight += e.weight.get();
                let record = self.records.get_mut(&e.provider).expect("a record");
                assert!(record.insert(number), "an epoch is claimed twice");
            }
            RewardsEvent::EpochClosed(e) => {
                let epoch = self.epochs.remove(&e.epoch.get()).expect("an epoch");
                assert_eq!(epoch.amount - epoch.claimed, e.unclaimed.get());
            }
            RewardsEvent::RewardsPaid(_) => {}
            other => panic!("no emission and no claim: {}", other.name()),
        }
    }

    fn check(&self, context: &TestContext) {
        let emission: Emission = context.account(&at::emission());
        let found = (emission.minted.get(), emission.next_epoch.get());
        assert_eq!(found, (self.minted, self.next_epoch));
        for number in 0..self.next_epoch {
            let address = at::epoch(number);
            let found = context.exists(&address).then(|| {
                let epoch: EpochRewards = context.account(&address);
                Epoch {
                    amount: epoch.amount.get(),
                    stakers: epoch.stakers.get(),
                    claimed: epoch.claimed.get(),
                    total_weight: epoch.total_weight.get(),
                    claimed_weight: epoch.claimed_weight.get(),
                    payer: epoch.payer,
                }
            });
            assert_eq!(found.as_ref(), self.epochs.get(&number), "epoch {number}");
        }
        for (provider, claimed) in &self.records {
            let record: ClaimRecord = context.account(&at::claim_record(provider));
            let newest = claimed.last().copied().unwrap_or(0);
            let bits = claimed.iter().map(|epoch| 1u64 << (newest - epoch));
            let found = (record.newest.get(), record.bitmap.get());
            assert_eq!(found, (newest, bits.sum()));
        }
    }
}

#[test]
fn events_tell_every_change_of_emission_epochs_and_claims() {
    let mut context = TestContext::new();
    context.init_rewards();
    let (mut index, anyone) = (Index::default(), context.actor("anyone"));
    for name in ["bob", "carol"] {
        context.worker(name, COLLATERAL);
        let open = rewards::open_claim_record(anyone.pubkey(), &provider_of(name));
        let opened = context.send(&[open], &[&anyone]).unwrap();
        index.follow(&opened.logs);
    }

    // Two epochs with work, one without, and another with work.
    for workers in [&["bob", "carol"][..], &["bob"], &[], &["carol"]] {
        for (name, price) in workers.iter().zip([10_000, 20_000]) {
            context.complete_job(name, price);
        }
        let epoch = context.end_epoch(workers);
        let ended = match workers {
            [] => context.skip(epoch),
            _ => context.finalize(epoch),
        };
        index.follow(&ended.unwrap().logs);
        index.check(&context);
    }

    // Out of order, several at once, and one again.
    for (name, epochs) in [("bob", &[1][..]), ("carol", &[0, 3]), ("bob", &[0, 1])] {
        let claim = rewards::claim_epochs(&provider_of(name), epochs);
        let claimed = context.crank(claim).unwrap();
        index.follow(&claimed.logs);
        index.check(&context);
    }

    // What is over is closed.
    let market: MarketParams = context.account(&market_at::params());
    context.advance_to(market.epoch_end(11).unwrap());
    for epoch in [1, 0] {
        let payer = index.epochs[&epoch].payer;
        let closed = context.crank(rewards::close_epoch(payer, epoch)).unwrap();
        index.follow(&closed.logs);
        index.check(&context);
    }
}
