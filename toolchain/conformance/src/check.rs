//! The checks that the program can run.

/// A check. The first byte of the instruction data is its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Check {
    /// 128-bit and 64-bit integer operations.
    Arithmetic,
    /// Calls with 6 to 12 arguments, by value, by reference and through tables.
    Calls,
    /// Nested stack frames of 3 KiB.
    Frames,
    /// Copies, moves, fills and comparisons of odd lengths at odd addresses.
    Memory,
    /// Allocations and growing vectors.
    Heap,
    /// SHA-256 of the input, computed by the runtime.
    Sha256,
    /// The program address derived from the input's seeds, and its bump.
    ProgramAddress,
    /// An explicit panic.
    Panic,
    /// An addition that overflows.
    AddOverflow,
    /// A multiplication that overflows.
    MultiplyOverflow,
    /// A division by zero.
    DivideByZero,
    /// An index outside a slice.
    OutOfBounds,
    /// `unwrap` of nothing.
    UnwrapNone,
    /// An error returned by the program.
    CustomError,
}

impl Check {
    /// Every check, ordered by number.
    pub const ALL: [Check; 14] = [
        Check::Arithmetic,
        Check::Calls,
        Check::Frames,
        Check::Memory,
        Check::Heap,
        Check::Sha256,
        Check::ProgramAddress,
        Check::Panic,
        Check::AddOverflow,
        Check::MultiplyOverflow,
        Check::DivideByZero,
        Check::OutOfBounds,
        Check::UnwrapNone,
        Check::CustomError,
    ];

    /// Returns the check with this number.
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.get(usize::from(byte)).copied()
    }
}
