//! Calls of the staking program, signed by the market's authority.
//!
//! Anchor's generated calls build accounts and data on the heap and check at run time what the order of the accounts fixes
//! here: 15 KB of bytecode and about 700 compute units a call.

use crate::bytes::AUTHORITY_SEED;
use anchor_lang::{prelude::*, Discriminator};
use assay_shared::return_data;
use assay_staking::{
    instruction::{AllocateStake, DeallocateStake, SetExposure, SlashStake, YieldStake},
    state::{SlashOutcome, YieldOutcome},
};
use pinocchio::{
    account::AccountView,
    cpi::{invoke_signed_unchecked, CpiAccount, Seed, Signer as PdaSigner},
    error::ProgramError,
    instruction::{InstructionAccount, InstructionView},
};

/// Allocates `amount` base units of the provider's active stake to the market. The owner has signed the transaction.
pub fn allocate_stake(
    market_authority: &UncheckedAccount,
    bump: u8,
    owner: &AccountView,
    staking_params: &UncheckedAccount,
    provider: &UncheckedAccount,
    amount: u64,
) -> Result<()> {
    let (authority, params, provider) = (
        market_authority.account(),
        staking_params.account(),
        provider.account(),
    );
    call(
        [
            (
                authority,
                InstructionAccount::readonly_signer(authority.address()),
            ),
            (owner, InstructionAccount::readonly_signer(owner.address())),
            (params, InstructionAccount::readonly(params.address())),
            (provider, InstructionAccount::writable(provider.address())),
        ],
        &data::<16>(AllocateStake::DISCRIMINATOR, &[amount]),
        bump,
    )
}

/// Frees `amount` base units of allocated stake.
pub fn deallocate_stake(
    market_authority: &UncheckedAccount,
    bump: u8,
    staking_params: &UncheckedAccount,
    provider: &UncheckedAccount,
    amount: u64,
) -> Result<()> {
    let (authority, params, provider) = (
        market_authority.account(),
        staking_params.account(),
        provider.account(),
    );
    call(
        [
            (
                authority,
                InstructionAccount::readonly_signer(authority.address()),
            ),
            (params, InstructionAccount::readonly(params.address())),
            (provider, InstructionAccount::writable(provider.address())),
        ],
        &data::<16>(DeallocateStake::DISCRIMINATOR, &[amount]),
        bump,
    )
}

/// Sends staking the longest time in seconds from a claim to the verdict that can penalize it. Staking refuses a time that its
/// unbonding period does not cover.
pub fn set_exposure(
    market_authority: &UncheckedAccount,
    bump: u8,
    staking_params: &UncheckedAccount,
    exposure: u64,
) -> Result<()> {
    let (authority, params) = (market_authority.account(), staking_params.account());
    call(
        [
            (
                authority,
                InstructionAccount::readonly_signer(authority.address()),
            ),
            (params, InstructionAccount::writable(params.address())),
        ],
        &data::<16>(SetExposure::DISCRIMINATOR, &[exposure]),
        bump,
    )
}

/// The accounts of a slash.
pub struct SlashAccounts<'a> {
    /// Signs for the market.
    pub market_authority: &'a UncheckedAccount,
    /// Staking's parameters.
    pub staking_params: &'a AccountView,
    /// Whose stake is slashed.
    pub provider: &'a UncheckedAccount,
    /// The provider's stake vault.
    pub stake_vault: &'a UncheckedAccount,
    /// The mint of the staked token.
    pub stake_mint: &'a UncheckedAccount,
    /// Receives the award.
    pub award_account: &'a UncheckedAccount,
    /// The classic token program.
    pub token_program: &'a UncheckedAccount,
}

/// What a slash takes.
pub struct SlashAmounts {
    /// Stake to take, base units.
    pub amount: u64,
    /// Part of it for the award account, base units.
    pub award: u64,
    /// Collateral that is freed, base units.
    pub release: u64,
    /// Collateral that is bound in no seat after that, base units.
    pub free: u64,
    /// Unix time of the infraction, seconds.
    pub infraction_time: i64,
}

