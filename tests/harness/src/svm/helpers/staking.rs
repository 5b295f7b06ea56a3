//! Staking: initialized, with providers and their owners' stake.

use crate::{
    instruction::staking::{self, SlashAccounts, SlashAmounts},
    keypairs,
    pda::{self, staking as at},
    protocol::{self, staking::COMMISSION_BPS},
    Address, Keypair, Signer, TestContext, TransactionFailure, TransactionResult, DEPLOYER,
};
use assay_staking::{
    instructions::StakingConfig,
    state::{Provider, ProviderProfile},
};

impl TestContext {
    /// Returns the mint of the token that is staked: the reward token where rewards was initialized first, as in a deployment.
    pub fn stake_mint(&mut self) -> Address {
        let reward_mint = pda::rewards::mint();
        if self.exists(&reward_mint) {
            return reward_mint;
        }
        self.mint("ASSAY")
    }

    /// Initializes staking under the actors "governance", "market" and "rewards", who can sign by themselves as programs cannot.
    pub fn init_staking(&mut self) {
        let config = self.staking_config();
        self.init_staking_with(config);
    }

    /// Returns a valid configuration under the actors "governance", "market" and "rewards".
    pub fn staking_config(&mut self) -> StakingConfig {
        let [authority, market, rewards] =
            ["governance", "market", "rewards"].map(|name| self.address_of(name));
        protocol::staking::config(authority, market, rewards)
    }

    /// Initializes staking with this configuration.
    pub fn init_staking_with(&mut self, config: StakingConfig) {
        let mint = self.stake_mint();
        let deployer = self.actor(DEPLOYER);
        let initialize = staking::initialize(deployer.pubkey(), mint, config);
        self.send(&[initialize], &[&deployer])
            .expect("staking initializes");
    }

    /// Registers the actor as a provider and stakes `amount` base units. Returns the provider's address.
    pub fn provider(&mut self, name: &str, amount: u64) -> Address {
        let owner = self.actor(name);
        let mint = self.stake_mint();
        let profile = self.profile(name);
        let register = staking::register_provider(owner.pubkey(), mint, profile, COMMISSION_BPS);
        self.send(&[register], &[&owner])
            .expect("a provider registers");
        if amount > 0 {
            self.stake(&owner, amount);
        }
        at::provider(&owner.pubkey())
    }

    /// Returns the machine of the actor's provider. Its node key is the actor "<name>'s node", funded with SOL.
    pub fn profile(&mut self, name: &str) -> ProviderProfile {
        self.node(name);
        protocol::staking::profile(name)
    }

    /// Mints `amount` base units to the owner and stakes them.
    pub fn stake(&mut self, owner: &Keypair, amount: u64) -> TransactionResult {
        let mint = self.stake_mint();
        let source = self.mint_tokens(&mint, &owner.pubkey(), amount);
        self.send(
            &[staking::deposit_stake(owner.pubkey(), source, amount)],
            &[owner],
        )
        .expect("an owner stakes")
    }

    /// Begins to unbond `amount` base units of the owner's stake.
    pub fn begin_unbond(&mut self, owner: &Keypair, amount: u64) -> TransactionResult {
        let begin = staking::begin_unbond(owner.pubkey(), amount);
        self.send(&[begin], &[owner]).expect("an owner unbonds")
    }

    /// Pays what the owner has unbonded to its ATA, as the actor "anyone".
    pub fn withdraw_own(
        &mut self,
        owner: &Keypair,
    ) -> Result<TransactionResult, TransactionFailure> {
        let mint = self.stake_mint();
        self.ata(&mint, &owner.pubkey());
        self.crank(staking::withdraw_stake(owner.pubkey(), &mint))
    }

    /// Returns the provider of the actor.
    pub fn provider_of(&self, name: &str) -> Provider {
        self.account(&keypairs::provider_of(name))
    }

    /// Allocates `amount` base units of the owner's stake to the market.
    pub fn allocate(&mut self, owner: &Keypair, amount: u64) {
        let market = self.actor("market");
        let allocate = staking::allocate_stake(market.pubkey(), owner.pubkey(), amount);
        self.send(&[allocate], &[&market, owner])
            .expect("the market allocates");
    }

    /// Returns who takes part in slashing a provider. The actor "requester" receives the award.
    pub fn slash_accounts(&mut self, provider: &Address) -> SlashAccounts {
        let (mint, requester) = (self.stake_mint(), self.address_of("requester"));
        SlashAccounts {
            market_authority: self.address_of("market"),
            provider: *provider,
            stake_mint: mint,
            award_account: self.ata(&mint, &requester),
        }
    }

    /// Returns a slash of `amount` base units for an infraction just now, without an award, that frees as much allocated stake. The
    /// market has no other stake free.
    pub fn slash_amounts(&self, amount: u64) -> SlashAmounts {
        SlashAmounts {
            amount,
            award: 0,
            release: amount,
            free: 0,
            infraction_time: self.now(),
        }
    }

    /// Slashes a provider under the actor "market".
    pub fn try_slash(
        &mut self,
        provider: &Address,
        amounts: SlashAmounts,
    ) -> Result<TransactionResult, TransactionFailure> {
        let accounts = self.slash_accounts(provider);
        let market = self.actor("market");
        self.send(&[staking::slash_stake(accounts, amounts)], &[&market])
    }

    /// Slashes `amount` base units for an infraction just now, without an award.
    pub fn slash(&mut self, provider: &Address, amount: u64) -> TransactionResult {
        let amounts = self.slash_amounts(amount);
        self.try_slash(provider, amounts)
            .expect("the market slashes")
    }
}
