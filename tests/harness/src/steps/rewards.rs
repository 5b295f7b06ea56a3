//! Rewards: initialized over a running market, with work that earns and epochs that end.

use super::market::terms;
use crate::{
    instruction::{market::JobAddresses, rewards},
    pda::{market as market_at, rewards as at, staking},
    Address, Failure, Receipt, Signer, TestContext, DEPLOYER,
};
use assay_market::state::{JobTerms, Params as MarketParams};
use assay_rewards::instructions::RewardsConfig;

/// Base units.
pub const CAP: u64 = 1_000_000_000;
/// Base units.
pub const GENESIS_SUPPLY: u64 = 100_000_000;
/// Base units of one epoch of the first halving interval.
pub const INITIAL_EMISSION: u64 = 1_000_000;
/// Epochs.
pub const HALVING: u64 = 4;
/// Basis points.
pub const WORKERS_BPS: u64 = 8_000;

impl TestContext {
    /// A valid configuration, under the actor "governance"; the actor "founder" holds the genesis supply.
    pub fn rewards_config(&mut self) -> RewardsConfig {
        RewardsConfig {
            authority: self.address_of("governance"),
            genesis_holder: self.address_of("founder"),
            cap: CAP,
            genesis_supply: GENESIS_SUPPLY,
            initial_emission: INITIAL_EMISSION,
            halving_epochs: HALVING,
            workers_bps: WORKERS_BPS,
        }
    }

    /// Initializes staking, the market and rewards, with the actor "governance" in power.
    pub fn rewards_ready(&mut self) {
        self.market_ready();
        let config = self.rewards_config();
        self.initialize_rewards(config);
    }

    /// Initializes rewards with this configuration.
    pub fn initialize_rewards(&mut self, config: RewardsConfig) {
        let deployer = self.actor(DEPLOYER);
        let initialize = rewards::initialize(deployer.pubkey(), config);
        self.send(&[initialize], &[&deployer])
            .expect("rewards initialize");
    }

    /// The epoch that runs.
    pub fn epoch(&self) -> u64 {
        let market: MarketParams = self.account(&market_at::params());
        market.epoch_at(self.now()).expect("epochs have begun")
    }

    /// Lets the actor's worker do and collect one task of this price, base units of the payment mint.
    pub fn earn(&mut self, name: &str, price: u64) {
        let requester = format!("{name}'s customer");
        let customer = self.address_of(&requester);
        let nonce = (0..)
            .find(|nonce| !self.exists(&market_at::job(&customer, *nonce)))
            .expect("some nonce is free");
        let job: JobAddresses = self.post(
            &requester,
            JobTerms {
                nonce,
                replicas: 1,
                quorum: 1,
                spares: 0,
                price,
                ..terms()
            },
        );
        self.deliver(&job, 0, &[(name, "an answer")]);
        self.settle(&job, 0)
            .expect("one replica agrees with itself");
        self.collect(name, &job, &[0]).expect("work is paid");
    }

    /// Lets the running epoch end, tallies the work of these actors and lets the tally window pass. Answers the epoch.
    pub fn end_epoch(&mut self, workers: &[&str]) -> u64 {
        let market: MarketParams = self.account(&market_at::params());
        let epoch = self.epoch();
        self.advance_to(market.epoch_end(epoch).expect("a sane epoch"));
        for name in workers {
            self.tally(name, epoch).expect("work is tallied");
        }
        self.advance_to(market.tally_end(epoch).expect("a sane epoch"));
        epoch
    }

    /// Finalizes an epoch at the cost of the actor "anyone".
    pub fn finalize(&mut self, epoch: u64) -> Result<Receipt, Failure> {
        let anyone = self.actor("anyone");
        self.send(
            &[rewards::finalize_epoch(anyone.pubkey(), epoch)],
            &[&anyone],
        )
    }

    /// Passes over an epoch as the actor "anyone".
    pub fn skip(&mut self, epoch: u64) -> Result<Receipt, Failure> {
        let anyone = self.actor("anyone");
        self.send(&[rewards::skip_epoch(epoch)], &[&anyone])
    }

    /// The account in which the actor holds the reward token.
    pub fn reward_wallet(&mut self, name: &str) -> Address {
        let owner = self.address_of(name);
        self.wallet(&at::mint(), &owner)
    }

    /// Claims the actor's share of an epoch to its wallet, at the cost of the actor "anyone".
    pub fn claim_reward(&mut self, name: &str, epoch: u64) -> Result<Receipt, Failure> {
        let provider = staking::provider(&self.address_of(name));
        let (wallet, anyone) = (self.reward_wallet(name), self.actor("anyone"));
        let claim = rewards::claim_epoch(anyone.pubkey(), &provider, epoch, wallet);
        self.send(&[claim], &[&anyone])
    }
}
