//! Tokens, made and moved by the real token program.

use crate::cluster::{actor, address_of, Cluster};
use anchor_lang::Address;
use assay_client::pda;
use assay_shared::token::{TokenAccount, MINT_LEN, TOKEN};
use solana_program_pack::Pack;
use solana_signer::Signer;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;
use spl_token_interface::{
    instruction::{initialize_mint2, mint_to, transfer},
    state::Mint,
};

const DECIMALS: u8 = 6;

/// The token that jobs are paid in.
pub fn usd() -> Address {
    actor("mint USD").pubkey()
}

/// The token that is staked, earned and voted with.
pub fn assay() -> Address {
    pda::rewards::mint()
}

impl Cluster {
    /// Creates the payment token; the deployer issues it.
    pub async fn create_usd(&mut self) {
        let deployer = address_of("deployer");
        let rent = self.rent().await;
        let space = MINT_LEN as u64;
        let create = create_account(&deployer, &usd(), rent(MINT_LEN), space, &TOKEN);
        let initialize = initialize_mint2(&TOKEN, &usd(), &deployer, None, DECIMALS);
        let initialize = initialize.expect("TOKEN is the token program");
        self.send(&[create, initialize], &["deployer", "mint USD"])
            .await;
    }

    /// The associated account in which `owner` holds the token, created when first asked for.
    pub async fn wallet(&mut self, mint: &Address, owner: &Address) -> Address {
        let wallet = pda::ata(owner, mint);
        if self.lamports(&wallet).await == 0 {
            let payer = address_of("anyone");
            let create = create_associated_token_account_idempotent(&payer, owner, mint, &TOKEN);
            self.send(&[create], &["anyone"]).await;
        }
        wallet
    }

    /// The actor's account of the token.
    pub async fn wallet_of(&mut self, mint: &Address, name: &str) -> Address {
        self.wallet(mint, &address_of(name)).await
    }

    /// Issues `amount` base units of the payment token to the actor.
    pub async fn give_usd(&mut self, name: &str, amount: u64) -> Address {
        let wallet = self.wallet_of(&usd(), name).await;
        let issue = mint_to(
            &TOKEN,
            &usd(),
            &wallet,
            &address_of("deployer"),
            &[],
            amount,
        );
        let issue = issue.expect("TOKEN is the token program");
        self.send(&[issue], &["deployer"]).await;
        wallet
    }

    /// Passes `amount` base units of the genesis supply, which the deployer holds, to the actor.
    pub async fn give_assay(&mut self, name: &str, amount: u64) -> Address {
        let wallet = self.wallet_of(&assay(), name).await;
        let (genesis, holder) = (pda::rewards::genesis_vault(), address_of("deployer"));
        let pass = transfer(&TOKEN, &genesis, &wallet, &holder, &[], amount);
        let pass = pass.expect("TOKEN is the token program");
        self.send(&[pass], &["deployer"]).await;
        wallet
    }

    /// Base units in a token account.
    pub async fn balance(&mut self, account: &Address) -> u64 {
        TokenAccount::parse(&self.data(account).await)
            .unwrap_or_else(|| panic!("{account} is not a token account"))
            .amount
    }

    /// Base units of the payment token in the actor's wallet.
    pub async fn usd_of(&mut self, name: &str) -> u64 {
        self.balance(&pda::ata(&address_of(name), &usd())).await
    }

    /// Base units of the reward token in the actor's wallet.
    pub async fn assay_of(&mut self, name: &str) -> u64 {
        self.balance(&pda::ata(&address_of(name), &assay())).await
    }

    /// The reward token as the token program keeps it.
    pub async fn assay_mint(&mut self) -> Mint {
        let data = self.data(&assay()).await;
        Mint::unpack(&data).expect("the mint is initialised")
    }
}
