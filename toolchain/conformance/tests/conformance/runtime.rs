//! Checks that call the runtime, against well-known implementations.

use assay_conformance::Check;
use sha2::{Digest, Sha256};
use solana_address::Address;

use crate::machine::{Machine, PROGRAM};
use crate::numbers::Sequence;

#[test]
fn hashes_are_sha256() {
    let mut machine = Machine::new();
    let mut sequence = Sequence::new(6);
    for length in [0, 1, 31, 32, 55, 56, 64, 65, 500] {
        let input = sequence.bytes(length);
        let digest = Sha256::digest(&input).to_vec();
        assert_eq!(
            machine.check(Check::Sha256, &input),
            Ok(digest),
            "{length} bytes"
        );
    }
}

#[test]
fn program_addresses_are_those_the_host_derives() {
    let mut machine = Machine::new();
    let mut sequence = Sequence::new(7);
    for (first, second) in [(0, 0), (1, 32), (8, 8), (32, 32), (32, 0)] {
        let (first, second) = (sequence.bytes(first), sequence.bytes(second));
        let (address, bump) = Address::find_program_address(&[&first, &second], &PROGRAM);
        let expected = [address.as_ref(), address.as_ref(), &[bump]].concat();
        let input = [&[first.len() as u8], first.as_slice(), &second].concat();
        assert_eq!(machine.check(Check::ProgramAddress, &input), Ok(expected));
    }
}
