//! The Merkle tree over the input hashes of a manifest. Its shape is that of RFC 6962, section 2.1; hashes are SHA-256.
//!
//! A leaf is `sha256(0x00 ‖ input hash)`, a node `sha256(0x01 ‖ left ‖ right)`. Of `n` leaves the left subtree takes the
//! largest power of two below `n`, so that no leaf is counted twice and every list has one root.

use crate::hash::sha256v;
use alloc::vec::Vec;

/// A hash of the tree, or an input hash.
pub type Hash = [u8; 32];

fn leaf(input: &Hash) -> Hash {
    sha256v(&[&[0], input])
}

#[inline(never)]
fn node(left: &Hash, right: &Hash) -> Hash {
    sha256v(&[&[1], left, right])
}

/// Returns where a list of `count` leaves, at least two, is split: the largest power of two below `count`.
fn split(count: usize) -> usize {
    let half = count.next_power_of_two().checked_shr(1).unwrap_or(0);
    half.max(1)
}

/// Returns the root of the tree over `inputs`, or `None` if there are none.
pub fn root(inputs: &[Hash]) -> Option<Hash> {
    match inputs {
        [] => None,
        [only] => Some(leaf(only)),
        _ => {
            let (left, right) = inputs.split_at(split(inputs.len()));
            Some(node(&root(left)?, &root(right)?))
        }
    }
}

/// Returns the hashes that [`root_from`] needs beside the input at `index`, from the leaf upwards; `None` if there is no
/// such input.
pub fn proof(inputs: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= inputs.len() {
        return None;
    }
    if inputs.len() == 1 {
        return Some(Vec::new());
    }
    let at = split(inputs.len());
    let (left, right) = inputs.split_at(at);
    let (mut path, sibling) = match index.checked_sub(at) {
        None => (proof(left, index)?, root(right)?),
        Some(index) => (proof(right, index)?, root(left)?),
    };
    path.push(sibling);
    Some(path)
}

/// Returns the root of a tree of `count` leaves in which `input` stands at `index`, if `path` is as long as such a tree
/// needs (RFC 9162, section 2.1.3.2).
pub fn root_from(input: &Hash, index: u32, count: u32, path: &[Hash]) -> Option<Hash> {
    let mut last = count.checked_sub(1)?;
    let mut index = index;
    if index > last {
        return None;
    }
    let mut hash = leaf(input);
    for sibling in path {
        if last == 0 {
            return None;
        }
        if index & 1 == 1 || index == last {
            hash = node(sibling, &hash);
            // A right edge without a sibling is passed up as it is.
            while index & 1 == 0 && index != 0 {
                index >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, sibling);
        }
        index >>= 1;
        last >>= 1;
    }
    (last == 0).then_some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inputs(count: usize) -> Vec<Hash> {
        (0..count).map(|i| sha256v(&[&i.to_le_bytes()])).collect()
    }

    #[test]
    fn every_input_of_every_small_tree_is_proven() {
        for count in 1..70usize {
            let inputs = inputs(count);
            let root = root(&inputs).unwrap();
            for (index, input) in inputs.iter().enumerate() {
                let path = proof(&inputs, index).unwrap();
                let (index, count) = (index as u32, count as u32);
                assert_eq!(root_from(input, index, count, &path), Some(root));
                let longer = [path.clone(), Vec::from([[0; 32]])].concat();
                assert_eq!(root_from(input, index, count, &longer), None);
                if let Some((_, shorter)) = path.split_last() {
                    assert_ne!(root_from(input, index, count, shorter), Some(root));
                }
            }
        }
    }

    #[test]
    fn an_empty_list_has_no_root_and_no_proof() {
        assert_eq!(root(&[]), None);
        assert_eq!(proof(&[], 0), None);
        assert_eq!(root_from(&[1; 32], 0, 0, &[]), None);
    }

    #[test]
    fn the_root_of_three_is_that_of_the_definition() {
        let three = inputs(3);
        let pair = node(&leaf(&three[0]), &leaf(&three[1]));
        assert_eq!(root(&three), Some(node(&pair, &leaf(&three[2]))));
    }

    proptest! {
        #[test]
        fn another_input_or_place_has_another_root(count in 2usize..300, a in 0usize..300, b in 0usize..300) {
            let inputs = inputs(count);
            let (a, b) = (a % count, b % count);
            prop_assume!(a != b);
            let root = root(&inputs).unwrap();
            let path = proof(&inputs, a).unwrap();
            prop_assert_ne!(root_from(&inputs[b], a as u32, count as u32, &path), Some(root));
            prop_assert_ne!(root_from(&inputs[a], b as u32, count as u32, &path), Some(root));
        }
    }
}
