//! What happens to a module as a whole: it stays valid, keeps its other sections, and grows within bounds.

use arbitrary::Unstructured;
use assay_canonical_nan::{
    canonicalize, Error, MAX_FUNCTION_BYTES, MAX_GROWTH, MAX_LOCALS, MAX_MODULE_BYTES,
};
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wasm_encoder::{
    BlockType, CodeSection, Function, FunctionSection, Instruction, Module, TypeSection, ValType,
};
use wasm_smith::Config;
use wasmparser::{Parser, Validator, WasmFeatures};

/// The features that a module may use.
const FEATURES: WasmFeatures = WasmFeatures::WASM1
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::EXCEPTIONS);

fn assert_valid(module: &[u8]) {
    Validator::new_with_features(FEATURES)
        .validate_all(module)
        .unwrap();
}

/// Returns each section but the code and its metadata: its number and its bytes.
fn other_sections(module: &[u8]) -> Vec<(u8, &[u8])> {
    Parser::new(0)
        .parse_all(module)
        .filter_map(|payload| payload.unwrap().as_section())
        .map(|(id, range)| (id, &module[range]))
        .filter(|(id, bytes)| {
            let is_metadata = *id == 0 && bytes.windows(14).any(|name| name == b"metadata.code.");
            *id != 10 && !is_metadata
        })
        .collect()
}

/// A module with functions of one type, each with f64 parameters, v128 locals and this body.
fn module_of(functions: u32, params: u32, locals: u32, body: &[u8]) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function((0..params).map(|_| ValType::F64), []);
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    for _ in 0..functions {
        declared.function(0);
        let mut function = Function::new([(locals, ValType::V128)]);
        function.raw(body.iter().copied());
        code.function(&function);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    module.finish()
}

fn bytes_of(instructions: &[Instruction<'_>], times: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for instruction in instructions.iter().cycle().take(instructions.len() * times) {
        wasm_encoder::Encode::encode(instruction, &mut bytes);
    }
    bytes
}

#[test]
fn random_modules_stay_valid_and_keep_their_other_sections() {
    let (mut rewritten_modules, mut grown) = (0, 0);
    for seed in 0..1_000 {
        let mut bytes = vec![0; 8 << 10];
        ChaCha8Rng::seed_from_u64(seed).fill_bytes(&mut bytes);
        let config = Config {
            gc_enabled: false,
            memory64_enabled: false,
            relaxed_simd_enabled: false,
            threads_enabled: false,
            min_funcs: 2,
            max_memories: 1,
            generate_custom_sections: true,
            ..Config::default()
        };
        let module = wasm_smith::Module::new(config, &mut Unstructured::new(&bytes)).unwrap();
        let module = module.to_bytes();
        assert_valid(&module);
        let rewritten = canonicalize(&module).unwrap();
        assert_valid(&rewritten);
        assert_eq!(
            other_sections(&rewritten),
            other_sections(&module),
            "seed {seed}"
        );
        assert!(rewritten.len() <= module.len() * MAX_GROWTH, "seed {seed}");
        rewritten_modules += 1;
        grown += usize::from(rewritten.len() > module.len());
    }
    assert!(
        grown > rewritten_modules / 3,
        "only {grown} of {rewritten_modules} were rewritten"
    );
}

#[test]
fn names_and_data_survive_and_hints_are_replaced() {
    let module = wat::parse_str(
        r#"(module $named
            (memory (export "memory") 1)
            (data (i32.const 16) "some data")
            (@custom "metadata.code.other" (before code) "1")
            (@custom "mine" (after data) "2")
            (func $whole (param $x f64) (result f64) (local $unused i32)
                i32.const 0
                (@metadata.code.branch_hint "\00") if unreachable end
                local.get $x
                f64.sqrt))"#,
    )
    .unwrap();
    let has = |module: &[u8], name: &str| {
        module
            .windows(name.len())
            .any(|bytes| bytes == name.as_bytes())
    };
    assert!(has(&module, "metadata.code.branch_hint"));
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    assert_eq!(other_sections(&rewritten), other_sections(&module));
    for name in ["named", "whole", "unused", "some data", "mine"] {
        assert!(has(&rewritten, name), "{name}");
    }
    assert!(!has(&rewritten, "metadata.code.other"));
    assert_eq!(hints(&module), [(0, false)]);
    // Of the check's `if`, which usually takes its empty side.
    assert_eq!(hints(&rewritten), [(0, true)]);
}

