//! What each operator does with NaNs, by hand.

mod engine;

use assay_canonical_nan::canonicalize;
use engine::{engine, Canonical};
use wasmparser::{Operator, Parser, Payload};
use wasmtime::{Engine, Instance, Module, Store, Val, V128};

/// NaNs with and without sign, quiet and signaling, with a payload, and numbers of which operators make a NaN.
const F32: &[u32] = &[
    0x7fc0_0000,
    0xffc0_0000,
    0x7fc1_2345,
    0xffe5_4321,
    0x7f80_0001,
    0xff8f_fff0,
    0x0000_0000,
    0x8000_0000,
    0x3f80_0000,
    0xbf80_0000,
    0x7f80_0000,
    0xff80_0000,
];
const F64: &[u64] = &[
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff8_1234_5678_9abc,
    0xfffc_ba98_7654_3210,
    0x7ff0_0000_0000_0001,
    0xfff7_0000_0000_0000,
    0x0000_0000_0000_0000,
    0x8000_0000_0000_0000,
    0x3ff0_0000_0000_0000,
    0xbff0_0000_0000_0000,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
];

/// Operators with open NaN bits: operand and result.
const COMPUTES: &[(&str, &str, &[&str])] = &[
    (
        "f32",
        "f32",
        &[
            "f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.max",
        ],
    ),
    (
        "f64",
        "f64",
        &[
            "f64.add", "f64.sub", "f64.mul", "f64.div", "f64.min", "f64.max",
        ],
    ),
    (
        "f32x4",
        "f32x4",
        &[
            "f32x4.add",
            "f32x4.sub",
            "f32x4.mul",
            "f32x4.div",
            "f32x4.min",
            "f32x4.max",
        ],
    ),
    (
        "f64x2",
        "f64x2",
        &[
            "f64x2.add",
            "f64x2.sub",
            "f64x2.mul",
            "f64x2.div",
            "f64x2.min",
            "f64x2.max",
        ],
    ),
    (
        "f32",
        "f32",
        &[
            "f32.sqrt",
            "f32.ceil",
            "f32.floor",
            "f32.trunc",
            "f32.nearest",
        ],
    ),
    (
        "f64",
        "f64",
        &[
            "f64.sqrt",
            "f64.ceil",
            "f64.floor",
            "f64.trunc",
            "f64.nearest",
        ],
    ),
    (
        "f32x4",
        "f32x4",
        &[
            "f32x4.sqrt",
            "f32x4.ceil",
            "f32x4.floor",
            "f32x4.trunc",
            "f32x4.nearest",
        ],
    ),
    (
        "f64x2",
        "f64x2",
        &[
            "f64x2.sqrt",
            "f64x2.ceil",
            "f64x2.floor",
            "f64x2.trunc",
            "f64x2.nearest",
        ],
    ),
    ("f64", "f32", &["f32.demote_f64"]),
    ("f32", "f64", &["f64.promote_f32"]),
    ("f64x2", "f32x4", &["f32x4.demote_f64x2_zero"]),
    ("f32x4", "f64x2", &["f64x2.promote_low_f32x4"]),
];

/// Operators that keep the bits of a NaN but for its sign: operand and result.
const KEEPS: &[(&str, &str, &[&str])] = &[
    ("f32", "f32", &["f32.neg", "f32.abs", "f32.copysign"]),
    ("f64", "f64", &["f64.neg", "f64.abs", "f64.copysign"]),
    (
        "f32x4",
        "f32x4",
        &["f32x4.neg", "f32x4.abs", "f32x4.pmin", "f32x4.pmax"],
    ),
    (
        "f64x2",
        "f64x2",
        &["f64x2.neg", "f64x2.abs", "f64x2.pmin", "f64x2.pmax"],
    ),
    ("f32", "f32x4", &["f32x4.splat"]),
    ("f64", "f64x2", &["f64x2.splat"]),
    ("f32x4", "f32", &["f32x4.extract_lane 3"]),
    ("f64x2", "f64", &["f64x2.extract_lane 1"]),
];

