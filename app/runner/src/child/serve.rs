//! The child's side: protects itself, reads one request, answers, ends.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::process::{Command, ExitCode, ExitStatus};

use super::guard::{guard, GUARD};
use super::lockdown::{close_inherited, die_with_parent, leave_namespaces, lock_down};
use super::probe::probe;
use super::protect::{Protection, Protections};
use super::protocol::{ready, Answer, Goal, Request, Start};
use crate::request::hash_memory;
use crate::wasm::{Compiled, ProcessEngine};
use crate::{ExitStatus as TaskExit, RunOutput};

/// Last argument of the process that does the work, followed by what its namespaces are worth.
const INSIDE: &str = "--inside=";
/// Exit code of a child that could not do what it was asked to, for a reason that it printed.
const FAILED: u8 = 3;
/// Exit code of a child whose own child was ended by the signal 0; the number of the signal is added, as shells do.
const SIGNALED: i32 = 128;

/// Runs the child of a [`ChildRunner`](super::ChildRunner), as the whole of a process. `arguments` are those of the process
/// after its name.
///
/// The process is started twice: a namespace for PIDs holds only what is started in it. The first one leaves the machine's
/// namespaces, starts itself again, and waits. Both die with their parent.
pub fn serve_child(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let last = arguments.last().and_then(|last| last.to_str());
    let inside = last.and_then(|last| last.strip_prefix(INSIDE));
    let guarded = last.and_then(|last| last.strip_prefix(GUARD));
    let outcome = match (inside, guarded) {
        (_, Some(group)) => guard(group).map(|()| ExitCode::SUCCESS),
        (Some(bits), _) => {
            let left = Protections::from_bits(bits.parse().unwrap_or(0));
            work(left).map(|()| ExitCode::SUCCESS)
        }
        (None, None) => start_inside(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        // The parent reports it.
        let _ = writeln!(io::stderr(), "{error}");
        ExitCode::from(FAILED)
    })
}

/// Leaves the namespaces and starts this program again in others.
fn start_inside(arguments: &[OsString]) -> io::Result<ExitCode> {
    close_inherited()?;
    let left = leave_namespaces();
    die_with_parent()?;
    if !left.has(Protection::Pids) {
        return work(left).map(|()| ExitCode::SUCCESS);
    }
    let inside = Command::new("/proc/self/exe")
        .args(arguments)
        .arg(format!("{INSIDE}{}", left.bits()))
        .env_clear()
        .status();
    match inside {
        Ok(status) => Ok(ExitCode::from(code_of(status))),
        // Without /proc, for example. The work needs no process of its own.
        Err(_) => {
            let mut left = left;
            left.clear(Protection::Pids);
            work(left).map(|()| ExitCode::SUCCESS)
        }
    }
}

fn code_of(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let signal = status
        .signal()
        .map(|signal| SIGNALED.saturating_add(signal));
    let code = status.code().or(signal).unwrap_or_default();
    u8::try_from(code).unwrap_or(u8::MAX)
}

/// Serves one request.
fn work(left: Protections) -> io::Result<()> {
    let (mut stdin, mut stdout) = (io::stdin().lock(), io::stdout().lock());
    let start = Start::read(&mut stdin)?;
    let held = lock_down(&start, left)?;
    stdout.write_all(&ready(held))?;
    stdout.flush()?;
    let answer = catch_unwind(AssertUnwindSafe(|| answer(&mut stdin, &start)));
    let answer = answer.map_err(|_| io::Error::other("the child panicked"))??;
    for part in answer.to_parts() {
        stdout.write_all(part.bytes())?;
    }
    stdout.flush()
}

fn answer(stdin: &mut impl Read, start: &Start) -> io::Result<Answer> {
    Ok(match Request::read(stdin)? {
        Request::Compile { module } => compile(&module),
        run @ Request::Run { .. } => execute(run),
        Request::Probe { port } => Answer::Probe(probe(port, start)),
    })
}

fn compile(module: &[u8]) -> Answer {
    let compiled = ProcessEngine::new().and_then(|engine| engine.compile(module));
    match compiled {
        Ok(Compiled::Code(code)) => Answer::Code(code),
        Ok(Compiled::Invalid(reason)) => Answer::Invalid(reason),
        Err(error) => Answer::Failed(error.reason()),
    }
}

fn execute(request: Request<Vec<u8>>) -> Answer {
    let Request::Run {
        code,
        input,
        module,
        limits,
        memory_key,
        goal,
    } = request
    else {
        return Answer::Failed("nothing to run".into());
    };
    let fuel = match goal {
        Goal::Result => limits.fuel,
        // The program cannot see its fuel, so until it stops it does what it does with all of it.
        Goal::MemoryHash { stop_fuel } => stop_fuel.min(limits.fuel),
    };
    let execution =
        ProcessEngine::new().and_then(|engine| engine.execute(&code, module, &input, limits, fuel));
    match (execution, goal) {
        (Ok(execution), Goal::Result) => Answer::Output(execution.into_output(&memory_key)),
        (Ok(execution), Goal::MemoryHash { .. }) => {
            Answer::MemoryHash(execution.memory_hash(&memory_key))
        }
        (Err(error), _) => Answer::Failed(error.reason()),
    }
}

/// Returns the result of an invalid module, of which nothing is run.
pub(super) fn invalid(reason: &str, memory_key: &[u8; 32]) -> RunOutput {
    let mut output = RunOutput::not_run(TaskExit::InvalidModule, memory_key);
    crate::wasm::log_reason(&mut output.log, reason);
    output
}

/// Returns the memory hash of an invalid module, which has none.
pub(super) fn invalid_memory(memory_key: &[u8; 32]) -> [u8; 32] {
    hash_memory(memory_key, &[])
}
