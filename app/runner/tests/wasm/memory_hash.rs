//! The hash of the memory: what is in it, and what it is when a run is stopped.

use std::collections::BTreeSet;
use std::time::Duration;

use assay_runner::{ExitStatus, Limits, RunRequest, Runner, WasmRunner};

use crate::programs::{command, echo, world};
use crate::{run, runner, KEY, LIMITS};

const PAGE: usize = 65_536;

/// The hash of a memory of `pages` pages that is zero but for these bytes at these addresses.
fn hash_of(pages: usize, content: &[(usize, &[u8])]) -> [u8; 32] {
    let mut memory = vec![0; pages * PAGE];
    for (at, bytes) in content {
        memory[*at..at + bytes.len()].copy_from_slice(bytes);
    }
    *blake3::keyed_hash(&KEY, &memory).as_bytes()
}

fn hash_of_nothing() -> [u8; 32] {
    *blake3::keyed_hash(&KEY, b"").as_bytes()
}

fn with_fuel(fuel: u64) -> Limits {
    Limits { fuel, ..LIMITS }
}

/// The hash of the memory of a program that is stopped after this much fuel.
fn stopped(program: &str, input: &[u8], limits: Limits, fuel: u64) -> [u8; 32] {
    stopped_on(runner(), program, input, limits, fuel)
}

fn stopped_on(
    runner: &WasmRunner,
    program: &str,
    input: &[u8],
    limits: Limits,
    fuel: u64,
) -> [u8; 32] {
    let module = wat::parse_str(program).unwrap();
    let request = RunRequest {
        module: &module,
        input,
        limits,
        memory_key: KEY,
        deadline: None,
    };
    runner.memory_hash_at(&request, fuel).unwrap()
}

/// Stores 1, 2, 3 and so on at address 64, up to 100.
fn counter() -> String {
    command(
        "(loop $more
            (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
            (br_if $more (i32.lt_u (i32.load (i32.const 64)) (i32.const 100))))",
    )
}

/// Nodes of different releases must find the same, or they disagree on results.
#[test]
fn fuel_and_hash_are_those_of_the_protocol() {
    let result = run(&echo(), b"the same input", LIMITS);
    assert_eq!(result.fuel_used, 291);
    assert_eq!(
        hex::encode(result.memory_hash),
        "c651239e7feafe22e28ec4424dcc25f523ae7a2608d45c4cc0a68c53661a4638"
    );
    let stopped = stopped(&echo(), b"the same input", LIMITS, 200);
    assert_eq!(
        hex::encode(stopped),
        "fb0607fed5d5e0a59cf2981e9026d896ef0cba3c7e4adb6a2da319c638f7420f"
    );
}

#[test]
fn the_hash_is_blake3_keyed_of_the_whole_memory() {
    let program = command("(i32.store (i32.const 65532) (i32.const 0x04030201))");
    let expected = hash_of(1, &[(65_532, &[1, 2, 3, 4])]);
    assert_eq!(run(&program, b"", LIMITS).memory_hash, expected);
}

#[test]
fn memory_that_the_program_added_is_hashed_too_even_if_it_is_empty() {
    let grow = |pages: u32| command(&format!("(drop (memory.grow (i32.const {pages})))"));
    assert_eq!(run(&grow(0), b"", LIMITS).memory_hash, hash_of(1, &[]));
    assert_eq!(run(&grow(2), b"", LIMITS).memory_hash, hash_of(3, &[]));
    let used =
        command("(drop (memory.grow (i32.const 2))) (i32.store8 (i32.const 196607) (i32.const 5))");
    let expected = hash_of(3, &[(196_607, &[5])]);
    assert_eq!(run(&used, b"", LIMITS).memory_hash, expected);
}

#[test]
fn a_program_with_an_empty_memory_has_the_hash_of_nothing() {
    let program = r#"(module (memory (export "memory") 0) (func (export "_start")))"#;
    let result = run(program, b"", LIMITS);
    assert_eq!(
        (result.exit, result.memory_hash),
        (ExitStatus::Code(0), hash_of_nothing())
    );
}

#[test]
fn another_key_makes_another_hash_and_changes_nothing_else() {
    let module = wat::parse_str(world()).unwrap();
    let with_key = |memory_key| {
        let request = RunRequest {
            module: &module,
            input: b"input",
            limits: LIMITS,
            memory_key,
            deadline: None,
        };
        let stopped = runner().memory_hash_at(&request, 200).unwrap();
        (runner().run(&request).unwrap(), stopped)
    };
    let (one, one_stopped) = with_key([1; 32]);
    let (mut other, other_stopped) = with_key([2; 32]);
    assert_ne!(one.memory_hash, other.memory_hash);
    assert_ne!(one_stopped, other_stopped);
    other.memory_hash = one.memory_hash;
    assert_eq!(one, other);
}

