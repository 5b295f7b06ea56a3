//! The protocol as a deployment leaves it: four programs that know each other, under governance.

use super::{
    token::{assay, usd},
    Bank,
};
use crate::{
    instruction::{
        governance,
        market::{self, PaymentMintInfo},
        rewards, staking,
    },
    keypairs::{address_of, DEPLOYER},
    pda::{ata, governance as governance_at, market as market_at, rewards as rewards_at},
    protocol::{self, market::STAKE_RATE},
    time::START,
};
use assay_rewards::instructions::RewardsConfig;
use assay_shared::token::TOKEN;

/// Emission that the schedule has for the first epoch, base units of the reward mint: far more than its fees are worth.
pub const EMISSION: u64 = 1_000_003;
/// The most that an epoch mints against its fees, basis points. Of 400 that is not a whole number, so that the rounding shows.
pub const KAPPA_BPS: u64 = 4_999;
/// Base units of the reward mint.
pub const GENESIS_SUPPLY: u64 = 500_000_000;

/// Returns the payment token as the market knows it.
pub fn payment() -> PaymentMintInfo {
    PaymentMintInfo {
        mint: usd(),
        token_program: TOKEN,
        fee_vault: ata(&governance_at::treasury_authority(), &usd()),
    }
}

impl Bank {
    /// Initializes rewards, staking, market and governance, and makes governance the authority of the others.
    pub async fn initialize(&mut self) {
        let (deployer, power) = (address_of(DEPLOYER), governance_at::authority());
        let config = RewardsConfig {
            genesis_supply: GENESIS_SUPPLY,
            initial_emission: EMISSION,
            halving_epochs: 100,
            workers_bps: 6_000,
            stakers_bps: 3_000,
            kappa_bps: KAPPA_BPS,
            ..protocol::rewards::config(power, governance_at::treasury_authority(), deployer)
        };
        let steps = [rewards::initialize(deployer, config)];
        self.send(&steps, &[DEPLOYER]).await;

        let treasury = rewards_at::treasury();
        let config = protocol::staking::config(power, market_at::authority(), rewards_at::funder());
        let steps = [staking::initialize(deployer, assay(), config)];
        self.send(&steps, &[DEPLOYER]).await;

        self.create_usd().await;
        let holder = governance_at::treasury_authority();
        self.ata(&usd(), &holder).await;
        let config = protocol::market::config(deployer, START);
        let steps = [
            market::initialize(deployer, config),
            market::allow_mint(deployer, deployer, usd(), &TOKEN, &holder, STAKE_RATE),
            market::offer_authority(deployer, power),
        ];
        self.send(&steps, &[DEPLOYER]).await;

        let config = protocol::governance::config();
        let steps = [
            governance::initialize(deployer, assay(), treasury, config),
            governance::accept_market(),
        ];
        self.send(&steps, &[DEPLOYER]).await;
    }
}
