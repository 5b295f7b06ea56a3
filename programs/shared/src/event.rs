//! Events in the log of a transaction.

use anchor_lang::{
    bytemuck::{bytes_of, Pod},
    event::sol_log_data,
    Event,
};
use core::mem::{size_of, MaybeUninit};

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

/// Longest event of [`emit_shared`], bytes.
const LONGEST: usize = 504;

/// As [`emit`], but all events share the code that joins discriminator and event: less bytecode, some thirty compute units more.
#[inline(always)]
pub fn emit_shared<E: Event + Pod>(event: &E) {
    const { assert!(size_of::<E>() <= LONGEST, "no event is longer") };
    let mut discriminator = [0; 8];
    discriminator.copy_from_slice(E::DISCRIMINATOR);
    log(discriminator, bytes_of(event));
}

/// Logs an event of at most [`LONGEST`] bytes behind its discriminator.
#[inline(never)]
fn log(discriminator: [u8; 8], event: &[u8]) {
    let mut record = MaybeUninit::<[u8; 8 + LONGEST]>::uninit();
    let length = event.len().min(LONGEST);
    // SAFETY: the record has room for the discriminator and `length` bytes behind it, and just these are read.
    let bytes = unsafe {
        let start = record.as_mut_ptr().cast::<u8>();
        start.cast::<[u8; 8]>().write(discriminator);
        start
            .add(8)
            .copy_from_nonoverlapping(event.as_ptr(), length);
        core::slice::from_raw_parts(start, length.wrapping_add(8))
    };
    sol_log_data(&[bytes]);
}