#[test]
fn the_memory_is_hashed_as_it_is_however_the_program_ends() {
    let mark = "(i64.store (i32.const 64) (i64.const 42))";
    let marked = |pages| hash_of(pages, &[(64, &[42])]);
    let ends = [
        ("(call $proc_exit (i32.const 9))", ExitStatus::Code(9)),
        ("unreachable", ExitStatus::Trap),
        (
            "(drop (i32.div_u (i32.const 1) (i32.load (i32.const 72))))",
            ExitStatus::Trap,
        ),
        (
            "(drop (memory.grow (i32.const 100)))",
            ExitStatus::OutOfMemory,
        ),
        ("(loop $ever (br $ever))", ExitStatus::OutOfFuel),
    ];
    for (end, exit) in ends {
        let result = run(&command(&format!("{mark} {end}")), b"", LIMITS);
        assert_eq!(
            (result.exit, result.memory_hash),
            (exit, marked(1)),
            "{end}"
        );
    }
    // Printing too much leaves the list of buffers behind, and no count.
    let print = command(&format!(
        "{mark} (call $print (i32.const 64) (i32.const 2000))"
    ));
    let result = run(&print, b"", LIMITS);
    assert_eq!(
        (result.exit, result.memory_hash),
        (
            ExitStatus::OutputLimit,
            hash_of(1, &[(0, &[64, 0, 0, 0, 0xd0, 7]), (64, &[42])])
        )
    );
}

/// A store that begins inside may have changed up to 15 bytes before the processor reports it.
#[test]
fn after_an_access_outside_the_memory_its_last_bytes_are_not_hashed() {
    let program = command(
        "(i64.store (i32.const 65512) (i64.const 1))
         (i64.store (i32.const 65520) (i64.const 2))
         (v128.store (i32.const 65521) (v128.const i64x2 -1 -1))",
    );
    let mut memory = vec![0; PAGE - 16];
    memory[65_512] = 1;
    let result = run(&program, b"", LIMITS);
    assert_eq!(result.exit, ExitStatus::Trap);
    assert_eq!(
        result.memory_hash,
        *blake3::keyed_hash(&KEY, &memory).as_bytes()
    );
    // In memory that the program added, too.
    let program =
        command("(drop (memory.grow (i32.const 1))) (drop (i32.load (i32.const 131070)))");
    let hash = *blake3::keyed_hash(&KEY, &vec![0; 2 * PAGE - 16]).as_bytes();
    assert_eq!(run(&program, b"", LIMITS).memory_hash, hash);
}

/// How deep a recursion gets depends on the processor, and so does what it leaves behind.
#[test]
fn a_stack_overflow_reports_no_fuel_and_no_memory() {
    let program = r#"(module (memory (export "memory") 1) (func $deeper (export "_start")
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
        (call $deeper)))"#;
    let result = run(program, b"", LIMITS);
    assert_eq!(
        (result.exit, result.fuel_used, result.memory_hash),
        (ExitStatus::Trap, 0, hash_of_nothing())
    );
    // Stopped before, it is like any program.
    assert_eq!(stopped(program, b"", LIMITS, 1), hash_of(1, &[]));
    assert_eq!(stopped(program, b"", LIMITS, u64::MAX), hash_of_nothing());
}

#[test]
fn a_program_that_never_had_a_memory_has_the_hash_of_nothing() {
    let bad_data = r#"(module (memory (export "memory") 1) (data (i32.const 65536) "x") (func (export "_start")))"#;
    let too_large = r#"(module (memory (export "memory") 65) (func (export "_start")))"#;
    for (program, exit) in [
        (bad_data, ExitStatus::Trap),
        (too_large, ExitStatus::OutOfMemory),
    ] {
        let result = run(program, b"", LIMITS);
        assert_eq!(
            (result.exit, result.fuel_used, result.memory_hash),
            (exit, 0, hash_of_nothing())
        );
        assert_eq!(stopped(program, b"", LIMITS, 1), hash_of_nothing());
    }
    let request = RunRequest {
        module: b"junk",
        input: b"",
        limits: LIMITS,
        memory_key: KEY,
        deadline: None,
    };
    assert_eq!(
        runner().memory_hash_at(&request, 1).unwrap(),
        hash_of_nothing()
    );
}

