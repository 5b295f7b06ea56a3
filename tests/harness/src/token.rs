//! Tokens, made and moved by the real token program.

use crate::{actor, pda, Address, Signer, TestContext};
use assay_shared::token::{TokenAccount, MINT_LEN, TOKEN};
use solana_program_pack::Pack;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;
use spl_token_interface::{
    instruction::{initialize_mint2, mint_to},
    state::Mint,
};

/// The actor that may mint every token made here.
const ISSUER: &str = "issuer";
const DECIMALS: u8 = 9;

impl TestContext {
    /// The mint of the token of this name, created when first asked for: classic SPL, 9 decimals.
    pub fn mint(&mut self, name: &str) -> Address {
        let mint = actor::keypair(&format!("mint {name}"));
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

    /// The associated account in which `owner` holds the token, created when first asked for.
    pub fn wallet(&mut self, mint: &Address, owner: &Address) -> Address {
        let wallet = pda::ata(owner, mint);
        if !self.exists(&wallet) {
            let issuer = self.actor(ISSUER);
            let create =
                create_associated_token_account_idempotent(&issuer.pubkey(), owner, mint, &TOKEN);
            self.send(&[create], &[&issuer]).expect("a new wallet");
        }
        wallet
    }

    /// Mints `amount` base units to the wallet of `owner`, which it answers.
    pub fn give(&mut self, mint: &Address, owner: &Address, amount: u64) -> Address {
        let wallet = self.wallet(mint, owner);
        self.mint_into(mint, &wallet, amount);
        wallet
    }

    /// Mints `amount` base units into any token account, a vault for example.
    pub fn mint_into(&mut self, mint: &Address, account: &Address, amount: u64) {
        let issuer = self.actor(ISSUER);
        let mint_to = mint_to(&TOKEN, mint, account, &issuer.pubkey(), &[], amount)
            .expect("TOKEN is the token program");
        self.send(&[mint_to], &[&issuer]).expect("the issuer mints");
    }

    /// Base units in a token account; panics when it is none.
    pub fn balance(&self, account: &Address) -> u64 {
        TokenAccount::parse(&self.data(account))
            .unwrap_or_else(|| panic!("{account} is not a token account"))
            .amount
    }

    /// A mint as the token program knows it; panics when it is none.
    pub fn mint_of(&self, mint: &Address) -> Mint {
        Mint::unpack(&self.data(mint)).unwrap_or_else(|error| panic!("{mint} is no mint: {error}"))
    }

    /// Base units of a mint that exist.
    pub fn supply(&self, mint: &Address) -> u64 {
        self.mint_of(mint).supply
    }
}
