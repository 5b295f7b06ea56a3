use super::MAX_WIDTH;

/// A set of seats of one task: bit `i` stands for seat `i`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatSet(pub u32);

// Every seat of a task has its bit, here and in the events.
const _: () = assert!(MAX_WIDTH as u32 <= u32::BITS);

impl SeatSet {
    /// Adds the seat with this index.
    pub fn insert(&mut self, index: usize) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.0 |= 1u32.checked_shl(index).unwrap_or(0);
    }

    /// Returns the number of seats in the set.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Returns whether the set has no seat.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
