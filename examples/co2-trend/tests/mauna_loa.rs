//! The real series through the whole batch: cut, run, combine.

use co2_trend::{combine, inputs, run, Answer, Trend, BLOCK_MONTHS};
use sha2::{Digest, Sha256};

const SERIES: &str = include_str!("../../data/mauna-loa-co2/co2.csv");

fn batch(tasks: u32, resamples: u32) -> Vec<Vec<u8>> {
    let inputs = inputs(SERIES, tasks, resamples, BLOCK_MONTHS).unwrap();
    inputs.iter().map(|input| run(input).unwrap()).collect()
}

/// An independent NumPy computation (pseudo-inverse of the full design matrix, 3,000 resamples, its own random numbers)
/// gives 13.405, and 13.138 to 13.660 with blocks of 48.
#[test]
fn co2_rises_by_13_4_ppm_per_decade() {
    let answer = combine(&batch(4, 20_000)).unwrap();
    assert_eq!(
        answer,
        Answer {
            trend: Trend(13_405),
            ci_low: Trend(13_142),
            ci_high: Trend(13_662),
            resamples: 20_000,
            tasks: 4,
            months: 521,
            block: 45,
        }
    );
}

#[test]
fn the_answer_does_not_depend_on_the_order_of_tasks() {
    let mut outputs = batch(5, 1000);
    let answer = combine(&outputs).unwrap();
    outputs.reverse();
    assert_eq!(combine(&outputs).unwrap(), answer);
    outputs.swap(0, 3);
    assert_eq!(combine(&outputs).unwrap(), answer);
}

/// The digest of the output that the workers of a network must agree on; the WebAssembly module gives the same bytes.
#[test]
fn a_task_has_one_output_on_every_machine() {
    let output = &batch(12, 12_000)[0];
    assert_eq!(
        hex::encode(Sha256::digest(output)),
        "26a8245fdcc416ca6c1e86d88a6bed8a0cb111c2c11f344ba8fe319ef87871b6"
    );
}

#[test]
fn each_task_draws_its_own_resamples() {
    let outputs = batch(2, 1000);
    let bins = |output: &[u8]| {
        String::from_utf8_lossy(output)
            .split_once("histogram\n")
            .unwrap()
            .1
            .to_owned()
    };
    assert_ne!(bins(&outputs[0]), bins(&outputs[1]));
}

#[test]
fn resamples_are_cut_evenly_and_none_is_lost() {
    let outputs = batch(3, 1000);
    let shares: Vec<_> = outputs
        .iter()
        .map(|output| combine(&[output]).unwrap().resamples)
        .collect();
    assert_eq!(shares, [334, 333, 333]);
}

#[test]
fn the_answer_reads_as_a_sentence() {
    let answer = combine(&batch(2, 100)).unwrap();
    let shown = answer.to_string();
    assert!(
        shown.starts_with("CO₂ trend 13.405 ppm per decade, 95 % interval 13."),
        "{shown}"
    );
    assert!(
        shown.ends_with("(100 resamples in 2 tasks, 521 months, blocks of 45)"),
        "{shown}"
    );
}
