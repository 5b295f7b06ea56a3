//! Staking: initialized, with providers.

use crate::{
    instruction::staking::{self, SlashAccounts},
    pda::staking as at,
    Address, Keypair, Receipt, Signer, TestContext, DAY, DEPLOYER,
};
use assay_staking::{instructions::StakingConfig, state::ProviderProfile};

/// Least self-stake in base units.
pub const MIN_SELF_STAKE: u64 = 1_000;
/// Seconds.
pub const UNBONDING_PERIOD: u64 = 6 * DAY;

impl TestContext {
    /// The token that is staked.
    pub fn stake_mint(&mut self) -> Address {
        self.mint("ASSAY")
    }

    /// The token account that receives what is slashed.
    pub fn slash_destination(&mut self) -> Address {
        let (mint, treasury) = (self.stake_mint(), self.address_of("treasury"));
        self.wallet(&mint, &treasury)
    }

    /// Initializes staking with actors instead of programs in power: "governance" and "market" can sign by themselves.
    pub fn staking_ready(&mut self) {
        let config = self.staking_config();
        self.initialize_staking(config);
    }

    /// A valid configuration, under the actors "governance" and "market".
    pub fn staking_config(&mut self) -> StakingConfig {
        StakingConfig {
            authority: self.address_of("governance"),
            market_authority: self.address_of("market"),
            min_self_stake: MIN_SELF_STAKE,
            unbonding_period: UNBONDING_PERIOD,
        }
    }

    /// Initializes staking with this configuration.
    pub fn initialize_staking(&mut self, config: StakingConfig) {
        let (mint, destination) = (self.stake_mint(), self.slash_destination());
        let deployer = self.actor(DEPLOYER);
        let initialize = staking::initialize(deployer.pubkey(), mint, destination, config);
        self.send(&[initialize], &[&deployer])
            .expect("staking initializes");
    }

    /// Registers the actor as a provider and stakes `amount` base units. Answers the provider's address.
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

    /// The machine of the actor's provider; its node key is the actor "<name>'s node".
    pub fn profile(&mut self, name: &str) -> ProviderProfile {
        ProviderProfile {
            node: self.address_of(&format!("{name}'s node")),
            cpu_cores: 8,
            memory_gib: 32,
            gpus: 1,
            region: 756,
        }
    }

    /// Gives the owner `amount` base units and stakes them.
    pub fn stake(&mut self, owner: &Keypair, amount: u64) -> Receipt {
        let mint = self.stake_mint();
        let wallet = self.give(&mint, &owner.pubkey(), amount);
        self.send(
            &[staking::deposit_stake(owner.pubkey(), wallet, amount)],
            &[owner],
        )
        .expect("an owner stakes")
    }

    /// Begins to unbond `shares` of the owner's position. Answers the ticket's address.
    pub fn begin_unbond(&mut self, owner: &Keypair, nonce: u64, shares: u64) -> Address {
        let begin = staking::begin_unbond(owner.pubkey(), nonce, shares);
        self.send(&[begin], &[owner]).expect("an owner unbonds");
        let provider = at::provider(&owner.pubkey());
        at::ticket(&at::delegation(&provider, &owner.pubkey()), nonce)
    }

    /// Binds `amount` base units of the owner's provider to the market.
    pub fn allocate(&mut self, owner: &Keypair, amount: u64) {
        let market = self.actor("market");
        let allocate = staking::allocate_stake(market.pubkey(), owner.pubkey(), amount);
        self.send(&[allocate], &[&market, owner])
            .expect("the market allocates");
    }

    /// Who takes part in slashing a provider; the harmed one is the actor "requester".
    pub fn slash_parties(&mut self, provider: &Address) -> SlashAccounts {
        let (mint, requester) = (self.stake_mint(), self.address_of("requester"));
        SlashAccounts {
            market_authority: self.address_of("market"),
            provider: *provider,
            slash_destination: self.slash_destination(),
            compensation_account: self.wallet(&mint, &requester),
        }
    }

    /// Slashes `amount` base units for an infraction just now, with no compensation.
    pub fn slash(&mut self, provider: &Address, amount: u64) -> Receipt {
        let parties = self.slash_parties(provider);
        let market = self.actor("market");
        let slash = staking::slash_stake(parties, amount, 0, self.now());
        self.send(&[slash], &[&market]).expect("the market slashes")
    }
}
