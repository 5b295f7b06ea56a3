use assay_localnet::Error;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_pubkey::{pubkey, Pubkey};
use solana_signer::Signer;

use crate::actors::{client, network, run, wallet};

/// The memo program's bytecode, which every local network holds already.
const MEMO: Pubkey = pubkey!("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

#[test]
fn a_program_is_deployed_at_any_address_and_runs() {
    let network = network();
    let client = client(&network);
    let payer = wallet(&client);
    let (program, authority) = (Keypair::new().pubkey(), Keypair::new().pubkey());
    let elf = elf_of(&client.get_account(&MEMO).unwrap().data, &client);

    network.deploy(&program, &elf, &authority).unwrap();

    let memo = |text: &[u8]| Instruction::new_with_bytes(program, text, vec![]);
    run(&client, &payer, &[&payer], &[memo(b"assay")]).unwrap();
    // It is the memo program and no placeholder: it refuses what is no text.
    assert!(run(&client, &payer, &[&payer], &[memo(&[0xff, 0xfe])]).is_err());
    let shown = client.get_account(&program).unwrap();
    assert!(shown.executable);
}

#[test]
fn a_program_is_replaced_by_deploying_again() {
    let network = network();
    let client = client(&network);
    let program = Keypair::new().pubkey();
    let elf = elf_of(&client.get_account(&MEMO).unwrap().data, &client);

    network.deploy(&program, &elf, &program).unwrap();
    network.deploy(&program, &elf, &program).unwrap();
}

#[test]
fn bytes_that_are_no_program_are_refused() {
    let network = network();
    let program = Keypair::new().pubkey();
    let refused = |elf: &[u8]| match network.deploy(&program, elf, &program) {
        Err(Error::NotDeployed { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };

    assert_eq!(refused(b"not a program"), "these bytes are not an ELF file");
    println!("{}", refused(b"\x7fELF and then nothing of use"));
}

/// The ELF behind a program account: the account itself for the older loaders, its data account for the upgradeable one.
fn elf_of(data: &[u8], client: &solana_rpc_client::rpc_client::RpcClient) -> Vec<u8> {
    if data.starts_with(b"\x7fELF") {
        return data.to_vec();
    }
    let holder = Pubkey::new_from_array(data[4..36].try_into().unwrap());
    client.get_account(&holder).unwrap().data[45..].to_vec()
}
