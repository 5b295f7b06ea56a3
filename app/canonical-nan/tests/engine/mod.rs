//! Engines that differ in one thing: whether Cranelift makes NaNs canonical.

use wasmtime::{Config, Engine};

/// Who makes NaNs canonical when a module is compiled.
#[derive(Clone, Copy)]
pub enum Canonical {
    /// Cranelift, by its own setting.
    Flag,
    /// Nobody: the module is compiled as it is.
    Nobody,
}

/// Returns an engine with the runner's processor features. Other settings do not matter here.
pub fn engine(canonical: Canonical) -> Engine {
    let mut config = Config::new();
    config
        .cranelift_nan_canonicalization(matches!(canonical, Canonical::Flag))
        .wasm_relaxed_simd(false)
        .wasm_branch_hinting(true);
    Engine::new(&config).unwrap()
}
