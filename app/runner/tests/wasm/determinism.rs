//! The same result on every machine.

use std::time::Duration;

use assay_runner::{ExitStatus, WasmRunner};

use crate::programs::{command, echo, world};
use crate::{run, try_run, LIMITS};

#[test]
fn clocks_stand_still_and_random_numbers_repeat_on_every_machine() {
    let first = run(&world(), b"input", LIMITS);
    // Another runner stands for another machine.
    let other = try_run(
        &WasmRunner::new(Duration::from_secs(60)).unwrap(),
        &world(),
        b"input",
        LIMITS,
    )
    .unwrap();
    assert_eq!(first, other);
    let clock = 946_684_800_000_000_000_u64.to_le_bytes();
    assert_eq!(
        (&first.output[..8], &first.output[8..16]),
        (&clock[..], &clock[..])
    );
}

#[test]
fn random_numbers_differ_between_inputs_and_between_modules() {
    let random = |program: &str, input: &[u8]| run(program, input, LIMITS).output[16..].to_vec();
    let first = random(&world(), b"input");
    assert!(first.windows(2).any(|pair| pair[0] != pair[1]));
    assert_ne!(first, random(&world(), b"another"));
    assert_ne!(
        first,
        random(&world().replace("(i64.const 1)", "(i64.const 2)"), b"input")
    );
}

#[test]
fn fuel_is_counted_the_same_every_time() {
    let counts: Vec<u64> = (0..3)
        .map(|_| run(&echo(), b"the same input", LIMITS).fuel_used)
        .collect();
    assert_eq!(counts, [counts[0]; 3]);
    assert_ne!(counts[0], run(&echo(), &[0; 500], LIMITS).fuel_used);
}

#[test]
fn fuel_is_counted_the_same_up_to_a_trap() {
    let program =
        command("(call $print (i32.const 64) (i32.const 9)) (drop (i32.load (i32.const 65536)))");
    let (first, second) = (run(&program, b"", LIMITS), run(&program, b"", LIMITS));
    assert_eq!(first, second);
    assert!(first.fuel_used > 9);
}

#[test]
fn nans_have_one_form() {
    // 0/0, sqrt(-1) and a NaN with a payload plus 1: processors disagree on sign and payload.
    let program = command(
        "(f64.store (i32.const 64) (f64.div (f64.const 0) (f64.load (i32.const 256))))
         (f64.store (i32.const 72) (f64.sqrt (f64.const -1)))
         (f64.store (i32.const 80) (f64.add (f64.const nan:0x4000000001234) (f64.const 1)))
         (f32.store (i32.const 88) (f32.sub (f32.const inf) (f32.const inf)))
         (call $print (i32.const 64) (i32.const 28))",
    );
    let canonical = 0x7ff8_0000_0000_0000_u64.to_le_bytes();
    let expected = [
        &canonical[..],
        &canonical,
        &canonical,
        &0x7fc0_0000_u32.to_le_bytes(),
    ]
    .concat();
    assert_eq!(run(&program, b"", LIMITS).output, expected);
}

#[test]
fn lanes_have_one_nan_and_nans_of_the_program_keep_their_bits() {
    // A vector of 0/0 beside 1/1, and a NaN with sign and payload that is only negated and moved.
    let program = command(
        "(v128.store (i32.const 64) (f32x4.div (v128.const f32x4 0 1 0 1) (v128.load (i32.const 256))))
         (f64.store (i32.const 80) (f64.neg (f64.load (i32.const 272))))
         (call $print (i32.const 64) (i32.const 24))",
    )
    .replace(
        "(memory",
        r#"(data (i32.const 256) "\00\00\00\00\00\00\80\3f\00\00\00\80\00\00\80\3f\01\02\03\04\05\06\f7\ff") (memory"#,
    );
    let (nan, one) = (0x7fc0_0000_u32.to_le_bytes(), 1_f32.to_le_bytes());
    let kept = [1, 2, 3, 4, 5, 6, 0xf7, 0x7f];
    let expected = [&nan[..], &one, &nan, &one, &kept].concat();
    assert_eq!(run(&program, b"", LIMITS).output, expected);
}

#[test]
fn tasks_of_one_batch_share_a_compiled_module_but_no_state() {
    let program = command(
        "(i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
         (call $print (i32.const 64) (i32.const 1))",
    );
    for _ in 0..3 {
        assert_eq!(run(&program, b"", LIMITS).output, [1]);
    }
}

#[test]
fn tasks_that_run_at_the_same_time_do_not_disturb_each_other() {
    let alone = run(&world(), b"input", LIMITS);
    std::thread::scope(|scope| {
        let together: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| run(&world(), b"input", LIMITS)))
            .collect();
        for thread in together {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
    assert_eq!(alone.exit, ExitStatus::Code(0));
}
