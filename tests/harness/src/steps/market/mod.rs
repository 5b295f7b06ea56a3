//! The market: initialised, with workers, jobs and results.

mod job;
mod work;

pub use job::{terms, PRICE};
pub use work::{digest_of, salt_of};

use crate::{
    instruction::market::{self, PaymentMintInfo},
    pda::{market as at, staking},
    steps::staking::UNBONDING_PERIOD,
    Address, Signer, TestContext, DAY, DEPLOYER, HOUR, MINUTE,
};
use assay_market::{
    instructions::MarketConfig,
    state::{Params, RATE_UNIT},
};
use assay_staking::{instructions::StakingConfig, state::EXPOSURE_SLACK};

/// Basis points.
pub const FEE_BPS: u64 = 500;
pub const BOND_BPS: u64 = 15_000;
pub const REJECT_BPS: u64 = 5_000;
pub const MISSED_BPS: u64 = 1_000;
/// Seconds.
pub const RAMP: u64 = 100;
pub const REVEAL_WINDOW: u64 = 5 * MINUTE;
pub const MAX_CLAIM_WINDOW: u64 = 2 * DAY;
pub const MAX_RUN_WINDOW: u64 = DAY;
pub const EPOCH_LENGTH: u64 = DAY;
pub const TALLY_WINDOW: u64 = 2 * HOUR;
/// One base unit of collateral is drawn for every seat at once: sortition is out of the way unless a test wants it.
pub const SORTITION_UNIT: u64 = 1;
/// One base unit of the payment mint is worth two of the stake mint.
pub const STAKE_RATE: u64 = 2 * RATE_UNIT;

const _: () =
    assert!(MAX_CLAIM_WINDOW + MAX_RUN_WINDOW + REVEAL_WINDOW + EXPOSURE_SLACK <= UNBONDING_PERIOD);

impl TestContext {
    /// The token that jobs are paid in.
    pub fn payment_mint(&mut self) -> Address {
        self.mint("USD")
    }

    /// The payment mint as the market knows it; fees go to the wallet of the actor "treasury".
    pub fn payment(&mut self) -> PaymentMintInfo {
        let (mint, treasury) = (self.payment_mint(), self.address_of("treasury"));
        PaymentMintInfo {
            mint,
            token_program: assay_shared::token::TOKEN,
            fee_vault: self.wallet(&mint, &treasury),
        }
    }

    /// Initialises staking and the market as a deployment does, with the actor "governance" in power, and allows the
    /// payment mint.
    pub fn market_ready(&mut self) {
        self.staking_for_market();
        let config = self.market_config();
        self.initialize_market(config);
        let payment = self.payment();
        self.allow_mint(payment);
    }

    /// Initialises staking for the real market.
    pub fn staking_for_market(&mut self) {
        let config = StakingConfig {
            market_authority: at::authority(),
            ..self.staking_config()
        };
        self.initialize_staking(config);
    }

    /// A valid configuration, under the actor "governance".
    pub fn market_config(&mut self) -> MarketConfig {
        MarketConfig {
            authority: self.address_of("governance"),
            genesis_time: self.now(),
            epoch_length: EPOCH_LENGTH,
            fee_bps: FEE_BPS,
            bond_bps: BOND_BPS,
            reject_bps: REJECT_BPS,
            missed_bps: MISSED_BPS,
            ramp: RAMP,
            sortition_unit: SORTITION_UNIT,
            reveal_window: REVEAL_WINDOW,
            max_claim_window: MAX_CLAIM_WINDOW,
            max_run_window: MAX_RUN_WINDOW,
            tally_window: TALLY_WINDOW,
        }
    }

    /// Initialises the market with this configuration.
    pub fn initialize_market(&mut self, config: MarketConfig) {
        let deployer = self.actor(DEPLOYER);
        let initialize = market::initialize(deployer.pubkey(), config);
        self.send(&[initialize], &[&deployer])
            .expect("the market initialises");
    }

    /// Allows jobs to be paid in this mint, at `STAKE_RATE`.
    pub fn allow_mint(&mut self, payment: PaymentMintInfo) {
        let governance = self.actor("governance");
        let power = governance.pubkey();
        let allow = market::allow_mint(power, power, payment.mint, payment.fee_vault, STAKE_RATE);
        self.send(&[allow], &[&governance])
            .expect("governance allows a mint");
    }

    /// Makes the actor a provider with a worker and `collateral` base units behind it. Answers the worker's address.
    pub fn worker(&mut self, name: &str, collateral: u64) -> Address {
        let provider = self.provider(name, collateral);
        let owner = self.actor(name);
        let open = market::open_worker(owner.pubkey());
        self.send(&[open], &[&owner]).expect("a worker opens");
        if collateral > 0 {
            let add = market::add_collateral(owner.pubkey(), collateral);
            self.send(&[add], &[&owner]).expect("collateral is added");
            // For what is posted from now on it is old enough to be drawn.
            self.advance(1);
        }
        at::worker(&provider)
    }

    /// Moves on to the first second of an epoch.
    pub fn advance_to_epoch(&mut self, epoch: u64) {
        let params: Params = self.account(&at::params());
        let elapsed = i64::try_from(epoch * EPOCH_LENGTH).expect("a sane epoch");
        self.advance_to(params.genesis_time.get() + elapsed);
    }

    /// The address of the actor's worker.
    pub fn worker_of(&mut self, name: &str) -> Address {
        at::worker(&staking::provider(&self.address_of(name)))
    }
}
