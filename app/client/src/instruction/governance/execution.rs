//! What follows a vote that passed: execution, upgrades and grants.

use crate::{
    instruction::signed_by,
    pda::{self, governance as at, market, rewards, staking},
};
use anchor_lang::Address;
use assay_governance::{
    accounts, addresses, instruction,
    state::{Action, Grant, Kind, Params, Target},
};
use assay_shared::deployer::UPGRADEABLE_LOADER;
use solana_instruction::{AccountMeta, Instruction};

/// Bytes before the program's in the account of a buffer.
pub const BUFFER_HEAD: usize = 37;

/// The treasury's accounts, as the parameters name them.
#[derive(Clone, Copy, Debug)]
pub struct Treasury {
    /// The token that votes.
    pub vote_mint: Address,
    /// Token account of the treasury for the vote mint.
    pub account: Address,
}

impl From<&Params> for Treasury {
    fn from(params: &Params) -> Self {
        Self {
            vote_mint: params.vote_mint,
            account: params.treasury,
        }
    }
}

impl Treasury {
    /// Returns where the treasury keeps a mint of `token_program`, and the `source_bump` of an action that spends from there.
    pub fn holding(&self, mint: &Address, token_program: &Address) -> (Address, u8) {
        if *mint == self.vote_mint {
            return (self.account, 0);
        }
        pda::ata_and_bump(&at::treasury_authority(), mint, token_program)
    }

    /// Returns the associated token account of the treasury for a mint of `token_program`.
    fn of(mint: &Address, token_program: &Address) -> Address {
        pda::ata_with_program(&at::treasury_authority(), mint, token_program)
    }
}

/// A proposal that is executed: its index and its actions.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    /// Index of the proposal.
    pub index: u64,
    /// Its actions.
    pub actions: &'a [Action],
}

/// Executes the actions of a proposal that passed and is no upgrade. `token_program` returns the program that owns a mint. Anyone
/// may send it; `executor` signs, and pays the rent of grants and payment mints.
pub fn execute_proposal(
    executor: Address,
    decision: Decision<'_>,
    treasury: &Treasury,
    token_program: impl Fn(&Address) -> Address,
) -> Instruction {
    let resolved = accounts::ExecuteProposalResolved {
        executor,
        proposal: at::proposal(decision.index),
        staking_program: assay_staking::ID,
        staking_params: staking::params(),
        market_program: assay_market::ID,
        market_params: market::params(),
        market_authority: market::authority(),
        rewards_program: assay_rewards::ID,
        emission: rewards::emission(),
    };
    let mut execute = instruction::ExecuteProposal {}.to_instruction(resolved);
    for (place, action) in (0u8..).zip(decision.actions) {
        let named = action_accounts(action, (decision.index, place), treasury, &token_program);
        execute.accounts.extend(named);
    }
    execute
}

/// Returns the accounts that an action needs besides those of every proposal. `place` is the proposal's index and the number of the
/// action in it.
fn action_accounts(
    action: &Action,
    place: (u64, u8),
    treasury: &Treasury,
    token_program: impl Fn(&Address) -> Address,
) -> Vec<AccountMeta> {
    let reads = |address| AccountMeta::new_readonly(address, false);
    let writes = |address| AccountMeta::new(address, false);
    let (mint, paid) = (&action.address, &action.other);
    let source = |program: &Address| match action.source_bump {
        0 => treasury.account,
        _ => Treasury::of(paid, program),
    };
    match action.kind() {
        Ok(Kind::Transfer) => {
            let program = token_program(paid);
            let to = pda::ata_with_program(&action.address, paid, &program);
            vec![writes(source(&program)), writes(to), reads(program)]
        }
        Ok(Kind::Grant) => {
            let program = token_program(paid);
            let grant = at::grant(place.0, place.1);
            vec![
                writes(source(&program)),
                writes(grant),
                writes(at::grant_vault(&grant)),
                reads(*paid),
                reads(program),
            ]
        }
        Ok(Kind::AllowMint) => {
            let fee_vault = Treasury::of(mint, &token_program(mint));
            vec![
                writes(market::payment_mint(mint)),
                reads(*mint),
                reads(fee_vault),
            ]
        }
        Ok(Kind::SetRate | Kind::SetAdmits) => vec![writes(market::payment_mint(mint))],
        _ => Vec::new(),
    }
}