/// Slashes stake. Returns what was taken and awarded, and what collateral the remaining stake does not support, base units.
///
/// # Errors
/// `InvalidInstructionData` if staking does not return four numbers.
pub fn slash_stake(
    accounts: &SlashAccounts<'_>,
    bump: u8,
    amounts: &SlashAmounts,
) -> Result<SlashOutcome> {
    let authority = accounts.market_authority.account();
    let (params, token) = (accounts.staking_params, accounts.token_program.account());
    let (provider, vault) = (accounts.provider.account(), accounts.stake_vault.account());
    let (mint, award) = (
        accounts.stake_mint.account(),
        accounts.award_account.account(),
    );
    let infraction = u64::from_le_bytes(amounts.infraction_time.to_le_bytes());
    call(
        [
            (
                authority,
                InstructionAccount::readonly_signer(authority.address()),
            ),
            (params, InstructionAccount::readonly(params.address())),
            (provider, InstructionAccount::writable(provider.address())),
            (vault, InstructionAccount::writable(vault.address())),
            (mint, InstructionAccount::writable(mint.address())),
            (award, InstructionAccount::writable(award.address())),
            (token, InstructionAccount::readonly(token.address())),
        ],
        &data::<48>(
            SlashStake::DISCRIMINATOR,
            &[
                amounts.amount,
                amounts.award,
                amounts.release,
                amounts.free,
                infraction,
            ],
        ),
        bump,
    )?;
    let [taken, awarded, yielded, owed] = returned()?;
    Ok(SlashOutcome {
        taken,
        awarded,
        yielded,
        owed,
    })
}

/// Frees collateral that the stake behind it no longer supports, as far as `free` base units of it are bound in no seat.
///
/// # Errors
/// `InvalidInstructionData` if staking does not return two numbers.
pub fn yield_stake(
    market_authority: &UncheckedAccount,
    bump: u8,
    staking_params: &UncheckedAccount,
    provider: &UncheckedAccount,
    free: u64,
) -> Result<YieldOutcome> {
    let (authority, params, provider) = (
        market_authority.account(),
        staking_params.account(),
        provider.account(),
    );
    call(
        [
            (
                authority,
                InstructionAccount::readonly_signer(authority.address()),
            ),
            (params, InstructionAccount::readonly(params.address())),
            (provider, InstructionAccount::writable(provider.address())),
        ],
        &data::<16>(YieldStake::DISCRIMINATOR, &[free]),
        bump,
    )?;
    let [yielded, owed] = returned()?;
    Ok(YieldOutcome { yielded, owed })
}

/// Returns the numbers of eight bytes that staking returned, exactly so many.
fn returned<const N: usize>() -> Result<[u64; N]> {
    let returned = return_data::numbers(&assay_staking::ID);
    returned.ok_or(ProgramError::InvalidInstructionData)
}

/// Returns the data of an instruction: its discriminator, then numbers of eight bytes.
fn data<const N: usize>(discriminator: &[u8], numbers: &[u64]) -> [u8; N] {
    let mut data = [0u8; N];
    let (head, rest) = data.split_at_mut(discriminator.len());
    head.copy_from_slice(discriminator);
    for (field, number) in rest.chunks_exact_mut(8).zip(numbers) {
        field.copy_from_slice(&number.to_le_bytes());
    }
    data
}

/// Invokes the staking program with the accounts in the order of its instruction.
#[inline(always)]
fn call<const N: usize>(
    accounts: [(&AccountView, InstructionAccount); N],
    data: &[u8],
    bump: u8,
) -> Result<()> {
    let metas = accounts.each_ref().map(|(_, meta)| meta.clone());
    let infos = accounts.each_ref().map(|(view, _)| CpiAccount::from(*view));
    let instruction = InstructionView {
        program_id: &assay_staking::ID,
        accounts: &metas,
        data,
    };
    let bump = [bump];
    let seeds = [Seed::from(AUTHORITY_SEED), Seed::from(&bump)];
    // SAFETY: no account is borrowed: the typed accounts of the caller lend their bytes only while they are used, and staking
    // writes none that the market has typed.
    unsafe { invoke_signed_unchecked(&instruction, &infos, &[PdaSigner::from(&seeds)]) };
    Ok(())
}
