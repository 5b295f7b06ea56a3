//! Token accounts and mints, as both token programs lay them out.

use assay_client::Address;
use solana_account::{AccountSharedData, ReadableAccount};

/// The classic token program.
pub const TOKEN: Address = Address::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
/// Token-2022.
pub const TOKEN_2022: Address =
    Address::from_str_const("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

/// Bytes of a token account without extensions.
const ACCOUNT: usize = 165;
/// Bytes of a mint without extensions.
const MINT: usize = 82;

/// Returns whether a program is one of the two token programs.
pub fn is_token_program(program: &Address) -> bool {
    *program == TOKEN || *program == TOKEN_2022
}

/// A token account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The mint of the tokens.
    pub mint: Address,
    /// Who may move them.
    pub authority: Address,
    /// How many, base units.
    pub amount: u64,
    /// Whether the account is frozen.
    pub frozen: bool,
}

impl Holding {
    /// Reads a token account; `None` for any other account.
    pub fn read(account: &AccountSharedData) -> Option<Self> {
        let data = account.data();
        let extended = data.len() > ACCOUNT && data.get(ACCOUNT) == Some(&2);
        if !is_token_program(account.owner()) || !(data.len() == ACCOUNT || extended) {
            return None;
        }
        let state = data[108];
        (state != 0).then(|| Self {
            mint: address(&data[..32]),
            authority: address(&data[32..64]),
            amount: number(&data[64..72]),
            frozen: state == 2,
        })
    }
}

/// What a mint says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supply {
    /// Tokens that there are, base units.
    pub amount: u64,
    /// Who may make more.
    pub authority: Option<Address>,
}

impl Supply {
    /// Reads a mint; `None` for any other account.
    pub fn read(account: &AccountSharedData) -> Option<Self> {
        let data = account.data();
        let extended = data.len() > ACCOUNT && data.get(ACCOUNT) == Some(&1);
        if !is_token_program(account.owner()) || !(data.len() == MINT || extended) {
            return None;
        }
        (data[45] == 1).then(|| Self {
            amount: number(&data[36..44]),
            authority: (data[0] == 1).then(|| address(&data[4..36])),
        })
    }
}

fn address(bytes: &[u8]) -> Address {
    let mut address = [0; 32];
    address.copy_from_slice(bytes);
    Address::new_from_array(address)
}

fn number(bytes: &[u8]) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(bytes);
    u64::from_le_bytes(number)
}