fn is_unary(operator: &str) -> bool {
    let (_, name) = operator.split_once('.').unwrap();
    let first = name.split(['_', ' ']).next().unwrap();
    [
        "sqrt", "ceil", "floor", "trunc", "nearest", "demote", "promote", "neg", "abs", "splat",
        "extract",
    ]
    .contains(&first)
}

fn value_type(shape: &str) -> &str {
    match shape {
        "f32x4" | "f64x2" => "v128",
        scalar => scalar,
    }
}

/// A function of two operands that applies one operator.
fn module(operator: &str, takes: &str, makes: &str) -> Vec<u8> {
    let (takes, makes) = (value_type(takes), value_type(makes));
    let second = if is_unary(operator) {
        ""
    } else {
        "local.get 1"
    };
    wat::parse_str(format!(
        r#"(module (func (export "f") (param {takes} {takes}) (result {makes}) local.get 0 {second} {operator}))"#
    ))
    .unwrap()
}

fn v128_of_f32(lanes: [u32; 4]) -> Val {
    let bits = lanes
        .iter()
        .rev()
        .fold(0_u128, |bits, lane| bits << 32 | u128::from(*lane));
    Val::V128(V128::from(bits))
}

fn v128_of_f64(lanes: [u64; 2]) -> Val {
    Val::V128(V128::from(
        u128::from(lanes[1]) << 64 | u128::from(lanes[0]),
    ))
}

/// All pairs of the operands, in every lane.
fn operands(shape: &str) -> Vec<[Val; 2]> {
    let values: Vec<Val> = match shape {
        "f32" => F32.iter().map(|bits| Val::F32(*bits)).collect(),
        "f64" => F64.iter().map(|bits| Val::F64(*bits)).collect(),
        "f32x4" => (0..F32.len())
            .map(|i| v128_of_f32([0, 1, 5, 8].map(|lane| F32[(i + lane) % F32.len()])))
            .collect(),
        "f64x2" => (0..F64.len())
            .map(|i| v128_of_f64([0, 5].map(|lane| F64[(i + lane) % F64.len()])))
            .collect(),
        _ => panic!("no operands of {shape}"),
    };
    let mut pairs = Vec::new();
    for a in &values {
        for b in &values {
            pairs.push([*a, *b]);
        }
    }
    pairs
}

/// Returns the bits of each lane.
fn lanes(value: &Val, shape: &str) -> Vec<u64> {
    match (value, shape) {
        (Val::F32(bits), _) => vec![(*bits).into()],
        (Val::F64(bits), _) => vec![*bits],
        (Val::V128(vector), "f32x4") => {
            let bits = vector.as_u128();
            (0..4)
                .map(|lane| u64::from((bits >> (32 * lane)) as u32))
                .collect()
        }
        (Val::V128(vector), _) => {
            let bits = vector.as_u128();
            (0..2).map(|lane| (bits >> (64 * lane)) as u64).collect()
        }
        _ => panic!("no float: {value:?}"),
    }
}

fn is_nan(bits: u64, shape: &str) -> bool {
    match shape {
        "f32" | "f32x4" => f32::from_bits(bits as u32).is_nan(),
        _ => f64::from_bits(bits).is_nan(),
    }
}

fn canonical(shape: &str) -> u64 {
    match shape {
        "f32" | "f32x4" => 0x7fc0_0000,
        _ => 0x7ff8_0000_0000_0000,
    }
}

/// Calls `f` with each of the operands.
fn results(engine: &Engine, module: &[u8], makes: &str, operands: &[[Val; 2]]) -> Vec<Vec<u64>> {
    let module = Module::from_binary(engine, module).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let f = instance.get_func(&mut store, "f").unwrap();
    operands
        .iter()
        .map(|operands| {
            let mut result = [Val::I32(0)];
            f.call(&mut store, operands, &mut result).unwrap();
            lanes(&result[0], makes)
        })
        .collect()
}

