//! Errors of commands: one sentence and an exit code.

use assay_client::{cranks::is_lost_race, Error as ClientError, ProgramError};
use assay_content::ContentError;
use std::{fmt, path::Path};

pub type Result<T> = core::result::Result<T, CliError>;

/// The exit code of the process. Scripts may rely on these numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    Success = 0,
    /// An error without a code of its own.
    Failed = 1,
    /// The arguments are wrong. Nothing was sent.
    Usage = 2,
    /// An account or a file that the command needs does not exist.
    NotFound = 3,
    /// The network or a blob store does not respond.
    Unreachable = 4,
    /// The network rejected the transaction, because a rule would be broken.
    Rejected = 5,
    /// A balance is too low. Nothing was sent.
    Insufficient = 6,
    /// The command did what it could, but its subject is not finished yet, or has failed.
    Unfinished = 7,
    /// A transaction was sent and may have taken effect: look its signature up before you repeat the command.
    Unconfirmed = 8,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}

/// Why a command failed.
#[derive(Debug)]
pub struct CliError {
    pub exit_code: ExitCode,
    /// One sentence. It says what to do next where there is something to do.
    pub message: String,
    /// True if somebody else took the same step first.
    pub is_lost_race: bool,
}

impl CliError {
    pub fn new(exit_code: ExitCode, message: impl Into<String>) -> Self {
        Self {
            exit_code,
            message: message.into(),
            is_lost_race: false,
        }
    }

    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Failed, message)
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Usage, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ExitCode::NotFound, message)
    }

    pub fn insufficient(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Insufficient, message)
    }

    pub fn unfinished(message: impl Into<String>) -> Self {
        Self::new(ExitCode::Unfinished, message)
    }

    /// Returns the error of a rule of a program that the command would break. Nothing was sent.
    pub fn rule(rule: impl Into<ProgramError>) -> Self {
        let rule: ProgramError = rule.into();
        let message = format!("the network would reject this: {}", rule.message());
        Self::new(ExitCode::Rejected, message)
    }

    /// Returns the error of a file or directory that cannot be read or written. `what` is its role, such as "the input".
    pub fn file(what: &str, path: &Path, error: &std::io::Error) -> Self {
        let exit_code = match error.kind() {
            std::io::ErrorKind::NotFound => ExitCode::NotFound,
            _ => ExitCode::Failed,
        };
        Self::new(
            exit_code,
            format!("cannot use {what} {}: {error}", path.display()),
        )
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<ClientError> for CliError {
    fn from(error: ClientError) -> Self {
        let exit_code = match &error {
            ClientError::Unreachable { .. } => ExitCode::Unreachable,
            ClientError::NotFound { .. } | ClientError::WrongAccountType { .. } => {
                ExitCode::NotFound
            }
            ClientError::Rejected(_) => ExitCode::Rejected,
            ClientError::Unconfirmed(_) => ExitCode::Unconfirmed,
            ClientError::Expired(_) | ClientError::Sign(_) | ClientError::UnexpectedReply(_) => {
                ExitCode::Failed
            }
        };
        Self {
            is_lost_race: is_lost_race(&error),
            ..Self::new(exit_code, error.to_string())
        }
    }
}

impl From<ContentError> for CliError {
    fn from(error: ContentError) -> Self {
        let exit_code = match &error {
            ContentError::Unreachable { .. } => ExitCode::Unreachable,
            _ => ExitCode::Failed,
        };
        Self::new(exit_code, error.to_string())
    }
}
