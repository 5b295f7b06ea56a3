use std::process::ExitCode;

/// How the process ends. Scripts may rely on these numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Success = 0,
    /// Something failed that has no number of its own.
    Failed = 1,
    /// The arguments cannot mean anything: nothing was read or sent.
    Usage = 2,
    /// An account or file that the command needs does not exist.
    NotFound = 3,
    /// The network or a blob store does not answer.
    Unreachable = 4,
    /// The network refused the transaction: a rule would be broken.
    Refused = 5,
    /// A balance is too low: nothing was sent.
    Insufficient = 6,
    /// The command has done what it could, but what it is about is not finished yet or has failed.
    Unfinished = 7,
    /// A transaction was sent and may have taken effect: look its signature up before repeating the command.
    Unconfirmed = 8,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