#[test]
fn a_stopped_run_shows_every_state_of_the_memory_in_order() {
    let fuel_used = run(&counter(), b"", LIMITS).fuel_used;
    let states: Vec<_> = (0..=100_u8)
        .map(|count| hash_of(1, &[(64, &[count])]))
        .collect();
    let mut last = 0;
    for fuel in 0..=fuel_used + 10 {
        let found = stopped(&counter(), b"", LIMITS, fuel);
        let state = states.iter().position(|state| *state == found).unwrap();
        assert!(state == last || state == last + 1, "{last}, then {state}");
        last = state;
    }
    assert_eq!(last, 100);
}

#[test]
fn a_stop_before_the_first_instruction_or_after_the_last_is_allowed() {
    let result = run(&counter(), b"", LIMITS);
    for fuel in [0, 1] {
        assert_eq!(stopped(&counter(), b"", LIMITS, fuel), hash_of(1, &[]));
    }
    for fuel in [result.fuel_used, u64::MAX] {
        assert_eq!(stopped(&counter(), b"", LIMITS, fuel), result.memory_hash);
    }
}

#[test]
fn a_run_is_stopped_by_its_own_limit_of_fuel_first() {
    let half = run(&counter(), b"", LIMITS).fuel_used / 2;
    let limited = run(&counter(), b"", with_fuel(half));
    assert_eq!(
        (limited.exit, limited.fuel_used),
        (ExitStatus::OutOfFuel, half)
    );
    assert_ne!(
        limited.memory_hash,
        run(&counter(), b"", LIMITS).memory_hash
    );
    for fuel in [half, half + 1, u64::MAX] {
        assert_eq!(
            stopped(&counter(), b"", with_fuel(half), fuel),
            limited.memory_hash
        );
    }
    assert_eq!(stopped(&counter(), b"", LIMITS, half), limited.memory_hash);
}

/// The call costs 64, the list 8 and every byte 1: the memory changes at the last of them, at once.
#[test]
fn a_run_that_is_stopped_in_a_call_into_the_host_is_stopped_before_it() {
    let program = command(
        "(i32.store (i32.const 0) (i32.const 1000))
         (i32.store (i32.const 4) (i32.const 5000))
         (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
         (drop (call $random_get (i32.const 7000) (i32.const 3000)))
         (loop $never (br_if $never (i32.const 0)))",
    );
    let input = [9; 5000];
    let fuel_used = run(&program, &input, LIMITS).fuel_used;
    let list = [0xe8, 3, 0, 0, 0x88, 0x13, 0, 0];
    let before = hash_of(1, &[(0, &list)]);
    let read = hash_of(1, &[(0, &list), (8, &[0x88, 0x13]), (1000, &input)]);
    let states: Vec<_> = (0..=fuel_used)
        .map(|fuel| stopped(&program, &input, LIMITS, fuel))
        .collect();
    let count = |state| states.iter().filter(|found| **found == state).count();
    assert_eq!(states.iter().collect::<BTreeSet<_>>().len(), 4);
    assert_eq!(count(read), 3000 + 64 + 3);
    assert!(count(before) > 5000);
    assert_eq!(
        states.last().unwrap(),
        &run(&program, &input, LIMITS).memory_hash
    );
}

/// Calls into the host set the count of fuel anew. A limit that Wasmtime cannot count in one piece must not matter.
#[test]
fn the_point_of_a_stop_does_not_depend_on_the_limit() {
    let input = [3; 400];
    let fuel_used = run(&echo(), &input, LIMITS).fuel_used;
    for fuel in (1..=fuel_used).step_by(7) {
        let found = [LIMITS.fuel, i64::MAX as u64 + 1, u64::MAX]
            .map(|limit| stopped(&echo(), &input, with_fuel(limit), fuel));
        assert_eq!(found, [found[0]; 3]);
    }
    let endless = run(&echo(), &input, with_fuel(u64::MAX));
    assert_eq!(endless, run(&echo(), &input, LIMITS));
}

#[test]
fn another_machine_stops_with_the_same_memory() {
    let other = WasmRunner::new(Duration::from_secs(60)).unwrap();
    for program in [echo(), world(), counter()] {
        let fuel_used = run(&program, b"input", LIMITS).fuel_used;
        let states: BTreeSet<_> = (1..=fuel_used)
            .map(|fuel| {
                let here = stopped(&program, b"input", LIMITS, fuel);
                let there = stopped_on(&other, &program, b"input", LIMITS, fuel);
                assert_eq!(here, there);
                here
            })
            .collect();
        assert!(states.len() > 1);
    }
}