/// The program of the compute budget, `ComputeBudget111111111111111111111111111111`.
const COMPUTE_BUDGET: Address = Address::new_from_array([
    3, 6, 70, 111, 229, 33, 23, 50, 255, 236, 173, 186, 114, 195, 155, 231, 188, 140, 229, 187,
    197, 247, 18, 107, 44, 67, 155, 58, 64, 0, 0, 0,
]);
/// Most compute units of a transaction.
const MOST_UNITS: u32 = 1_400_000;

/// Lets a transaction use so many compute units, at most [`MOST_UNITS`].
pub fn compute_limit(units: usize) -> Instruction {
    let units = u32::try_from(units).unwrap_or(MOST_UNITS).min(MOST_UNITS);
    Instruction {
        program_id: COMPUTE_BUDGET,
        accounts: Vec::new(),
        data: [&[2][..], &units.to_le_bytes()].concat(),
    }
}

/// Replaces the bytecode of `target` by that of `buffer`, as the proposal decided. `spill` is the wallet that the action names.
/// Anyone may send it. The program hashes the buffer: ask for half a compute unit a byte and some thousands.
pub fn execute_upgrade(
    proposal: Address,
    target: Target,
    buffer: Address,
    spill: Address,
) -> Instruction {
    instruction::ExecuteUpgrade {}.to_instruction(accounts::ExecuteUpgradeResolved {
        proposal,
        program: addresses::program(target),
        program_data: addresses::program_data(target),
        buffer,
        spill,
        rent: addresses::RENT,
        clock: addresses::CLOCK,
        loader: UPGRADEABLE_LOADER,
    })
}

/// Gives the buffer of an upgrade that will not happen to the wallet that the action names. Anyone may send it.
pub fn return_buffer(proposal: Address, buffer: Address, wallet: Address) -> Instruction {
    instruction::ReturnBuffer {}.to_instruction(accounts::ReturnBufferResolved {
        proposal,
        buffer,
        wallet,
        loader: UPGRADEABLE_LOADER,
    })
}

/// Pays what has vested of a grant to the associated token account of its recipient, which must exist. Anyone may send it.
pub fn claim_grant(address: Address, grant: &Grant) -> Instruction {
    let to = pda::ata_and_bump(&grant.recipient, &grant.mint, &grant.token_program);
    claim_into(address, grant, to)
}

/// Pays what has vested of a grant to any token account of its mint. The recipient signs.
pub fn claim_grant_to(address: Address, grant: &Grant, destination: Address) -> Instruction {
    let claim = claim_into(address, grant, (destination, 0));
    signed_by(&grant.recipient, claim)
}

fn claim_into(address: Address, grant: &Grant, to: (Address, u8)) -> Instruction {
    instruction::ClaimGrant { bump: to.1 }.to_instruction(accounts::ClaimGrantResolved {
        recipient: grant.recipient,
        grant: address,
        grant_vault: at::grant_vault(&address),
        destination: to.0,
        token_program: grant.token_program,
    })
}

/// Closes a grant that is paid or given up; what is left goes back to the treasury. Anyone may send it.
pub fn close_grant(address: Address, grant: &Grant, treasury: &Treasury) -> Instruction {
    let (account, bump) = treasury.holding(&grant.mint, &grant.token_program);
    instruction::CloseGrant { bump }.to_instruction(accounts::CloseGrantResolved {
        payer: grant.payer,
        grant: address,
        grant_vault: at::grant_vault(&address),
        treasury_account: account,
        token_program: grant.token_program,
    })
}
