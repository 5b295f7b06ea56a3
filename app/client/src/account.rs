//! From account bytes to the program crates' own types.

use anchor_lang::{bytemuck::Pod, Discriminator, Owner};

/// An account type of one of our programs: it knows its bytes, its discriminator and its program.
pub trait ProgramAccount: Pod + Discriminator + Owner {}

impl<T: Pod + Discriminator + Owner> ProgramAccount for T {}

/// Bytes of an account of type `T`: its discriminator, then its plain-old-data.
pub const fn account_size<T: ProgramAccount>() -> usize {
    T::DISCRIMINATOR.len() + core::mem::size_of::<T>()
}

/// Reads an account of type `T`; `None` for any other account.
pub fn decode<T: ProgramAccount>(data: &[u8]) -> Option<T> {
    let body = data.strip_prefix(T::DISCRIMINATOR)?;
    let body = body.get(..core::mem::size_of::<T>())?;
    Some(bytemuck::pod_read_unaligned(body))
}
