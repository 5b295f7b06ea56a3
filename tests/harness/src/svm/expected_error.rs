//! Refused transactions, and the rules that refused them.

use crate::{Address, Receipt};
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

/// A transaction that changed nothing.
#[derive(Clone)]
pub struct Failure {
    /// The program that raised the error: the innermost one that failed.
    pub program: Option<Address>,
    pub error: TransactionError,
    pub logs: Vec<String>,
}

impl Failure {
    pub(crate) fn new(failed: FailedTransactionMetadata) -> Self {
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

    /// The error as the program raised it; `None` when the runtime refused the transaction by itself.
    pub fn program_error(&self) -> Option<ProgramError> {
        match &self.error {
            TransactionError::InstructionError(_, error) => error.clone().try_into().ok(),
            _ => None,
        }
    }
}

/// `Program X failed: ...`
fn failing_program(line: &str) -> Option<Address> {
    let (program, _) = line.strip_prefix("Program ")?.split_once(" failed: ")?;
    program.parse().ok()
}

impl fmt::Debug for Failure {
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

/// A rule of a program, known by the error that enforces it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The program that enforces it.
    pub program: Address,
    pub error: ProgramError,
    /// What to call it in a message.
    pub name: String,
}

macro_rules! rules_of {
    ($($error:ty, $program:expr;)+) => {$(
        impl From<$error> for Rule {
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

rules_of! {
    GovernanceError, assay_governance::ID;
    MarketError, assay_market::ID;
    RewardsError, assay_rewards::ID;
    StakingError, assay_staking::ID;
    TokenError, TOKEN;
}

/// A rule that the framework or a built-in error enforces in the program named first.
impl<E: Into<ProgramError>> From<(Address, E)> for Rule {
    fn from((program, error): (Address, E)) -> Self {
        let error = error.into();
        Self {
            program,
            name: format!("{error:?}"),
            error,
        }
    }
}

/// The system program's rule that an account is created once.
pub fn account_exists() -> Rule {
    Rule {
        program: system_program::ID,
        error: ProgramError::Custom(SystemError::AccountAlreadyInUse as u32),
        name: "SystemError::AccountAlreadyInUse".into(),
    }
}

/// Panics unless the transaction was refused by exactly this rule.
#[track_caller]
pub fn assert_fails(result: Result<Receipt, Failure>, rule: impl Into<Rule>) {
    let rule = rule.into();
    let expected = format!("{} ({:?}) by {}", rule.name, rule.error, rule.program);
    match result {
        Ok(receipt) => panic!(
            "expected {expected}, but it was accepted:\n{}",
            receipt.logs.join("\n")
        ),
        Err(failure) => {
            let same = failure.program == Some(rule.program)
                && failure.program_error() == Some(rule.error);
            assert!(same, "expected {expected}, got {failure:?}");
        }
    }
}
