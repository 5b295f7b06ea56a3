//! What can go wrong between a command and the chain, each in one sentence that says what to do next.

use crate::program_error::{rule, Rule};
use anchor_lang::Address;
use solana_rpc_client_api::{
    client_error::{Error as RpcError, ErrorKind},
    request::{RpcError as Request, RpcResponseErrorData},
};
use solana_signature::Signature;
use solana_transaction_error::TransactionError;

/// JSON-RPC's code for a server in trouble of its own, also used by proxies whose server did not answer in time.
const INTERNAL_ERROR: i64 = -32603;

pub type Result<T> = core::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "cannot reach the network at {url} ({reason}); check --url and that the network is running"
    )]
    Unreachable { url: String, reason: String },
    #[error("there is no {what} at {address}")]
    NotFound { what: String, address: Address },
    #[error("the account {address} is not a {what}")]
    WrongAccountType { what: String, address: Address },
    #[error("{}", refused(.0))]
    Rejected(Box<Rejection>),
    /// No block can take it any more, and none has.
    #[error("the transaction {0} was not confirmed before its blockhash expired; it has had no effect, so try again")]
    Expired(Signature),
    #[error("the transaction {0} was sent, but the network stopped answering or making blocks before it was confirmed; it may have taken effect: look the signature up before you repeat it")]
    Unconfirmed(Signature),
    #[error("cannot sign: {0}")]
    Sign(String),
    #[error("the network answered something unexpected: {0}")]
    UnexpectedReply(String),
}

/// A transaction that the network refused to execute.
#[derive(Clone, Debug)]
pub struct Rejection {
    pub error: TransactionError,
    /// The rule of ours that was broken, when it was one.
    pub rule: Option<&'static Rule>,
    pub logs: Vec<String>,
}

impl Error {
    /// The broken rule's name, if a program of ours refused.
    pub fn rule(&self) -> Option<&'static str> {
        match self {
            Self::Rejected(refusal) => refusal.rule.map(|rule| rule.name.as_str()),
            _ => None,
        }
    }

    pub(crate) fn rejection(error: TransactionError, logs: Vec<String>) -> Self {
        let rule = custom_code(&error).and_then(rule);
        Self::Rejected(Box::new(Rejection { error, rule, logs }))
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

/// Whether a transaction certainly went no further than the server: there was no connection, or the server said why it
/// does not pass it on. Anything else may be an answer that was lost.
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
        TransactionError::InstructionError(
            _,
            solana_instruction::error::InstructionError::Custom(code),
        ) => Some(*code),
        _ => None,
    }
}

fn refused(refusal: &Rejection) -> String {
    if let Some(rule) = refusal.rule {
        return format!("the {} program refused: {}", rule.program, rule.message);
    }
    let log = refusal
        .logs
        .iter()
        .rev()
        .find_map(|line| line.strip_prefix("Program log: "));
    match (&refusal.error, custom_code(&refusal.error)) {
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
        // SPL Token's and the system program's first error: not enough of what was to be moved.
        (_, Some(1)) => "the balance is too low for this; fund the account first".to_owned(),
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
