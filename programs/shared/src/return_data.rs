//! What a called program returned.

use anchor_lang::prelude::Address;

/// Returns the `N` numbers of eight bytes, lowest byte first, that the last call returned; `None` if another program than
/// `program` returned, or another number of bytes. The runtime keeps up to 1,024 bytes, which would take a quarter of a stack
/// frame: only as many as are expected are copied.
pub fn numbers<const N: usize>(program: &Address) -> Option<[u64; N]> {
    #[cfg(any(target_os = "solana", target_arch = "bpf"))]
    {
        let (mut numbers, mut by) = ([0u64; N], Address::default());
        let length = size_of::<[u64; N]>() as u64;
        // SAFETY: the runtime writes at most `length` bytes of data, and the 32 bytes of an address. Any bytes are numbers.
        let returned = unsafe {
            pinocchio::syscalls::sol_get_return_data(
                numbers.as_mut_ptr().cast(),
                length,
                (&raw mut by).cast(),
            )
        };
        (returned == length && by == *program).then(|| numbers.map(u64::from_le))
    }
    #[cfg(not(any(target_os = "solana", target_arch = "bpf")))]
    {
        let _ = program;
        None
    }
}
