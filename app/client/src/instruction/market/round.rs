//! Checks, rounds and what they pay.

use super::{JobAddresses, Payee};
use crate::{
    instruction::token,
    pda::{self, market as at, staking},
};
use anchor_lang::{system_program, Address};
use assay_market::{
    accounts,
    game::{contribution::Contribution, round::RoundKind},
    instruction,
    instructions::{ChallengeArgs, Opening},
    state::Source,
};
use assay_shared::token::TOKEN;
use solana_instruction::Instruction;

/// A seat anywhere: in the account of the job, in a check or in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatPlace {
    /// Index of the task in the job.
    pub task: u32,
    /// Which account the seat lies in.
    pub source: Source,
    /// Index of the seat in that account, in the job's within the task; `CHALLENGER` for who contradicts.
    pub seat: u8,
}

/// Opens the check of a task. `payer` signs and pays the rent; while the result stands, only the job's requester may.
pub fn open_check(payer: Address, job: Address, task: u32) -> Instruction {
    instruction::OpenCheck { task }.to_instruction(accounts::OpenCheck {
        payer,
        job,
        check: at::round(&job, task, Source::Check),
        system_program: system_program::ID,
    })
}

/// What is needed to open a round.
#[derive(Clone, Copy, Debug)]
pub struct OpenRoundParams {
    /// Signs and pays the rent; the node key of the challenger.
    pub payer: Address,
    /// The job.
    pub job: Address,
    /// Index of the task in the job.
    pub task: u32,
    /// Five seats or forty-five.
    pub kind: RoundKind,
    /// Worker of the task's first seat.
    pub first_worker: Address,
    /// The mint of the staked token.
    pub stake_mint: Address,
    /// The worker that contradicts a standing result, the job's seed, and what the worker contributes; nothing where seats
    /// disagree.
    pub challenge: Option<(Address, [u8; 32], Contribution)>,
}

/// Opens a round. The first instruction creates the pot of a round of five. All go into one transaction.
pub fn open_round(params: &OpenRoundParams) -> Vec<Instruction> {
    let OpenRoundParams {
        payer, job, task, ..
    } = *params;
    let dispute = at::round(&job, task, Source::Dispute);
    let (pot, pot_bump) = pda::ata_and_bump(&dispute, &params.stake_mint, &TOKEN);
    let is_dispute = params.kind == RoundKind::Dispute;
    let challenge = params
        .challenge
        .map(|(_, seed, contribution)| ChallengeArgs {
            seed,
            hash: contribution.hash,
            seal: contribution.seal,
        });
    let args = instruction::OpenRound {
        task,
        kind: params.kind as u8,
        pot_bump,
        challenge,
    };
    let open = args.to_instruction(accounts::OpenRound {
        payer,
        worker: params.challenge.map(|(worker, ..)| worker),
        accused: is_dispute.then_some(params.first_worker),
        job,
        round: if is_dispute {
            dispute
        } else {
            at::round(&job, task, Source::Appeal)
        },
        dispute: (!is_dispute).then_some(dispute),
        pot,
        staking_params: staking::params(),
        system_program: system_program::ID,
    });
    if is_dispute {
        vec![
            token::create_ata(&payer, &dispute, &params.stake_mint, &TOKEN),
            open,
        ]
    } else {
        vec![open]
    }
}

/// Claims a seat of the check or round at `round`. `node` signs.
pub fn claim_round(
    node: Address,
    worker: Address,
    job: Address,
    round: Address,
    seat: u8,
) -> Instruction {
    instruction::ClaimRound { seat }.to_instruction(accounts::ClaimRound {
        node,
        worker,
        job,
        round,
    })
}

/// Contributes to the check or round at `round`. `node` signs.
pub fn contribute_round(
    node: Address,
    worker: Address,
    job: Address,
    round: Address,
    seat: u8,
    contribution: &Contribution,
) -> Instruction {
    let args = instruction::ContributeRound {
        seat,
        hash: contribution.hash,
        seal: contribution.seal,
    };
    args.to_instruction(accounts::ContributeRound {
        node,
        worker,
        job,
        round,
    })
}

/// Decides the round at `round` by opening what its majority contributed, or gives it up. `check` is the account of the
/// task's check, where it has one and `round` is another. Anyone may send it.
pub fn decide_round(
    job: Address,
    round: Address,
    check: Option<Address>,
    opening: Option<Opening>,
) -> Instruction {
    instruction::DecideRound { opening }.to_instruction(accounts::DecideRound { job, round, check })
}

/// Counts who pays for the dispute of a task and who is paid. `appealed` and `checked`: whether the task has such accounts.
/// Anyone may send it.
pub fn count_dispute(job: Address, task: u32, appealed: bool, checked: bool) -> Instruction {
    instruction::CountDispute {}.to_instruction(accounts::CountDispute {
        job,
        dispute: at::round(&job, task, Source::Dispute),
        appeal: appealed.then(|| at::round(&job, task, Source::Appeal)),
        check: checked.then(|| at::round(&job, task, Source::Check)),
    })
}

/// Pays the check of a task to its worker, into the beneficiary's associated token account, which must exist. Anyone may send it.
pub fn collect_check(job: &JobAddresses, payee: impl Into<Payee>, task: u32) -> Instruction {
    let (payment, payee) = (&job.payment, payee.into());
    let (mint, program) = (&payment.mint, &payment.token_program);
    let (destination, bump) = pda::ata_and_bump(&payee.beneficiary, mint, program);
    instruction::CollectCheck { bump }.to_instruction(accounts::CollectCheck {
        params: at::params(),
        worker: payee.worker,
        job: job.address,
        check: at::round(&job.address, task, Source::Check),
        escrow: job.escrow,
        escrow_authority: job.escrow_authority,
        destination,
        token_program: payment.token_program,
    })
}

/// Pays a seat of a disputed task out of its penalties to its worker, into the beneficiary's associated token account for the
/// stake mint, which must exist. Anyone may send it.
pub fn collect_award(
    job: Address,
    payee: impl Into<Payee>,
    place: SeatPlace,
    stake_mint: &Address,
) -> Instruction {
    let SeatPlace { task, source, seat } = place;
    let dispute = at::round(&job, task, Source::Dispute);
    let payee = payee.into();
    let (destination, bump) = pda::ata_and_bump(&payee.beneficiary, stake_mint, &TOKEN);
    let args = instruction::CollectAward {
        source: source as u8,
        seat,
        bump,
    };
    args.to_instruction(accounts::CollectAward {
        worker: payee.worker,
        job,
        dispute,
        round: matches!(source, Source::Check | Source::Appeal)
            .then(|| at::round(&job, task, source)),
        pot: pda::ata(&dispute, stake_mint),
        staking_params: staking::params(),
        destination,
        token_program: TOKEN,
    })
}

/// Closes the account of a check or round, and the pot of a dispute. `disputed`: whether the task went through a round. The
/// rent returns to `payer`, who paid it. Anyone may send it.
pub fn close_round(
    payer: Address,
    job: Address,
    task: u32,
    source: Source,
    disputed: bool,
    stake_mint: &Address,
) -> Instruction {
    let round = at::round(&job, task, source);
    let is_sibling = disputed && source != Source::Dispute;
    instruction::CloseRound {}.to_instruction(accounts::CloseRound {
        payer,
        job,
        round,
        dispute: is_sibling.then(|| at::round(&job, task, Source::Dispute)),
        pot: pda::ata(&round, stake_mint),
        staking_params: staking::params(),
        stake_mint: *stake_mint,
        token_program: TOKEN,
    })
}
