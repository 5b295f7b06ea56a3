//! Mints, as the two token programs lay them out.

use super::{
    account::{KIND, MULTISIG_LEN},
    extension, is_token_program, TOKEN_2022,
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
    view.try_borrow()
        .is_ok_and(|data| is_plain(&data, view.owner()))
}

fn is_plain(data: &[u8], owner: &Address) -> bool {
    if data.get(45) != Some(&1) {
        return false;
    }
    let extended = data.len() != MINT_LEN;
    if !extended {
        return is_token_program(owner);
    }
    let list = data.get(KIND.saturating_add(1)..).unwrap_or_default();
    let is_mint = data.get(KIND) == Some(&KIND_MINT) && data.len() != MULTISIG_LEN;
    *owner == TOKEN_2022 && is_mint && extension::all(list, |kind, _| DESCRIPTIVE.contains(&kind))
}

/// The fields of a mint that a program decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mint {
    /// True if the mint has a freeze authority, who could freeze any account of the mint, a vault for example.
    pub freezable: bool,
    /// Base units that exist.
    pub supply: u64,
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
        let supply = u64::from_le_bytes(data[36..44].try_into().ok()?);
        (data[45] == 1).then_some(Self {
            freezable: data[46..50] != [0; 4],
            supply,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::TOKEN, *};

    #[test]
    fn a_mint_is_82_bytes_and_initialized() {
        let mut data = [0u8; MINT_LEN];
        assert_eq!(Mint::parse(&data), None);
        data[45] = 1;
        data[36..44].copy_from_slice(&77u64.to_le_bytes());
        let mint = Mint {
            freezable: false,
            supply: 77,
        };
        assert_eq!(Mint::parse(&data), Some(mint));
        assert_eq!(Mint::parse(&data[..MINT_LEN - 1]), None);
        assert_eq!(Mint::parse(&[data.as_slice(), &[0]].concat()), None);
    }

    /// Returns a mint with extensions of these types, each of one byte.
    fn with_extensions(kinds: &[u16]) -> Vec<u8> {
        let mut data = vec![0; KIND + 1];
        data[45] = 1;
        data[KIND] = KIND_MINT;
        for kind in kinds {
            data.extend_from_slice(&kind.to_le_bytes());
            data.extend_from_slice(&[1, 0, 9]);
        }
        data
    }

    #[test]
    fn only_extensions_that_describe_a_mint_are_plain() {
        for kind in 1..=1_000 {
            let expected = (18..=23).contains(&kind);
            let alone = with_extensions(&[kind]);
            assert_eq!(is_plain(&alone, &TOKEN_2022), expected, "{kind}");
            let behind = with_extensions(&[18, kind]);
            assert_eq!(is_plain(&behind, &TOKEN_2022), expected, "{kind}");
            let before = with_extensions(&[kind, 18]);
            assert_eq!(is_plain(&before, &TOKEN_2022), expected, "{kind}");
        }
        assert!(is_plain(&with_extensions(&[]), &TOKEN_2022));
        assert!(!is_plain(&with_extensions(&[18]), &TOKEN));
    }

    #[test]
    fn a_plain_mint_is_one_of_a_token_program() {
        let mut data = vec![0u8; MINT_LEN];
        assert!(!is_plain(&data, &TOKEN));
        data[45] = 1;
        assert!(is_plain(&data, &TOKEN) && is_plain(&data, &TOKEN_2022));
        assert!(!is_plain(&data, &Address::default()));
        // A token account, an account of another kind, a multisig.
        assert!(!is_plain(&[1; KIND], &TOKEN));
        let mut account = with_extensions(&[]);
        account[KIND] = 2;
        assert!(!is_plain(&account, &TOKEN_2022));
        let mut multisig = with_extensions(&[]);
        multisig.resize(MULTISIG_LEN, 0);
        assert!(!is_plain(&multisig, &TOKEN_2022));
        for length in [0, 1, 45, 46, 81, 83, KIND] {
            let mut cut = with_extensions(&[18]);
            cut.truncate(length);
            assert!(!is_plain(&cut, &TOKEN_2022), "{length}");
        }
    }

    #[test]
    fn a_mint_with_a_freeze_authority_is_freezable() {
        let mut data = [0u8; MINT_LEN];
        data[45] = 1;
        data[50..].fill(7);
        let freezable = |data: &[u8]| Mint::parse(data).map(|mint| mint.freezable);
        assert_eq!(freezable(&data), Some(false));
        data[46] = 1;
        assert_eq!(freezable(&data), Some(true));
    }
}