/// Returns each branch hint, after having checked that it is at an `if`: its function, and whether the branch is usual.
fn hints(module: &[u8]) -> Vec<(u32, bool)> {
    let mut found = Vec::new();
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.unwrap() {
            wasmparser::Payload::CustomSection(section) => {
                if let wasmparser::KnownCustom::BranchHints(functions) = section.as_known() {
                    for function in functions {
                        let function = function.unwrap();
                        for hint in function.hints {
                            let hint = hint.unwrap();
                            found.push((function.func, hint.func_offset, hint.taken));
                        }
                    }
                }
            }
            wasmparser::Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    for (function, offset, _) in &found {
        assert_eq!(bodies[*function as usize][*offset as usize], 0x04);
    }
    found
        .into_iter()
        .map(|(function, _, taken)| (function, taken))
        .collect()
}

#[test]
fn hints_count_imported_functions() {
    let module = wat::parse_str(
        r#"(module
            (import "a" "b" (func)) (import "a" "c" (global f64)) (import "a" "d" (func (param f64)))
            (func (export "none")) (func (export "f") (param f64) (result f64) (f64.sqrt (local.get 0))))"#,
    )
    .unwrap();
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    let hint = b"metadata.code.branch_hint\x01\x03\x01";
    assert!(rewritten.windows(hint.len()).any(|bytes| bytes == hint));
}

#[test]
fn a_module_without_open_nans_is_copied() {
    for text in [
        "(module)",
        "(module (func (param f64) (result f64) (f64.neg (local.get 0))))",
        r#"(module (memory 1) (data "x") (func (drop (f64.add (f64.const 1) (f64.const 2)))))"#,
    ] {
        let module = wat::parse_str(text).unwrap();
        assert_eq!(canonicalize(&module).unwrap(), module, "{text}");
    }
}

/// Computes a f64 out of local 0 and looks at its bits.
const SEEN_ROOT: [Instruction<'_>; 4] = [
    Instruction::LocalGet(0),
    Instruction::F64Sqrt,
    Instruction::I64ReinterpretF64,
    Instruction::Drop,
];

#[test]
fn nested_blocks_need_no_stack() {
    let depth = 1_000_000;
    let mut body = bytes_of(&[Instruction::Block(BlockType::Empty)], depth);
    body.extend(bytes_of(&SEEN_ROOT, 1));
    body.extend(bytes_of(&[Instruction::End], depth + 1));
    let module = module_of(1, 1, 0, &body);
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    assert!(rewritten.len() > module.len());
    assert!(rewritten.len() < module.len() + 100);
}

#[test]
fn a_million_float_operators_are_rewritten_in_linear_space() {
    let mut body = bytes_of(&SEEN_ROOT, 20_000);
    body.extend(bytes_of(&[Instruction::End], 1));
    let module = module_of(50, 1, 0, &body);
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    assert!(rewritten.len() > module.len() * 4);
    assert!(rewritten.len() < module.len() * 8);
}

#[test]
fn a_long_chain_of_operators_has_one_check() {
    let mut chain = bytes_of(&[Instruction::LocalGet(0)], 1);
    chain.extend(bytes_of(&[Instruction::F64Sqrt], 1_000_000));
    chain.extend(bytes_of(
        &[
            Instruction::I64ReinterpretF64,
            Instruction::Drop,
            Instruction::End,
        ],
        1,
    ));
    let module = module_of(1, 1, 0, &chain);
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    assert!(rewritten.len() > module.len());
    assert!(rewritten.len() < module.len() + 100);
}

/// From local to local, read before written, so that each is found to be seen by way of the one before.
#[test]
fn a_long_chain_of_locals_is_followed_in_linear_time() {
    let locals = MAX_LOCALS - 1;
    let seen = [
        Instruction::LocalGet(locals),
        Instruction::I64x2ExtractLane(0),
        Instruction::Drop,
    ];
    let mut body = bytes_of(&seen, 1);
    for local in (1..locals).rev() {
        body.extend(bytes_of(
            &[
                Instruction::LocalGet(local),
                Instruction::LocalSet(local + 1),
            ],
            1,
        ));
    }
    let root = [
        Instruction::LocalGet(1),
        Instruction::F32x4Sqrt,
        Instruction::LocalSet(1),
    ];
    body.extend(bytes_of(&root, 1));
    body.extend(bytes_of(&[Instruction::End], 1));
    let module = module_of(1, 1, locals, &body);
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    assert!(rewritten.len() > module.len());
    assert!(rewritten.len() < module.len() + 120);
}

