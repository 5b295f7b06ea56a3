//! What a mint's account says.

use assay_client::{pda, Address};
use solana_program_pack::Pack as _;
use spl_token_interface::state::Mint;

/// Symbol of the local network's test dollars, as its cluster file says.
const LOCAL_SYMBOL: &str = "tUSD";

/// The decimal places of a mint without extensions, from its account's data; `None` when it is none.
pub fn decimals(mint: &[u8]) -> Option<u8> {
    Mint::unpack(mint).ok().map(|mint| mint.decimals)
}

/// The symbol of the local network's test token, when the mint is that: its address follows from who may mint it.
pub fn test_mint_symbol(mint: &Address, data: &[u8]) -> Option<&'static str> {
    let authority = Mint::unpack(data).ok()?.mint_authority;
    let authority: Option<Address> = authority.into();
    (pda::seeded_mint(&authority?, LOCAL_SYMBOL).as_ref() == Some(mint)).then_some(LOCAL_SYMBOL)
}
