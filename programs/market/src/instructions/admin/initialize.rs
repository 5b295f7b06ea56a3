use crate::{
    error::{MarketError, RuleResult},
    event::{emit, MarketInitialized},
    staking_cpi,
    state::{Param, Params, Totals},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable};

/// What a deployment chooses. The bounds are those of `set_params`.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct MarketConfig {
    /// Holds the authority until it is offered to governance and accepted.
    pub authority: Address,
    /// Hash of the cluster's genesis.
    pub genesis_hash: [u8; 32],
    /// Unix time in seconds at which epoch 0 begins: at most one epoch ago, and at most 30 days ahead.
    pub genesis_time: i64,
    /// Length of an epoch in seconds, from an hour to 30 days.
    pub epoch_length: u64,
    /// Protocol fee as a share of the price of all seats that a task has on average, basis points.
    pub fee_bps: u64,
    /// Bond of a seat as a share of its price in stake tokens, basis points.
    pub bond_bps: u64,
    /// Penalty for a missed deadline as a share of the price in stake tokens, basis points.
    pub missed_bps: u64,
    /// Part of its collateral that a worker may bind in seats: one in so many.
    pub reserve: u64,
    /// Time in which the admission to a seat doubles, seconds.
    pub step: u64,
    /// Shortest time from the opening of a result to its end, seconds.
    pub min_hold: u64,
    /// Time in which agreed results must be opened and a disagreement must get its round, seconds.
    pub open_window: u64,
    /// Longest claim window of a job, seconds.
    pub max_claim_window: u64,
    /// Longest run window of a job, seconds.
    pub max_run_window: u64,
    /// Time after an epoch's end in which its work is tallied, seconds, from a minute to two epochs.
    pub tally_window: u64,
}

/// Shortest epoch, seconds.
pub const MIN_EPOCH: u64 = 3_600;
/// Longest epoch, seconds.
pub const MAX_EPOCH: u64 = 30 * 86_400;
/// Shortest tally window, seconds.
pub const MIN_TALLY: u64 = 60;
/// Longest tally window, epochs. After it six epochs are left to claim in.
pub const MAX_TALLY_EPOCHS: u64 = 2;

/// Returns whether epochs and tally window, seconds, have lengths within their bounds.
pub fn admits_epochs(epoch_length: u64, tally_window: u64) -> bool {
    let longest = epoch_length.saturating_mul(MAX_TALLY_EPOCHS);
    (MIN_EPOCH..=MAX_EPOCH).contains(&epoch_length) && (MIN_TALLY..=longest).contains(&tally_window)
}

/// Returns the earliest and the latest Unix time at which epoch 0 may begin if the market is initialized at `now`. An earlier
/// one would let the first worker earn for epochs before the market.
pub fn genesis_bounds(epoch_length: u64, now: i64) -> (i64, i64) {
    (
        now.saturating_sub_unsigned(epoch_length),
        now.saturating_add_unsigned(MAX_EPOCH),
    )
}

impl MarketConfig {
    fn params(&self) -> [(Param, u64); 9] {
        [
            (Param::FeeBps, self.fee_bps),
            (Param::BondBps, self.bond_bps),
            (Param::MissedBps, self.missed_bps),
            (Param::Reserve, self.reserve),
            (Param::Step, self.step),
            (Param::MinHold, self.min_hold),
            (Param::OpenWindow, self.open_window),
            (Param::MaxClaimWindow, self.max_claim_window),
            (Param::MaxRunWindow, self.max_run_window),
        ]
    }
}

#[derive(Accounts)]
pub struct Initialize {
    /// The program's upgrade authority, who signs and pays the rent. Checked by `validate`.
    #[account(mut)]
    pub deployer: Signer,
    /// The market's parameters, created here, so the market is initialized only once.
    #[account(init, payer = deployer, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    /// The market's sums, created here.
    #[account(init, payer = deployer, seeds = [b"totals"], bump)]
    pub totals: Account<Totals>,
    /// The program's ProgramData account. Its address and owner are checked by `is_upgrade_authority`.
    pub program_data: UncheckedAccount,
    /// The market's authority, which signs the call of staking. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    /// Staking's parameters, which store the market's exposure. Checked by staking.
    #[account(mut)]
    pub staking_params: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Initialize {
    fn validate(&self, config: &MarketConfig, now: i64) -> RuleResult<()> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(MarketError::NotDeployer);
        }
        let admitted = |(param, value): &(Param, u64)| param.admits(*value);
        let calendar_fits = admits_epochs(config.epoch_length, config.tally_window);
        if !calendar_fits || !config.params().iter().all(admitted) {
            return Err(MarketError::ParamOutOfBounds);
        }
        let (earliest, latest) = genesis_bounds(config.epoch_length, now);
        if !(earliest..=latest).contains(&config.genesis_time) {
            return Err(MarketError::BadGenesis);
        }
        Ok(())
    }

    /// # Specification
    /// - The signer shall be the program's upgrade authority (`NotDeployer`).
    /// - Every value shall lie within its hard bounds (`ParamOutOfBounds`).
    /// - Epoch 0 shall begin at most one epoch ago and at most 30 days ahead (`BadGenesis`).
    /// - A seat shall be open to all within the longest claim window (`AdmissionTooSlow`).
    /// - Staking's unbonding period shall cover the market's windows (`StakingError::UnbondingTooShort`).
    ///
    /// # Arguments
    /// - `config` - the authority, the calendar and the first value of every parameter.
    pub fn initialize(ctx: &mut Context<Self>, config: MarketConfig) -> Result<()> {
        ctx.accounts
            .validate(&config, Clock::get()?.unix_timestamp)?;
        let (authority_bump, totals_bump) = (ctx.bumps.market_authority, ctx.bumps.totals);
        let accounts = &mut ctx.accounts;
        accounts.totals.version = 1;
        accounts.totals.bump = totals_bump;
        let params = &mut accounts.params;
        params.version = 1;
        params.authority = config.authority;
        params.genesis_hash = config.genesis_hash;
        params.genesis_time = config.genesis_time.into();
        params.epoch_length = config.epoch_length.into();
        params.tally_window = config.tally_window.into();
        for (param, value) in config.params() {
            params.put(param, value);
        }
        params.invariant()?;
        emit(MarketInitialized {
            authority: params.authority,
            genesis_time: params.genesis_time,
            epoch_length: params.epoch_length,
        });
        let exposure = params.exposure()?;
        staking_cpi::set_exposure(
            &accounts.market_authority,
            authority_bump,
            &accounts.staking_params,
            exposure,
        )
    }
}
