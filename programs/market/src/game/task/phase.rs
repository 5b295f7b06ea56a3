//! Where a task stands.

use super::flag;
use crate::game::{Moment, Seat};

/// Where a task stands; kept in its first seat, whose `until` is the end of the phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Phase {
    /// Its seats are taken and delivered one after the other. Once all are in, `until` is the end of the opening.
    Running = 0,
    /// As `Running`, with a drawn check in an account of its own.
    Checking = 1,
    /// Contributions differ, or one was sealed wrongly: waits for a round until `until`.
    Split = 2,
    /// The result is open. Without a challenge it is final at `until`.
    Standing = 3,
    /// As `Standing`, while the requester's check runs. The hold stops: `until` is what is left of it, and it goes on when
    /// the check is over.
    Rechecking = 4,
    /// A round decides.
    Disputed = 5,
    /// Ended: verified and paid.
    Final = 6,
    /// Ended: paid, but not verified as far as the job asked for. No receipt, no emission weight.
    Unproven = 7,
    /// Ended without a result.
    Refunded = 8,
    /// Taken back by the requester before anybody claimed it.
    Cancelled = 9,
}

impl Phase {
    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Running,
            1 => Self::Checking,
            2 => Self::Split,
            3 => Self::Standing,
            4 => Self::Rechecking,
            5 => Self::Disputed,
            6 => Self::Final,
            7 => Self::Unproven,
            8 => Self::Refunded,
            9 => Self::Cancelled,
            _ => return None,
        })
    }

    /// Returns where a task stands at `now`, from its first seat: a result whose hold is over has ended, although no
    /// instruction has written so yet.
    #[inline(always)]
    pub fn at(first: &Seat, now: Moment) -> Self {
        let phase = Self::from_byte(first.phase).unwrap_or(Self::Cancelled);
        let until = first.until.get();
        if phase != Self::Standing || until == 0 || now.time < until {
            return phase;
        }
        if first.flags & flag::CHECKED != 0 || first.flags & flag::UNMANNED == 0 {
            Self::Final
        } else {
            Self::Unproven
        }
    }

    /// Returns whether the task is over.
    pub fn is_end(self) -> bool {
        matches!(
            self,
            Self::Final | Self::Unproven | Self::Refunded | Self::Cancelled
        )
    }
}
