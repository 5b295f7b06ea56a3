//! The sandbox, on programs written as WebAssembly text.

mod bulk;
mod determinism;
mod fuel;
mod host;
mod invalid;
mod limits;
mod memory_hash;
mod preview1;
mod programs;
mod time;

use std::sync::OnceLock;
use std::time::Duration;

use assay_runner::{Limits, RunOutput, RunRequest, Runner, RunnerError, WasmRunner};

const LIMITS: Limits = Limits {
    fuel: 10_000_000,
    memory_bytes: 4 << 20,
    output_bytes: 1 << 10,
};

/// The key of the hash of the memory, which stands for the seed of a job.
const KEY: [u8; 32] = [7; 32];

fn runner() -> &'static WasmRunner {
    static RUNNER: OnceLock<WasmRunner> = OnceLock::new();
    RUNNER.get_or_init(|| WasmRunner::new(Duration::from_secs(60)).unwrap())
}

/// Runs a program written as WebAssembly text.
fn run(program: &str, input: &[u8], limits: Limits) -> RunOutput {
    try_run(runner(), program, input, limits).unwrap()
}

fn try_run(
    runner: &dyn Runner,
    program: &str,
    input: &[u8],
    limits: Limits,
) -> Result<RunOutput, RunnerError> {
    runner.run(&RunRequest {
        module: &wat::parse_str(program).unwrap(),
        input,
        limits,
        memory_key: KEY,
        deadline: None,
    })
}
