//! Random programs do the same when this crate makes their NaNs canonical as when Cranelift does.
//!
//! Results, traps, memory and globals are compared bit by bit. The two may differ nowhere: where Cranelift's setting leaves a
//! NaN open (a processor without SSE 4.1), the test does not run.
//!
//! `ASSAY_PROGRAMS` is the number of programs, `ASSAY_FIRST_PROGRAM` the seed of the first.

mod dense;
mod engine;

use arbitrary::Unstructured;
use assay_canonical_nan::canonicalize;
use engine::{engine, Canonical};
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wasm_smith::{Config, InstructionKind, InstructionKinds};
use wasmparser::{Operator, Parser, Payload};
use wasmtime::{Engine, ExternType, Func, Instance, Module, Store, Trap, Val, ValType, V128};

const PROGRAMS: u64 = 2_000;
/// Random bytes from which a program is made.
const SOURCE_BYTES: usize = 12 << 10;
/// Loops and calls after which a program traps.
const STEPS: u32 = 200;
/// Times that each function is called, with other arguments.
const CALLS: u64 = 3;

const NAN_32: [u32; 4] = [0x7fc0_0000, 0xffc0_0000, 0x7fa1_2345, 0xffe5_4321];
const NAN_64: [u64; 4] = [
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff4_1234_5678_9abc,
    0xfffc_ba98_7654_3210,
];
const NUMBER_32: [f32; 4] = [0.0, -1.5, f32::INFINITY, f32::NEG_INFINITY];
const NUMBER_64: [f64; 4] = [0.0, -1.5, f64::INFINITY, f64::NEG_INFINITY];

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

/// What was seen of many programs.
#[derive(Default)]
struct Summary {
    programs: u64,
    /// Calls that ended in the two ways.
    returned: usize,
    trapped: usize,
    /// Programs of which something else is seen if nobody makes their NaNs canonical.
    changed: u64,
}

/// Compares programs made from consecutive seeds.
fn compare(make: impl Fn(u64) -> Vec<u8>) -> Summary {
    let first = from_environment("ASSAY_FIRST_PROGRAM", 0);
    let programs = from_environment("ASSAY_PROGRAMS", PROGRAMS);
    let (flag, plain) = (engine(Canonical::Flag), engine(Canonical::Nobody));
    let mut summary = Summary::default();
    for seed in first..first + programs {
        let original = make(seed);
        let rewritten = canonicalize(&original).unwrap();
        let expected = observe(&flag, &original, seed);
        // The whole of what is seen is too long to print.
        assert!(
            observe(&plain, &rewritten, seed) == expected,
            "program {seed} differs"
        );
        summary.programs += 1;
        summary.changed += u64::from(observe(&plain, &original, seed) != expected);
        let returned = expected.iter().filter(|call| call.outcome.is_ok()).count();
        summary.returned += returned;
        summary.trapped += expected.len() - returned;
    }
    println!(
        "{} programs, {} of which show other NaNs if nobody makes them canonical; {} calls return, {} trap",
        summary.programs, summary.changed, summary.returned, summary.trapped
    );
    summary
}

/// Every construct. Most of these programs trap or use up their steps; a few in a hundred show a NaN.
#[test]
fn random_programs_do_the_same_as_with_cranelifts_own_nans() {
    let summary = compare(program);
    assert!(summary.returned > 0);
    assert!(summary.trapped > 0);
    assert!(summary.changed >= summary.programs / 500);
}

#[test]
fn random_programs_full_of_floats_do_the_same_as_with_cranelifts_own_nans() {
    let summary = compare(dense::program);
    assert_eq!(summary.trapped, 0);
    assert!(summary.changed >= summary.programs / 2);
}

/// Makes a valid program that ends, with many floats and many NaNs.
fn program(seed: u64) -> Vec<u8> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut bytes = vec![0; SOURCE_BYTES];
    rng.fill_bytes(&mut bytes);
    // Scalars, vectors, or both.
    let numbers: &[InstructionKind] = match seed % 3 {
        0 => &[InstructionKind::Numeric],
        1 => &[InstructionKind::Vector],
        _ => &[InstructionKind::Numeric, InstructionKind::Vector],
    };
    let others = [
        InstructionKind::Parametric,
        InstructionKind::Variable,
        InstructionKind::Memory,
        InstructionKind::Control,
    ];
    let config = Config {
        allowed_instructions: InstructionKinds::new(&[numbers, &others].concat()),
        allow_start_export: false,
        // Most random programs trap at once otherwise.
        disallow_traps: !seed.is_multiple_of(4),
        exceptions_enabled: false,
        export_everything: true,
        gc_enabled: false,
        max_funcs: 6,
        max_globals: 6,
        max_imports: 0,
        max_instructions: 150,
        max_memories: 1,
        max_memory32_bytes: 2 << 16,
        max_tables: 0,
        memory64_enabled: false,
        memory_max_size_required: true,
        min_funcs: 3,
        min_globals: 3,
        min_memories: 1,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        threads_enabled: false,
        ..Config::default()
    };
    let mut module = wasm_smith::Module::new(config, &mut Unstructured::new(&bytes)).unwrap();
    module.ensure_termination(STEPS).unwrap();
    let mut module = module.to_bytes();
    put_nans_into_constants(&mut module, &mut rng);
    module
}

