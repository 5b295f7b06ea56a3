//! Wasmtime's settings. Each one that can change a result is set here, so that an upgrade cannot change it silently.

use std::thread;
use std::time::Duration;

use wasmtime::{Config, Engine, Result};

/// Bytes of stack for the guest. Part of the protocol, like the exit codes.
const STACK_BYTES: usize = 512 << 10;
/// What the code may use beyond the architecture's baseline, by Cranelift's name. Part of the protocol like the stack:
/// SSE 4.2 and POPCNT, which every x86-64 processor since 2009 has, and without which rounding and SIMD are slow calls.
const PROCESSOR: Option<&str> = if cfg!(target_arch = "x86_64") {
    Some("x86-64-v2")
} else {
    None
};
/// How exact the wall-clock guard is.
const TICK: Duration = Duration::from_millis(50);

pub(super) fn new() -> Result<Engine> {
    let mut config = Config::new();
    // Naming the target, although it is this machine's, keeps Wasmtime from using whatever else the processor can do:
    // other instructions make other frames, and the depth at which a recursion ends is part of the result.
    config.target(&target_lexicon::HOST.to_string())?;
    if let Some(features) = PROCESSOR {
        // SAFETY: a name that Cranelift does not know is an error of `Engine::new`, and Wasmtime checks that the
        // processor has what the name stands for before it runs anything.
        unsafe { config.cranelift_flag_enable(features) };
    }
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(STACK_BYTES)
        // The bits of a NaN are otherwise the processor's choice.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .relaxed_simd_deterministic(true)
        // What compilers emit for WASI today (with reference types, which this build of Wasmtime always has).
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_simd(true)
        .wasm_tail_call(true)
        .wasm_extended_const(true)
        // What a batch job does not need. Named although most are off in this build of Wasmtime: Cargo may turn its
        // features on when another crate of the workspace asks for them.
        .wasm_gc(false)
        .gc_support(false)
        .wasm_shared_everything_threads(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false)
        .wasm_stack_switching(false);
    let engine = Engine::new(&config)?;
    tick(&engine)?;
    Ok(engine)
}

/// Moves the engine's clock; ends when the last user of the engine is gone.
fn tick(engine: &Engine) -> Result<()> {
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

/// Ticks that fit into `limit`, rounded up in favour of the program.
pub(super) fn ticks(limit: Duration) -> u64 {
    u64::try_from(limit.as_nanos().div_ceil(TICK.as_nanos()))
        .unwrap_or(u64::MAX)
        // Wasmtime adds this to its own count of ticks.
        .clamp(1, u64::MAX / 2)
        .saturating_add(1)
}
