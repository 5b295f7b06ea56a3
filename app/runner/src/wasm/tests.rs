//! Fuel and memory do not depend on how the code was compiled: other settings of the compiler stand for other processors.

use std::time::Duration;

use wasmtime::{Config, OptLevel};

use super::{engine, WasmRunner};
use crate::{ExitStatus, Limits, RunOutput, RunRequest, Runner};

const LIMITS: Limits = Limits {
    fuel: 300_000,
    memory_bytes: 4 << 20,
    output_bytes: 1 << 10,
};

/// Returns the runners of machines that compile in different ways.
fn machines() -> Vec<(&'static str, WasmRunner)> {
    let machine = |change: fn(&mut Config) -> &mut Config| {
        let mut config = engine::config().unwrap();
        change(&mut config);
        WasmRunner::with_config(&config, Duration::from_secs(60)).unwrap()
    };
    vec![
        ("as built", machine(|config| config)),
        (
            "not optimized",
            machine(|config| config.cranelift_opt_level(OptLevel::None)),
        ),
        (
            "small",
            machine(|config| config.cranelift_opt_level(OptLevel::SpeedAndSize)),
        ),
        // Every access is compared with the size of the memory; no page faults.
        (
            "without guard pages",
            machine(|config| {
                config
                    .memory_reservation(0)
                    .memory_guard_size(0)
                    .signals_based_traps(false)
            }),
        ),
        (
            "with twice the stack",
            machine(|config| config.max_wasm_stack(1 << 20)),
        ),
    ]
}

/// A command that imports reading and printing, with a table of functions and `body` as its `_start`.
fn command(body: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (memory (export "memory") 1)
            (data (i32.const 1024) "some text to begin with")
            (table 2 funcref)
            (elem (i32.const 0) $mix $fibonacci)
            ;; Stores a number that depends on the last one.
            (func $mix (param $at i32) (result i32)
                (i32.store (local.get $at) (i32.add
                    (i32.mul (i32.load (i32.sub (local.get $at) (i32.const 4))) (i32.const 1664525))
                    (i32.const 1013904223)))
                (i32.load (local.get $at)))
            ;; Counts its calls at 2048.
            (func $fibonacci (param $n i32) (result i32)
                (i32.store (i32.const 2048) (i32.add (i32.load (i32.const 2048)) (i32.const 1)))
                (if (result i32) (i32.lt_u (local.get $n) (i32.const 2))
                    (then (local.get $n))
                    (else (i32.add
                        (call $fibonacci (i32.sub (local.get $n) (i32.const 1)))
                        (call $fibonacci (i32.sub (local.get $n) (i32.const 2)))))))
            ;; Recurses for ever, and stores its depth at 2052.
            (func $deeper (param $depth i64) (result i64)
                (i64.store (i32.const 2052) (local.get $depth))
                (i64.add (local.get $depth) (call $deeper (i64.add (local.get $depth) (i64.const 1)))))
            (func (export "_start") (local $i i32) (local $x f64) {body}))"#
    );
    wat::parse_str(text).unwrap()
}

/// Fills the memory from 4096 to 8192.
const FILL: &str = "(local.set $i (i32.const 4096))
    (loop $more
        (drop (call $mix (local.get $i)))
        (local.set $i (i32.add (local.get $i) (i32.const 4)))
        (br_if $more (i32.lt_u (local.get $i) (i32.const 8192))))";

/// Copies the input to the output, with random bytes in between.
const COPY: &str = "(loop $more
    (i32.store (i32.const 0) (i32.const 3000))
    (i32.store (i32.const 4) (i32.const 37))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
    (drop (call $random (i32.const 3040) (i32.const 50)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
    (br_if $more (i32.load (i32.const 8))))";

/// Fills and copies parts of the memory.
const MOVE: &str = "(loop $more
    (local.set $i (i32.add (local.get $i) (i32.const 300)))
    (memory.fill (local.get $i) (local.get $i) (i32.const 700))
    (memory.copy (i32.const 40000) (local.get $i) (local.get $i))
    (memory.copy (i32.const 30000) (local.get $i) (i32.const 100))
    (br_if $more (i32.lt_u (local.get $i) (i32.const 3000))))";

/// Stores a chaotic series and its square roots, some of which are NaN.
const CALCULATE: &str = "(local.set $x (f64.const 0.4))
    (loop $more
        (local.set $x (f64.mul (f64.const 3.9) (f64.mul (local.get $x) (f64.sub (f64.const 1) (local.get $x)))))
        (f64.store (i32.add (i32.const 4096) (local.get $i)) (f64.sqrt (f64.sub (local.get $x) (f64.const 0.5))))
        (local.set $i (i32.add (local.get $i) (i32.const 8)))
        (br_if $more (i32.lt_u (local.get $i) (i32.const 4000))))";

