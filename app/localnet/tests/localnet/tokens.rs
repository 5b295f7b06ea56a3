//! SPL tokens on a local network.

use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_rpc_client::rpc_client::RpcClient;
use solana_signer::Signer;
use solana_system_interface::instruction::create_account;
use spl_associated_token_account_interface::{
    address::get_associated_token_address_with_program_id,
    instruction::create_associated_token_account,
};
use spl_token_interface::instruction as token;

use crate::actors::{client, network, run, wallet};

const MINT_SIZE: u64 = 82;

#[test]
fn an_spl_mint_is_created_and_its_tokens_are_transferred() {
    let network = network();
    let client = client(&network);
    let payer = wallet(&client);
    let (mint, receiver) = (Keypair::new(), Keypair::new().pubkey());
    let program = spl_token_interface::ID;
    let rent = client
        .get_minimum_balance_for_rent_exemption(MINT_SIZE as usize)
        .unwrap();
    let account_of = |owner: &Pubkey| {
        get_associated_token_address_with_program_id(owner, &mint.pubkey(), &program)
    };
    let (from, to) = (account_of(&payer.pubkey()), account_of(&receiver));
    let open =
        |owner| create_associated_token_account(&payer.pubkey(), owner, &mint.pubkey(), &program);

    run(
        &client,
        &payer,
        &[&payer, &mint],
        &[
            create_account(&payer.pubkey(), &mint.pubkey(), rent, MINT_SIZE, &program),
            token::initialize_mint2(&program, &mint.pubkey(), &payer.pubkey(), None, 9).unwrap(),
            open(&payer.pubkey()),
            open(&receiver),
            token::mint_to(&program, &mint.pubkey(), &from, &payer.pubkey(), &[], 1_000).unwrap(),
        ],
    )
    .unwrap();
    run(
        &client,
        &payer,
        &[&payer],
        &[token::transfer_checked(
            &program,
            &from,
            &mint.pubkey(),
            &to,
            &payer.pubkey(),
            &[],
            400,
            9,
        )
        .unwrap()],
    )
    .unwrap();

    assert_eq!(balance(&client, &from), "600");
    assert_eq!(balance(&client, &to), "400");
    assert_eq!(
        client.get_token_supply(&mint.pubkey()).unwrap().amount,
        "1000"
    );
}

fn balance(client: &RpcClient, account: &Pubkey) -> String {
    client.get_token_account_balance(account).unwrap().amount
}
