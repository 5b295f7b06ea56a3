//! SHA-256 of several byte slices, without a buffer that joins them.

/// Returns the SHA-256 of the concatenation of `parts`. Uses the syscall on chain and the `sha2` crate elsewhere.
pub fn sha256v(parts: &[&[u8]]) -> [u8; 32] {
    #[cfg(any(target_os = "solana", target_arch = "bpf"))]
    {
        let mut out = core::mem::MaybeUninit::<[u8; 32]>::uninit();
        // SAFETY: `parts` is a slice of slices as the syscall expects. It writes exactly 32 bytes to `out`, or ends the
        // transaction.
        unsafe {
            pinocchio::syscalls::sol_sha256(
                parts as *const _ as *const u8,
                parts.len() as u64,
                out.as_mut_ptr().cast(),
            );
            out.assume_init()
        }
    }
    #[cfg(not(any(target_os = "solana", target_arch = "bpf")))]
    {
        use sha2::{Digest, Sha256};
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        hasher.finalize().into()
    }
}
