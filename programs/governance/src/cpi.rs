//! Calls of the other programs, signed by governance's authority. It holds nothing, so a program that is given its signature can
//! take nothing with it.
//!
//! Anchor's generated calls check at run time what the order of the accounts fixes here.

use alloc::vec::Vec;
use anchor_lang::{prelude::*, Discriminator};
use assay_market::instruction as market;
use assay_rewards::instruction as rewards;
use assay_staking::instruction as staking;
use pinocchio::{
    cpi::{invoke_signed_unchecked, CpiAccount, Seed, Signer as PdaSigner},
    instruction::{InstructionAccount, InstructionView},
};

/// Seed of the authority's address.
pub const AUTHORITY_SEED: &[u8] = b"authority";

/// An account, and whether a call writes it and has its signature.
type Named<'a> = (&'a AccountView, bool, bool);

/// Governance's authority and the bump of its address.
#[derive(Clone, Copy)]
pub struct Authority<'a> {
    /// The account.
    pub account: &'a AccountView,
    /// The bump.
    pub bump: u8,
}

/// The accounts of the market's `set_params` beside the authority.
pub struct MarketAccounts<'a> {
    /// The market's parameters.
    pub params: &'a AccountView,
    /// The market's authority, which signs the market's call of staking.
    pub authority: &'a AccountView,
    /// Staking's parameters.
    pub staking_params: &'a AccountView,
    /// The staking program.
    pub staking_program: &'a AccountView,
}

/// The accounts of the market's `allow_mint` beside the authority.
pub struct MintAccounts<'a> {
    /// Pays the rent of the record.
    pub payer: &'a AccountView,
    /// The market's parameters.
    pub params: &'a AccountView,
    /// The record of the payment mint.
    pub payment_mint: &'a AccountView,
    /// The mint.
    pub mint: &'a AccountView,
    /// Receives fees.
    pub fee_vault: &'a AccountView,
    /// The system program.
    pub system_program: &'a AccountView,
}

/// Sets a parameter of staking.
pub fn set_staking_param(
    authority: Authority<'_>,
    params: &AccountView,
    param: u8,
    value: u64,
) -> Result<()> {
    let data = set_param(staking::SetParams::DISCRIMINATOR, param, value);
    change(&assay_staking::ID, authority, params, &data)
}

/// Sets a parameter of the market.
pub fn set_market_param(
    authority: Authority<'_>,
    accounts: &MarketAccounts<'_>,
    param: u8,
    value: u64,
) -> Result<()> {
    let named = [
        signs(authority.account),
        writes(accounts.params),
        reads(accounts.authority),
        writes(accounts.staking_params),
        reads(accounts.staking_program),
    ];
    let data = set_param(market::SetParams::DISCRIMINATOR, param, value);
    call(&assay_market::ID, &named, &data, authority.bump)
}

/// Sets a parameter of rewards.
pub fn set_rewards_param(
    authority: Authority<'_>,
    emission: &AccountView,
    param: u8,
    value: u64,
) -> Result<()> {
    let data = set_param(rewards::SetParams::DISCRIMINATOR, param, value);
    change(&assay_rewards::ID, authority, emission, &data)
}

/// Pauses operations of staking, whose parameters `params` are, until the Unix time `until`; no bit ends the pause.
pub fn pause_staking(
    authority: Authority<'_>,
    params: &AccountView,
    bits: u64,
    until: i64,
) -> Result<()> {
    let data = set_pause(staking::SetPause::DISCRIMINATOR, bits, until);
    change(&assay_staking::ID, authority, params, &data)
}

/// Pauses operations of the market, whose parameters `params` are, until the Unix time `until`; no bit ends the pause.
pub fn pause_market(
    authority: Authority<'_>,
    params: &AccountView,
    bits: u64,
    until: i64,
) -> Result<()> {
    let data = set_pause(market::SetPause::DISCRIMINATOR, bits, until);
    change(&assay_market::ID, authority, params, &data)
}