/// Calls a function without operands that returns an i64.
fn run(engine: &Engine, module: &[u8]) -> i64 {
    let module = Module::from_binary(engine, module).unwrap();
    let mut store = Store::new(engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    let f = instance.get_typed_func::<(), i64>(&mut store, "f").unwrap();
    f.call(&mut store, ()).unwrap()
}

/// Returns the number of `if`s of a module.
fn branches(module: &[u8]) -> usize {
    let mut count = 0;
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload.unwrap() {
            let operators = body.get_operators_reader().unwrap().into_iter();
            count += operators
                .filter(|operator| matches!(operator, Ok(Operator::If { .. })))
                .count();
        }
    }
    count
}

#[test]
fn every_nan_that_is_computed_is_canonical() {
    let plain = engine(Canonical::Nobody);
    let flag = engine(Canonical::Flag);
    let mut count = 0;
    for (takes, makes, operators) in COMPUTES {
        let operands = operands(takes);
        for operator in *operators {
            let original = module(operator, takes, makes);
            let rewritten = canonicalize(&original).unwrap();
            let before = results(&plain, &original, makes, &operands);
            let after = results(&plain, &rewritten, makes, &operands);
            let mut replaced = 0;
            for (before, after) in before.iter().flatten().zip(after.iter().flatten()) {
                if is_nan(*before, makes) {
                    assert_eq!(*after, canonical(makes), "{operator}");
                    replaced += usize::from(before != after);
                } else {
                    assert_eq!(before, after, "{operator}");
                }
            }
            assert!(replaced > 0, "{operator} made no other NaN");
            assert_eq!(
                after,
                results(&flag, &original, makes, &operands),
                "{operator}"
            );
            count += 1;
        }
    }
    assert_eq!(count, 48);
}

#[test]
fn operators_that_keep_bits_are_left_alone() {
    let plain = engine(Canonical::Nobody);
    for (takes, makes, operators) in KEEPS {
        let operands = operands(takes);
        for operator in *operators {
            let original = module(operator, takes, makes);
            assert_eq!(canonicalize(&original).unwrap(), original, "{operator}");
            let results = results(&plain, &original, makes, &operands);
            let others = results
                .iter()
                .flatten()
                .filter(|bits| is_nan(**bits, makes) && **bits != canonical(makes));
            assert!(others.count() > 0, "{operator} made every NaN canonical");
        }
    }
}

