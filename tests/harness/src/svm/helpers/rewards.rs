//! Rewards: initialized below staking and a running market, with paid work, epochs that end, and claims.

use crate::{
    instruction::{market::JobAddresses, rewards},
    keypairs,
    pda::{market as market_at, rewards as at, staking as staking_at},
    protocol::{self, market::terms},
    Address, Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_market::state::{JobTerms, Params as MarketParams};
use assay_rewards::instructions::RewardsConfig;
use assay_shared::token::TOKEN;
use spl_token_interface::instruction::transfer;

/// The actor that owns the genesis supply.
const FOUNDER: &str = "founder";

impl TestContext {
    /// Returns a valid configuration under the actor "governance". The actor "treasurer" owns the treasury, "founder" the genesis
    /// supply.
    pub fn rewards_config(&mut self) -> RewardsConfig {
        let [authority, treasurer, founder] =
            ["governance", "treasurer", FOUNDER].map(|name| self.address_of(name));
        protocol::rewards::config(authority, treasurer, founder)
    }

    /// Initializes rewards, staking and the market under the actor "governance".
    pub fn init_rewards(&mut self) {
        let config = self.rewards_config();
        self.init_rewards_with(config);
        self.init_market();
    }

    /// As [`TestContext::init_rewards`], with an emission that halves after so many epochs.
    pub fn init_rewards_with_halving(&mut self, halving_epochs: u64) {
        let config = RewardsConfig {
            halving_epochs,
            ..self.rewards_config()
        };
        self.init_rewards_with(config);
        self.init_market();
    }

    /// Initializes rewards with this configuration. From then on the reward token is the one that is staked, so staking comes
    /// later.
    pub fn init_rewards_with(&mut self, config: RewardsConfig) {
        let deployer = self.actor(DEPLOYER);
        let initialize = rewards::initialize(deployer.pubkey(), config);
        self.send(&[initialize], &[&deployer])
            .expect("rewards initialize");
    }

    /// Transfers `amount` base units of the genesis supply to a token account.
    pub fn pay_from_genesis(&mut self, account: &Address, amount: u64) {
        let founder = self.actor(FOUNDER);
        let pay = transfer(
            &TOKEN,
            &at::genesis_vault(),
            account,
            &founder.pubkey(),
            &[],
            amount,
        )
        .expect("TOKEN is the token program");
        self.send(&[pay], &[&founder])
            .expect("the founder holds enough");
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

    /// Returns what the reward vault of the actor's provider holds, base units of the reward mint.
    pub fn rewards_of(&self, name: &str) -> u64 {
        self.balance(&staking_at::reward_vault(&keypairs::provider_of(name)))
    }

    /// Claims the share of the actor's provider of an epoch as the actor "anyone".
    pub fn claim_reward(
        &mut self,
        name: &str,
        epoch: u64,
    ) -> Result<TransactionResult, TransactionFailure> {
        self.claim_rewards_of(name, &[epoch])
    }

    /// Claims the shares of the actor's provider of these epochs as the actor "anyone", who pays for the claim record if there is
    /// none.
    pub fn claim_rewards_of(
        &mut self,
        name: &str,
        epochs: &[u64],
    ) -> Result<TransactionResult, TransactionFailure> {
        let (provider, anyone) = (keypairs::provider_of(name), self.actor("anyone"));
        let mut instructions = vec![rewards::claim_epochs(&provider, epochs)];
        if self.owner(&at::claim_record(&provider)) != Some(assay_rewards::ID) {
            instructions.insert(0, rewards::open_claim_record(anyone.pubkey(), &provider));
        }
        self.send(&instructions, &[&anyone])
    }
}
