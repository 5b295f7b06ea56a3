//! Runs one task of a job, and knows nothing of Solana.
//!
//! - [`ContentStore`] brings modules and inputs by their hash and refuses everything else.
//! - [`Manifest`] lists the input of every task of a batch.
//! - [`WasmRunner`] runs a WASI module so that every machine gets the same [`Outcome`].
//! - [`CommandRunner`] runs an external command in its place, for native and GPU jobs.
//!
//! ```no_run
//! use assay_runner::{ContentStore, Limits, Runner, StoreConfig, WasmRunner, Work};
//! # fn demo(module_hash: assay_runner::ContentHash, input_hash: assay_runner::ContentHash) -> Result<(), Box<dyn std::error::Error>> {
//! let store = ContentStore::open(StoreConfig::new("cache"))?;
//! let module = store.fetch("https://example.org/trend.wasm", module_hash, 16 << 20)?;
//! let input = store.fetch("https://example.org/blobs/", input_hash, 16 << 20)?;
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
mod manifest;
mod store;
mod wasm;
mod work;

pub use assay_content::{ContentHash, HashTextError, BLOBS_PATH, MAX_CONTENT};
#[cfg(unix)]
pub use command::CommandRunner;
pub use error::{FetchError, ManifestError, RunnerError};
pub use manifest::Manifest;
pub use store::{ContentStore, Hints, StoreConfig};
pub use wasm::WasmRunner;
pub use work::{Exit, Limits, Outcome, Runner, Work, LOG_BYTES};
