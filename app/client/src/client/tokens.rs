//! Token accounts, under either token program.

use super::Client;
use crate::Result;
use anchor_lang::Address;
use assay_market::state::parse_wallet;
use assay_shared::token::{is_token_program, TokenAccount};
use solana_account::Account;

impl Client {
    /// The token account at `address`, if there is one, under either token program.
    pub fn token_account(&self, address: &Address) -> Result<Option<TokenAccount>> {
        Ok(self.account(address)?.as_ref().and_then(read_token_account))
    }

    /// Base units in a token account; 0 when it does not exist.
    pub fn token_balance(&self, address: &Address) -> Result<u64> {
        Ok(self.token_account(address)?.map_or(0, |a| a.amount))
    }
}

fn read_token_account(account: &Account) -> Option<TokenAccount> {
    match is_token_program(&account.owner) {
        true => parse_wallet(&account.data, &account.owner),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_shared::token::{ACCOUNT_LEN, TOKEN, TOKEN_2022};

    /// An initialised account with 7 units; `tail` stands behind the classic program's bytes.
    fn account(owner: Address, tail: &[u8]) -> Account {
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
        // The kind "account", then `ImmutableOwner`: type 7, no content.
        let immutable_owner = [2, 7, 0, 0, 0];
        assert_eq!(balance(&account(TOKEN_2022, &immutable_owner)), Some(7));
        assert_eq!(balance(&account(TOKEN_2022, &[])), Some(7));
        assert_eq!(balance(&account(TOKEN, &[])), Some(7));
    }

    #[test]
    fn what_only_looks_like_a_token_account_is_none() {
        assert_eq!(balance(&account(assay_market::ID, &[])), None);
        assert_eq!(balance(&account(TOKEN, &[2, 7, 0, 0, 0])), None);
        assert_eq!(balance(&account(TOKEN_2022, &[1, 0, 0, 0, 0])), None);
    }
}
