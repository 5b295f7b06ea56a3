use crate::{
    bytes::AUTHORITY_SEED,
    error::MarketError,
    event::MarketInitialized,
    state::{Param, Params},
};
use anchor_lang::prelude::*;
use assay_shared::{deployer, param::Votable};

/// What a deployment chooses. Bounds are those of `set_params`.
#[derive(Clone, Copy, Debug, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct MarketConfig {
    /// Holds the authority until `set_authority` passes it to governance.
    pub authority: Address,
    /// Unix time at which epoch 0 begins, at most a longest epoch ahead: nothing is paid before.
    pub genesis_time: i64,
    /// Seconds, from an hour to 30 days.
    pub epoch_length: u64,
    pub fee_bps: u64,
    pub bond_bps: u64,
    pub reject_bps: u64,
    pub missed_bps: u64,
    pub ramp: u64,
    pub sortition_unit: u64,
    pub reveal_window: u64,
    pub max_claim_window: u64,
    pub max_run_window: u64,
    /// Seconds, from a minute to an epoch.
    pub tally_window: u64,
}

/// Shortest epoch, seconds.
pub const MIN_EPOCH: u64 = 3_600;
/// Longest epoch, seconds.
pub const MAX_EPOCH: u64 = 30 * 86_400;
/// Shortest tally window, seconds.
pub const MIN_TALLY: u64 = 60;

impl MarketConfig {
    fn params(&self) -> [(Param, u64); 9] {
        [
            (Param::FeeBps, self.fee_bps),
            (Param::BondBps, self.bond_bps),
            (Param::RejectBps, self.reject_bps),
            (Param::MissedBps, self.missed_bps),
            (Param::Ramp, self.ramp),
            (Param::SortitionUnit, self.sortition_unit),
            (Param::RevealWindow, self.reveal_window),
            (Param::MaxClaimWindow, self.max_claim_window),
            (Param::MaxRunWindow, self.max_run_window),
        ]
    }
}

#[derive(Accounts)]
pub struct Initialize {
    #[account(mut)]
    pub deployer: Signer,
    #[account(init, payer = deployer, seeds = [b"params"], bump)]
    pub params: Account<Params>,
    pub program_data: UncheckedAccount,
    #[account(seeds = [b"authority"], bump)]
    pub market_authority: UncheckedAccount,
    #[account(mut)]
    pub staking_params: UncheckedAccount,
    #[account(address = assay_staking::ID)]
    pub staking_program: UncheckedAccount,
    pub system_program: Program<System>,
}

impl Initialize {
    /// `params`: created here. `staking_params`: staking checks its own account.
    ///
    /// Errors: `NotDeployer`, `ParamOutOfBounds`. The law: `Params::invariant`.
    fn validate(&self, config: &MarketConfig, now: i64) -> core::result::Result<(), MarketError> {
        let deployer = self.deployer.address();
        if !deployer::is_upgrade_authority(self.program_data.account(), &crate::ID, deployer) {
            return Err(MarketError::NotDeployer);
        }
        let admitted = |(param, value): &(Param, u64)| param.admits(*value);
        let epoch_fits = (MIN_EPOCH..=MAX_EPOCH).contains(&config.epoch_length);
        let tally_fits = (MIN_TALLY..=config.epoch_length).contains(&config.tally_window);
        let begins_soon = config.genesis_time <= now.saturating_add_unsigned(MAX_EPOCH);
        let calendar_fits = epoch_fits && tally_fits && begins_soon;
        if !calendar_fits || !config.params().iter().all(admitted) {
            return Err(MarketError::ParamOutOfBounds);
        }
        Ok(())
    }

    pub fn initialize(ctx: &mut Context<Self>, config: MarketConfig) -> Result<()> {
        ctx.accounts
            .validate(&config, Clock::get()?.unix_timestamp)?;
        let authority_bump = ctx.bumps.market_authority;
        let accounts = &mut ctx.accounts;
        let params = &mut accounts.params;
        params.authority = config.authority;
        params.genesis_time = config.genesis_time.into();
        params.epoch_length = config.epoch_length.into();
        params.tally_window = config.tally_window.into();
        for (param, value) in config.params() {
            params.put(param, value);
        }
        params.invariant()?;
        emit!(MarketInitialized {
            authority: params.authority,
            genesis_time: params.genesis_time,
            epoch_length: params.epoch_length,
        });
        push_exposure(
            params.exposure()?,
            &accounts.market_authority,
            &mut accounts.staking_params,
            authority_bump,
        )
    }
}

/// Tells staking how long an infraction may take to be found; staking refuses what its unbonding period cannot cover.
pub(super) fn push_exposure(
    exposure: u64,
    market_authority: &UncheckedAccount,
    staking_params: &mut UncheckedAccount,
    bump: u8,
) -> Result<()> {
    let accounts = assay_staking::cpi::accounts::SetExposure {
        market_authority: market_authority.cpi_handle(),
        params: staking_params.cpi_handle_mut(),
    };
    let seeds: &[&[&[u8]]] = &[&[AUTHORITY_SEED, &[bump]]];
    let cpi = CpiContext::new(&assay_staking::ID, accounts).with_signer(seeds);
    assay_staking::cpi::set_exposure(cpi, exposure)
}
