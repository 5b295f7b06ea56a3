//! Mints and token accounts of Token-2022, created by the real program.

use assay_harness::{Address, Instruction, Keypair, Signer, TestContext};
use assay_shared::{
    hash::sha256v,
    token::{TokenAccount, ACCOUNT_LEN, MINT_LEN, TOKEN, TOKEN_2022},
};
use solana_instruction::AccountMeta;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::{
    address::get_associated_token_address_with_program_id,
    instruction::create_associated_token_account,
};
use spl_token_interface::instruction as token;

const ISSUER: &str = "issuer";
/// Lamports that make any account here rent-exempt.
const RENT: u64 = 10_000_000;
/// Size of a mint with the extension MintCloseAuthority: padding to an account's length, type byte, entry header, key.
const CLOSABLE_MINT_LEN: usize = ACCOUNT_LEN + 1 + 4 + 32;
const INITIALIZE_MINT_CLOSE_AUTHORITY: u8 = 25;

/// Creates a mint without extensions.
pub fn plain_mint(context: &mut TestContext) -> Address {
    mint(context, MINT_LEN, None)
}

/// Creates a mint with an extension: the actor "mallory" may close it.
pub fn closable_mint(context: &mut TestContext) -> Address {
    let closer = context.address_of("mallory");
    mint(context, CLOSABLE_MINT_LEN, Some(closer))
}

fn mint(context: &mut TestContext, space: usize, closer: Option<Address>) -> Address {
    let issuer = context.actor(ISSUER).pubkey();
    let mint = Keypair::new_from_array(sha256v(&[b"mint", &space.to_le_bytes()]));
    let address = mint.pubkey();
    let extend = closer.map(|closer| {
        let mut data = vec![INITIALIZE_MINT_CLOSE_AUTHORITY, 1];
        data.extend_from_slice(closer.as_ref());
        let accounts = vec![AccountMeta::new(address, false)];
        Instruction {
            program_id: TOKEN_2022,
            accounts,
            data,
        }
    });
    let initialize = token::initialize_mint2(&TOKEN, &address, &issuer, None, 6).unwrap();
    let steps = extend.into_iter().chain([on_2022(initialize)]).collect();
    create(context, &mint, space, steps);
    address
}

/// Creates a token account of `owner` without extensions.
pub fn account(context: &mut TestContext, mint: &Address, owner: &Address) -> Address {
    let account = Keypair::new_from_array(sha256v(&[mint.as_ref(), owner.as_ref()]));
    let address = account.pubkey();
    let initialize = token::initialize_account3(&TOKEN, &address, mint, owner).unwrap();
    create(context, &account, ACCOUNT_LEN, vec![on_2022(initialize)]);
    address
}

/// Creates the associated token account of `owner`. It has an extension.
pub fn associated_account(context: &mut TestContext, mint: &Address, owner: &Address) -> Address {
    let issuer = context.actor(ISSUER);
    let payer = issuer.pubkey();
    let create = create_associated_token_account(&payer, owner, mint, &TOKEN_2022);
    context
        .send(&[create], &[&issuer])
        .expect("the associated account is created");
    get_associated_token_address_with_program_id(owner, mint, &TOKEN_2022)
}

/// Mints `amount` base units to an account.
pub fn mint_tokens(context: &mut TestContext, mint: &Address, account: &Address, amount: u64) {
    let issuer = context.actor(ISSUER);
    let mint_to = token::mint_to(&TOKEN, mint, account, &issuer.pubkey(), &[], amount).unwrap();
    context
        .send(&[on_2022(mint_to)], &[&issuer])
        .expect("the issuer mints");
}

/// Returns the balance of a token account with or without extensions, base units.
pub fn balance(context: &TestContext, account: &Address) -> u64 {
    let data = context.data(account);
    let account = TokenAccount::parse(&data[..ACCOUNT_LEN]);
    account.expect("the account is a token account").amount
}

fn create(
    context: &mut TestContext,
    account: &Keypair,
    space: usize,
    initialize: Vec<Instruction>,
) {
    let issuer = context.actor(ISSUER);
    let (payer, space) = (issuer.pubkey(), space as u64);
    let mut steps = vec![create_account(
        &payer,
        &account.pubkey(),
        RENT,
        space,
        &TOKEN_2022,
    )];
    steps.extend(initialize);
    context
        .send(&steps, &[&issuer, account])
        .expect("Token-2022 initializes an account");
}

/// Token-2022 takes the classic program's instructions, byte for byte.
fn on_2022(classic: Instruction) -> Instruction {
    Instruction {
        program_id: TOKEN_2022,
        ..classic
    }
}
