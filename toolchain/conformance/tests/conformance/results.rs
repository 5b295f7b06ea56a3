//! Checks whose results the host computes from the same source.

use assay_conformance::{Check, PAIRS_PER_CALL, PAIR_BYTES};

use crate::machine::Machine;
use crate::numbers::{extremes, Sequence};

#[test]
fn integer_operations_on_extreme_values_agree_with_the_host() {
    let values = extremes();
    let pairs: Vec<_> = values
        .iter()
        .flat_map(|a| values.iter().map(|b| (*a, *b)))
        .collect();
    arithmetic_agrees(&pairs);
}

#[test]
fn integer_operations_on_random_values_agree_with_the_host() {
    let mut sequence = Sequence::new(1);
    let pairs: Vec<_> = (0..4_000)
        .map(|_| (sequence.wide(), sequence.wide()))
        .collect();
    arithmetic_agrees(&pairs);
}

fn arithmetic_agrees(pairs: &[(u128, u128)]) {
    let mut machine = Machine::new();
    for batch in pairs.chunks(PAIRS_PER_CALL) {
        let input: Vec<u8> = batch
            .iter()
            .flat_map(|(a, b)| [a.to_le_bytes(), b.to_le_bytes()].concat())
            .collect();
        assert_eq!(input.len(), batch.len() * PAIR_BYTES);
        machine.agrees(Check::Arithmetic, &input);
    }
}

#[test]
fn calls_with_many_arguments_agree_with_the_host() {
    let mut machine = Machine::new();
    let mut sequence = Sequence::new(2);
    for _ in 0..200 {
        machine.agrees(Check::Calls, &sequence.bytes(96));
    }
}

#[test]
fn nested_frames_of_3_kib_do_not_overlap() {
    let mut machine = Machine::new();
    let mut sequence = Sequence::new(3);
    for depth in [0, 1, 2, 5, 12] {
        let input = [vec![depth], sequence.bytes(61)].concat();
        machine.agrees(Check::Frames, &input);
    }
}

#[test]
fn memory_operations_agree_with_the_host() {
    let mut machine = Machine::new();
    let mut sequence = Sequence::new(4);
    for offset in [0, 1, 3, 7, 8] {
        for filling in [vec![0], vec![255], sequence.bytes(7), sequence.bytes(100)] {
            machine.agrees(Check::Memory, &[vec![offset], filling].concat());
        }
    }
}

#[test]
fn heap_structures_agree_with_the_host() {
    let mut machine = Machine::new();
    let mut sequence = Sequence::new(5);
    for length in [0, 1, 16, 200] {
        machine.agrees(Check::Heap, &sequence.bytes(length));
    }
}
