//! Account types of the four programs: their names in messages, their sizes and how their bytes are read.

use anchor_lang::{bytemuck::Pod, Address, Discriminator, Owner};
use assay_shared::token::{is_token_program, TokenAccount, ACCOUNT_LEN, TOKEN, TOKEN_2022};
use solana_account::Account;
use solana_program_pack::Pack as _;
use spl_token_interface::state::Mint;

/// Bytes behind the classic layout in an ATA of Token-2022: the account type, and the extension `ImmutableOwner` without
/// content.
const IMMUTABLE_OWNER_LEN: usize = 5;

/// An account type of one of the four programs. The type knows its layout, its discriminator and its program.
pub trait ProgramAccount: Pod + Discriminator + Owner {
    /// What messages call such an account, as in "there is no worker account at …".
    const NAME: &'static str;
}

macro_rules! program_accounts {
    ($($account:ty = $name:literal,)+) => {
        $(impl ProgramAccount for $account {
            const NAME: &'static str = $name;
        })+
    };
}

program_accounts! {
    assay_staking::state::Params = "staking parameters",
    assay_staking::state::Provider = "provider",
    assay_staking::state::Delegation = "delegation",
    assay_staking::state::Ticket = "unbonding ticket",
    assay_staking::state::Matured = "matured bucket",
    assay_staking::state::AttesterSet = "attester set",
    assay_staking::state::Credential = "credential",
    assay_market::state::Params = "market parameters",
    assay_market::state::PaymentMint = "payment mint",
    assay_market::state::Worker = "worker",
    assay_market::state::EpochWork = "epoch work",
    assay_market::state::Totals = "market totals",
    assay_rewards::state::Emission = "emission",
    assay_rewards::state::EpochRewards = "epoch rewards",
    assay_rewards::state::ClaimRecord = "claim record",
    assay_rewards::state::Module = "module",
    assay_governance::state::Params = "governance parameters",
    assay_governance::state::Lock = "lock",
    assay_governance::state::Proposal = "proposal",
    assay_governance::state::Vote = "vote",
    assay_governance::state::Grant = "grant",
}

/// Returns the size in bytes of an account of type `T`: its discriminator, then its plain-old-data.
pub const fn account_size<T: ProgramAccount>() -> usize {
    T::DISCRIMINATOR.len() + core::mem::size_of::<T>()
}

/// Returns the size in bytes of an ATA of `token_program`.
pub fn ata_size(token_program: &Address) -> usize {
    if *token_program == TOKEN {
        ACCOUNT_LEN
    } else {
        ACCOUNT_LEN + IMMUTABLE_OWNER_LEN
    }
}

/// Reads the data of an account of type `T`. Returns `None` for an account of any other type.
pub fn decode<T: ProgramAccount>(data: &[u8]) -> Option<T> {
    let body = data.strip_prefix(T::DISCRIMINATOR)?;
    let body = body.get(..core::mem::size_of::<T>())?;
    Some(bytemuck::pod_read_unaligned(body))
}

/// Reads `account` with `read` if `program` owns it. Data means something only under the program that wrote it: anyone can
/// put the same bytes into an account of another program.
pub(crate) fn read_owned<T>(
    account: &Account,
    program: &Address,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Option<T> {
    if account.owner == *program {
        read(&account.data)
    } else {
        None
    }
}

/// Reads a token account of either token program. Returns `None` for any other account.
pub(crate) fn read_token_account(account: &Account) -> Option<TokenAccount> {
    if is_token_program(&account.owner) {
        TokenAccount::parse_with_extensions(&account.data, &account.owner)
    } else {
        None
    }
}

/// The extension with which the holder of an account asks for a memo before each transfer to it (`MemoTransfer`).
const MEMO: u16 = 8;
/// Bytes before the extensions of a token account: the classic layout, then the account type.
const EXTENSIONS_OFFSET: usize = ACCOUNT_LEN + 1;

/// Returns whether a token account takes no transfer from the programs: the mint's freeze authority has frozen it, or its
/// holder asks for a memo. False for anything else.
pub(crate) fn refuses_transfers(account: &Account) -> bool {
    let Some(parsed) = read_token_account(account) else {
        return false;
    };
    let mut list = account.data.get(EXTENSIONS_OFFSET..).unwrap_or_default();
    let mut asks_for_memo = false;
    while let [kind, kind_high, len, len_high, rest @ ..] = list {
        let len = usize::from(u16::from_le_bytes([*len, *len_high]));
        let Some((value, next)) = rest.split_at_checked(len) else {
            break;
        };
        let is_memo = u16::from_le_bytes([*kind, *kind_high]) == MEMO;
        asks_for_memo |= is_memo && value != [0];
        list = next;
    }
    parsed.frozen || asks_for_memo
}

/// Account type of a mint with extensions.
const KIND_MINT: u8 = 1;

/// A mint of one of the two token programs, with or without extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MintAccount {
    /// The mint's address.
    pub address: Address,
    /// The token program that owns the mint.
    pub program: Address,
    /// Number of decimal places of the token.
    pub decimals: u8,
    /// The authority that may mint; `None` if the supply is fixed.
    pub authority: Option<Address>,
}

impl MintAccount {
    /// What messages call such an account.
    pub(crate) const NAME: &'static str = "mint";

