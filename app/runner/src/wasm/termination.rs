//! Why a program stopped before returning from `_start`.

use thiserror::Error;
use wasmtime::Trap;

use crate::Exit;

/// Raised by the functions the program calls, to end it.
#[derive(Debug, Clone, Copy, Error)]
pub(super) enum Stop {
    #[error("the program exited with status {0}")]
    Exited(u32),
    #[error("the program asked for more memory than the job allows")]
    OutOfMemory,
    #[error("the program printed more than the job allows")]
    OutputLimit,
    #[error("the program used up the fuel the job allows")]
    OutOfFuel,
}

/// What a stop means for the task.
pub(super) enum Stopped {
    Exit(Exit),
    TooSlow,
    /// Not the program's doing.
    Host,
}

pub(super) fn classify(error: &wasmtime::Error) -> Stopped {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return Stopped::Exit(match stop {
            Stop::Exited(status) => Exit::Code(u8::try_from(*status).unwrap_or(u8::MAX)),
            Stop::OutOfMemory => Exit::OutOfMemory,
            Stop::OutputLimit => Exit::OutputLimit,
            Stop::OutOfFuel => Exit::OutOfFuel,
        });
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => Stopped::Exit(Exit::OutOfFuel),
        Some(Trap::Interrupt) => Stopped::TooSlow,
        Some(_) => Stopped::Exit(Exit::Trap),
        None => Stopped::Host,
    }
}
