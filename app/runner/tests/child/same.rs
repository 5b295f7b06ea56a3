//! The same results as in one process.

use std::time::Duration;

use assay_runner::{ExitStatus, Limits, RunRequest, Runner, WasmRunner};

use crate::programs::{command, echo, world};
use crate::{Setup, KEY, LIMITS, LONG};

/// Programs that end in every way.
fn programs() -> Vec<String> {
    let bodies = [
        "",
        "(call $proc_exit (i32.const 7))",
        "(call $print (i32.const 64) (i32.const 3)) unreachable",
        "(loop $again (br $again))",
        "(loop $again (drop (memory.grow (i32.const 1))) (br $again))",
        "(loop $again (call $print (i32.const 64) (i32.const 100)) (br $again))",
        "(drop (i32.load (i32.const 65536)))",
        "(i64.store (i32.const 65532) (i64.const -1))",
        "(drop (i32.div_u (i32.const 1) (i32.const 0)))",
        "(memory.fill (i32.const 65000) (i32.const 9) (i32.const 4000))",
        "(f64.store (i32.const 64) (f64.div (f64.const 0) (f64.load (i32.const 256))))
         (call $print (i32.const 64) (i32.const 8))",
        "(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 9))
         (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))",
    ];
    let mut programs: Vec<String> = bodies.iter().map(|body| command(body)).collect();
    let whole = [
        r#"(module (memory (export "memory") 1) (func $f (export "_start") (call $f)))"#,
        r#"(module (memory (export "memory") 1) (data (i32.const 65536) "x") (func (export "_start")))"#,
        r#"(module (memory (export "memory") 1) (data (i32.const 9) "some text") (data (i32.const 70) "more") (func (export "_start")))"#,
        r#"(module (memory (export "memory") 65) (func (export "_start")))"#,
        r#"(module (memory (export "memory") 1) (table 10000000 funcref) (func (export "_start")))"#,
        r#"(module (memory (export "memory") 1) (table 9000 funcref) (func (export "_start")
            (drop (table.grow 0 (ref.null func) (i32.const 400000)))))"#,
        r#"(module (memory (export "memory") 1 2)
            (func (export "_start") (if (i32.ne (memory.grow (i32.const 60000)) (i32.const -1)) (then unreachable))))"#,
        r#"(module (memory (export "memory") 1))"#,
        r#"(module (import "env" "system" (func)) (memory (export "memory") 1) (func (export "_start")))"#,
    ];
    programs.extend(whole.map(str::to_owned));
    programs.extend([echo(), world()]);
    programs
}

#[test]
fn every_program_has_the_result_that_it_has_in_one_process() {
    let (here, there) = (WasmRunner::new(LONG).unwrap(), Setup::new());
    let mut exits = Vec::new();
    for (index, program) in programs().iter().enumerate() {
        let module = wat::parse_str(program).unwrap();
        let request = RunRequest {
            module: &module,
            input: &[0x5a; 3000],
            limits: LIMITS,
            memory_key: KEY,
            deadline: None,
        };
        let expected = here.run(&request).unwrap();
        exits.push(expected.exit);
        for round in 0..2 {
            let found = there.runner.run(&request).unwrap();
            assert_eq!(found, expected, "program {index}, round {round}");
        }
        for stop in [1, expected.fuel_used / 2, expected.fuel_used] {
            assert_eq!(
                there.runner.memory_hash_at(&request, stop).unwrap(),
                here.memory_hash_at(&request, stop).unwrap(),
                "program {index}, after {stop} fuel"
            );
        }
    }
    for exit in [
        ExitStatus::Code(7),
        ExitStatus::OutOfFuel,
        ExitStatus::OutOfMemory,
        ExitStatus::OutputLimit,
        ExitStatus::Trap,
        ExitStatus::InvalidModule,
    ] {
        assert!(exits.contains(&exit), "{exit}");
    }
}

#[test]
fn a_job_gets_all_of_its_memory_and_its_output() {
    let setup = Setup::new();
    // Writes to every page, and prints the whole memory.
    let program = command(
        "(local $at i32)
         (if (i32.eq (memory.grow (i32.const 8191)) (i32.const -1)) (then unreachable))
         (loop $more
            (i32.store (local.get $at) (local.get $at))
            (local.set $at (i32.add (local.get $at) (i32.const 4096)))
            (br_if $more (i32.lt_u (local.get $at) (i32.const 536870912))))
         (call $print (i32.const 0) (i32.const 67108864))",
    );
    let limits = Limits {
        fuel: 1_000_000_000,
        memory_bytes: 512 << 20,
        output_bytes: 64 << 20,
    };
    let output = setup.run(&program, b"", limits).unwrap();
    assert_eq!(
        (output.exit, output.output.len()),
        (ExitStatus::Code(0), 64 << 20)
    );
    // A table may take all of it, too.
    let table = r#"(module (memory (export "memory") 0) (table 1 funcref) (func (export "_start")
        (drop (table.grow 0 (ref.null func) (i32.const 1000000)))
        (drop (table.grow 0 (ref.null func) (i32.const 1000000)))))"#;
    let limits = Limits {
        memory_bytes: 16 << 20,
        ..limits
    };
    let exit = setup.run(table, b"", limits).unwrap().exit;
    assert_eq!(exit, ExitStatus::Code(0));
}

#[test]
fn tasks_that_run_at_the_same_time_do_not_disturb_each_other() {
    let setup = Setup::new();
    let alone = setup.run(&world(), b"input", LIMITS).unwrap();
    std::thread::scope(|scope| {
        let together: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| setup.run(&world(), b"input", LIMITS).unwrap()))
            .collect();
        for thread in together {
            assert_eq!(thread.join().unwrap(), alone);
        }
    });
}

#[test]
fn a_module_is_compiled_once_for_many_runs_and_restarts() {
    let setup = Setup::new();
    let module = wat::parse_str(echo()).unwrap();
    setup.runner.prepare(&module, LONG).unwrap();
    let files = || {
        let folder = std::fs::read_dir(setup.dir.path().join("code")).unwrap();
        let folder = folder.map(|entry| entry.unwrap().path()).next().unwrap();
        let files = std::fs::read_dir(folder).unwrap();
        let file = |entry: std::io::Result<std::fs::DirEntry>| {
            let entry = entry.unwrap();
            (
                entry.path(),
                std::os::unix::fs::MetadataExt::ino(&entry.metadata().unwrap()),
            )
        };
        files.map(file).collect::<Vec<_>>()
    };
    let before = files();
    assert_eq!(before.len(), 1);
    setup.assert_works();
    let config = assay_runner::ChildConfig::new(
        crate::program(),
        setup.dir.path().join("code"),
        Duration::from_secs(60),
    );
    let again =
        assay_runner::ChildRunner::new(config, Box::new(assay_runner::NoAttemptLog)).unwrap();
    again.prepare(&module, Duration::ZERO).unwrap();
    assert_eq!(files(), before, "another file would be another compilation");
}