    /// Reads a mint. Returns `None` for any other account.
    pub(crate) fn read(address: Address, account: &Account) -> Option<Self> {
        if !is_token_program(&account.owner) {
            return None;
        }
        let data = &account.data;
        let is_extended = account.owner == TOKEN_2022 && data.get(ACCOUNT_LEN) == Some(&KIND_MINT);
        let classic = if is_extended {
            data.get(..Mint::LEN)?
        } else {
            data
        };
        let mint = Mint::unpack(classic).ok()?;
        Some(Self {
            address,
            program: account.owner,
            decimals: mint.decimals,
            authority: mint.mint_authority.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_market::state::PaymentMint;
    use assay_shared::token::MINT_LEN;

    #[test]
    fn the_same_bytes_under_another_program_are_something_else() {
        let mut data = PaymentMint::DISCRIMINATOR.to_vec();
        data.resize(account_size::<PaymentMint>(), 0);
        let under = |owner| Account {
            data: data.clone(),
            owner,
            ..Account::default()
        };
        let read = |account| read_owned::<PaymentMint>(&account, &assay_market::ID, decode);
        assert!(read(under(assay_market::ID)).is_some());
        assert!(read(under(assay_staking::ID)).is_none());
    }

    /// Returns an initialized token account with 7 base units; `tail` follows the classic program's bytes.
    fn token_account(owner: Address, tail: &[u8]) -> Account {
        let mut data = vec![0; ACCOUNT_LEN];
        data[64] = 7;
        data[108] = 1;
        data.extend_from_slice(tail);
        Account {
            owner,
            data,
            ..Account::default()
        }
    }

    fn balance(account: &Account) -> Option<u64> {
        read_token_account(account).map(|found| found.amount)
    }

    #[test]
    fn an_associated_account_of_token_2022_is_read_with_its_extension() {
        // The account type 2, then the extension `ImmutableOwner`: type 7, length 0.
        let immutable_owner = [2, 7, 0, 0, 0];
        assert_eq!(
            balance(&token_account(TOKEN_2022, &immutable_owner)),
            Some(7)
        );
        assert_eq!(balance(&token_account(TOKEN_2022, &[])), Some(7));
        assert_eq!(balance(&token_account(TOKEN, &[])), Some(7));
    }

    #[test]
    fn a_frozen_account_and_one_that_asks_for_a_memo_refuse_transfers() {
        let open = token_account(TOKEN, &[]);
        assert!(!refuses_transfers(&open));
        let mut frozen = open.clone();
        frozen.data[108] = 2;
        assert!(refuses_transfers(&frozen));
        frozen.owner = assay_market::ID;
        assert!(!refuses_transfers(&frozen));
        // The account type 2, `ImmutableOwner` without content, then `MemoTransfer` of one byte.
        for (memo, refuses) in [(0, false), (1, true)] {
            let account = token_account(TOKEN_2022, &[2, 7, 0, 0, 0, 8, 0, 1, 0, memo]);
            assert_eq!(refuses_transfers(&account), refuses);
        }
    }

    /// Returns the account of an initialized mint with 6 decimals that the address `[7; 32]` may mint.
    fn mint_account(owner: Address, tail: &[u8]) -> Account {
        let mut data = vec![0; MINT_LEN];
        data[0] = 1;
        data[4..36].fill(7);
        data[44] = 6;
        data[45] = 1;
        data.extend_from_slice(tail);
        Account {
            owner,
            data,
            ..Account::default()
        }
    }

    #[test]
    fn a_mint_is_read_with_its_decimals_and_authority() {
        let address = Address::new_from_array([1; 32]);
        for program in [TOKEN, TOKEN_2022] {
            let mint = MintAccount::read(address, &mint_account(program, &[]));
            let expected = MintAccount {
                address,
                program,
                decimals: 6,
                authority: Some(Address::new_from_array([7; 32])),
            };
            assert_eq!(mint, Some(expected));
        }
    }

    #[test]
    fn a_mint_of_token_2022_is_read_with_its_extensions() {
        // Zeros up to the length of a token account, the account type 1, then a metadata pointer of 64 bytes.
        let mut tail = vec![0; ACCOUNT_LEN - MINT_LEN];
        tail.extend([1, 18, 0, 64, 0]);
        tail.extend([0; 64]);
        let read = |owner| MintAccount::read(Address::default(), &mint_account(owner, &tail));
        assert_eq!(read(TOKEN_2022).map(|mint| mint.decimals), Some(6));
        assert_eq!(read(TOKEN), None);
    }

    #[test]
    fn what_only_looks_like_a_mint_is_none() {
        let read = |account| MintAccount::read(Address::default(), &account);
        assert_eq!(read(mint_account(assay_market::ID, &[])), None);
        assert_eq!(read(mint_account(TOKEN_2022, &[1, 0, 0, 0, 0])), None);
        assert_eq!(read(token_account(TOKEN, &[])), None);
    }

    #[test]
    fn what_only_looks_like_a_token_account_is_none() {
        assert_eq!(balance(&token_account(assay_market::ID, &[])), None);
        assert_eq!(balance(&token_account(TOKEN, &[2, 7, 0, 0, 0])), None);
        assert_eq!(balance(&token_account(TOKEN_2022, &[1, 0, 0, 0, 0])), None);
    }
}
