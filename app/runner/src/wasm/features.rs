//! The WebAssembly that programs may use. Part of the protocol: a module that uses anything else is invalid on every machine.

use wasmparser::WasmFeatures;

/// The proposals that are on. Every other one is off, also one that a later Wasmtime has on by default. Compilers for WASI
/// use these today; relaxed SIMD and threads would let the result depend on the machine.
pub(super) const PROPOSALS: WasmFeatures = WasmFeatures::FLOATS
    .union(WasmFeatures::MUTABLE_GLOBAL)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST);

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use wasmtime::Engine;

    use super::super::engine;
    use super::*;

    /// With another list, nodes of different releases would disagree about what is valid.
    #[test]
    fn the_proposals_are_those_of_the_protocol() {
        let names: BTreeSet<_> = WasmFeatures::all()
            .iter_names()
            .filter(|(_, feature)| PROPOSALS.contains(*feature))
            .map(|(name, _)| name)
            .collect();
        let expected = BTreeSet::from([
            "BULK_MEMORY",
            "EXTENDED_CONST",
            "FLOATS",
            "MULTI_VALUE",
            "MUTABLE_GLOBAL",
            "REFERENCE_TYPES",
            "SATURATING_FLOAT_TO_INT",
            "SIGN_EXTENSION",
            "SIMD",
            "TAIL_CALL",
        ]);
        // Parts of bulk memory and of reference types, which may or may not be listed under their own names.
        let parts = BTreeSet::from(["BULK_MEMORY_OPT", "CALL_INDIRECT_OVERLONG"]);
        assert_eq!(&names - &parts, expected);
    }

    #[test]
    fn the_engine_has_these_proposals_and_no_other() {
        let engine = Engine::new(&engine::config().unwrap()).unwrap();
        assert_eq!(engine.get_wasm_features(), PROPOSALS);
    }
}
