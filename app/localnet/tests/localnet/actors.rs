//! A network and a wallet with SOL, from which nearly every test starts.

use assay_localnet::{Config, Localnet};
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::client_error;
use solana_signer::{signers::Signers, Signer};
use solana_transaction::Transaction;

pub const SOL: u64 = 1_000_000_000;

pub fn network() -> Localnet {
    Localnet::start(Config::on_free_ports()).expect("the network starts")
}

pub fn client(network: &Localnet) -> RpcClient {
    RpcClient::new_with_commitment(network.rpc_url(), CommitmentConfig::confirmed())
}

/// Creates a wallet with 100 SOL from the faucet, confirmed.
pub fn wallet(client: &RpcClient) -> Keypair {
    let wallet = Keypair::new();
    let signature = client
        .request_airdrop(&wallet.pubkey(), 100 * SOL)
        .expect("the faucet answers");
    client
        .poll_for_signature(&signature)
        .expect("the airdrop is confirmed");
    wallet
}

/// Sends `instructions` paid by `payer` and waits until they are confirmed.
pub fn run<S: Signers>(
    client: &RpcClient,
    payer: &Keypair,
    signers: &S,
    instructions: &[Instruction],
) -> Result<(), client_error::Error> {
    let blockhash = client.get_latest_blockhash()?;
    let transaction =
        Transaction::new_signed_with_payer(instructions, Some(&payer.pubkey()), signers, blockhash);
    client.send_and_confirm_transaction(&transaction).map(drop)
}
