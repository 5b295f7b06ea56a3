//! The name of the runtime that a job asks for in its terms.

/// The runtime of this crate: eight bytes in the terms of a job. Another id means that another result is possible.
///
/// The id stands for everything that can change a result: the version of Wasmtime, the proposals that are on, the fuel of
/// each instruction, the size of the stack, the processor features, what NaNs look like, and the limits of
/// [`check_module`](crate::check_module). Whoever changes one of them must change the id, or nodes of two releases get
/// different results for one job, and the honest lose their bond. A test holds them against the id.
///
/// Zeros are what every job of the present release carries.
pub const RUNTIME_ID: [u8; 8] = [0; 8];

#[cfg(test)]
mod tests {
    use wasmtime::Engine;

    use super::super::{check, engine, fuel, segments};
    use super::*;

    /// What the id stands for, beside the proposals, which have a test of their own. If it differs, nodes of this release and
    /// of the last get different results: give the runtime another id.
    const FINGERPRINT: &str = "\
id 0000000000000000
wasmtime 48.0.8
stack 524288
nan Some(false), rewritten
memory images false, segments merged over 256
fuel: none [\"Unreachable\", \"Nop\", \"Block\", \"Loop\", \"Else\", \"End\", \"Return\", \"Drop\"], one for 619 of 627
VariableOperatorCost { memory_copy_per_byte: 1, memory_fill_per_byte: 1, memory_init_per_byte: 1, memory_grow_per_page: 0, table_copy_per_element: 1, table_fill_per_element: 1, table_init_per_element: 1, table_grow_per_element: 1, array_copy_per_element: 1, array_fill_per_element: 1, array_new_data_per_element: 1, array_init_data_per_element: 1, array_new_elem_per_element: 1, array_init_elem_per_element: 1, array_new_default_per_element: 1, array_new_per_element: 1 }
module: bytes 134217728 + 0
module: types 20000 + 0
module: functions 100000 + 0
module: imports 1000 + 0
module: exports 20000 + 0
module: globals 20000 + 0
module: tables 100 + 0
module: table elements 1000000 + 0
module: element segments 10000 + 0
module: elements in segments 1000000 + 0
module: data segments 100000 + 0
module: data segments that lie apart 10000 + 0
module: squared branches 400000000 + 102400
module: values in its instructions 1000000 + 4096
module: parameters and results of blocks 5000 + 10
module: values over its branches 10000000 + 4096
module: float operators 50000 + 64
function: Bytes 1048576
function: Locals 10000
function: Depth 5000
function: LoopDepth 64
function: Targets 100000
function: Branches 20000
function: Values 1000000
function: BlockValues 5000
function: Carried 10000000
function: NanChecks 50000
";

    /// Returns the version of Wasmtime that the workspace builds.
    fn wasmtime_version() -> &'static str {
        let lock = include_str!("../../../../Cargo.lock");
        let (_, package) = lock
            .split_once("name = \"wasmtime\"\nversion = \"")
            .unwrap();
        package.split('"').next().unwrap()
    }

    fn fingerprint() -> String {
        let engine = Engine::new(&engine::config().unwrap()).unwrap();
        format!(
            "id {}\nwasmtime {}\nstack {}\nnan {:?}, rewritten\nmemory images {}, segments merged over {}\n{}{}",
            hex::encode(RUNTIME_ID),
            wasmtime_version(),
            engine::STACK_BYTES,
            engine.get_cranelift_nan_canonicalization(),
            engine.get_memory_init_cow(),
            segments::MAX_GAP,
            fuel::describe(),
            check::describe_limits(),
        )
    }

    #[test]
    fn whoever_changes_what_the_id_stands_for_changes_the_id() {
        assert_eq!(fingerprint(), FINGERPRINT);
    }
}
