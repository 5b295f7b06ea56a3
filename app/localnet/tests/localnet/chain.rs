//! The cluster, over RPC.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_pubkey::{pubkey, Pubkey};
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;
use solana_transaction::Transaction;

use crate::actors::{client, network, run, wallet, SOL};

#[test]
fn a_plain_rpc_client_reads_version_health_and_accounts() {
    let network = network();
    let client = client(&network);

    assert!(client.get_health().is_ok());
    assert!(!client.get_version().unwrap().solana_core.is_empty());
    assert_eq!(client.get_balance(&Keypair::new().pubkey()).unwrap(), 0);
    const TOKEN: Pubkey = pubkey!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    const TOKEN_2022: Pubkey = pubkey!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
    const ASSOCIATED: Pubkey = pubkey!("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
    for program in [TOKEN, TOKEN_2022, ASSOCIATED] {
        assert!(client.get_account(&program).unwrap().executable);
    }
}

#[test]
fn an_account_that_does_not_exist_is_answered_at_once() {
    let network = network();
    let asked = Instant::now();

    assert!(client(&network)
        .get_account(&Keypair::new().pubkey())
        .is_err());

    // A network that asked another machine would wait for a connection.
    assert!(asked.elapsed() < Duration::from_secs(1));
}

#[test]
fn an_airdrop_is_confirmed_and_can_be_spent() {
    let network = network();
    let client = client(&network);
    let payer = wallet(&client);
    assert_eq!(client.get_balance(&payer.pubkey()).unwrap(), 100 * SOL);

    let receiver = Keypair::new().pubkey();
    run(
        &client,
        &payer,
        &[&payer],
        &[transfer(&payer.pubkey(), &receiver, SOL)],
    )
    .unwrap();

    assert_eq!(client.get_balance(&receiver).unwrap(), SOL);
    // 5,000 lamports for its one signature, as on a public cluster.
    assert_eq!(
        client.get_balance(&payer.pubkey()).unwrap(),
        99 * SOL - 5_000
    );
}

#[test]
fn a_transaction_is_executed_when_send_returns_and_confirmed_by_the_next_block() {
    let network = network();
    let client = client(&network);
    let (payer, receiver) = (wallet(&client), Keypair::new().pubkey());
    let transaction = Transaction::new_signed_with_payer(
        &[transfer(&payer.pubkey(), &receiver, SOL)],
        Some(&payer.pubkey()),
        &[&payer],
        client.get_latest_blockhash().unwrap(),
    );

    let signature = client.send_transaction(&transaction).unwrap();
    let sent = Instant::now();

    let processed = CommitmentConfig::processed();
    let received = client.get_balance_with_commitment(&receiver, processed);
    assert_eq!(received.unwrap().value, SOL);
    while !client.confirm_transaction(&signature).unwrap() {
        assert!(sent.elapsed() < Duration::from_secs(5), "not confirmed");
        sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_failed_transaction_is_reported_with_its_error_and_changes_nothing() {
    let network = network();
    let client = client(&network);
    let payer = wallet(&client);

    let refused = run(
        &client,
        &payer,
        &[&payer],
        &[transfer(
            &payer.pubkey(),
            &Keypair::new().pubkey(),
            1_000 * SOL,
        )],
    )
    .unwrap_err();

    assert!(
        refused.to_string().contains("custom program error: 0x1"),
        "{refused}"
    );
    assert_eq!(client.get_balance(&payer.pubkey()).unwrap(), 100 * SOL);
}
