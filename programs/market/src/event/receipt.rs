//! Events of the instructions in `instructions::receipt`.

use anchor_lang::prelude::*;

/// A receipt was written.
#[event(bytemuck)]
#[repr(C)]
pub struct ReceiptWritten {
    /// The receipt.
    pub receipt: Address,
    /// The job.
    pub job: Address,
    /// Digest of the verified result.
    pub digest: [u8; 32],
    /// Unix time from which anyone may close the receipt, seconds.
    pub closes_at: PodI64,
    /// Index of the task in the job.
    pub task: PodU32,
}

/// A receipt was closed.
#[event(bytemuck)]
#[repr(C)]
pub struct ReceiptClosed {
    /// The receipt.
    pub receipt: Address,
}
