//! Rejected transactions, and the errors that tests expect of them.

use super::TransactionResult;
use crate::Address;
use anchor_lang::Error as ProgramError;
use assay_governance::error::GovernanceError;
use assay_market::error::MarketError;
use assay_rewards::error::RewardsError;
use assay_shared::token::TOKEN;
use assay_staking::error::StakingError;
use litesvm::types::FailedTransactionMetadata;
use solana_system_interface::{error::SystemError, program as system_program};
use solana_transaction_error::TransactionError;
use spl_token_interface::error::TokenError;
use std::fmt;

/// A transaction that was rejected and changed nothing.
#[derive(Clone)]
pub struct TransactionFailure {
    /// The program that raised the error: the innermost one that failed. `None` if the runtime rejected the transaction.
    pub program: Option<Address>,
    pub error: TransactionError,
    pub logs: Vec<String>,
}

impl TransactionFailure {
    pub(super) fn new(failed: FailedTransactionMetadata) -> Self {
        Self {
            program: failed
                .meta
                .logs
                .iter()
                .find_map(|line| failing_program(line)),
            error: failed.err,
            logs: failed.meta.logs,
        }
    }

    /// Returns the error as the program raised it, or `None` if the runtime rejected the transaction.
    pub fn program_error(&self) -> Option<ProgramError> {
        match &self.error {
            TransactionError::InstructionError(_, error) => error.clone().try_into().ok(),
            _ => None,
        }
    }
}

/// Reads the program's address from a log line `Program X failed: ...`.
fn failing_program(line: &str) -> Option<Address> {
    let (program, _) = line.strip_prefix("Program ")?.split_once(" failed: ")?;
    program.parse().ok()
}

impl fmt::Debug for TransactionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let program = self.program.map(|p| p.to_string());
        writeln!(
            f,
            "{:?} by {}",
            self.error,
            program.as_deref().unwrap_or("the runtime")
        )?;
        write!(f, "{}", self.logs.join("\n"))
    }
}

/// The error that a transaction must be rejected with, and the program that must raise it.
#[derive(Clone, Debug)]
pub struct ExpectedError {
    pub program: Address,
    pub error: ProgramError,
    /// The error's name in messages.
    pub name: String,
}

macro_rules! expected_errors {
    ($($error:ty, $program:expr;)+) => {$(
        impl From<$error> for ExpectedError {
            fn from(error: $error) -> Self {
                Self {
                    program: $program,
                    name: format!("{}::{error:?}", stringify!($error)),
                    error: error.into(),
                }
            }
        }
    )+};
}

expected_errors! {
    GovernanceError, assay_governance::ID;
    MarketError, assay_market::ID;
    RewardsError, assay_rewards::ID;
    StakingError, assay_staking::ID;
    TokenError, TOKEN;
}

/// An error of the framework, or a built-in one, raised by the program named first.
impl<E: Into<ProgramError>> From<(Address, E)> for ExpectedError {
    fn from((program, error): (Address, E)) -> Self {
        let error = error.into();
        Self {
            program,
            name: format!("{error:?}"),
            error,
        }
    }
}

/// Returns the error of the system program for an account that exists already.
pub fn account_exists() -> ExpectedError {
    ExpectedError {
        program: system_program::ID,
        error: ProgramError::Custom(SystemError::AccountAlreadyInUse as u32),
        name: "SystemError::AccountAlreadyInUse".into(),
    }
}

/// Asserts that the transaction was rejected with exactly this error, raised by exactly this program.
#[track_caller]
pub fn assert_fails(
    result: Result<TransactionResult, TransactionFailure>,
    expected: impl Into<ExpectedError>,
) {
    let expected = expected.into();
    let text = format!(
        "{} ({:?}) by {}",
        expected.name, expected.error, expected.program
    );
    match result {
        Ok(result) => panic!(
            "expected {text}, but it was accepted:\n{}",
            result.logs.join("\n")
        ),
        Err(failure) => {
            let same = failure.program == Some(expected.program)
                && failure.program_error() == Some(expected.error);
            assert!(same, "expected {text}, got {failure:?}");
        }
    }
}