/// Makes a NaN of every second constant: those of wasm-smith are random bits, which rarely are a NaN.
fn put_nans_into_constants(module: &mut [u8], rng: &mut ChaCha8Rng) {
    let mut constants: Vec<(usize, usize)> = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload.unwrap() {
            let mut operators = body.get_operators_reader().unwrap();
            while !operators.eof() {
                let bytes = match operators.read().unwrap() {
                    Operator::F32Const { .. } => 4,
                    Operator::F64Const { .. } => 8,
                    Operator::V128Const { .. } => 16,
                    _ => continue,
                };
                constants.push((operators.original_position() - bytes, bytes));
            }
        }
    }
    for (offset, bytes) in constants {
        let bits = match bytes {
            4 => float_32(rng).to_le_bytes().to_vec(),
            8 => float_64(rng).to_le_bytes().to_vec(),
            _ => vector(rng).to_le_bytes().to_vec(),
        };
        module[offset..offset + bytes].copy_from_slice(&bits);
    }
}

fn pick<T: Copy>(rng: &mut ChaCha8Rng, values: [T; 4]) -> T {
    values[rng.next_u32() as usize % 4]
}

fn float_32(rng: &mut ChaCha8Rng) -> u32 {
    match rng.next_u32() % 4 {
        0 | 1 => pick(rng, NAN_32),
        2 => pick(rng, NUMBER_32).to_bits(),
        _ => rng.next_u32(),
    }
}

fn float_64(rng: &mut ChaCha8Rng) -> u64 {
    match rng.next_u32() % 4 {
        0 | 1 => pick(rng, NAN_64),
        2 => pick(rng, NUMBER_64).to_bits(),
        _ => rng.next_u64(),
    }
}

fn vector(rng: &mut ChaCha8Rng) -> u128 {
    let is_64 = rng.next_u32().is_multiple_of(2);
    (0..if is_64 { 2 } else { 4 }).fold(0, |bits, _| {
        if is_64 {
            bits << 64 | u128::from(float_64(rng))
        } else {
            bits << 32 | u128::from(float_32(rng))
        }
    })
}

/// What can be seen of one call.
#[derive(Debug, PartialEq, Eq)]
struct Call {
    /// The bits of the results.
    outcome: Result<Vec<u128>, Trap>,
    memory: Vec<u8>,
    globals: Vec<u128>,
}

/// Calls every function of a program, each time in a new instance, with arguments that follow from `seed`.
fn observe(engine: &Engine, module: &[u8], seed: u64) -> Vec<Call> {
    let module = Module::from_binary(engine, module).unwrap();
    let functions: Vec<String> = module
        .exports()
        .filter(|export| matches!(export.ty(), ExternType::Func(_)))
        .map(|export| export.name().to_owned())
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(!seed);
    let mut calls = Vec::new();
    for name in &functions {
        for _ in 0..CALLS {
            let mut store = Store::new(engine, ());
            // A segment outside the memory.
            let instance = match Instance::new(&mut store, &module, &[]) {
                Ok(instance) => instance,
                Err(error) => {
                    calls.push(Call {
                        outcome: Err(trap(&error)),
                        memory: Vec::new(),
                        globals: Vec::new(),
                    });
                    continue;
                }
            };
            let function = instance.get_func(&mut store, name).unwrap();
            calls.push(call(&mut store, &instance, &function, &mut rng));
        }
    }
    calls
}

fn call(store: &mut Store<()>, instance: &Instance, function: &Func, rng: &mut ChaCha8Rng) -> Call {
    let signature = function.ty(&*store);
    let arguments: Vec<Val> = signature
        .params()
        .map(|parameter| argument(&parameter, rng))
        .collect();
    let mut results = vec![Val::I32(0); signature.results().len()];
    let outcome = function.call(&mut *store, &arguments, &mut results);
    let outcome = match outcome {
        Ok(()) => Ok(results.iter().map(bits).collect()),
        Err(error) => Err(trap(&error)),
    };
    // Frames have other sizes with other code.
    assert_ne!(outcome, Err(Trap::StackOverflow));
    let exports: Vec<_> = instance
        .exports(&mut *store)
        .map(wasmtime::Export::into_extern)
        .collect();
    let memory = exports
        .iter()
        .find_map(|export| export.clone().into_memory());
    let globals = exports
        .iter()
        .filter_map(|export| export.clone().into_global());
    Call {
        outcome,
        globals: globals
            .map(|global| bits(&global.get(&mut *store)))
            .collect(),
        memory: memory.map_or(Vec::new(), |memory| memory.data(&*store).to_vec()),
    }
}

fn argument(parameter: &ValType, rng: &mut ChaCha8Rng) -> Val {
    match parameter {
        ValType::I32 => Val::I32((rng.next_u32() % 1_000) as i32),
        ValType::I64 => Val::I64(rng.next_u64() as i64),
        ValType::F32 => Val::F32(float_32(rng)),
        ValType::F64 => Val::F64(float_64(rng)),
        ValType::V128 => Val::V128(V128::from(vector(rng))),
        ValType::Ref(_) => panic!("reference types are off"),
    }
}

fn bits(value: &Val) -> u128 {
    match value {
        Val::I32(value) => u128::from(*value as u32),
        Val::I64(value) => u128::from(*value as u64),
        Val::F32(bits) => u128::from(*bits),
        Val::F64(bits) => u128::from(*bits),
        Val::V128(bits) => bits.as_u128(),
        other => panic!("reference types are off: {other:?}"),
    }
}

fn trap(error: &wasmtime::Error) -> Trap {
    *error.downcast_ref().unwrap()
}
