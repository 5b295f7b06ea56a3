//! Where a seat stands.

/// Where a seat stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum SeatState {
    /// Waits for a worker; a late seat also for its turn and its draw.
    Free = 0,
    /// Held by a worker that must contribute by the deadline.
    Claimed = 1,
    /// Contributed; nothing is known of it but its hashes.
    Contributed = 2,
    /// A late seat that nobody took in time, or that a disagreement made unnecessary.
    Closed = 3,
    /// Agrees with the result: is paid and gets its bond back.
    Accepted = 4,
    /// Contradicts the result, sealed wrongly, or was never opened: is penalized for a lie.
    Rejected = 5,
    /// Contributed where nothing was decided about it: gets its bond back and nothing else.
    Void = 6,
    /// Claimed in a round and not contributed in time: pays for a missed deadline. Seats of a task reopen instead.
    Missed = 7,
}

impl SeatState {
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Free,
            1 => Self::Claimed,
            2 => Self::Contributed,
            3 => Self::Closed,
            4 => Self::Accepted,
            5 => Self::Rejected,
            6 => Self::Void,
            7 => Self::Missed,
            _ => return None,
        })
    }
}
