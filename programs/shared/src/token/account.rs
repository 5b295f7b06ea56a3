use anchor_lang::prelude::*;
use assay_shared::token::{TokenAccount, ACCOUNT_LEN, TOKEN_2022};

/// Where Token-2022 says what kind of account the bytes behind the first 165 belong to.
const KIND: usize = ACCOUNT_LEN;
const KIND_ACCOUNT: u8 = 2;
/// Bytes of a Token-2022 multisig, which no account with extensions has.
const MULTISIG_LEN: usize = 355;

/// Reads a token account that only receives. Unlike an escrow it may carry extensions: every associated account of
/// Token-2022 does. `None` for anything else.
pub fn read_wallet(view: &AccountView, token_program: &Address) -> Option<TokenAccount> {
    if !view.owned_by(token_program) {
        return None;
    }
    parse_wallet(&view.try_borrow().ok()?, token_program)
}

/// Reads the bytes of such an account of `token_program`.
#[inline(always)]
pub fn parse_wallet(data: &[u8], token_program: &Address) -> Option<TokenAccount> {
    let extended = data.len() > ACCOUNT_LEN;
    let is_account = data.get(KIND) == Some(&KIND_ACCOUNT) && data.len() != MULTISIG_LEN;
    if extended && !(is_account && *token_program == TOKEN_2022) {
        return None;
    }
    TokenAccount::parse(data.get(..ACCOUNT_LEN)?)
}
