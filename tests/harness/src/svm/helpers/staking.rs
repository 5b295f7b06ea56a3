//! Staking: initialized, with providers.

use crate::{
    instruction::staking::{self, SlashAccounts},
    pda::staking as at,
    protocol, Address, Keypair, Signer, TestContext, TransactionResult, DEPLOYER,
};
use assay_staking::{instructions::StakingConfig, state::ProviderProfile};

impl TestContext {
    /// Returns the mint of the token that is staked.
    pub fn stake_mint(&mut self) -> Address {
        self.mint("ASSAY")
    }

    /// Returns the token account that receives what is slashed.
    pub fn slash_destination(&mut self) -> Address {
        let (mint, treasury) = (self.stake_mint(), self.address_of("treasury"));
        self.ata(&mint, &treasury)
    }

    /// Initializes staking under the actors "governance" and "market", who can sign by themselves as programs cannot.
    pub fn init_staking(&mut self) {
        let config = self.staking_config();
        self.init_staking_with(config);
    }

    /// Returns a valid configuration under the actors "governance" and "market".
    pub fn staking_config(&mut self) -> StakingConfig {
        let (authority, market) = (self.address_of("governance"), self.address_of("market"));
        protocol::staking::config(authority, market)
    }

    /// Initializes staking with this configuration.
    pub fn init_staking_with(&mut self, config: StakingConfig) {
        let (mint, destination) = (self.stake_mint(), self.slash_destination());
        let deployer = self.actor(DEPLOYER);
        let initialize = staking::initialize(deployer.pubkey(), mint, destination, config);
        self.send(&[initialize], &[&deployer])
            .expect("staking initializes");
    }

    /// Registers the actor as a provider and stakes `amount` base units. Returns the provider's address.
    pub fn provider(&mut self, name: &str, amount: u64) -> Address {
        let owner = self.actor(name);
        let mint = self.stake_mint();
        let profile = self.profile(name);
        let register = staking::register_provider(owner.pubkey(), mint, profile);
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

    /// Begins to unbond `shares` of the owner's position. Returns the ticket's address.
    pub fn begin_unbond(&mut self, owner: &Keypair, nonce: u64, shares: u64) -> Address {
        let begin = staking::begin_unbond(owner.pubkey(), nonce, shares);
        self.send(&[begin], &[owner]).expect("an owner unbonds");
        let provider = at::provider(&owner.pubkey());
        at::ticket(&at::delegation(&provider, &owner.pubkey()), nonce)
    }

    /// Allocates `amount` base units of the owner's stake to the market.
    pub fn allocate(&mut self, owner: &Keypair, amount: u64) {
        let market = self.actor("market");
        let allocate = staking::allocate_stake(market.pubkey(), owner.pubkey(), amount);
        self.send(&[allocate], &[&market, owner])
            .expect("the market allocates");
    }

    /// Returns who takes part in slashing a provider. The actor "requester" is compensated.
    pub fn slash_parties(&mut self, provider: &Address) -> SlashAccounts {
        let (mint, requester) = (self.stake_mint(), self.address_of("requester"));
        SlashAccounts {
            market_authority: self.address_of("market"),
            provider: *provider,
            slash_destination: self.slash_destination(),
            compensation_account: self.ata(&mint, &requester),
        }
    }

    /// Slashes `amount` base units for an infraction just now, with no compensation.
    pub fn slash(&mut self, provider: &Address, amount: u64) -> TransactionResult {
        let parties = self.slash_parties(provider);
        let market = self.actor("market");
        let slash = staking::slash_stake(parties, amount, 0, self.now());
        self.send(&[slash], &[&market]).expect("the market slashes")
    }
}
