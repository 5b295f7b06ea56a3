//! What is refused, and with which words.

use co2_trend::{combine, inputs, run, Error, BLOCK_MONTHS};
use std::io::Write;
use std::process::{Command, Stdio};

const SERIES: &str = include_str!("../../data/mauna-loa-co2/co2.csv");

fn input() -> String {
    String::from_utf8(inputs(SERIES, 1, 20, BLOCK_MONTHS).unwrap().remove(0)).unwrap()
}

fn outputs() -> Vec<String> {
    let inputs = inputs(SERIES, 2, 20, BLOCK_MONTHS).unwrap();
    inputs
        .iter()
        .map(|input| String::from_utf8(run(input).unwrap()).unwrap())
        .collect()
}

fn run_with(from: &str, to: &str) -> Error {
    assert!(input().contains(from), "nothing to replace");
    run(input().replacen(from, to, 1).as_bytes()).unwrap_err()
}

fn combine_with(from: &str, to: &str) -> Error {
    let mut outputs = outputs();
    assert!(outputs[1].contains(from), "nothing to replace");
    outputs[1] = outputs[1].replacen(from, to, 1);
    combine(&outputs).unwrap_err()
}

#[test]
fn bytes_that_are_not_text() {
    assert_eq!(run(&[0xff]).unwrap_err(), Error::NotText);
}

#[test]
fn another_format() {
    assert_eq!(
        run_with("input 1", "input 2"),
        Error::MissingLine("co2-trend input 1")
    );
}

#[test]
fn a_parameter_that_is_no_number() {
    let found = "seed one".to_owned();
    assert_eq!(
        run_with("seed 1", "seed one"),
        Error::BadField {
            name: "seed",
            found
        }
    );
}

#[test]
fn a_parameter_out_of_its_place() {
    let found = "block 45".to_owned();
    assert_eq!(
        run_with("resamples 20\n", ""),
        Error::BadField {
            name: "resamples",
            found
        }
    );
}

#[test]
fn no_resamples() {
    assert_eq!(
        run_with("resamples 20", "resamples 0"),
        Error::TooFewResamples {
            resamples: 0,
            tasks: 1
        }
    );
    let resamples = inputs(SERIES, 3, 2, BLOCK_MONTHS).unwrap_err();
    assert_eq!(
        resamples,
        Error::TooFewResamples {
            resamples: 2,
            tasks: 3
        }
    );
}

#[test]
fn no_tasks() {
    let tasks = inputs(SERIES, 0, 20, BLOCK_MONTHS).unwrap_err();
    assert_eq!(
        tasks,
        Error::TooFewResamples {
            resamples: 20,
            tasks: 0
        }
    );
}

#[test]
fn a_block_that_does_not_fit() {
    assert_eq!(
        run_with("block 45", "block 0"),
        Error::BadBlock {
            block: 0,
            months: 521
        }
    );
    assert_eq!(
        inputs(SERIES, 1, 20, 522).unwrap_err(),
        Error::BadBlock {
            block: 522,
            months: 521
        }
    );
}

#[test]
fn a_malformed_series() {
    let found = "19580405,warm".to_owned();
    assert_eq!(
        run_with("19580405,317.3", "19580405,warm"),
        Error::BadRow { line: 3, found }
    );
}

#[test]
fn no_outputs() {
    assert_eq!(combine::<&[u8]>(&[]).unwrap_err(), Error::NoOutputs);
}

#[test]
fn the_same_output_twice() {
    assert_eq!(
        combine(&[&outputs()[0]; 2]).unwrap_err(),
        Error::RepeatedSeed(1)
    );
}

#[test]
fn outputs_of_different_batches() {
    assert_eq!(
        combine_with("block 45", "block 46"),
        Error::OtherBatch("block")
    );
    assert_eq!(
        combine_with("months 521", "months 520"),
        Error::OtherBatch("months")
    );
    assert_eq!(
        combine_with("trend 13405", "trend 13406"),
        Error::OtherBatch("trend")
    );
}

#[test]
fn a_histogram_that_does_not_add_up() {
    assert_eq!(
        combine_with("resamples 10", "resamples 11"),
        Error::Miscounted {
            stated: 11,
            counted: 10
        }
    );
}

#[test]
fn a_histogram_out_of_order() {
    assert_eq!(combine_with("histogram\n", "histogram\n99999 1\n"), {
        let first = outputs()[1]
            .split_once("histogram\n")
            .unwrap()
            .1
            .lines()
            .next()
            .unwrap()
            .to_owned();
        Error::BadBin(first)
    });
}

#[test]
fn outputs_without_resamples() {
    let header = outputs()[0]
        .split_once("histogram\n")
        .unwrap()
        .0
        .replace("resamples 10", "resamples 0");
    let error = combine(&[format!("{header}histogram\n")]).unwrap_err();
    assert_eq!(
        error,
        Error::TooFewResamples {
            resamples: 0,
            tasks: 1
        }
    );
}

#[test]
fn the_command_says_why_on_stderr_and_fails() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_co2-trend"));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"hello\n").unwrap();
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    assert_eq!(done.stdout, b"");
    assert_eq!(
        done.stderr,
        b"co2-trend: expected the line `co2-trend input 1`\n"
    );
}
