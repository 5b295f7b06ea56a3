//! A client that knows nothing of Assay can use the network.

use assay_harness::processes::{log, wait_until, Localnet};
use solana_keypair::Keypair;
use solana_pubkey::Pubkey;
use solana_rpc_client::rpc_client::RpcClient;
use solana_signer::Signer as _;

const TOKEN_PROGRAM: &str = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";

#[test]
fn a_plain_client_reads_balances_and_accounts() {
    let localnet = Localnet::start();
    let (_, ada) = localnet.funded_wallet("ada");
    let rpc = RpcClient::new(localnet.rpc_url.clone());

    log("versions, slots, blockhashes");
    assert_eq!(rpc.get_health().ok(), Some(()));
    rpc.get_version().expect("a version");
    rpc.get_latest_blockhash().expect("a blockhash");
    let slot = rpc.get_slot().expect("a slot");
    wait_until("a later slot", || {
        (rpc.get_slot().expect("a slot") > slot).then_some(())
    });

    log("balances of SOL and tokens");
    assert_eq!(rpc.get_balance(&ada).expect("a balance"), 10_000_000_000);
    let wallet = assay_client::pda::ata(&ada, &localnet.tusd_mint);
    let held = rpc
        .get_token_account_balance(&wallet)
        .expect("a token balance");
    assert_eq!((held.ui_amount_string.as_str(), held.decimals), ("1000", 6));
    let nobody = Pubkey::new_unique();
    assert_eq!(rpc.get_balance(&nobody).expect("a balance"), 0);

    log("accounts");
    let mint = rpc.get_account(&localnet.tusd_mint).expect("the mint");
    assert_eq!(mint.owner.to_string(), TOKEN_PROGRAM);
    let program = rpc.get_account(&assay_market::ID).expect("the market");
    assert!(program.executable);
    let params = assay_client::pda::market::params();
    let owned = rpc
        .get_program_accounts(&assay_market::ID)
        .expect("accounts");
    assert!(owned.iter().any(|(address, _)| *address == params));
    assert!(rpc.get_account(&nobody).is_err());

    log("an airdrop to a new key");
    let new = Keypair::new().pubkey();
    rpc.request_airdrop(&new, 1_000_000_000)
        .expect("an airdrop");
    wait_until("the airdrop", || {
        (rpc.get_balance(&new).expect("a balance") == 1_000_000_000).then_some(())
    });
}
