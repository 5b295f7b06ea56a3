//! Runs one task of a job.
//!
//! The crate is given bytes and returns bytes. It knows nothing of Solana, of HTTP, or of how content is named and found.
//!
//! - [`WasmRunner`] runs a WASI module so that every machine gets the same [`RunOutput`], in this process.
//! - [`ChildRunner`] gets the same of modules that strangers send, in child processes that are limited and killed.
//! - [`CommandRunner`] runs an external command in its place, for native and GPU jobs.
//!
//! ```no_run
//! use assay_runner::{Limits, RunRequest, Runner, WasmRunner};
//! # fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let (module, input) = (std::fs::read("trend.wasm")?, std::fs::read("input.csv")?);
//! let runner = WasmRunner::new(std::time::Duration::from_secs(600))?;
//! let limits = Limits { fuel: 10_000_000_000, memory_bytes: 256 << 20, output_bytes: 1 << 20 };
//! let memory_key = [7; 32];
//! let request = RunRequest { module: &module, input: &input, limits, memory_key, deadline: None };
//! let run = runner.run(&request)?;
//! println!("exit code {}, {} bytes, {} fuel", run.exit.code(), run.output.len(), run.fuel_used);
//! // What the memory was half-way through.
//! let half_way = runner.memory_hash_at(&request, run.fuel_used / 2)?;
//! assert_ne!(half_way, run.memory_hash);
//! # Ok(())
//! # }
//! ```

#[cfg(unix)]
mod child;
#[cfg(unix)]
mod command;
mod error;
#[cfg(unix)]
mod process_group;
mod request;
mod wasm;

#[cfg(unix)]
pub use child::{
    serve_child, AttemptEnd, AttemptLog, ChildConfig, ChildProgram, ChildRunner, NoAttemptLog,
    Probe, Protection, Protections, COMPILE_BYTES, COMPILE_TIME,
};
#[cfg(unix)]
pub use command::{CommandRunner, MACHINE_FAILED};
pub use error::RunnerError;
pub use request::{ExitStatus, Limits, ModuleHash, RunOutput, RunRequest, Runner, LOG_BYTES};
pub use wasm::{check_module, Measure, ModuleError, WasmRunner, RUNTIME_ID};
