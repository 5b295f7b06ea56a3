//! Mints, as the two token programs lay them out.

use super::{
    account::{KIND, MULTISIG_LEN},
    extension, TOKEN, TOKEN_2022,
};
use pinocchio::{account::AccountView, address::Address};

/// Bytes of a mint without extensions.
pub const MINT_LEN: usize = 82;

/// The kind "mint" in Token-2022 (`AccountType::Mint`).
const KIND_MINT: u8 = 1;
/// The extensions of a mint that only describe it (Token-2022, `ExtensionType`): metadata pointer and metadata, group pointer
/// and group, group member pointer and group member. Of all, only such can be added to a mint that exists.
const DESCRIPTIVE: core::ops::RangeInclusive<u16> = 18..=23;

/// Returns whether the account is an initialized mint of a token program whose extensions only describe it: no transfer fee,
/// hook, permanent delegate, pause or other rule comes between an account and its tokens. An extension that is invented later
/// is not on the list.
pub fn is_plain_mint(view: &AccountView) -> bool {
    let Ok(data) = view.try_borrow() else {
        return false;
    };
    if data.get(45) != Some(&1) {
        return false;
    }
    if data.len() == MINT_LEN {
        return view.owned_by(&TOKEN) || view.owned_by(&TOKEN_2022);
    }
    let list = data.get(KIND.saturating_add(1)..).unwrap_or_default();
    let is_mint = data.get(KIND) == Some(&KIND_MINT) && data.len() != MULTISIG_LEN;
    view.owned_by(&TOKEN_2022)
        && is_mint
        && extension::all(list, |kind, _| DESCRIPTIVE.contains(&kind))
}

/// The fields of a mint that a program decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mint {
    /// True if the mint has a freeze authority, who could freeze any account of the mint, a vault for example.
    pub freezable: bool,
}

impl Mint {
    /// Reads an initialized mint without extensions. Returns `None` for anything else.
    pub fn read(view: &AccountView, token_program: &Address) -> Option<Self> {
        if !view.owned_by(token_program) {
            return None;
        }
        Self::parse(&view.try_borrow().ok()?)
    }

    /// Parses the 82 bytes of a mint. Returns `None` if the length differs or the mint is not initialized.
    pub fn parse(data: &[u8]) -> Option<Self> {
        let data: &[u8; MINT_LEN] = data.try_into().ok()?;
        (data[45] == 1).then_some(Self {
            freezable: data[46..50] != [0; 4],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mint_is_82_bytes_and_initialized() {
        let mut data = [0u8; MINT_LEN];
        assert_eq!(Mint::parse(&data), None);
        data[45] = 1;
        assert_eq!(Mint::parse(&data), Some(Mint { freezable: false }));
        assert_eq!(Mint::parse(&data[..MINT_LEN - 1]), None);
        assert_eq!(Mint::parse(&[data.as_slice(), &[0]].concat()), None);
    }

    #[test]
    fn a_mint_with_a_freeze_authority_is_freezable() {
        let mut data = [0u8; MINT_LEN];
        data[45] = 1;
        data[50..].fill(7);
        assert_eq!(Mint::parse(&data), Some(Mint { freezable: false }));
        data[46] = 1;
        assert_eq!(Mint::parse(&data), Some(Mint { freezable: true }));
    }
}