/// Ways in which a program can see the bits of a f64 that `nan` computes. Each returns an i64.
const SEEN: &[(&str, &str)] = &[
    ("reinterpreted", "call $nan f64.sqrt i64.reinterpret_f64"),
    ("stored", "i32.const 8 call $nan f64.sqrt f64.store i32.const 8 i64.load"),
    ("in a local", "call $nan f64.sqrt local.set 0 local.get 0 i64.reinterpret_f64"),
    ("kept in a local", "call $nan f64.sqrt local.tee 0 f64.const 1 f64.add drop local.get 0 i64.reinterpret_f64"),
    ("read twice from a local", "call $nan f64.sqrt local.set 0 local.get 0 f64.const 1 f64.lt drop local.get 0 i64.reinterpret_f64"),
    ("moved from local to local", "call $nan f64.sqrt local.tee 0 drop local.get 0 local.tee 2 local.set 3 local.get 3 i64.reinterpret_f64"),
    ("read before it is written", "loop local.get 0 i64.reinterpret_f64 local.set 1 call $nan f64.sqrt local.set 0 \
        local.get 4 i32.eqz local.tee 4 br_if 0 end local.get 1"),
    ("negated in a local", "call $nan f64.sqrt local.set 0 local.get 0 f64.neg local.tee 2 f64.const 1 f64.add drop local.get 2 i64.reinterpret_f64"),
    ("left in a local by a jump", "block call $nan f64.sqrt local.set 0 br 0 end local.get 0 i64.reinterpret_f64"),
    ("read from a local at a jump", "call $nan f64.sqrt local.set 0 local.get 0 block end i64.reinterpret_f64"),
    ("a vector of another shape in a local", "call $nans f32x4.sqrt local.set 5 local.get 5 v128.const f64x2 1 1 f64x2.add i64x2.extract_lane 0"),
    ("in a global", "call $nan f64.sqrt global.set 0 global.get 0 i64.reinterpret_f64"),
    ("an argument", "call $nan f64.sqrt call $bits"),
    ("an argument of a tail call", "call $nan f64.sqrt return_call $bits"),
    ("an indirect argument", "call $nan f64.sqrt i32.const 0 call_indirect (param f64) (result i64)"),
    ("selected", "call $nan f64.sqrt f64.const 1 i32.const 1 select i64.reinterpret_f64"),
    ("the result of a block", "block (result f64) call $nan f64.sqrt end i64.reinterpret_f64"),
    ("taken out of a block", "block (result f64) call $nan f64.sqrt br 0 end i64.reinterpret_f64"),
    ("taken along by a branch", "block (result f64) call $nan f64.sqrt i32.const 1 br_if 0 end i64.reinterpret_f64"),
    ("a parameter of a block", "call $nan f64.sqrt block (param f64) (result i64) i64.reinterpret_f64 end"),
    ("below a block", "call $nan f64.sqrt block end i64.reinterpret_f64"),
    ("below a call", "call $nan f64.sqrt call $zero drop i64.reinterpret_f64"),
    ("negated", "call $nan f64.sqrt f64.neg i64.reinterpret_f64"),
    ("negated, stored and added", "i32.const 8 call $nan f64.sqrt f64.neg f64.store i32.const 8 i64.load"),
    ("without a sign", "call $zero f64.const nan:0x8000000001234 f64.add f64.abs i64.reinterpret_f64"),
    ("with another sign", "call $zero f64.const nan:0x8000000001234 f64.add f64.const -1 f64.copysign i64.reinterpret_f64"),
    ("the sign alone", "f64.const 1 call $nan f64.sqrt f64.copysign i64.reinterpret_f64"),
    ("above another value", "f64.const 2 call $nan f64.sqrt i64.reinterpret_f64 local.set 1 f64.sqrt drop local.get 1"),
    ("below an operator", "call $nan f64.sqrt f64.const 2 f64.sqrt drop i64.reinterpret_f64"),
    ("in a vector", "call $nan f64.sqrt f64x2.splat i64x2.extract_lane 1"),
    ("in a lane", "v128.const i64x2 0 0 call $nan f64.sqrt f64x2.replace_lane 0 i64x2.extract_lane 0"),
    ("a lane of pmin", "call $nans f64x2.sqrt v128.const i64x2 0 0 f64x2.pmin i64x2.extract_lane 0"),
    ("the lower half of a double", "call $nans f32x4.sqrt f64x2.abs i64x2.extract_lane 0"),
    // Two canonical NaNs of 32 bits are one number of 64 bits.
    ("two halves added as doubles", "call $nans f32x4.sqrt v128.const f64x2 1 1 f64x2.add i64x2.extract_lane 0"),
    ("vectors of another shape", "call $nans f64x2.sqrt f32x4.neg i64x2.extract_lane 0"),
    ("a row of vectors of other shapes", "call $nans f32x4.sqrt call $zeros f64x2.pmax i64x2.extract_lane 0"),
    ("demoted", "call $nan f64.const 1 f64.mul f32.demote_f64 i32.reinterpret_f32 i64.extend_i32_u"),
];

