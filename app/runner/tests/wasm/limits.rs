//! Limits, exit statuses and traps.

use std::time::{Duration, Instant};

use assay_runner::{ExitStatus, Limits};

use crate::programs::{command, echo};
use crate::{run, LIMITS};

#[test]
fn a_program_reads_its_input_and_prints_its_output() {
    let input: Vec<u8> = (0..=255).cycle().take(1024).collect();
    let result = run(&echo(), &input, LIMITS);
    assert_eq!((result.exit, result.output), (ExitStatus::Code(0), input));
    assert!(
        result.fuel_used > 1024 && result.fuel_used < 100_000,
        "{}",
        result.fuel_used
    );
}

#[test]
fn an_endless_loop_runs_out_of_fuel() {
    let result = run(
        &command("(call $print (i32.const 64) (i32.const 4)) (loop $again (br $again))"),
        b"",
        LIMITS,
    );
    assert_eq!(
        (result.exit, result.output, result.fuel_used),
        (ExitStatus::OutOfFuel, vec![], LIMITS.fuel)
    );
}

#[test]
fn work_done_for_the_program_costs_fuel_too() {
    let fill = command(
        "(loop $again (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $again))",
    );
    let random = command(
        "(loop $again (drop (call $random_get (i32.const 0) (i32.const 65536))) (br $again))",
    );
    for program in [fill, random] {
        let started = Instant::now();
        let result = run(
            &program,
            b"",
            Limits {
                fuel: 2_000_000,
                ..LIMITS
            },
        );
        assert_eq!(
            (result.exit, result.fuel_used),
            (ExitStatus::OutOfFuel, 2_000_000)
        );
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}

#[test]
fn a_program_with_too_little_fuel_to_print_prints_nothing() {
    let needed = run(&echo(), b"hello", LIMITS).fuel_used;
    for fuel in [0, 1, needed / 2] {
        let result = run(&echo(), b"hello", Limits { fuel, ..LIMITS });
        assert_eq!(
            (result.exit, result.output, result.fuel_used),
            (ExitStatus::OutOfFuel, vec![], fuel)
        );
    }
    assert_eq!(
        run(
            &echo(),
            b"hello",
            Limits {
                fuel: needed,
                ..LIMITS
            }
        )
        .output,
        b"hello"
    );
}

#[test]
fn endless_allocation_runs_out_of_memory() {
    let result = run(
        &command("(loop $again (drop (memory.grow (i32.const 1))) (br $again))"),
        b"",
        LIMITS,
    );
    assert_eq!(
        (result.exit, result.output),
        (ExitStatus::OutOfMemory, vec![])
    );
}

#[test]
fn memory_up_to_the_limit_is_granted_and_one_page_more_is_not() {
    let grow = |pages: u32| {
        command(&format!(
            "(if (i32.ne (memory.grow (i32.const {pages})) (i32.const 1)) (then unreachable))"
        ))
    };
    assert_eq!(run(&grow(63), b"", LIMITS).exit, ExitStatus::Code(0));
    assert_eq!(run(&grow(64), b"", LIMITS).exit, ExitStatus::OutOfMemory);
}

#[test]
fn a_module_that_starts_beyond_the_memory_limit_runs_out_of_memory() {
    let program = r#"(module (memory (export "memory") 65) (func (export "_start")))"#;
    assert_eq!(run(program, b"", LIMITS).exit, ExitStatus::OutOfMemory);
}

#[test]
fn tables_count_as_memory() {
    let program =
        r#"(module (memory (export "memory") 1) (table 1000000 funcref) (func (export "_start")))"#;
    assert_eq!(run(program, b"", LIMITS).exit, ExitStatus::OutOfMemory);
}

#[test]
fn growing_beyond_the_modules_own_maximum_fails_as_webassembly_says() {
    let program = r#"(module (memory (export "memory") 1 2)
        (func (export "_start") (if (i32.ne (memory.grow (i32.const 60000)) (i32.const -1)) (then unreachable))))"#;
    assert_eq!(run(program, b"", LIMITS).exit, ExitStatus::Code(0));
}

#[test]
fn endless_printing_meets_the_output_limit() {
    let result = run(
        &command("(loop $again (call $print (i32.const 64) (i32.const 100)) (br $again))"),
        b"",
        LIMITS,
    );
    assert_eq!(
        (result.exit, result.output),
        (ExitStatus::OutputLimit, vec![])
    );
}

#[test]
fn output_up_to_the_limit_is_kept_and_one_byte_more_is_not() {
    let print = |len: u32| command(&format!("(call $print (i32.const 64) (i32.const {len}))"));
    assert_eq!(run(&print(1024), b"", LIMITS).output.len(), 1024);
    assert_eq!(run(&print(1025), b"", LIMITS).exit, ExitStatus::OutputLimit);
}

#[test]
fn endless_diagnostics_are_cut_and_do_no_harm() {
    let program = command(
        "(local $n i32)
         (i32.store (i32.const 0) (i32.const 64))
         (i32.store (i32.const 4) (i32.const 60000))
         (loop $again
            (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
            (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 5))))",
    );
    let result = run(&program, b"", LIMITS);
    assert_eq!(
        (result.exit, result.output, result.log.len()),
        (ExitStatus::Code(0), vec![], assay_runner::LOG_BYTES)
    );
}

#[test]
fn exit_statuses_are_kept_with_their_output() {
    for (status, exit) in [
        (0, ExitStatus::Code(0)),
        (7, ExitStatus::Code(7)),
        (255, ExitStatus::Code(255)),
        (256, ExitStatus::Code(255)),
        (-1, ExitStatus::Code(255)),
    ] {
        let body = format!(
            "(call $print (i32.const 64) (i32.const 3)) (call $proc_exit (i32.const {status}))"
        );
        let result = run(&command(&body), b"", LIMITS);
        assert_eq!((result.exit, result.output), (exit, vec![0; 3]), "{status}");
    }
}

#[test]
fn what_webassembly_forbids_is_a_trap_without_output() {
    let unreachable = command("(call $print (i32.const 64) (i32.const 3)) unreachable");
    let bad_address = command("(drop (i32.load (i32.const 65536)))");
    let division = command("(drop (i32.div_u (i32.const 1) (i32.const 0)))");
    let bad_data = r#"(module (memory (export "memory") 1) (data (i32.const 65536) "x") (func (export "_start")))"#.to_string();
    let recursion =
        r#"(module (memory (export "memory") 1) (func $f (export "_start") (call $f)))"#
            .to_string();
    for program in [unreachable, bad_address, division, bad_data, recursion] {
        let result = run(&program, b"", LIMITS);
        assert_eq!(
            (result.exit, result.output),
            (ExitStatus::Trap, vec![]),
            "{program}"
        );
        assert!(!result.log.is_empty());
    }
}
