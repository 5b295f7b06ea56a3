//! Seats in the account of a job: claim, contribution, opening, pay and penalty.

use super::{JobAddresses, Payee, SeatPlace};
use crate::{
    instruction::signed_by,
    pda::{self, market as at, staking},
};
use anchor_lang::Address;
use assay_market::{accounts, game::contribution::Contribution, instruction, state::Source};
use assay_shared::token::TOKEN;
use solana_instruction::Instruction;

/// A seat in the account of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskSeat {
    /// Index of the task in the job.
    pub task: u32,
    /// Index of the seat in the task: 0 for the first, then the late seats.
    pub seat: u8,
}

/// Claims a seat that the worker's rank admits it to. `seed` names the posting of the job; `credential` is the worker's, if
/// the job requires one. `node` signs.
pub fn claim_task(
    node: Address,
    worker: Address,
    job: Address,
    seed: [u8; 32],
    place: TaskSeat,
    credential: Option<Address>,
) -> Instruction {
    let TaskSeat { task, seat } = place;
    instruction::ClaimTask { task, seat, seed }.to_instruction(accounts::ClaimTask {
        node,
        params: at::params(),
        worker,
        job,
        credential,
    })
}

/// Contributes a result. `node` signs.
pub fn contribute(
    node: Address,
    worker: Address,
    job: Address,
    place: TaskSeat,
    contribution: &Contribution,
) -> Instruction {
    let args = instruction::Contribute {
        task: place.task,
        seat: place.seat,
        hash: contribution.hash,
        seal: contribution.seal,
    };
    args.to_instruction(accounts::Contribute { node, worker, job })
}

/// Draws a late seat, or with `round` the check or round at that address, or names another slot for the draw. Anyone may send
/// it.
pub fn draw_seat(job: Address, place: TaskSeat, round: Option<Address>) -> Instruction {
    let TaskSeat { task, seat } = place;
    instruction::DrawSeat { task, seat }.to_instruction(accounts::DrawSeat { job, round })
}

/// Opens the agreed result of a task. `check` is the account of its check, where it has one. Anyone may send it.
pub fn open_task(job: Address, task: u32, digest: [u8; 32], check: Option<Address>) -> Instruction {
    instruction::OpenTask { task, digest }.to_instruction(accounts::OpenTask { job, check })
}

/// Ends what is overdue in a task and not a missed claim. `check` is the account of its check, where it has one. Anyone may
/// send it.
pub fn expire_task(job: Address, task: u32, check: Option<Address>) -> Instruction {
    instruction::ExpireTask { task }.to_instruction(accounts::ExpireTask { job, check })
}

/// Pays the seats of a worker whose tasks have ended and frees their bonds. `seats` are indices in the job. The pay goes to the
/// beneficiary's associated token account, which must exist. Anyone may send it.
pub fn collect_pay(job: &JobAddresses, payee: impl Into<Payee>, seats: Vec<u32>) -> Instruction {
    let (payment, payee) = (&job.payment, payee.into());
    let (mint, program) = (&payment.mint, &payment.token_program);
    let (destination, bump) = pda::ata_and_bump(&payee.beneficiary, mint, program);
    instruction::CollectPay { seats, bump }.to_instruction(accounts::CollectPay {
        params: at::params(),
        worker: payee.worker,
        job: job.address,
        escrow: job.escrow,
        escrow_authority: job.escrow_authority,
        destination,
        token_program: payment.token_program,
    })
}

/// Settles seats of a worker whose pay a frozen account refuses, and with `check` the seat of that task's check. The
/// pay goes to the associated token account of the worker's own account, which must exist unless the escrow is frozen. Anyone
/// may send it.
pub fn hold_pay(
    job: &JobAddresses,
    payee: impl Into<Payee>,
    seats: Vec<u32>,
    check: Option<u32>,
) -> Instruction {
    let payment = &job.payment;
    let Payee {
        worker,
        beneficiary,
        ..
    } = payee.into();
    let account = |owner| pda::ata_and_bump(owner, &payment.mint, &payment.token_program);
    let ((destination, bump), (held, held_bump)) = (account(&beneficiary), account(&worker));
    let args = instruction::HoldPay {
        seats,
        bump,
        held_bump,
    };
    args.to_instruction(accounts::HoldPay {
        params: at::params(),
        worker,
        job: job.address,
        check: check.map(|task| at::round(&job.address, task, Source::Check)),
        escrow: job.escrow,
        escrow_authority: job.escrow_authority,
        destination,
        held,
        token_program: payment.token_program,
    })
}

/// Moves what [`hold_pay`] left with a worker to the beneficiary's associated token account, which must exist, and closes the
/// holding account. Anyone may send it.
pub fn collect_held(
    payee: impl Into<Payee>,
    mint: &Address,
    token_program: &Address,
) -> Instruction {
    let payee = payee.into();
    let destination = pda::ata_and_bump(&payee.beneficiary, mint, token_program);
    collect_held_into(&payee, mint, token_program, destination)
}

/// As [`collect_held`], but to any token account of the mint. The owner signs.
pub fn collect_held_to(
    owner: &Address,
    mint: &Address,
    token_program: &Address,
    destination: Address,
) -> Instruction {
    let collect = collect_held_into(&owner.into(), mint, token_program, (destination, 0));
    signed_by(owner, collect)
}

fn collect_held_into(
    payee: &Payee,
    mint: &Address,
    token_program: &Address,
    (destination, bump): (Address, u8),
) -> Instruction {
    instruction::CollectHeld { bump }.to_instruction(accounts::CollectHeld {
        owner: payee.owner,
        worker: payee.worker,
        held: pda::ata_with_program(&payee.worker, mint, token_program),
        destination,
        token_program: *token_program,
    })
}

/// What is needed to penalize a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PenaltyParams {
    /// The job.
    pub job: Address,
    /// The provider whose worker holds the seat.
    pub provider: Address,
    /// The seat.
    pub place: SeatPlace,
    /// Whether the task went through a round.
    pub disputed: bool,
    /// The mint of the staked token.
    pub stake_mint: Address,
}

/// Charges a seat for a missed deadline or a lie. Anyone may send it.
pub fn penalize_worker(params: &PenaltyParams) -> Instruction {
    let PenaltyParams {
        job,
        provider,
        place,
        disputed,
        stake_mint,
    } = *params;
    let SeatPlace { task, source, seat } = place;
    let at_round = |source: Source| at::round(&job, task, source);
    let dispute = (disputed || source == Source::Dispute).then(|| at_round(Source::Dispute));
    let round = matches!(source, Source::Check | Source::Appeal).then(|| at_round(source));
    let stake_vault = staking::stake_vault(&provider);
    let args = instruction::PenalizeWorker {
        task,
        source: source as u8,
        seat,
    };
    args.to_instruction(accounts::PenalizeWorker {
        worker: at::worker(&provider),
        job,
        round,
        dispute,
        pot: dispute.map_or(stake_vault, |dispute| pda::ata(&dispute, &stake_mint)),
        totals: at::totals(),
        market_authority: at::authority(),
        staking_params: staking::params(),
        provider,
        stake_vault,
        stake_mint,
        staking_program: assay_staking::ID,
        token_program: TOKEN,
    })
}