/// A module whose `f` has this body, locals of all types, and numbers and NaNs that the compiler does
/// not know.
fn program(body: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(module
            (memory 1) (global (mut f64) (f64.const 0)) (table funcref (elem $bits))
            (data (i32.const 16) "\11\22\cc\ff\55\66\fc\ff\11\22\cc\ff\55\66\fc\ff")
            (func $zero (result f64) (f64.load (i32.const 0)))
            (func $zeros (result v128) (v128.load (i32.const 0)))
            (func $nan (result f64) (f64.load (i32.const 16)))
            (func $nans (result v128) (v128.load (i32.const 16)))
            (func $bits (param f64) (result i64) (i64.reinterpret_f64 (local.get 0)))
            (func (export "f") (result i64) (local f64 i64 f64 f64 i32 v128) {body}))"#
    ))
    .unwrap()
}

#[test]
fn a_nan_is_canonical_wherever_a_program_can_see_it() {
    let plain = engine(Canonical::Nobody);
    let flag = engine(Canonical::Flag);
    for (name, body) in SEEN {
        let original = program(body);
        let rewritten = canonicalize(&original).unwrap();
        let expected = run(&flag, &original);
        assert_eq!(run(&plain, &rewritten), expected, "{name}");
        assert_ne!(
            run(&plain, &original),
            expected,
            "{name} shows no other NaN"
        );
    }
}

/// Bodies, and how many checks they need.
const UNSEEN: &[(usize, &str)] = &[
    (0, "call $nan f64.sqrt f64.const 1 f64.lt i64.extend_i32_u"),
    (0, "call $nan f64.sqrt i64.trunc_sat_f64_s"),
    (0, "call $nan f64.sqrt drop i64.const 1"),
    (0, "call $nan f64.sqrt f64.neg f64.sqrt f64.abs f64.const 1 f64.eq i64.extend_i32_u"),
    (0, "call $nans f32x4.sqrt f32x4.abs v128.const i64x2 0 0 f32x4.eq i64x2.extract_lane 0"),
    (1, "call $nan local.set 0 local.get 0 f64.sqrt local.get 0 f64.mul i64.reinterpret_f64"),
    // A sum of three products, in which all but the sum are unseen.
    (1, "call $nan local.set 0 local.get 0 local.get 0 f64.mul local.get 0 local.get 0 f64.mul f64.add local.get 0 local.get 0 f64.mul f64.add \
        i64.reinterpret_f64"),
    (1, "call $nan f32.demote_f64 f64.promote_f32 i64.reinterpret_f64"),
    (2, "call $nans f32x4.ceil f64x2.ceil i64x2.extract_lane 0"),
    (0, "call $nan f64.sqrt local.set 0 local.get 0 local.get 0 f64.lt i64.extend_i32_u"),
    (0, "call $nan f64.sqrt local.tee 0 local.tee 2 drop local.get 2 f64.neg local.set 3 local.get 3 i64.trunc_sat_f64_s"),
    // Out of a loop.
    (1, "loop call $nan local.get 0 f64.add local.set 0 local.get 4 i32.eqz local.tee 4 br_if 0 end local.get 0 f64.sqrt i64.reinterpret_f64"),
    (0, "call $nans f32x4.sqrt local.set 5 local.get 5 local.get 5 f32x4.eq i64x2.extract_lane 0"),
    (2, "call $nans f32x4.sqrt local.set 5 local.get 5 f64x2.sqrt i64x2.extract_lane 0"),
    (1, "call $nan local.set 0 local.get 0 f64.sqrt local.tee 0 local.get 0 f64.mul i64.reinterpret_f64"),
    (2, "call $nan f64.sqrt local.tee 0 local.get 0 f64.mul local.get 0 f64.copysign i64.reinterpret_f64"),
];

#[test]
fn a_nan_that_nobody_sees_has_no_check() {
    let plain = engine(Canonical::Nobody);
    let flag = engine(Canonical::Flag);
    for (checks, body) in UNSEEN {
        let original = program(body);
        let rewritten = canonicalize(&original).unwrap();
        assert_eq!(branches(&rewritten), *checks, "{body}");
        assert_eq!(run(&plain, &rewritten), run(&flag, &original), "{body}");
    }
}
