//! Several payments out of one token account in one call.

use super::{
    instruction::{close, transfer},
    TOKEN,
};
use core::mem::MaybeUninit;
use pinocchio::{
    account::AccountView,
    address::{address_eq, Address},
    cpi::{invoke_signed_unchecked, CpiAccount, Signer},
    error::ProgramError,
    instruction::{InstructionAccount, InstructionView},
};

/// Most payments of one [`pay_out`].
const MOST_PAYMENTS: usize = 3;
/// Most instructions of a batch: the payments and the close.
const BATCH: usize = MOST_PAYMENTS + 1;
/// Bytes of a transfer in a batch: the numbers of its accounts and of its bytes, and these.
const TRANSFER_LEN: usize = 2 + 9;
/// A close in a batch: three accounts, one byte, the instruction.
const CLOSE: [u8; 3] = [3, 1, 9];
/// Number of the instruction that is a batch of others.
const BATCH_NUMBER: u8 = 255;

/// Transfers `payments`, each to an account and in base units, out of `from`, and closes it if `rent_to` is named, who receives
/// its rent. A payment of zero is left out.
///
/// The classic token program takes all of it in one call, which saves about 1,000 compute units for every further one.
///
/// # Errors
/// `InvalidArgument` for more than three payments. As [`transfer`].
#[inline(never)]
pub fn pay_out(
    token_program: &Address,
    from: &AccountView,
    authority: &AccountView,
    payments: &[(&AccountView, u64)],
    rent_to: Option<&AccountView>,
    seeds: &[Signer],
) -> Result<(), ProgramError> {
    let payments = payments.iter().filter(|(_, amount)| *amount > 0);
    if !address_eq(token_program, &TOKEN) {
        for (to, amount) in payments {
            transfer(token_program, from, to, authority, *amount, seeds)?;
        }
        return rent_to.map_or(Ok(()), |rent_to| {
            close(token_program, from, rent_to, authority, seeds)
        });
    }
    let mut batch = Batch::new(from, authority);
    let mut data = [BATCH_NUMBER; 1 + MOST_PAYMENTS * TRANSFER_LEN + CLOSE.len()];
    let mut used = 1usize;
    for (to, amount) in payments {
        let place = data.get_mut(used..).and_then(|rest| rest.first_chunk_mut());
        let place: &mut [u8; TRANSFER_LEN] = place.ok_or(ProgramError::InvalidArgument)?;
        let (head, bytes) = place.split_at_mut(3);
        head.copy_from_slice(&[3, 9, 3]);
        bytes.copy_from_slice(&amount.to_le_bytes());
        used = used.wrapping_add(TRANSFER_LEN);
        batch.push(to)?;
    }
    if let Some(rent_to) = rent_to {
        let place = data.get_mut(used..).and_then(|rest| rest.first_chunk_mut());
        *place.ok_or(ProgramError::InvalidArgument)? = CLOSE;
        used = used.wrapping_add(CLOSE.len());
        batch.push(rent_to)?;
    }
    batch.invoke(data.get(..used).unwrap_or_default(), seeds)
}

/// Makes an allocated account of the classic token program a token account of `mint` held by `authority`, and transfers `amount`
/// base units from `source` to it, in one call. `payer` has signed the transaction.
#[inline(never)]
pub fn open_account(
    [account, mint, source, payer]: [&AccountView; 4],
    authority: &Address,
    amount: u64,
) {
    // The numbers of the accounts and of the bytes of each instruction stand before it.
    let mut data = [0u8; 1 + 2 + 33 + TRANSFER_LEN];
    data[..4].copy_from_slice(&[BATCH_NUMBER, 2, 33, 18]);
    data[4..36].copy_from_slice(authority.as_ref());
    data[36..39].copy_from_slice(&[3, 9, 3]);
    data[39..].copy_from_slice(&amount.to_le_bytes());
    let instruction = InstructionView {
        program_id: &TOKEN,
        accounts: &[
            InstructionAccount::writable(account.address()),
            InstructionAccount::readonly(mint.address()),
            InstructionAccount::writable(source.address()),
            InstructionAccount::writable(account.address()),
            InstructionAccount::readonly_signer(payer.address()),
        ],
        data: &data,
    };
    let infos = [account, mint, source, payer].map(CpiAccount::from);
    // SAFETY: as in a single call.
    unsafe { invoke_signed_unchecked(&instruction, &infos, &[]) };
}

/// The accounts of a batch. Every instruction names `from`, an account of its own, and the authority.
struct Batch<'a> {
    from: &'a AccountView,
    authority: &'a AccountView,
    metas: [MaybeUninit<InstructionAccount<'a>>; 3 * BATCH],
    infos: [MaybeUninit<CpiAccount<'a>>; 2 + BATCH],
    count: usize,
}

impl<'a> Batch<'a> {
    #[inline(always)]
    fn new(from: &'a AccountView, authority: &'a AccountView) -> Self {
        let mut infos = [const { MaybeUninit::uninit() }; 2 + BATCH];
        infos[0].write(CpiAccount::from(from));
        infos[1].write(CpiAccount::from(authority));
        Self {
            from,
            authority,
            metas: [const { MaybeUninit::uninit() }; 3 * BATCH],
            infos,
            count: 0,
        }
    }

    #[inline(always)]
    fn push(&mut self, to: &'a AccountView) -> Result<(), ProgramError> {
        let first = self.count.wrapping_mul(3);
        let metas = self.metas.get_mut(first..first.wrapping_add(3));
        let info = self.infos.get_mut(self.count.wrapping_add(2));
        let (Some([own, other, signer]), Some(info)) = (metas, info) else {
            return Err(ProgramError::InvalidArgument);
        };
        own.write(InstructionAccount::writable(self.from.address()));
        other.write(InstructionAccount::writable(to.address()));
        signer.write(InstructionAccount::readonly_signer(
            self.authority.address(),
        ));
        info.write(CpiAccount::from(to));
        self.count = self.count.wrapping_add(1);
        Ok(())
    }

    #[inline(always)]
    fn invoke(&self, data: &[u8], seeds: &[Signer]) -> Result<(), ProgramError> {
        if self.count == 0 {
            return Ok(());
        }
        // SAFETY: `new` and each `push` wrote as many metas and infos, in their order. The rest is as in a single call.
        unsafe {
            let metas = core::slice::from_raw_parts(
                self.metas.as_ptr().cast::<InstructionAccount>(),
                self.count.wrapping_mul(3),
            );
            let infos = core::slice::from_raw_parts(
                self.infos.as_ptr().cast::<CpiAccount>(),
                self.count.wrapping_add(2),
            );
            let instruction = InstructionView {
                program_id: &TOKEN,
                accounts: metas,
                data,
            };
            invoke_signed_unchecked(&instruction, infos, seeds);
        }
        Ok(())
    }
}
