//! The memory routines that the compiler calls by itself, for every short length and alignment and some long lengths.

use crate::output::Output;

const ROOM: usize = 512;

/// Input: the offset to work at, at most 8, then at least one byte to fill memory with.
#[inline(never)]
pub fn run(input: &[u8], output: &mut Output) {
    let (offset, filling) = (usize::from(input[0]), &input[1..]);
    let mut source = [0u8; ROOM];
    for (index, byte) in source.iter_mut().enumerate() {
        *byte = filling[index % filling.len()].wrapping_add((index >> 3) as u8);
    }
    let mut sum = 0;
    for length in (0..48).chain([63, 64, 65, 79, 80, 81, 127, 200, 255]) {
        sum = one(&source, length, offset, sum);
    }
    output.put_u64(sum);
}

fn one(source: &[u8; ROOM], length: usize, offset: usize, seed: u64) -> u64 {
    let mut room = [0u8; ROOM];
    room[offset..offset + length].copy_from_slice(&source[offset + 1..offset + 1 + length]);
    // Overlapping copies, forwards and backwards.
    room.copy_within(offset..offset + length, offset + 5);
    room.copy_within(offset + 3..offset + 3 + length, offset);
    room[300..300 + length / 2].fill(length as u8);
    let order = room[..length].cmp(&source[..length]) as i8;
    let equal = room[offset..offset + length] == source[offset + 1..offset + 1 + length];
    let mut sum = seed
        .wrapping_add(order as u64)
        .wrapping_add(u64::from(equal) << 9);
    for word in room.chunks_exact(8) {
        let value = u64::from_le_bytes([
            word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7],
        ]);
        sum = sum.rotate_left(11) ^ value;
    }
    sum
}
