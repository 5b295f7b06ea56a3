//! The call of the staking program, signed by the funder. It is written out because Anchor's generated calls build accounts and
//! data on the heap.

use crate::state::{Funding, FUNDER_SEED};
use anchor_lang::{prelude::*, Discriminator};
use assay_staking::instruction::FundRewards;
use pinocchio::{
    cpi::{invoke_signed_unchecked, CpiAccount, Seed, Signer as PdaSigner},
    instruction::{InstructionAccount, InstructionView},
};

/// Bytes of the instruction: its discriminator and two amounts.
const DATA_LEN: usize = 8 + 2 * 8;

/// Tells staking what the provider's reward vault received. The pot is not among the accounts: whatever staking did with the
/// funder's signature, it could not reach the tokens of others.
pub fn fund_rewards(
    funder: &AccountView,
    bump: u8,
    staking_params: &AccountView,
    provider: &AccountView,
    reward_vault: &AccountView,
    funding: &Funding,
) -> Result<()> {
    let metas = [
        InstructionAccount::readonly_signer(funder.address()),
        InstructionAccount::readonly(staking_params.address()),
        InstructionAccount::writable(provider.address()),
        InstructionAccount::readonly(reward_vault.address()),
    ];
    let infos = [funder, staking_params, provider, reward_vault].map(CpiAccount::from);
    let mut data = [0u8; DATA_LEN];
    let (head, amounts) = data.split_at_mut(FundRewards::DISCRIMINATOR.len());
    head.copy_from_slice(FundRewards::DISCRIMINATOR);
    for (place, amount) in amounts
        .chunks_exact_mut(8)
        .zip([funding.direct, funding.streamed])
    {
        place.copy_from_slice(&amount.to_le_bytes());
    }
    let instruction = InstructionView {
        program_id: &assay_staking::ID,
        accounts: &metas,
        data: &data,
    };
    let bump = [bump];
    let seeds = [Seed::from(FUNDER_SEED), Seed::from(&bump)];
    // SAFETY: no account is borrowed: the provider's typed account was dropped, and the others are not typed.
    unsafe { invoke_signed_unchecked(&instruction, &infos, &[PdaSigner::from(&seeds)]) };
    Ok(())
}
