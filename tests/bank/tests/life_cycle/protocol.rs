//! The protocol as a deployment leaves it: four programs that know each other, under governance.

use crate::{
    cluster::{address_of, Cluster, DAY, HOUR, START},
    token::{assay, usd},
};
use anchor_lang::Address;
use assay_client::{
    instruction::{
        governance,
        market::{self, PaymentMintInfo},
        rewards, staking,
    },
    pda::{ata, governance as governance_at, market as market_at, rewards as rewards_at},
};
use assay_governance::instructions::GovernanceConfig;
use assay_market::{instructions::MarketConfig, state::RATE_UNIT};
use assay_rewards::instructions::RewardsConfig;
use assay_shared::token::TOKEN;
use assay_staking::instructions::StakingConfig;

/// Base units of the reward token. Nine tenths of the emission are not a whole number: rounding shows.
pub const EMISSION: u64 = 1_000_003;
pub const GENESIS_SUPPLY: u64 = 500_000_000;
/// Seconds.
pub const EPOCH_LENGTH: u64 = DAY;
pub const TALLY_WINDOW: u64 = 2 * HOUR;
pub const RAMP: u64 = 100;
/// So far above everyone's collateral that nobody is drawn at once, but for one chance in 10¹⁰.
const SORTITION_UNIT: u64 = 1 << 50;
/// Basis points.
pub const FEE_BPS: u64 = 500;
/// Seconds.
pub const MIN_LOCK: u64 = 7 * DAY;
/// Base units of the reward token.
pub const DEPOSIT: u64 = 500;
/// Base unit of the payment token to base units of the reward token.
const STAKE_RATE: u64 = 2 * RATE_UNIT;

const REWARDS: RewardsConfig = RewardsConfig {
    authority: Address::new_from_array([0; 32]),
    genesis_holder: Address::new_from_array([0; 32]),
    cap: 1_000_000_000,
    genesis_supply: GENESIS_SUPPLY,
    initial_emission: EMISSION,
    halving_epochs: 100,
    workers_bps: 9_000,
};

const GOVERNANCE: GovernanceConfig = GovernanceConfig {
    quorum_bps: 1_000,
    threshold: 1_000,
    voting_time: 3 * DAY,
    hold_up: 2 * DAY,
    execution_window: 5 * DAY,
    proposal_deposit: DEPOSIT,
    min_lock: MIN_LOCK,
    max_lock: 365 * DAY,
};

/// The payment token as the market knows it.
pub fn payment() -> PaymentMintInfo {
    PaymentMintInfo {
        mint: usd(),
        token_program: TOKEN,
        fee_vault: ata(&governance_at::authority(), &usd()),
    }
}

fn market_config(authority: Address) -> MarketConfig {
    MarketConfig {
        authority,
        genesis_time: START,
        epoch_length: EPOCH_LENGTH,
        fee_bps: FEE_BPS,
        bond_bps: 15_000,
        reject_bps: 5_000,
        missed_bps: 1_000,
        ramp: RAMP,
        sortition_unit: SORTITION_UNIT,
        reveal_window: 300,
        max_claim_window: 2 * DAY,
        max_run_window: DAY,
        tally_window: TALLY_WINDOW,
    }
}

impl Cluster {
    /// Initialises rewards, staking, market and governance, and hands the power to governance.
    pub async fn initialize(&mut self) {
        let (deployer, power) = (address_of("deployer"), governance_at::authority());
        let config = RewardsConfig {
            authority: power,
            genesis_holder: deployer,
            ..REWARDS
        };
        let steps = [rewards::initialize(deployer, config)];
        self.send(&steps, &["deployer"]).await;

        let treasury = rewards_at::treasury();
        let config = StakingConfig {
            authority: power,
            market_authority: market_at::authority(),
            min_self_stake: 1_000,
            unbonding_period: 6 * DAY,
        };
        let steps = [staking::initialize(deployer, assay(), treasury, config)];
        self.send(&steps, &["deployer"]).await;

        self.create_usd().await;
        let fees = self.wallet(&usd(), &power).await;
        let steps = [
            market::initialize(deployer, market_config(deployer)),
            market::allow_mint(deployer, deployer, usd(), fees, STAKE_RATE),
            market::set_authority(deployer, power),
        ];
        self.send(&steps, &["deployer"]).await;

        let steps = [governance::initialize(
            deployer,
            assay(),
            treasury,
            GOVERNANCE,
        )];
        self.send(&steps, &["deployer"]).await;
    }
}
