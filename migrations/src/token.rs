//! SPL tokens as migrations and wallets need them.

use assay_client::{Address, Instruction};
use assay_ledger::token::{MINT_LEN, TOKEN};
use solana_program_pack::Pack as _;
use solana_system_interface::instruction as system;
use spl_associated_token_account_interface::{
    address::get_associated_token_address_with_program_id,
    instruction::create_associated_token_account_idempotent,
};
use spl_token_interface::{instruction as token, state::Mint};

/// Symbol of the local network's test dollars, as its cluster file says.
const LOCAL_SYMBOL: &str = "tUSD";

/// The decimal places of a mint, from its account's data; `None` when it is none.
pub fn decimals(mint: &[u8]) -> Option<u8> {
    Mint::unpack(mint).ok().map(|mint| mint.decimals)
}

/// The associated account in which `owner` holds the mint under its token program.
pub fn wallet(owner: &Address, mint: &Address, token_program: &Address) -> Address {
    get_associated_token_address_with_program_id(owner, mint, token_program)
}

/// Makes the associated account of `owner` unless it exists; `payer` signs and pays.
pub fn create_wallet(
    payer: &Address,
    owner: &Address,
    mint: &Address,
    token_program: &Address,
) -> Instruction {
    create_associated_token_account_idempotent(payer, owner, mint, token_program)
}

/// Where the test token `symbol` of `authority` lives: no key of its own, and the same at every run.
pub fn test_mint(authority: &Address, symbol: &str) -> Option<Address> {
    Address::create_with_seed(authority, symbol, &TOKEN).ok()
}

/// The symbol of the local network's test token, when the mint is that: its address follows from who may mint it.
pub fn test_mint_symbol(mint: &Address, data: &[u8]) -> Option<&'static str> {
    let authority = Mint::unpack(data).ok()?.mint_authority;
    let authority: Option<Address> = authority.into();
    (test_mint(&authority?, LOCAL_SYMBOL).as_ref() == Some(mint)).then_some(LOCAL_SYMBOL)
}

/// Makes the test token `symbol`; `authority` signs, pays `rent` lamports and may mint. `None` for a symbol that is too
/// long for a seed.
pub fn create_test_mint(
    authority: &Address,
    symbol: &str,
    decimals: u8,
    rent: u64,
) -> Option<Vec<Instruction>> {
    let mint = test_mint(authority, symbol)?;
    let space = MINT_LEN as u64;
    let create =
        system::create_account_with_seed(authority, &mint, authority, symbol, rent, space, &TOKEN);
    let initialise = token::initialize_mint2(&TOKEN, &mint, authority, None, decimals).ok()?;
    Some(vec![create, initialise])
}

/// Mints base units to a token account; `authority` signs.
pub fn mint_to(mint: &Address, to: &Address, authority: &Address, amount: u64) -> Instruction {
    classic(token::mint_to(&TOKEN, mint, to, authority, &[], amount))
}

/// Moves base units between token accounts; `owner` signs.
pub fn transfer(from: &Address, to: &Address, owner: &Address, amount: u64) -> Instruction {
    classic(token::transfer(&TOKEN, from, to, owner, &[], amount))
}

fn classic<E: std::fmt::Debug>(built: Result<Instruction, E>) -> Instruction {
    built.expect("TOKEN is the classic token program")
}
