//! Nested stack frames near the limit of 4 KiB. A frame that overlaps its neighbor is overwritten by it.

use crate::output::Output;

/// Words of a frame of 3 KiB.
const WORDS: usize = 384;

/// Input: one byte that says how deep to nest, then bytes to fill the frames with.
#[inline(never)]
pub fn run(input: &[u8], output: &mut Output) {
    let (depth, filling) = (input[0], &input[1..]);
    output.put_u64(nest(depth, filling, 0x51_7C_C1_B7));
}

#[inline(never)]
fn nest(depth: u8, filling: &[u8], seed: u64) -> u64 {
    let mut frame = [0u64; WORDS];
    let mut value = seed;
    for (index, word) in frame.iter_mut().enumerate() {
        value = value.rotate_left(7)
            ^ u64::from(filling[index % filling.len()]).wrapping_add(u64::from(depth));
        *word = value;
    }
    let below = if depth == 0 {
        1
    } else {
        nest(depth - 1, filling, frame[usize::from(depth)])
    };
    // Read back after the call, which used the stack below.
    frame
        .iter()
        .fold(below, |sum, word| sum.rotate_left(5).wrapping_add(*word))
}
