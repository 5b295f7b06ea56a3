//! The market: initialized, with workers, jobs and results.

mod attested;
mod disputes;
mod job;
mod receipt;
mod round;
mod work;

pub use attested::{attester_keys, sign_attestation, sign_bytes, ATTESTERS};
pub use disputes::{five, forty_five, seat_of, MEMBERS};
pub use round::contributed;

use crate::{
    instruction::market::{self, PaymentMintInfo},
    keypairs,
    pda::{market as at, rewards as rewards_at},
    protocol::{
        self,
        market::{COLLATERAL, EPOCH_LENGTH, STAKE_RATE},
    },
    Address, Instruction, Signer, TestContext, DAY, DEPLOYER,
};
use assay_market::{
    instructions::MarketConfig,
    state::{Params, PaymentMint},
};
use assay_staking::instructions::StakingConfig;
use std::sync::OnceLock;

/// The owners of the workers of [`TestContext::with_workers`].
pub const WORKERS: [&str; 8] = [
    "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan",
];

impl TestContext {
    /// Returns a market with the workers of [`WORKERS`], each with [`COLLATERAL`]. The first call of a process prepares it.
    pub fn with_workers() -> Self {
        static TEMPLATE: OnceLock<TestContext> = OnceLock::new();
        let prepare = || {
            let mut context = TestContext::new();
            context.init_market();
            for name in WORKERS {
                context.worker(name, COLLATERAL);
            }
            context
        };
        TEMPLATE.get_or_init(prepare).clone()
    }

    /// Returns the mint of the token that jobs are paid in.
    pub fn payment_mint(&mut self) -> Address {
        self.mint("USD")
    }

    /// Returns the payment mint as the market knows it. Fees go to the ATA of the actor "treasury", unless the market has allowed
    /// the mint with another vault.
    pub fn payment(&mut self) -> PaymentMintInfo {
        let (mint, treasury) = (self.payment_mint(), self.address_of("treasury"));
        let record = at::payment_mint(&mint);
        if self.exists(&record) {
            let allowed: PaymentMint = self.account(&record);
            return PaymentMintInfo {
                mint,
                token_program: allowed.token_program,
                fee_vault: allowed.fee_vault,
            };
        }
        PaymentMintInfo {
            mint,
            token_program: assay_shared::token::TOKEN,
            fee_vault: self.ata(&mint, &treasury),
        }
    }

    /// Initializes staking and the market as a deployment does, under the actor "governance", and allows the payment mint.
    pub fn init_market(&mut self) {
        self.init_staking_for_market();
        let config = self.market_config();
        self.init_market_with(config);
        let payment = self.payment();
        self.allow_mint(payment);
    }

    /// Initializes staking under the authorities of the real market and of rewards.
    pub fn init_staking_for_market(&mut self) {
        let config = StakingConfig {
            market_authority: at::authority(),
            rewards_authority: rewards_at::funder(),
            ..self.staking_config()
        };
        self.init_staking_with(config);
    }

    /// Returns a valid configuration under the actor "governance", whose first epoch begins now.
    pub fn market_config(&mut self) -> MarketConfig {
        protocol::market::config(self.address_of("governance"), self.now())
    }

    /// Initializes the market with this configuration.
    pub fn init_market_with(&mut self, config: MarketConfig) {
        let deployer = self.actor(DEPLOYER);
        let initialize = market::initialize(deployer.pubkey(), config);
        self.send(&[initialize], &[&deployer])
            .expect("the market initializes");
    }

    /// Allows jobs to be paid in this mint, at `STAKE_RATE`. Fees go to the ATA of the actor "treasury", which must exist.
    pub fn allow_mint(&mut self, payment: PaymentMintInfo) {
        let governance = self.actor("governance");
        let allow = self.allow_mint_instruction(payment);
        self.send(&[allow], &[&governance])
            .expect("governance allows a mint");
    }

    /// Returns the instruction that allows jobs to be paid in this mint, at `STAKE_RATE`.
    pub fn allow_mint_instruction(&mut self, payment: PaymentMintInfo) -> Instruction {
        let power = self.address_of("governance");
        let (treasury, program) = (self.address_of("treasury"), &payment.token_program);
        market::allow_mint(power, power, payment.mint, program, &treasury, STAKE_RATE)
    }

    /// Pauses operations of the market for a day as the actor "governance"; no bits end a pause.
    pub fn pause_market(&mut self, bits: u64) {
        let governance = self.actor("governance");
        let until = self.now() + DAY as i64;
        let pause = market::set_pause(governance.pubkey(), bits, until);
        self.send(&[pause], &[&governance])
            .expect("governance pauses");
    }

    /// Makes the actor a provider with a worker and `collateral` base units behind it. Returns the worker's address.
    pub fn worker(&mut self, name: &str, collateral: u64) -> Address {
        let provider = self.provider(name, collateral);
        let owner = self.actor(name);
        let open = market::open_worker(owner.pubkey());
        self.send(&[open], &[&owner]).expect("a worker opens");
        if collateral > 0 {
            let add = market::add_collateral(owner.pubkey(), collateral);
            self.send(&[add], &[&owner]).expect("collateral is added");
            // Collateral is drawn only for jobs posted later.
            self.advance(1);
        }
        at::worker(&provider)
    }

    /// Moves the clock to the first second of an epoch.
    pub fn advance_to_epoch(&mut self, epoch: u64) {
        let params: Params = self.account(&at::params());
        let elapsed = i64::try_from(epoch * EPOCH_LENGTH).expect("a sane epoch");
        self.advance_to(params.genesis_time.get() + elapsed);
    }

    /// Returns the address of the actor's worker.
    pub fn worker_of(&self, name: &str) -> Address {
        keypairs::worker_of(name)
    }
}
