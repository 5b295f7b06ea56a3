//! Rewards: initialized over a running market, with paid work and epochs that end.

use crate::{
    instruction::{market::JobAddresses, rewards},
    pda::{market as market_at, rewards as at},
    protocol::{self, market::terms},
    Address, Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_market::state::{JobTerms, Params as MarketParams};
use assay_rewards::instructions::RewardsConfig;

impl TestContext {
    /// Returns a valid configuration under the actor "governance". The actor "founder" owns the genesis supply.
    pub fn rewards_config(&mut self) -> RewardsConfig {
        let (authority, founder) = (self.address_of("governance"), self.address_of("founder"));
        protocol::rewards::config(authority, founder)
    }

    /// Initializes staking, the market and rewards under the actor "governance".
    pub fn init_rewards(&mut self) {
        self.init_market();
        let config = self.rewards_config();
        self.init_rewards_with(config);
    }

    /// As [`TestContext::init_rewards`], with an emission that halves after so many epochs.
    pub fn init_rewards_with_halving(&mut self, halving_epochs: u64) {
        self.init_market();
        let config = RewardsConfig {
            halving_epochs,
            ..self.rewards_config()
        };
        self.init_rewards_with(config);
    }

    /// Initializes rewards with this configuration.
    pub fn init_rewards_with(&mut self, config: RewardsConfig) {
        let deployer = self.actor(DEPLOYER);
        let initialize = rewards::initialize(deployer.pubkey(), config);
        self.send(&[initialize], &[&deployer])
            .expect("rewards initialize");
    }

    /// Returns the index of the running epoch.
    pub fn epoch(&self) -> u64 {
        let market: MarketParams = self.account(&market_at::params());
        market.epoch_at(self.now()).expect("epochs have begun")
    }

    /// Posts a job of one task at `price` base units of the payment mint; the actor's worker completes it and is paid.
    pub fn complete_job(&mut self, name: &str, price: u64) {
        let requester = format!("{name}'s customer");
        let customer = self.address_of(&requester);
        let nonce = (0..)
            .find(|nonce| !self.exists(&market_at::job(&customer, *nonce)))
            .expect("some nonce is free");
        let job: JobAddresses = self.post(
            &requester,
            JobTerms {
                nonce,
                price,
                ..terms()
            },
        );
        self.complete_task(&job, 0, &[name], "an answer");
        self.end_hold(&job);
        self.collect(name, &job, &[0]).expect("work is paid");
    }

    /// Moves the clock past the end of the running epoch, tallies the work of these actors and waits for the end of the
    /// tally window. Returns the epoch.
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
    pub fn finalize(&mut self, epoch: u64) -> Result<TransactionResult, TransactionFailure> {
        let anyone = self.actor("anyone");
        self.send(
            &[rewards::finalize_epoch(anyone.pubkey(), epoch)],
            &[&anyone],
        )
    }

    /// Skips an epoch as the actor "anyone".
    pub fn skip(&mut self, epoch: u64) -> Result<TransactionResult, TransactionFailure> {
        let anyone = self.actor("anyone");
        self.send(&[rewards::skip_epoch(epoch)], &[&anyone])
    }

    /// Returns the actor's ATA of the reward token.
    pub fn reward_ata(&mut self, name: &str) -> Address {
        let owner = self.address_of(name);
        self.ata(&at::mint(), &owner)
    }

    /// Claims the actor's share of an epoch to its ATA, at the cost of the actor "anyone".
    pub fn claim_reward(
        &mut self,
        name: &str,
        epoch: u64,
    ) -> Result<TransactionResult, TransactionFailure> {
        self.reward_ata(name);
        let (owner, anyone) = (self.address_of(name), self.actor("anyone"));
        let claim = rewards::claim_epoch(anyone.pubkey(), &owner, epoch);
        self.send(&[claim], &[&anyone])
    }
}
