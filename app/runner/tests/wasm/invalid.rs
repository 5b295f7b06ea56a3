//! Modules that are invalid.

use assay_runner::{check_module, ExitStatus, ModuleError, RunRequest, Runner};

use crate::programs::echo;
use crate::{run, runner, KEY, LIMITS};

fn assert_invalid(module: &[u8], reason: &str) {
    let result = runner()
        .run(&RunRequest {
            module,
            input: b"",
            limits: LIMITS,
            memory_key: KEY,
            deadline: None,
        })
        .unwrap();
    assert_eq!(
        (result.exit, result.output, result.fuel_used),
        (ExitStatus::InvalidModule, vec![], 0)
    );
    assert_eq!(
        result.memory_hash,
        *blake3::keyed_hash(&KEY, b"").as_bytes()
    );
    let log = String::from_utf8(result.log).unwrap();
    assert!(log.contains(reason), "{log}");
}

fn assert_invalid_text(program: &str, reason: &str) {
    assert_invalid(&wat::parse_str(program).unwrap(), reason);
}

#[test]
fn bytes_that_are_no_module_are_invalid() {
    assert_invalid(b"", "unexpected end");
    assert_invalid(b"#!/bin/sh\n", "magic");
    let whole = wat::parse_str(echo()).unwrap();
    assert_invalid(&whole[..whole.len() - 10], "unexpected end");
}

/// Text is no module, even in a build of Wasmtime that parses it.
#[test]
fn text_is_invalid() {
    assert_invalid(echo().as_bytes(), "this is WebAssembly text");
    assert_invalid(b"\n ;; a comment\n(module)", "this is WebAssembly text");
}

#[test]
fn a_component_is_invalid() {
    assert_invalid(
        b"\0asm\x0d\0\x01\0",
        "this is a component: build for wasm32-wasip1",
    );
}

#[test]
fn a_module_with_exceptions_is_invalid() {
    let with = |body: &str| {
        format!(
            r#"(module (memory (export "memory") 1) (tag $tag) (func) (func (export "_start") {body}))"#
        )
    };
    for program in [
        with("(throw $tag)"),
        with("(block (try_table (catch $tag 0)))"),
        with("try catch $tag end"),
        with("try catch_all rethrow 0 end"),
    ] {
        assert_invalid_text(&program, "the module uses exceptions");
    }
    // No tag is needed to catch what a call throws.
    let catching =
        r#"(module (memory (export "memory") 1) (func (export "_start") try catch_all end))"#;
    assert_invalid_text(catching, "the module uses exceptions");
}

#[test]
fn a_module_with_threads_is_invalid() {
    assert_invalid_text(
        r#"(module (memory (export "memory") 1 2 shared) (func (export "_start")))"#,
        "shared memory: build without threads",
    );
}

#[test]
fn a_table_with_64_bit_indices_is_invalid() {
    assert_invalid_text(
        r#"(module (memory (export "memory") 1) (table i64 1 funcref) (func (export "_start")))"#,
        "memory64",
    );
}

/// The requester learns before it pays what a run would say.
#[test]
fn the_check_says_what_a_run_says() {
    let module = wat::parse_str(r#"(module (memory (export "memory") 1))"#).unwrap();
    assert_eq!(check_module(&module), Err(ModuleError::NoStart));
    assert_invalid(&module, &ModuleError::NoStart.to_string());
    assert_eq!(check_module(&wat::parse_str(echo()).unwrap()), Ok(()));
}

#[test]
fn a_function_that_is_too_large_is_named() {
    let body = "(loop ".repeat(65) + &")".repeat(65);
    assert_invalid_text(
        &format!(r#"(module (memory (export "memory") 1) (func) (func (export "_start") {body}))"#),
        "function 1 nests 65 loops deep, at most 64",
    );
}

#[test]
fn a_module_with_a_type_error_is_invalid() {
    assert_invalid_text(
        r#"(module (memory (export "memory") 1) (func (export "_start") (i32.add (i32.const 1))))"#,
        "type mismatch",
    );
}

#[test]
fn a_module_without_start_or_memory_is_invalid() {
    assert_invalid_text(r#"(module (memory (export "memory") 1))"#, "_start");
    assert_invalid_text(
        r#"(module (memory (export "memory") 1) (func (export "_start") (param i32)))"#,
        "_start",
    );
    assert_invalid_text(r#"(module (func (export "_start")))"#, "memory");
}

/// Nobody could read the memory of a run that is stopped there, so nobody would have to run it.
#[test]
fn a_module_that_runs_code_before_start_is_invalid() {
    assert_invalid_text(
        r#"(module (memory (export "memory") 1) (func $early) (start $early) (func (export "_start")))"#,
        "start section",
    );
}

#[test]
fn a_module_that_imports_something_else_is_invalid() {
    let importing = |import: &str| {
        format!(r#"(module {import} (memory (export "memory") 1) (func (export "_start")))"#)
    };
    assert_invalid_text(
        &importing(r#"(import "env" "system" (func (param i32)))"#),
        "env::system",
    );
    assert_invalid_text(
        &importing(r#"(import "wasi_snapshot_preview1" "fd_clone" (func (param i32)))"#),
        "fd_clone",
    );
    assert_invalid_text(
        &importing(r#"(import "wasi_unstable" "proc_exit" (func (param i32)))"#),
        "wasi_unstable",
    );
    assert_invalid_text(
        &importing(r#"(import "env" "memory" (memory 1))"#),
        "imports `env::memory`",
    );
    // The right name with the wrong parameters.
    assert_invalid_text(
        &importing(r#"(import "wasi_snapshot_preview1" "proc_exit" (func (param i64)))"#),
        "incompatible",
    );
}

#[test]
fn proposals_whose_results_depend_on_the_machine_are_invalid() {
    let relaxed = "(drop (f32x4.relaxed_madd (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0)))";
    let threads = "(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))";
    for (body, reason) in [(relaxed, "relaxed SIMD"), (threads, "threads")] {
        assert_invalid_text(
            &format!(r#"(module (memory (export "memory") 1) (func (export "_start") {body}))"#),
            reason,
        );
    }
    assert_invalid_text(
        r#"(module (memory (export "memory") i64 1) (func (export "_start")))"#,
        "memory64",
    );
    assert_invalid_text(
        r#"(module (memory (export "memory") 1) (memory 1) (func (export "_start")))"#,
        "memories",
    );
    assert_invalid_text(
        r#"(module (memory (export "memory") 1) (func (param externref)) (func (export "_start")))"#,
        "",
    );
}

#[test]
fn an_invalid_module_does_not_stop_the_next_one() {
    assert_invalid(b"junk", "");
    assert_eq!(run(&echo(), b"hello", LIMITS).output, b"hello");
}
