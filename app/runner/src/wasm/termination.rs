//! Why a program ended before it returned from `_start`.

use thiserror::Error;
use wasmtime::Trap;

use crate::ExitStatus;

/// An exit that a host function raises as an error, to end the program.
#[derive(Debug, Clone, Copy, Error)]
pub(super) enum GuestExit {
    #[error("the program exited with status {0}")]
    Status(u32),
    #[error("the program asked for more memory than the job allows")]
    OutOfMemory,
    #[error("the program printed more than the job allows")]
    OutputLimit,
    #[error("the program used up the fuel the job allows")]
    OutOfFuel,
}

/// What an error of Wasmtime means for the task.
pub(super) enum Termination {
    /// The program ended, as on every machine.
    Exit(ExitStatus),
    /// The wall-clock limit was reached.
    TimedOut,
    /// This machine failed, not the program.
    HostError,
}

/// Classifies the error with which Wasmtime ended a program.
pub(super) fn classify(error: &wasmtime::Error) -> Termination {
    if let Some(exit) = error.downcast_ref::<GuestExit>() {
        return Termination::Exit(match exit {
            GuestExit::Status(status) => ExitStatus::Code(u8::try_from(*status).unwrap_or(u8::MAX)),
            GuestExit::OutOfMemory => ExitStatus::OutOfMemory,
            GuestExit::OutputLimit => ExitStatus::OutputLimit,
            GuestExit::OutOfFuel => ExitStatus::OutOfFuel,
        });
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Termination::Exit(ExitStatus::OutOfFuel),
        Some(Trap::Interrupt) => Termination::TimedOut,
        Some(_) => Termination::Exit(ExitStatus::Trap),
        None => Termination::HostError,
    }
}
