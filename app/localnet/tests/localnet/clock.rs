//! The clock, and moving it forward.

use std::{
    thread::sleep,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use assay_localnet::{clock, Error};
use solana_address_lookup_table_interface::instruction::create_lookup_table;
use solana_commitment_config::CommitmentConfig;
use solana_keypair::Keypair;
use solana_pubkey::{pubkey, Pubkey};
use solana_rpc_client::rpc_client::RpcClient;
use solana_signer::Signer;
use solana_system_interface::instruction::transfer;

use crate::actors::{client, network, run, wallet, SOL};

const DAY: u64 = 86_400;

fn wall_clock() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64
}

/// Returns slot and hash of the newest entry of the SlotHashes account.
fn newest_slot_hash(client: &RpcClient) -> (u64, [u8; 32]) {
    const SLOT_HASHES: Pubkey = pubkey!("SysvarS1otHashes111111111111111111111111111");
    let data = client.get_account(&SLOT_HASHES).unwrap().data;
    assert!(
        u64::from_le_bytes(data[..8].try_into().unwrap()) > 0,
        "no slot hashes"
    );
    (
        u64::from_le_bytes(data[8..16].try_into().unwrap()),
        data[16..48].try_into().unwrap(),
    )
}

#[test]
fn the_clock_keeps_step_with_the_wall_clock() {
    let network = network();
    let url = network.rpc_url();
    let start = Instant::now();
    let first = clock::now(&url).unwrap();

    sleep(Duration::from_secs(5));

    let (last, elapsed) = (clock::now(&url).unwrap(), start.elapsed().as_secs() as i64);
    assert!(
        (last - first - elapsed).abs() <= 1,
        "{} s in {elapsed} s",
        last - first
    );
    assert!((last - wall_clock()).abs() <= 1);
}

#[test]
fn time_travel_moves_the_clock_and_the_network_goes_on() {
    let network = network();
    let (url, client) = (network.rpc_url(), client(&network));
    let payer = wallet(&client);
    let pay = || transfer(&payer.pubkey(), &Keypair::new().pubkey(), SOL);
    let (before, slot_before) = (clock::now(&url).unwrap(), client.get_slot().unwrap());
    let old_hash = client.get_latest_blockhash().unwrap();

    let landed = clock::advance(&url, 7 * DAY).unwrap();

    assert!((landed - before - 7 * DAY as i64).abs() <= 1);
    assert!(client.get_slot().unwrap() > slot_before);
    assert!(client
        .is_blockhash_valid(&old_hash, client.commitment())
        .unwrap());
    run(&client, &payer, &[&payer], &[pay()]).unwrap();
    sleep(Duration::from_secs(3));
    let ticked = clock::now(&url).unwrap() - landed;
    assert!((2..=4).contains(&ticked), "{ticked} s in 3 s");
    run(&client, &payer, &[&payer], &[pay()]).unwrap();
}

#[test]
fn nobody_travels_past_the_end_of_time() {
    let network = network();
    let url = network.rpc_url();
    let before = clock::now(&url).unwrap();

    // The first is too many milliseconds for the network, the others are too many seconds for the clock.
    for seconds in [20_000_000_000_000_000, i64::MAX as u64, u64::MAX] {
        let refused = clock::advance(&url, seconds);
        assert!(
            matches!(refused, Err(Error::FarFuture(named)) if named == seconds),
            "{refused:?}"
        );
    }
    assert!(clock::now(&url).unwrap() - before < DAY as i64);
}

#[test]
fn slot_hashes_are_fresh_in_every_block_and_after_a_jump() {
    let network = network();
    let (url, client) = (network.rpc_url(), client(&network));

    let first = newest_slot_hash(&client);
    sleep(Duration::from_millis(500));
    let second = newest_slot_hash(&client);
    clock::advance(&url, DAY).unwrap();
    let third = newest_slot_hash(&client);

    assert!(second.0 > first.0 && second.1 != first.1);
    assert!(third.0 > second.0 && third.1 != second.1);
    let slot = client
        .get_slot_with_commitment(CommitmentConfig::processed())
        .unwrap();
    let lag = slot.abs_diff(newest_slot_hash(&client).0);
    assert!(lag <= 3, "{lag} slots old");
}

#[test]
fn a_program_finds_the_newest_slot_hash_through_its_syscall() {
    let network = network();
    let (url, client) = (network.rpc_url(), client(&network));
    let payer = wallet(&client);

    // The lookup table program is on-chain bytecode. It looks up its argument in SlotHashes with sol_get_sysvar.
    let open_table = |slot| {
        let (create, _) = create_lookup_table(payer.pubkey(), payer.pubkey(), slot);
        run(&client, &payer, &[&payer], &[create])
    };
    open_table(newest_slot_hash(&client).0).unwrap();
    clock::advance(&url, DAY).unwrap();
    open_table(newest_slot_hash(&client).0).unwrap();

    assert!(open_table(newest_slot_hash(&client).0 + 1_000).is_err());
}

#[test]
fn an_unreachable_network_is_one_clear_sentence() {
    let error = clock::advance("http://127.0.0.1:1", 1).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("no answer from http://127.0.0.1:1"),
        "{error}"
    );
}
