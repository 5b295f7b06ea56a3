//! Errors between a command and the chain. Each is one sentence that says what to do next where there is something to do.

use crate::program_error::ProgramError;
use anchor_lang::Address;
use solana_instruction::error::InstructionError;
use solana_rpc_client_api::{
    client_error::{Error as RpcError, ErrorKind},
    request::{RpcError as Request, RpcResponseErrorData},
};
use solana_signature::Signature;
use solana_transaction_error::TransactionError;

/// JSON-RPC code of an internal error of the server. Proxies also return it when the server behind them timed out.
const INTERNAL_ERROR: i64 = -32603;

/// Custom code of "insufficient funds" in SPL Token, and of "not enough lamports" in the system program.
const INSUFFICIENT_FUNDS: u32 = 1;

pub type Result<T> = core::result::Result<T, Error>;

/// Why reading the chain or sending a transaction failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server did not answer.
    #[error(
        "cannot reach the network at {url} ({reason}); check --url and that the network is running"
    )]
    Unreachable { url: String, reason: String },
    /// An account that is needed does not exist. `name` is the account type's name.
    #[error("there is no {name} account at {address}")]
    NotFound {
        name: &'static str,
        address: Address,
    },
    /// An account is not of the expected type or not of the expected program.
    #[error("the account {address} has another type than expected: {name}")]
    WrongAccountType {
        name: &'static str,
        address: Address,
    },
    /// The network did not execute the transaction, or the transaction failed.
    #[error("{}", explain(.0))]
    Rejected(Box<Rejection>),
    /// No block contains the transaction, and no later block can.
    #[error("the transaction {0} was not confirmed before its blockhash expired; it has had no effect, so try again")]
    Expired(Signature),
    /// The transaction was sent, and nobody knows what became of it.
    #[error("the transaction {0} was sent, but the network stopped answering or making blocks before it was confirmed; it may have taken effect: look the signature up before you repeat it")]
    Unconfirmed(Signature),
    /// The transaction could not be signed; nothing was sent.
    #[error("cannot sign: {0}")]
    Sign(String),
    /// The server answered with an error, or with something that cannot be read.
    #[error("the network answered something unexpected: {0}")]
    UnexpectedReply(String),
}

/// A transaction that the network rejected, before or while executing it.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The network's own error.
    pub error: TransactionError,
    /// The rule that was broken, if a program of ours rejected the transaction.
    pub program_error: Option<ProgramError>,
    /// The log lines of the simulation; empty if there was none.
    pub logs: Vec<String>,
}

impl Error {
    /// Returns the rule that was broken, if a program of ours rejected the transaction.
    pub fn program_error(&self) -> Option<ProgramError> {
        match self {
            Self::Rejected(rejection) => rejection.program_error,
            _ => None,
        }
    }

    /// Returns the code of a program's own error, ours or not, if one rejected the transaction.
    pub fn custom_code(&self) -> Option<u32> {
        match self {
            Self::Rejected(rejection) => custom_code(&rejection.error),
            _ => None,
        }
    }

    /// Returns true if the network rejected the transaction.
    pub fn is_rejected(&self) -> bool {
        matches!(self, Self::Rejected(_))
    }

    /// Returns the index, in the transaction, of the instruction that the network rejected it for.
    pub fn failed_instruction(&self) -> Option<usize> {
        match self {
            Self::Rejected(rejection) => match &rejection.error {
                TransactionError::InstructionError(index, _) => Some(usize::from(*index)),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn rejection(error: TransactionError, logs: Vec<String>) -> Self {
        let program_error = custom_code(&error).and_then(ProgramError::from_code);
        Self::Rejected(Box::new(Rejection {
            error,
            program_error,
            logs,
        }))
    }

    pub(crate) fn rpc(url: &str, error: RpcError) -> Self {
        let unreachable = |reason: String| Self::Unreachable {
            url: url.to_owned(),
            reason,
        };
        match *error.kind {
            ErrorKind::Reqwest(e) => unreachable(root_cause(&e)),
            ErrorKind::Io(e) => unreachable(e.to_string()),
            ErrorKind::TransactionError(e) => Self::rejection(e, Vec::new()),
            ErrorKind::RpcError(Request::RpcResponseError { data, message, .. }) => match data {
                RpcResponseErrorData::SendTransactionPreflightFailure(failure) => {
                    match failure.err {
                        Some(e) => Self::rejection(e.into(), failure.logs.unwrap_or_default()),
                        None => Self::UnexpectedReply(message),
                    }
                }
                _ => Self::UnexpectedReply(message),
            },
            other => Self::UnexpectedReply(other.to_string()),
        }
    }
}

/// Returns true if a transaction was certainly not passed on to the network: there was no connection, or the server said
/// why it does not pass it on. After any other error the transaction may be on its way although the reply was lost.
pub(crate) fn definitely_not_sent(error: &RpcError) -> bool {
    match error.kind() {
        ErrorKind::Reqwest(e) => {
            let declined = e.status().is_some_and(|status| status.is_client_error());
            e.is_connect() || e.is_builder() || declined
        }
        ErrorKind::RpcError(Request::RpcResponseError { code, .. }) => *code != INTERNAL_ERROR,
        ErrorKind::TransactionError(_) | ErrorKind::SigningError(_) | ErrorKind::Custom(_) => true,
        _ => false,
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

fn custom_code(error: &TransactionError) -> Option<u32> {
    match error {
        TransactionError::InstructionError(_, InstructionError::Custom(code)) => Some(*code),
        _ => None,
    }
}

/// Returns the sentence for a rejected transaction.
fn explain(rejection: &Rejection) -> String {
    if let Some(rule) = rejection.program_error {
        return format!("the {} program refused: {}", rule.program(), rule.message());
    }
    let log = rejection
        .logs
        .iter()
        .rev()
        .find_map(|line| line.strip_prefix("Program log: "));
    match (&rejection.error, custom_code(&rejection.error)) {
        (TransactionError::InsufficientFundsForFee, _) => {
            "the wallet has too little SOL for the fee; fund it first".to_owned()
        }
        (TransactionError::AccountNotFound, _) => {
            "the wallet does not exist on this network yet; fund it with SOL first".to_owned()
        }
        (TransactionError::BlockhashNotFound, _) => {
            "the network did not take the transaction: it was signed too long ago, or the server lags behind; try again"
                .to_owned()
        }
        (TransactionError::AlreadyProcessed, _) => {
            "the network has this very transaction already: see what it changed before you repeat it".to_owned()
        }
        (_, Some(INSUFFICIENT_FUNDS)) => {
            "the balance is too low for this; fund the account first".to_owned()
        }
        (error, _) => match log {
            Some(log) => format!("the network refused the transaction: {error} ({log})"),
            None => format!("the network refused the transaction: {error}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(code: i64) -> RpcError {
        let message = "no".to_owned();
        let data = RpcResponseErrorData::Empty;
        Request::RpcResponseError {
            code,
            message,
            data,
        }
        .into()
    }

    #[test]
    fn only_a_plain_refusal_means_that_nothing_was_sent() {
        assert!(definitely_not_sent(&answered(-32602)), "invalid parameters");
        assert!(
            !definitely_not_sent(&answered(INTERNAL_ERROR)),
            "a proxy gave up"
        );
        let lost = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        assert!(!definitely_not_sent(&lost.into()));
        let garbled = Request::RpcRequestError("mismatched signature".into());
        assert!(!definitely_not_sent(&garbled.into()));
    }
}
