//! Tokens, created and moved by the real token program.

use super::Bank;
use crate::{
    keypairs::{address_of, DEPLOYER},
    pda, Address,
};
use assay_shared::token::{TokenAccount, MINT_LEN, TOKEN};
use solana_program_pack::Pack;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::instruction::create_associated_token_account_idempotent;
use spl_token_interface::{
    instruction::{initialize_mint2, mint_to, transfer},
    state::Mint,
};

const DECIMALS: u8 = 6;
/// The actor whose key is the address of the payment mint.
const USD_MINT: &str = "mint USD";

/// Returns the mint that jobs are paid in.
pub fn usd() -> Address {
    address_of(USD_MINT)
}

/// Returns the mint that is staked, earned and voted with.
pub fn assay() -> Address {
    pda::rewards::mint()
}

impl Bank {
    /// Creates the payment token. The deployer may mint it.
    pub(super) async fn create_usd(&mut self) {
        let deployer = address_of(DEPLOYER);
        let rent = self.rent().await;
        let space = MINT_LEN as u64;
        let create = create_account(&deployer, &usd(), rent(MINT_LEN), space, &TOKEN);
        let initialize = initialize_mint2(&TOKEN, &usd(), &deployer, None, DECIMALS);
        let initialize = initialize.expect("TOKEN is the token program");
        self.send(&[create, initialize], &[DEPLOYER, USD_MINT])
            .await;
    }

    /// Returns the associated token account (ATA) of `owner`. The first call creates it at the cost of "anyone".
    pub async fn ata(&mut self, mint: &Address, owner: &Address) -> Address {
        let ata = pda::ata(owner, mint);
        if self.lamports(&ata).await == 0 {
            let payer = address_of("anyone");
            let create = create_associated_token_account_idempotent(&payer, owner, mint, &TOKEN);
            self.send(&[create], &["anyone"]).await;
        }
        ata
    }

    /// Returns the actor's ATA of this mint. The first call creates it at the cost of "anyone".
    pub async fn ata_of(&mut self, mint: &Address, name: &str) -> Address {
        self.ata(mint, &address_of(name)).await
    }

    /// Mints `amount` base units of the payment token to the actor's ATA and returns it.
    pub async fn mint_usd(&mut self, name: &str, amount: u64) -> Address {
        let ata = self.ata_of(&usd(), name).await;
        let mint = mint_to(&TOKEN, &usd(), &ata, &address_of(DEPLOYER), &[], amount);
        let mint = mint.expect("TOKEN is the token program");
        self.send(&[mint], &[DEPLOYER]).await;
        ata
    }

    /// Moves `amount` base units of the genesis supply, which the deployer owns, to the actor's ATA and returns it.
    pub async fn transfer_assay(&mut self, name: &str, amount: u64) -> Address {
        let ata = self.ata_of(&assay(), name).await;
        let (genesis, holder) = (pda::rewards::genesis_vault(), address_of(DEPLOYER));
        let transfer = transfer(&TOKEN, &genesis, &ata, &holder, &[], amount);
        let transfer = transfer.expect("TOKEN is the token program");
        self.send(&[transfer], &[DEPLOYER]).await;
        ata
    }

    /// Returns the balance of a token account, base units.
    ///
    /// # Panics
    /// If it is no token account.
    pub async fn balance(&mut self, account: &Address) -> u64 {
        TokenAccount::parse(&self.data(account).await)
            .unwrap_or_else(|| panic!("{account} is not a token account"))
            .amount
    }

    /// Returns the base units of the payment token in the actor's ATA.
    pub async fn usd_of(&mut self, name: &str) -> u64 {
        self.balance(&pda::ata(&address_of(name), &usd())).await
    }

    /// Returns the base units of the reward token in the actor's ATA.
    pub async fn assay_of(&mut self, name: &str) -> u64 {
        self.balance(&pda::ata(&address_of(name), &assay())).await
    }

    /// Returns the mint of the reward token as the token program keeps it.
    pub async fn assay_mint(&mut self) -> Mint {
        let data = self.data(&assay()).await;
        Mint::unpack(&data).expect("the mint is initialized")
    }
}
