//! Tokens, created and moved by the real token program.

use super::TestContext;
use crate::{keypairs, pda, Address, Signer};
use assay_shared::token::{TokenAccount, MINT_LEN, TOKEN};
use solana_program_pack::Pack;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;
use spl_token_interface::{
    instruction::{initialize_mint2, mint_to},
    state::Mint,
};

/// The actor that may mint every token created here.
const ISSUER: &str = "issuer";
const DECIMALS: u8 = 9;

impl TestContext {
    /// Returns the mint of the token of this name: classic SPL, 9 decimals. The first call creates it.
    pub fn mint(&mut self, name: &str) -> Address {
        let mint = keypairs::keypair(&format!("mint {name}"));
        if self.exists(&mint.pubkey()) {
            return mint.pubkey();
        }
        let issuer = self.actor(ISSUER);
        let rent = self.svm.minimum_balance_for_rent_exemption(MINT_LEN);
        let create = create_account(
            &issuer.pubkey(),
            &mint.pubkey(),
            rent,
            MINT_LEN as u64,
            &TOKEN,
        );
        let initialize = initialize_mint2(&TOKEN, &mint.pubkey(), &issuer.pubkey(), None, DECIMALS)
            .expect("TOKEN is the token program");
        self.send(&[create, initialize], &[&issuer, &mint])
            .expect("a new mint");
        mint.pubkey()
    }

    /// Returns the associated token account (ATA) of `owner`. The first call creates it.
    pub fn ata(&mut self, mint: &Address, owner: &Address) -> Address {
        let ata = pda::ata(owner, mint);
        if !self.exists(&ata) {
            let issuer = self.actor(ISSUER);
            let create =
                create_associated_token_account_idempotent(&issuer.pubkey(), owner, mint, &TOKEN);
            self.send(&[create], &[&issuer])
                .expect("a new token account");
        }
        ata
    }

    /// Mints `amount` base units to the ATA of `owner` and returns it.
    pub fn mint_tokens(&mut self, mint: &Address, owner: &Address, amount: u64) -> Address {
        let ata = self.ata(mint, owner);
        self.mint_to_account(mint, &ata, amount);
        ata
    }

    /// Mints `amount` base units to any token account, for example a vault. Nobody mints the reward token beside its program, so
    /// that the founder pays it out of the genesis supply.
    pub fn mint_to_account(&mut self, mint: &Address, account: &Address, amount: u64) {
        if *mint == pda::rewards::mint() {
            self.pay_from_genesis(account, amount);
            return;
        }
        let issuer = self.actor(ISSUER);
        let mint_to = mint_to(&TOKEN, mint, account, &issuer.pubkey(), &[], amount)
            .expect("TOKEN is the token program");
        self.send(&[mint_to], &[&issuer]).expect("the issuer mints");
    }

    /// Returns the balance of a token account, base units.
    ///
    /// # Panics
    /// If it is no token account.
    #[track_caller]
    pub fn balance(&self, account: &Address) -> u64 {
        TokenAccount::parse(&self.data(account))
            .unwrap_or_else(|| panic!("{account} is not a token account"))
            .amount
    }

    /// Returns a mint as the token program keeps it.
    ///
    /// # Panics
    /// If it is no mint.
    #[track_caller]
    pub fn mint_state(&self, mint: &Address) -> Mint {
        Mint::unpack(&self.data(mint)).unwrap_or_else(|error| panic!("{mint} is no mint: {error}"))
    }

    /// Returns the supply of a mint, base units.
    pub fn supply(&self, mint: &Address) -> u64 {
        self.mint_state(mint).supply
    }
}
