//! Delegations: stake and rewards of those who put their tokens behind somebody else's provider.

use super::signed_by;
use crate::pda::{self, staking as at};
use anchor_lang::Address;
use assay_shared::token::TOKEN;
use assay_staking::{accounts, instruction};
use solana_instruction::Instruction;

/// Puts `amount` base units of the token account `source` aside for a provider. `owner` signs and pays the rent.
pub fn delegate(owner: Address, provider: &Address, source: Address, amount: u64) -> Instruction {
    instruction::Delegate { amount }.to_instruction(accounts::DelegateResolved {
        owner,
        provider: *provider,
        stake_vault: at::stake_vault(provider),
        source,
        token_program: TOKEN,
    })
}

/// Turns a pending delegation of `owner`, whose time has come, into active stake. Anyone may send it in the first day after that
/// time.
pub fn activate_delegation(owner: &Address, provider: &Address) -> Instruction {
    instruction::ActivateDelegation {}.to_instruction(accounts::ActivateDelegationResolved {
        owner: *owner,
        provider: *provider,
        delegation: at::delegation(provider, owner),
    })
}

/// Turns a pending delegation, whose time has come, into active stake. `owner` signs.
pub fn activate_own_delegation(owner: &Address, provider: &Address) -> Instruction {
    signed_by(owner, activate_delegation(owner, provider))
}

/// Returns a pending delegation to the associated token account of `owner`, which must exist. `owner` signs, or anyone sends it once
/// the provider retires.
pub fn withdraw_pending(owner: Address, provider: &Address, stake_mint: &Address) -> Instruction {
    withdraw_pending_into(
        owner,
        provider,
        pda::ata_and_bump(&owner, stake_mint, &TOKEN),
    )
}

/// Returns a pending delegation to any token account of the stake mint. `owner` signs.
pub fn withdraw_pending_to(
    owner: Address,
    provider: &Address,
    destination: Address,
) -> Instruction {
    signed_by(
        &owner,
        withdraw_pending_into(owner, provider, (destination, 0)),
    )
}

fn withdraw_pending_into(
    owner: Address,
    provider: &Address,
    (destination, bump): (Address, u8),
) -> Instruction {
    let args = instruction::WithdrawPending { bump };
    args.to_instruction(accounts::WithdrawPendingResolved {
        owner,
        provider: *provider,
        delegation: at::delegation(provider, &owner),
        stake_vault: at::stake_vault(provider),
        destination,
        token_program: TOKEN,
    })
}

/// Asks `shares` of a delegation back, so that collateral is freed for them. `owner` signs.
pub fn request_undelegation(owner: Address, provider: &Address, shares: u64) -> Instruction {
    let args = instruction::RequestUndelegation { shares };
    args.to_instruction(accounts::RequestUndelegationResolved {
        owner,
        provider: *provider,
        delegation: at::delegation(provider, &owner),
    })
}

/// Begins to unbond `shares` of the delegation of `owner`. `matures_at` is the Unix time that [`span_end`] gives. `payer` signs and
/// pays the rent of the ticket: `owner`, or anyone for shares that were asked back.
///
/// [`span_end`]: assay_staking::state::span_end
pub fn undelegate(
    payer: Address,
    owner: &Address,
    provider: &Address,
    shares: u64,
    matures_at: i64,
) -> Instruction {
    let delegation = at::delegation(provider, owner);
    let args = instruction::Undelegate { shares, matures_at };
    args.to_instruction(accounts::UndelegateResolved {
        payer,
        provider: *provider,
        delegation,
        ticket: at::ticket(&delegation, matures_at),
    })
}

/// Moves the matured bucket of `matures_at` out of the provider into a record of its own. `payer` signs and pays its rent.
pub fn mature_bucket(payer: Address, provider: &Address, matures_at: i64) -> Instruction {
    let args = instruction::MatureBucket { matures_at };
    args.to_instruction(accounts::MatureBucketResolved {
        payer,
        provider: *provider,
        matured: at::matured(provider, matures_at),
    })
}

/// The record of a matured bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaturedRecord {
    /// Its address.
    pub address: Address,
    /// Who paid its rent and receives it with the last ticket.
    pub payer: Address,
}

/// The accounts of a ticket's payment.
#[derive(Clone, Copy, Debug)]
pub struct TicketAccounts {
    /// Whose ticket it is.
    pub owner: Address,
    /// The provider that was delegated to.
    pub provider: Address,
    /// Unix time at which the ticket matures.
    pub matures_at: i64,
    /// Who paid the ticket's rent and receives it.
    pub payer: Address,
    /// The record of the ticket's bucket, if the bucket has left the provider.
    pub record: Option<MaturedRecord>,
}

/// Pays a matured ticket to the associated token account of its owner, which must exist, and closes it. Anyone may send it.
pub fn withdraw_ticket(ticket: TicketAccounts, stake_mint: &Address) -> Instruction {
    withdraw_ticket_into(ticket, pda::ata_and_bump(&ticket.owner, stake_mint, &TOKEN))
}

/// Pays a matured ticket to any token account of the stake mint and closes it. The ticket's owner signs.
pub fn withdraw_ticket_to(ticket: TicketAccounts, destination: Address) -> Instruction {
    signed_by(
        &ticket.owner,
        withdraw_ticket_into(ticket, (destination, 0)),
    )
}

fn withdraw_ticket_into(ticket: TicketAccounts, (destination, bump): (Address, u8)) -> Instruction {
    let delegation = at::delegation(&ticket.provider, &ticket.owner);
    let args = instruction::WithdrawTicket { bump };
    args.to_instruction(accounts::WithdrawTicketResolved {
        owner: ticket.owner,
        payer: ticket.payer,
        provider: ticket.provider,
        ticket: at::ticket(&delegation, ticket.matures_at),
        matured: ticket.record.map(|record| record.address),
        record_payer: ticket.record.map(|record| record.payer),
        stake_vault: at::stake_vault(&ticket.provider),
        destination,
        token_program: TOKEN,
    })
}

/// Pays a delegation's rewards to the associated token account of `owner`, which must exist. Anyone may send it.
pub fn claim_rewards(owner: &Address, provider: &Address, stake_mint: &Address) -> Instruction {
    let (destination, bump) = pda::ata_and_bump(owner, stake_mint, &TOKEN);
    claim_rewards_into(*owner, provider, Some(destination), bump)
}

/// Pays a delegation's rewards to any token account of the stake mint. `owner` signs.
pub fn claim_rewards_to(owner: Address, provider: &Address, destination: Address) -> Instruction {
    let claim = claim_rewards_into(owner, provider, Some(destination), 0);
    signed_by(&owner, claim)
}

/// Books what a delegation has earned without paying it. Anyone may send it.
pub fn settle_rewards(owner: &Address, provider: &Address) -> Instruction {
    claim_rewards_into(*owner, provider, None, 0)
}

fn claim_rewards_into(
    owner: Address,
    provider: &Address,
    destination: Option<Address>,
    bump: u8,
) -> Instruction {
    instruction::ClaimRewards { bump }.to_instruction(accounts::ClaimRewardsResolved {
        owner,
        provider: *provider,
        delegation: at::delegation(provider, &owner),
        reward_vault: at::reward_vault(provider),
        destination,
        token_program: TOKEN,
    })
}

/// Closes an empty delegation and returns the rent to `owner`. Anyone may send it.
pub fn close_delegation(owner: Address, provider: &Address) -> Instruction {
    instruction::CloseDelegation {}.to_instruction(accounts::CloseDelegationResolved {
        owner,
        provider: *provider,
        delegation: at::delegation(provider, &owner),
    })
}
