//! Rules that a forged account breaks, and what a table of them consists of.

use assay_harness::{Address, ErrorCode, ProgramError};
use assay_market::error::MarketError;
use assay_staking::error::StakingError;

/// An account of an instruction.
pub struct Account {
    pub name: &'static str,
    pub index: usize,
    pub signs: bool,
    /// The instruction creates it.
    pub is_new: bool,
}

/// The rule that a forgery breaks.
#[derive(Clone, Copy)]
pub enum Rule {
    /// A rule of the market.
    Market(MarketError),
    /// A rule of staking, which the market calls.
    Staking(StakingError),
    /// The account does not lie at the address that follows from its seeds.
    Seeds,
    /// The account is not the one address that it may have.
    WrongAddress,
    /// As `WrongAddress`, checked by staking.
    StakingAddress,
    /// Nothing is there that could be read.
    Empty,
    /// As `Empty`, checked by staking.
    StakingEmpty,
    /// Nothing is there that could be written.
    TooSmall,
    /// As `TooSmall`, checked by staking.
    StakingTooSmall,
    /// The new account is not zeroed, or not there.
    Zeroed,
    /// The account is no program.
    Executable,
    /// The account is another program.
    Program,
    /// The program cannot sign for the account.
    PrivilegeEscalation,
}

impl Rule {
    /// Returns the program that raises the error, and the error, where a program and not the runtime raises it.
    pub fn error(self) -> (Address, Option<ProgramError>) {
        let (market, staking) = (assay_market::ID, assay_staking::ID);
        let (program, error) = match self {
            Self::Market(error) => (market, error.into()),
            Self::Staking(error) => (staking, error.into()),
            Self::Seeds => (market, ErrorCode::ConstraintSeeds.into()),
            Self::StakingAddress => (staking, ErrorCode::ConstraintAddress.into()),
            Self::WrongAddress => (market, ErrorCode::ConstraintAddress.into()),
            Self::Empty => (market, ProgramError::UninitializedAccount),
            Self::StakingEmpty => (staking, ProgramError::UninitializedAccount),
            Self::TooSmall => (market, ProgramError::AccountDataTooSmall),
            Self::StakingTooSmall => (staking, ProgramError::AccountDataTooSmall),
            Self::Zeroed => (market, ErrorCode::ConstraintZero.into()),
            Self::Executable => (market, ErrorCode::ConstraintExecutable.into()),
            Self::Program => (market, ProgramError::IncorrectProgramId),
            Self::PrivilegeEscalation => return (market, None),
        };
        (program, Some(error))
    }
}

/// An account, the rule that an empty address breaks in its place, and the rule that another account of its kind breaks;
/// `None` where no such forgery is tried,
/// or any account will do.
pub type Row = (&'static str, Option<Rule>, Option<Rule>);
