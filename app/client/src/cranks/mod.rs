//! Cranks: instructions that anyone may send to move a job or an epoch on.
//!
//! Decides which cranks are due, by trying the programs' own rules on copies of the accounts, and plans the transactions
//! that send them. Nodes and the command line use the same plans.

mod due;
mod epochs;
mod plan;

pub use due::{due_cranks, due_task_cranks, payable_seats};
pub use epochs::{
    due_epoch, is_late_to_tally, neglected_epochs, unclaimed_epochs, untallied_epochs, EpochEnd,
};

use crate::{
    instruction::market::{SeatPlace, TaskSeat},
    Error, ProgramError,
};
use anchor_lang::Address;
use assay_market::{error::MarketError, state::Source};
use assay_rewards::error::RewardsError;
use solana_instruction::Instruction;

/// Seats that one transaction pays at most: each takes four bytes of its 1,232.
pub const SEATS_PER_TX: usize = 100;
/// The same for seats whose pay is held, which needs more accounts.
const HELD_SEATS_PER_TX: usize = 75;

/// Epochs that one transaction claims at most.
pub const EPOCHS_PER_TX: usize = 8;

/// A transaction that is planned but not signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxPlan {
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
    /// Lamports that the payer pays for the accounts that the transaction creates.
    pub rent: u64,
}

impl TxPlan {
    /// Returns a transaction that creates no account.
    fn without_rent(instructions: Vec<Instruction>) -> Self {
        Self {
            instructions,
            rent: 0,
        }
    }

    /// Returns whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    /// Appends an instruction.
    fn then(mut self, instruction: Instruction) -> Self {
        self.instructions.push(instruction);
        self
    }
}

/// Returns true if the transaction was rejected because somebody else took the same step first, or because the step is due
/// a little later. Nothing is wrong then: read the chain again.
pub fn is_lost_race(error: &Error) -> bool {
    match error.program_error() {
        Some(ProgramError::Market(rule)) => matches!(
            rule,
            MarketError::SeatNotFree
                | MarketError::AlreadyInTask
                | MarketError::ClaimingOver
                | MarketError::NotAdmitted
                | MarketError::SeatNotDrawn
                | MarketError::NothingToDraw
                | MarketError::DrawTooEarly
                | MarketError::NotClaimed
                | MarketError::NotAgreed
                | MarketError::CheckDue
                | MarketError::CheckNotDue
                | MarketError::DeadlinePassed
                | MarketError::NothingOverdue
                | MarketError::ClaimMissed
                | MarketError::TaskDecided
                | MarketError::TaskNotEnded
                | MarketError::NotSplit
                | MarketError::NotStanding
                | MarketError::NotDisputed
                | MarketError::RoundDecided
                | MarketError::RoundNotOver
                | MarketError::RoundNotDone
                | MarketError::MajorityMustOpen
                | MarketError::AlreadyCounted
                | MarketError::AlreadySettled
                | MarketError::DisputeNotCounted
                | MarketError::NothingToCollect
                | MarketError::NothingToPenalize
                | MarketError::NothingToTally
                | MarketError::OutsideTallyWindow
                | MarketError::JobNotFinished
        ),
        Some(ProgramError::Rewards(rule)) => matches!(
            rule,
            RewardsError::NotDue
                | RewardsError::TallyOpen
                | RewardsError::NoWork
                | RewardsError::WorkTallied
                | RewardsError::NothingToClaim
        ),
        _ => false,
    }
}

/// Something that anyone may do for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crank {
    /// End what nobody took, opened or disputed in time.
    Expire {
        /// Index of the task in the job.
        task: u32,
    },
    /// Name another slot for a draw that nobody made.
    Redraw {
        /// The late seat; of a check or round any seat of its task.
        place: TaskSeat,
        /// The account of the check or round, if it is one.
        round: Option<Address>,
    },
    /// Charge a worker for a missed deadline or a lie.
    Penalize {
        /// The seat.
        place: SeatPlace,
        /// Its worker.
        worker: Address,
    },
    /// End a round that nobody can decide.
    GiveUp {
        /// The account of the round.
        round: Address,
        /// Index of the task in the job.
        task: u32,
    },
    /// Count who pays for a dispute and who is paid.
    Count {
        /// Index of the task in the job.
        task: u32,
    },
    /// Pay a seat out of the penalties of its task.
    Award {
        /// The seat.
        place: SeatPlace,
        /// Its worker.
        worker: Address,
    },
    /// Pay the seat of a check.
    CollectCheck {
        /// Index of the task in the job.
        task: u32,
        /// The worker of the check.
        worker: Address,
    },
    /// Close the account of a check or round.
    CloseRound {
        /// Index of the task in the job.
        task: u32,
        /// Which account.
        source: Source,
        /// Paid its rent and gets it back.
        payer: Address,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        instruction::{
            market::{self, JobAddresses, PaymentMintInfo},
            rewards,
            token::create_ata,
        },
        transaction_size, MAX_TRANSACTION_SIZE,
    };
    use assay_shared::token::TOKEN;
    use assay_staking::error::StakingError;
    use solana_transaction_error::TransactionError;

    fn address(byte: u8) -> Address {
        Address::new_from_array([byte; 32])
    }

    fn rejection(rule: impl Into<ProgramError>) -> Error {
        let code = solana_instruction::error::InstructionError::Custom(rule.into().code());
        Error::rejection(TransactionError::InstructionError(0, code), Vec::new())
    }

    #[test]
    fn a_lost_race_is_no_other_rejection() {
        for rule in [MarketError::NothingToCollect, MarketError::SeatNotFree] {
            assert!(is_lost_race(&rejection(rule)), "{rule:?}");
        }
        for rule in [RewardsError::NoWork, RewardsError::NothingToClaim] {
            assert!(is_lost_race(&rejection(rule)), "{rule:?}");
        }
        assert!(!is_lost_race(&rejection(MarketError::NotNode)));
        assert!(!is_lost_race(&rejection(RewardsError::WrongAccount)));
        assert!(!is_lost_race(&rejection(StakingError::Overflow)));
        let other = Error::rejection(TransactionError::AccountNotFound, Vec::new());
        assert!(!is_lost_race(&other));
        assert!(!is_lost_race(&Error::Sign("no key".into())));
    }

    #[test]
    fn the_most_seats_fit_into_one_transaction_with_a_new_token_account() {
        let seats: Vec<u32> = (0..SEATS_PER_TX as u32).collect();
        let (payer, owner, mint) = (address(1), address(2), address(3));
        let ata = create_ata(&payer, &owner, &mint, &TOKEN);
        let payment = PaymentMintInfo {
            mint,
            token_program: TOKEN,
            fee_vault: address(4),
        };
        let job = JobAddresses::new(owner, 0, payment);
        let collect = market::collect_pay(&job, &owner, seats.clone());
        let fits =
            |collect| transaction_size(&[ata.clone(), collect], &payer) <= MAX_TRANSACTION_SIZE;
        assert!(fits(collect));
        let held = seats[..HELD_SEATS_PER_TX].to_vec();
        assert!(fits(market::hold_pay(&job, &owner, held, None)));
    }

    #[test]
    fn the_most_epochs_fit_into_one_transaction_with_a_new_record() {
        let (payer, provider) = (address(1), address(2));
        let epochs: Vec<u64> = (0..EPOCHS_PER_TX as u64).collect();
        let plan = [
            rewards::open_claim_record(payer, &provider),
            rewards::claim_epochs(&provider, &epochs),
        ];
        assert!(transaction_size(&plan, &payer) <= MAX_TRANSACTION_SIZE);
    }
}