/// Allows jobs to be paid in a mint at `rate`; `vault_bump` is the bump of the fee vault's address.
pub fn allow_mint(
    authority: Authority<'_>,
    accounts: &MintAccounts<'_>,
    rate: u64,
    vault_bump: u8,
) -> Result<()> {
    let payer = accounts.payer;
    let named = [
        signs(authority.account),
        (payer, true, true),
        reads(accounts.params),
        writes(accounts.payment_mint),
        reads(accounts.mint),
        reads(accounts.fee_vault),
        reads(accounts.system_program),
    ];
    let discriminator = market::AllowMint::DISCRIMINATOR;
    let data = joined(&[discriminator, &rate.to_le_bytes(), &[vault_bump]]);
    call(&assay_market::ID, &named, &data, authority.bump)
}

/// Changes one thing of a payment mint, a `MintChange` of the market, to `value`. The market program stands for the fee vault,
/// which no change of ours names.
pub fn set_mint(
    authority: Authority<'_>,
    (params, program): (&AccountView, &AccountView),
    payment_mint: &AccountView,
    change: assay_market::state::MintChange,
    value: u64,
) -> Result<()> {
    let accounts = [
        signs(authority.account),
        reads(params),
        writes(payment_mint),
        reads(program),
    ];
    let discriminator = market::SetMint::DISCRIMINATOR;
    let data = joined(&[discriminator, &[change as u8], &value.to_le_bytes()]);
    call(&assay_market::ID, &accounts, &data, authority.bump)
}

/// Accepts the market's authority, which was offered.
pub fn accept_market(authority: Authority<'_>, params: &AccountView) -> Result<()> {
    let data = joined(&[market::AcceptAuthority::DISCRIMINATOR]);
    change(&assay_market::ID, authority, params, &data)
}

fn set_param(discriminator: &[u8], param: u8, value: u64) -> Vec<u8> {
    joined(&[discriminator, &[param], &value.to_le_bytes()])
}

fn set_pause(discriminator: &[u8], bits: u64, until: i64) -> Vec<u8> {
    joined(&[discriminator, &bits.to_le_bytes(), &until.to_le_bytes()])
}

/// Returns the parts one after the other.
#[inline(never)]
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

pub(crate) fn signs(view: &AccountView) -> Named<'_> {
    (view, false, true)
}

pub(crate) fn writes(view: &AccountView) -> Named<'_> {
    (view, true, false)
}

pub(crate) fn reads(view: &AccountView) -> Named<'_> {
    (view, false, false)
}

/// Returns how an instruction names an account.
fn meta<'a>((view, is_writable, is_signer): &Named<'a>) -> InstructionAccount<'a> {
    InstructionAccount::new(view.address(), *is_writable, *is_signer)
}

/// Invokes a program with an instruction of two accounts: the authority and `params`, which it writes.
#[inline(never)]
fn change(
    program: &Address,
    authority: Authority<'_>,
    params: &AccountView,
    data: &[u8],
) -> Result<()> {
    let accounts = [signs(authority.account), writes(params)];
    call(program, &accounts, data, authority.bump)
}

/// Invokes a program with the accounts in the order of its instruction.
#[inline(never)]
fn call(program: &Address, accounts: &[Named<'_>], data: &[u8], bump: u8) -> Result<()> {
    let bump = [bump];
    let seeds = [Seed::from(AUTHORITY_SEED), Seed::from(&bump)];
    invoke(program, accounts, data, &seeds);
    Ok(())
}

/// Invokes `program`, signed by the address of governance with these seeds.
#[inline(never)]
pub(crate) fn invoke(program: &Address, accounts: &[Named<'_>], data: &[u8], seeds: &[Seed<'_>]) {
    let metas: Vec<_> = accounts.iter().map(meta).collect();
    let infos: Vec<_> = accounts
        .iter()
        .map(|(view, ..)| CpiAccount::from(*view))
        .collect();
    let instruction = InstructionView {
        program_id: program,
        accounts: &metas,
        data,
    };
    // SAFETY: no account of the call is borrowed: governance types only accounts of its own, and the programs called write none
    // of those.
    unsafe { invoke_signed_unchecked(&instruction, &infos, &[PdaSigner::from(seeds)]) };
}
