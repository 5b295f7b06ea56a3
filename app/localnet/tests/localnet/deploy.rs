//! Deploying programs and writing accounts.

use assay_localnet::Error;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::{pubkey, Pubkey};
use solana_rpc_client::rpc_client::RpcClient;
use solana_signer::Signer;

use crate::actors::{client, network, run, wallet};

/// The memo program, which every local network has from the start.
const MEMO: Pubkey = pubkey!("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

#[test]
fn a_program_is_deployed_at_any_address_and_runs() {
    let network = network();
    let client = client(&network);
    let payer = wallet(&client);
    let (program, authority) = (Keypair::new().pubkey(), Keypair::new().pubkey());
    let elf = memo_elf(&client);

    network.deploy(&program, &elf, &authority).unwrap();

    let memo = |text: &[u8]| Instruction::new_with_bytes(program, text, vec![]);
    run(&client, &payer, &[&payer], &[memo(b"assay")]).unwrap();
    // The memo program refuses bytes that are no text; an empty program would not.
    assert!(run(&client, &payer, &[&payer], &[memo(&[0xff, 0xfe])]).is_err());
}

#[test]
fn a_program_is_replaced_by_deploying_again() {
    let network = network();
    let client = client(&network);
    let program = Keypair::new().pubkey();
    let elf = memo_elf(&client);

    network.deploy(&program, &elf, &program).unwrap();
    network.deploy(&program, &elf, &program).unwrap();
}

#[test]
fn bytes_that_are_no_program_are_rejected() {
    let network = network();
    let program = Keypair::new().pubkey();
    let refused = |elf: &[u8]| match network.deploy(&program, elf, &program) {
        Err(Error::NotDeployed { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };

    for bytes in [
        &b"not a program"[..],
        b"\x7fELF and then nothing of use",
        b"",
    ] {
        assert_eq!(
            refused(bytes),
            "these bytes are not an SBF program that the SVM can load"
        );
    }
    assert!(
        client(&network).get_account(&program).is_err(),
        "nothing was written"
    );
}

#[test]
fn an_account_is_written_at_any_address_and_replaced() {
    let network = network();
    let client = client(&network);
    let address = Keypair::new().pubkey();

    for data in [&b"first"[..], b"the second, longer"] {
        network.write_account(&address, data).unwrap();
        assert_eq!(client.get_account(&address).unwrap().data, data);
    }
}

/// Returns the memo program's bytecode. Under the older loaders it is in the program's account, under the newest in its
/// data account.
fn memo_elf(client: &RpcClient) -> Vec<u8> {
    let data = client.get_account(&MEMO).unwrap().data;
    if data.starts_with(b"\x7fELF") {
        return data;
    }
    let holder = Pubkey::new_from_array(data[4..36].try_into().unwrap());
    client.get_account(&holder).unwrap().data[45..].to_vec()
}