/// Calls functions through the table.
const DISPATCH: &str = "(i32.store (i32.const 512)
        (call_indirect (param i32) (result i32) (i32.const 12) (i32.const 1)))
    (drop (call_indirect (param i32) (result i32) (i32.const 516) (i32.const 0)))";

/// Grows the memory for ever, and writes to every page.
const GROW: &str = "(loop $more
    (local.set $i (memory.grow (i32.const 1)))
    (i32.store (i32.mul (local.get $i) (i32.const 65536)) (local.get $i))
    (br $more))";

/// Prints more and more.
const PRINT: &str = "(loop $ever
    (i32.store (i32.const 4) (i32.const 99))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
    (br $ever))";

/// The bodies of programs that end in every way, and how they end.
const PROGRAMS: &[(&[&str], ExitStatus)] = &[
    (&[FILL], ExitStatus::Code(0)),
    (&[COPY], ExitStatus::Code(0)),
    (&[MOVE], ExitStatus::Code(0)),
    (&[CALCULATE], ExitStatus::Code(0)),
    (&[DISPATCH], ExitStatus::Code(0)),
    (&[FILL, "(call $exit (i32.const 3))"], ExitStatus::Code(3)),
    (&[GROW], ExitStatus::OutOfMemory),
    (&[COPY, PRINT], ExitStatus::OutputLimit),
    (
        &[
            FILL,
            "(loop $ever (drop (call $mix (i32.const 8))) (br $ever))",
        ],
        ExitStatus::OutOfFuel,
    ),
    (&[FILL, "unreachable"], ExitStatus::Trap),
    // A division by zero between two stores.
    (
        &[
            FILL,
            "(i32.store (i32.const 4) (i32.const 1))
             (i32.store (i32.const 8) (i32.div_u (i32.const 1) (i32.load (i32.const 60000))))
             (i32.store (i32.const 12) (i32.const 1))",
        ],
        ExitStatus::Trap,
    ),
    // Accesses outside the memory: a load, a store that begins inside, one at an address that the compiler knows, a fill.
    (
        &[
            FILL,
            "(i32.store (i32.const 4) (i32.load (i32.add (local.get $i) (i32.const 60000))))",
        ],
        ExitStatus::Trap,
    ),
    (
        &[
            FILL,
            "(i64.store (i32.add (local.get $i) (i32.const 57340)) (i64.const -1))",
        ],
        ExitStatus::Trap,
    ),
    (
        &[FILL, "(i64.store (i32.const 65532) (i64.const -1))"],
        ExitStatus::Trap,
    ),
    (
        &[
            FILL,
            "(memory.fill (i32.const 65000) (i32.const 9) (local.get $i))",
        ],
        ExitStatus::Trap,
    ),
    (
        &[
            FILL,
            "(table.set 0 (i32.const 0) (ref.null func))",
            DISPATCH,
        ],
        ExitStatus::Trap,
    ),
    (
        &[FILL, "(drop (call $deeper (i64.const 0)))"],
        ExitStatus::Trap,
    ),
];

/// Returns the modules of the programs, and how they end.
fn programs() -> impl Iterator<Item = (Vec<u8>, ExitStatus)> {
    PROGRAMS
        .iter()
        .map(|(bodies, exit)| (command(&bodies.concat()), *exit))
}

fn request(module: &[u8]) -> RunRequest<'_> {
    RunRequest {
        module,
        input: &[0x5a; 300],
        limits: LIMITS,
        memory_key: [7; 32],
        deadline: None,
    }
}

/// Returns the parts of a result that the digest covers.
fn recorded(run: RunOutput) -> (ExitStatus, u64, Vec<u8>, [u8; 32]) {
    (run.exit, run.fuel_used, run.output, run.memory_hash)
}

#[test]
fn every_machine_records_the_same_result_however_the_program_ends() {
    let machines = machines();
    for (index, (module, exit)) in programs().enumerate() {
        let expected = recorded(machines[0].1.run(&request(&module)).unwrap());
        assert_eq!(expected.0, exit, "program {index}");
        for (machine, runner) in &machines {
            for _ in 0..2 {
                let found = recorded(runner.run(&request(&module)).unwrap());
                assert_eq!(found, expected, "program {index}, {machine}");
            }
        }
    }
}

#[test]
fn every_machine_stops_a_program_with_the_same_memory() {
    let machines = machines();
    for (index, (module, _)) in programs().enumerate() {
        let request = request(&module);
        let (_, reference) = &machines[0];
        let fuel_used = reference.run(&request).unwrap().fuel_used;
        // About a hundred points, the first and the last among them.
        let points = (1..=fuel_used).step_by((fuel_used / 97).max(1) as usize);
        for stop in points.chain([fuel_used, fuel_used + 1]) {
            let expected = reference.memory_hash_at(&request, stop).unwrap();
            for (machine, runner) in &machines[1..] {
                let found = runner.memory_hash_at(&request, stop).unwrap();
                assert_eq!(
                    found, expected,
                    "program {index}, {machine}, after {stop} fuel"
                );
            }
        }
    }
}