/// The worst body for its size: operators of two bytes, each of which sees the bits of the one before.
fn worst_body(bytes: usize) -> Vec<u8> {
    let mut body = bytes_of(&[Instruction::LocalGet(1)], 1);
    body.extend(bytes_of(
        &[Instruction::F32x4Ceil, Instruction::F64x2Ceil],
        bytes / 4 - 8,
    ));
    body.extend(bytes_of(&[Instruction::Drop, Instruction::End], 1));
    body
}

#[test]
fn within_the_limits_the_worst_module_stays_valid() {
    let params = 1;
    let module = module_of(
        1,
        params,
        MAX_LOCALS - params,
        &worst_body(MAX_FUNCTION_BYTES),
    );
    assert_valid(&module);
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    let growth = rewritten.len() / module.len();
    assert!((MAX_GROWTH - 4..MAX_GROWTH).contains(&growth), "{growth}");

    let functions = u32::try_from(MAX_MODULE_BYTES / MAX_FUNCTION_BYTES).unwrap();
    let module = module_of(
        functions,
        params,
        MAX_LOCALS - params,
        &worst_body(MAX_FUNCTION_BYTES),
    );
    assert!(module.len() > MAX_MODULE_BYTES * 9 / 10);
    assert!(canonicalize(&module).unwrap().len() < module.len() * MAX_GROWTH);
}

#[test]
fn small_functions_grow_no_more() {
    // The smallest function with a check: unreachable, f64.sqrt, unreachable, end.
    let body = bytes_of(
        &[
            Instruction::Unreachable,
            Instruction::F64Sqrt,
            Instruction::Unreachable,
            Instruction::End,
        ],
        1,
    );
    let module = module_of(1_000, 0, 0, &body);
    let rewritten = canonicalize(&module).unwrap();
    assert_valid(&rewritten);
    assert!(rewritten.len() < module.len() * MAX_GROWTH);
}

#[test]
fn a_module_that_grows_too_much_is_an_error() {
    let module = module_of(1, 1, 1, &worst_body(1 << 20));
    assert_valid(&module);
    assert!(matches!(
        canonicalize(&module),
        Err(Error::FunctionTooLarge { .. })
    ));

    let module = module_of(100, 1, 1, &worst_body(200 << 10));
    assert_eq!(canonicalize(&module), Err(Error::ModuleTooLarge));

    let module = module_of(1, 1, MAX_LOCALS, &worst_body(100));
    assert_valid(&module);
    let locals = MAX_LOCALS + 1;
    assert_eq!(canonicalize(&module), Err(Error::TooManyLocals { locals }));
}

#[test]
fn operators_of_other_proposals_are_an_error() {
    for (name, body) in [
        (
            "relaxed SIMD",
            "(drop (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0)))",
        ),
        ("atomics", "atomic.fence"),
        (
            "wide arithmetic",
            "(i64.add128 (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0)) drop drop",
        ),
    ] {
        let module = wat::parse_str(format!("(module (func (param v128) {body}))")).unwrap();
        let found = canonicalize(&module);
        assert!(
            matches!(found, Err(Error::UnsupportedOperator { .. })),
            "{name}: {found:?}"
        );
    }
    let structs = wat::parse_str("(module (type (struct)) (func))").unwrap();
    assert!(matches!(canonicalize(&structs), Err(Error::Malformed(_))));
    let component = wat::parse_str("(component)").unwrap();
    assert_eq!(canonicalize(&component), Err(Error::Component));
}

#[test]
fn bytes_that_are_no_module_are_an_error() {
    let module =
        wat::parse_str("(module (func (param f64) (result f64) (f64.sqrt (local.get 0))))")
            .unwrap();
    for length in 0..module.len() {
        let found = canonicalize(&module[..length]);
        // Where a section ends, so does a shorter module; whether it is valid has been checked before.
        assert!(
            matches!(found, Ok(_) | Err(Error::Malformed(_))),
            "{length}: {found:?}"
        );
    }
    assert!(matches!(canonicalize(b"\0asm"), Err(Error::Malformed(_))));
}
