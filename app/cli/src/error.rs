//! Why a command ends without having done its work: one sentence and an exit code.

use crate::Exit;
use assay_client::{cranks::is_lost_race, Error as ClientError};
use std::{fmt, path::Path};

pub type Result<T> = core::result::Result<T, Failure>;

#[derive(Debug)]
pub struct Failure {
    pub exit: Exit,
    /// One sentence that says what to do next where there is something to do.
    pub message: String,
    /// Somebody else took the same step first.
    pub is_lost_race: bool,
}

impl Failure {
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            is_lost_race: false,
        }
    }

    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Exit::NotFound, message)
    }

    pub fn unfinished(message: impl Into<String>) -> Self {
        Self::new(Exit::Unfinished, message)
    }

    /// A file or directory that cannot be read or written.
    pub fn file(what: &str, path: &Path, error: &std::io::Error) -> Self {
        let exit = match error.kind() {
            std::io::ErrorKind::NotFound => Exit::NotFound,
            _ => Exit::Failed,
        };
        Self::new(
            exit,
            format!("cannot use {what} {}: {error}", path.display()),
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let exit = match &error {
            ClientError::Unreachable { .. } => Exit::Unreachable,
            ClientError::NotFound { .. } | ClientError::WrongAccountType { .. } => Exit::NotFound,
            ClientError::Rejected(_) => Exit::Refused,
            ClientError::Unconfirmed(_) => Exit::Unconfirmed,
            ClientError::Expired(_) | ClientError::Sign(_) | ClientError::UnexpectedReply(_) => {
                Exit::Failed
            }
        };
        Self {
            is_lost_race: is_lost_race(&error),
            ..Self::new(exit, error.to_string())
        }
    }
}

impl From<assay_migrations::Error> for Failure {
    fn from(error: assay_migrations::Error) -> Self {
        match error {
            assay_migrations::Error::Client(error) => error.into(),
            other => Self::new(Exit::Failed, other.to_string()),
        }
    }
}

impl From<assay_localnet::Error> for Failure {
    fn from(error: assay_localnet::Error) -> Self {
        let exit = match &error {
            assay_localnet::Error::Unreachable { .. } => Exit::Unreachable,
            _ => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<assay_content::ContentError> for Failure {
    fn from(error: assay_content::ContentError) -> Self {
        let exit = match &error {
            assay_content::ContentError::Unreachable { .. } => Exit::Unreachable,
            _ => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}
