/// Seats of one task: bit *i* stands for seat *i*, and a task has at most 32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeatSet(pub u32);

impl SeatSet {
    pub fn insert(&mut self, index: usize) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.0 |= 1u32.checked_shl(index).unwrap_or(0);
    }

    /// How many seats it holds.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
