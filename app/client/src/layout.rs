//! From account bytes to the program crates' own types.

use anchor_lang::{bytemuck::Pod, Discriminator};

/// Reads an account of type `T`: its discriminator, then its plain-old-data. `None` for any other account.
pub fn decode<T: Pod + Discriminator>(data: &[u8]) -> Option<T> {
    let tag = T::DISCRIMINATOR;
    let body = data.strip_prefix(tag)?;
    let body = body.get(..core::mem::size_of::<T>())?;
    Some(bytemuck::pod_read_unaligned(body))
}
