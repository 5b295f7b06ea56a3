//! Token accounts, as the two token programs lay them out.

use super::{extension, TOKEN_2022};
use pinocchio::{account::AccountView, address::Address};

/// Bytes of a token account without extensions.
pub const ACCOUNT_LEN: usize = 165;

/// Offset of the byte in which Token-2022 says what kind of account it is, when extensions follow.
pub(super) const KIND: usize = ACCOUNT_LEN;
/// The kind "token account" in Token-2022 (`AccountType::Account`).
const KIND_ACCOUNT: u8 = 2;
/// Bytes of a Token-2022 multisig. The program gives no account with extensions this length.
pub(super) const MULTISIG_LEN: usize = 355;

/// Offset of the byte that says whether an account is initialized (1) or frozen (2).
const STATE: usize = 108;
/// The extension with which the holder of an account asks for a memo before each transfer to it (`MemoTransfer`).
const MEMO: u16 = 8;

/// Returns whether the token program refuses transfers to this token account: the mint's freeze authority has frozen it, or its
/// holder asks for a memo, which a transfer within another program's instruction cannot have. False for anything else.
#[inline(never)]
pub fn refuses_transfers(view: &AccountView, token_program: &Address) -> bool {
    view.owned_by(token_program) && view.try_borrow().is_ok_and(|data| refuses(&data))
}

#[inline(always)]
fn refuses(data: &[u8]) -> bool {
    let frozen = data.get(STATE) == Some(&2);
    let list = data.get(KIND.saturating_add(1)..).unwrap_or_default();
    frozen || !extension::all(list, |kind, value| kind != MEMO || value == [0])
}

/// The fields of a token account that a program decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenAccount {
    /// The mint whose tokens the account holds.
    pub mint: Address,
    /// May move the tokens; the token program calls it the owner.
    pub authority: Address,
    /// Base units of the mint.
    pub amount: u64,
    /// True if the account has a delegate or a close authority, who could move the tokens or close the account.
    pub shared_control: bool,
    /// True if the mint's freeze authority has frozen the account.
    pub frozen: bool,
}

impl TokenAccount {
    /// Reads an initialized token account without extensions. Returns `None` for anything else.
    ///
    /// Use it for accounts that hold a program's money: an extension could change what a transfer does.
    #[inline(never)]
    pub fn read(view: &AccountView, token_program: &Address) -> Option<Self> {
        if !view.owned_by(token_program) {
            return None;
        }
        Self::parse(&view.try_borrow().ok()?)
    }

    /// Reads a token account with or without extensions. Returns `None` for anything else.
    ///
    /// Use it for accounts that only receive: every associated token account of Token-2022 has an extension.
    #[inline(never)]
    pub fn read_with_extensions(view: &AccountView, token_program: &Address) -> Option<Self> {
        if !view.owned_by(token_program) {
            return None;
        }
        Self::parse_with_extensions(&view.try_borrow().ok()?, token_program)
    }

    /// Parses the 165 bytes of a token account. Returns `None` if the length differs or the account is not initialized.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let data: &[u8; ACCOUNT_LEN] = data.try_into().ok()?;
        let state = data[STATE];
        if state == 0 {
            return None;
        }
        Some(Self {
            mint: address_at(data, 0)?,
            authority: address_at(data, 32)?,
            amount: u64::from_le_bytes(data[64..72].try_into().ok()?),
            shared_control: data[72] != 0 || data[129] != 0,
            frozen: state == 2,
        })
    }

    /// Parses the bytes of a token account of `token_program`, with or without extensions. Returns `None` for anything
    /// else.
    #[inline(always)]
    pub fn parse_with_extensions(data: &[u8], token_program: &Address) -> Option<Self> {
        let extended = data.len() > ACCOUNT_LEN;
        let is_account = data.get(KIND) == Some(&KIND_ACCOUNT) && data.len() != MULTISIG_LEN;
        if extended && !(is_account && *token_program == TOKEN_2022) {
            return None;
        }
        Self::parse(data.get(..ACCOUNT_LEN)?)
    }

    /// Returns whether only the authority can move the tokens or close the account, and nobody has frozen it.
    pub fn is_isolated(&self) -> bool {
        !self.shared_control && !self.frozen
    }
}

fn address_at(data: &[u8; ACCOUNT_LEN], start: usize) -> Option<Address> {
    let end = start.checked_add(32)?;
    let bytes: [u8; 32] = data.get(start..end)?.try_into().ok()?;
    Some(Address::new_from_array(bytes))
}
/// The associated token account program, `ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL`.
pub const ASSOCIATED_TOKEN: Address = Address::new_from_array([
    140, 151, 37, 143, 78, 36, 137, 241, 187, 61, 16, 41, 20, 142, 13, 131, 11, 90, 19, 153, 218,
    255, 16, 132, 4, 142, 123, 216, 219, 233, 248, 89,
]);

/// Returns whether `address` is the associated token account of `owner` for `mint`, given the bump of that address.
///
/// The associated token account program creates accounts at canonical addresses only, so a wrong bump names an address at
/// which nothing can exist.
pub fn is_associated_account(
    address: &Address,
    owner: &Address,
    mint: &Address,
    token_program: &Address,
    bump: u8,
) -> bool {
    let derived = crate::hash::sha256v(&[
        owner.as_ref(),
        token_program.as_ref(),
        mint.as_ref(),
        &[bump],
        ASSOCIATED_TOKEN.as_ref(),
        b"ProgramDerivedAddress",
    ]);
    address.as_ref() == derived
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_account_refuses_transfers() {
        let mut data = vec![0; ACCOUNT_LEN];
        for (state, expected) in [(0, false), (1, false), (2, true)] {
            data[STATE] = state;
            assert_eq!(refuses(&data), expected);
        }
        assert!(!refuses(&[2; STATE]));
    }

    #[test]
    fn an_account_that_asks_for_memos_refuses_transfers() {
        let with = |list: &[u8]| [&[1; ACCOUNT_LEN + 1], list].concat();
        assert!(!refuses(&with(&[])));
        // Immutable owner.
        assert!(!refuses(&with(&[7, 0, 0, 0])));
        assert!(!refuses(&with(&[7, 0, 0, 0, 8, 0, 1, 0, 0])));
        assert!(refuses(&with(&[7, 0, 0, 0, 8, 0, 1, 0, 1])));
        assert!(refuses(&with(&[8, 0, 1, 0, 1, 7, 0, 0, 0])));
    }
}
