//! Runs one task of a job, and knows nothing of Solana.
//!
//! - [`WasmRunner`] runs a WASI module so that every machine gets the same [`Outcome`].
//! - [`CommandRunner`] runs an external command in its place, for native and GPU jobs.
//!
//! ```no_run
//! use assay_runner::{Limits, Runner, WasmRunner, Work};
//! # fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let (module, input) = (std::fs::read("trend.wasm")?, std::fs::read("input.csv")?);
//! let runner = WasmRunner::new(std::time::Duration::from_secs(600))?;
//! let limits = Limits { fuel: 10_000_000_000, memory_bytes: 256 << 20, output_bytes: 1 << 20 };
//! let outcome = runner.run(&Work { module: &module, input: &input, limits, until: None })?;
//! println!("exit code {}, {} bytes", outcome.exit.code(), outcome.output.len());
//! # Ok(())
//! # }
//! ```

#[cfg(unix)]
mod command;
mod error;
mod request;
mod wasm;

#[cfg(unix)]
pub use command::CommandRunner;
pub use error::RunnerError;
pub use request::{Exit, Limits, Outcome, Runner, Work, LOG_BYTES};
pub use wasm::WasmRunner;
