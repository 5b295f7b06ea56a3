//! Events in the log of a transaction.

use anchor_lang::{bytemuck::Pod, event::sol_log_data, Event};

/// An event behind its discriminator, as the log has it. Events consist of bytes, so that nothing lies between the two.
#[repr(C, packed)]
struct Record<E> {
    discriminator: [u8; 8],
    event: E,
}

/// Logs an event as Anchor's `emit!` does, without a copy on the heap.
#[inline(always)]
pub fn emit<E: Event + Pod>(event: E) {
    let mut discriminator = [0; 8];
    discriminator.copy_from_slice(E::DISCRIMINATOR);
    let record = Record {
        discriminator,
        event,
    };
    // SAFETY: the record is packed and both of its parts are plain bytes without padding, so that each of its bytes is
    // initialized.
    let bytes = unsafe {
        core::slice::from_raw_parts(
            core::ptr::from_ref(&record).cast::<u8>(),
            core::mem::size_of::<Record<E>>(),
        )
    };
    sol_log_data(&[bytes]);
}
