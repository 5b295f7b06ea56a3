//! Wasmtime's settings. Every setting that can change a result is set here, so that an upgrade cannot change it silently.

use std::thread;
use std::time::Duration;

use wasmtime::{Config, Engine, Result, WasmFeatures};

use super::features::PROPOSALS;
use super::fuel;

/// Bytes of stack for the guest. Part of the protocol, like the exit codes.
pub(super) const STACK_BYTES: usize = 512 << 10;
/// Processor features that the code may use beyond the architecture's baseline, by Cranelift's name. Part of the protocol,
/// like the stack. `x86-64-v2` is SSE 4.2 and POPCNT: every x86-64 processor since 2009 has them, and without them rounding
/// and SIMD are slow calls.
const CPU_FEATURES: Option<&str> = if cfg!(target_arch = "x86_64") {
    Some("x86-64-v2")
} else {
    None
};
/// The timeout of a run that its process ends with.
pub(super) const NO_TIME_LIMIT: Duration = Duration::MAX;
/// Length of an epoch of Wasmtime: the precision of the wall-clock limit.
const TICK: Duration = Duration::from_millis(50);

/// Creates an engine with these settings and the thread that advances its epoch.
pub(super) fn new(config: &Config) -> Result<Engine> {
    let engine = Engine::new(config)?;
    spawn_epoch_ticker(&engine)?;
    Ok(engine)
}

/// Returns the settings.
pub(super) fn config() -> Result<Config> {
    let mut config = Config::new();
    // The target is this machine's. Naming it keeps Wasmtime from using other features of the processor: other instructions
    // make other stack frames, and the depth at which a recursion overflows the stack is part of the result.
    config.target(&target_lexicon::HOST.to_string())?;
    if let Some(features) = CPU_FEATURES {
        // SAFETY: `Engine::new` refuses a name that Cranelift does not know, and Wasmtime checks that the processor has the
        // features before it runs anything.
        unsafe { config.cranelift_flag_enable(features) };
    }
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK_BYTES)
        // The module that is compiled makes its NaNs canonical by itself, at a fraction of the cost.
        .cranelift_nan_canonicalization(false)
        // Moves the code for NaNs out of the way. No hints of the job's author are left in the module.
        .wasm_branch_hinting(true)
        .relaxed_simd_deterministic(true)
        .operator_cost(fuel::operator_cost())
        // With images of the memory, data segments that fit into one cost no fuel, which depends on the machine's pages. A
        // process that may write no file cannot make one, and it would only help a second run.
        .memory_init_cow(false)
        // All off first: Cargo turns features of Wasmtime on when another crate of the workspace asks for them, and with
        // them proposals.
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(PROPOSALS, true);
    Ok(config)
}

/// Starts a thread that advances the engine's epoch every [`TICK`], until the engine is dropped.
fn spawn_epoch_ticker(engine: &Engine) -> Result<()> {
    let engine = engine.weak();
    thread::Builder::new()
        .name("wall-limit".into())
        .spawn(move || loop {
            thread::sleep(TICK);
            match engine.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => return,
            }
        })?;
    Ok(())
}

/// Returns the epochs in `timeout`, rounded up in favor of the program.
pub(super) fn epochs(timeout: Duration) -> u64 {
    u64::try_from(timeout.as_nanos().div_ceil(TICK.as_nanos()))
        .unwrap_or(u64::MAX)
        // Wasmtime adds this to its own count of epochs.
        .clamp(1, u64::MAX / 2)
        .saturating_add(1)
}
