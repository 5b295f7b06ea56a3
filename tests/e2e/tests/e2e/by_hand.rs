//! What the command line and nodes never send: jobs with any terms, and results that nobody computed.

use crate::job;
use assay_client::{
    instruction::market::{
        claim_task, contribute, open_task, post_job, PaymentMintInfo, PostJobParams, TaskSeat,
    },
    pda, Address, Instruction, Keypair, Signer as _,
};
use assay_content::{ContentHash, ContentStore, Manifest, StoreConfig};
use assay_harness::processes::{wait_until, Localnet};
use assay_market::{
    game::contribution::Contribution,
    state::{JobTerms, PaymentMint, GATE_EVERY_SEAT, POLICY_CHECKED},
};
use std::path::Path;

/// Pay of a task: half a dollar.
const PRICE: u64 = 500_000;

/// Reads a keypair file.
pub fn keypair(file: &Path) -> Keypair {
    solana_keypair::read_keypair_file(file).expect("a keypair file")
}

/// Returns the key of a wallet.
pub fn wallet(localnet: &Localnet, name: &str) -> Keypair {
    keypair(&localnet.keypair_file(name))
}

/// Returns the worker of a provider.
pub fn worker(localnet: &Localnet, provider: &str) -> Address {
    let owner = wallet(localnet, provider).pubkey();
    pda::market::worker(&pda::staking::provider(&owner))
}

/// Sends a transaction that a key signs and pays.
#[track_caller]
pub fn send_signed(localnet: &Localnet, signer: &Keypair, instructions: &[Instruction]) {
    let client = localnet.client();
    let sent = client.sign_send_confirm(instructions, &[signer]);
    sent.unwrap_or_else(|error| panic!("{error}"));
}

/// Sends a transaction that a wallet signs and pays.
#[track_caller]
pub fn send(localnet: &Localnet, signer: &str, instructions: &[Instruction]) {
    send_signed(localnet, &wallet(localnet, signer), instructions);
}

/// Uploads content to the network's store.
pub fn upload(localnet: &Localnet, content: &[u8]) -> ContentHash {
    let cache = tempfile::tempdir().expect("a directory");
    let mut config = StoreConfig::new(cache.path());
    config.blob_stores = vec![localnet.blob_url.clone()];
    let store = ContentStore::open(config).expect("the network's store");
    store.put(content).expect("an upload")
}

/// Uploads a manifest to the network's store and returns the terms of a job with it: half a dollar a task, without checks.
pub fn terms(localnet: &Localnet, module: ContentHash, manifest: &Manifest) -> JobTerms {
    let mut store = [0; 64];
    store[..localnet.blob_url.len()].copy_from_slice(localnet.blob_url.as_bytes());
    JobTerms {
        nonce: 0,
        module: module.bytes(),
        manifest: upload(localnet, &manifest.encode()).bytes(),
        store,
        runtime_id: [0; 8],
        price: PRICE,
        fuel: 10_000_000_000,
        memory_bytes: 16 << 20,
        output_bytes: 1 << 10,
        task_count: u32::try_from(manifest.inputs().len()).expect("a few"),
        checks_bps: 0,
        claim_window: 3_600,
        run_window: 600,
        least_collateral: 0,
        credential_set: Address::default(),
        author: Address::default(),
        inputs: manifest.root(),
        lie_prices: 100,
        royalty_bps: 0,
        region: 0,
        gate: GATE_EVERY_SEAT,
        policy: POLICY_CHECKED,
        attestations: 0,
        escrow_bump: 0,
    }
}

/// Posts a job under the next free number. Returns its address.
#[track_caller]
pub fn post(
    localnet: &Localnet,
    requester: &str,
    attesters: Option<Address>,
    terms: JobTerms,
) -> String {
    let client = localnet.client();
    let address = wallet(localnet, requester).pubkey();
    let nonce = u64::try_from(client.fetch_jobs().expect("jobs").len()).expect("a few");
    let allowed = pda::market::payment_mint(&localnet.tusd_mint);
    let allowed: PaymentMint = client.fetch(&allowed).expect("the test dollar");
    let params = PostJobParams {
        requester: address,
        payment: PaymentMintInfo::from(&allowed),
        source: pda::ata(&address, &localnet.tusd_mint),
        // Price and fee; what is not paid returns.
        escrow: PRICE * 2 * u64::from(terms.task_count),
        attesters,
        terms: JobTerms { nonce, ..terms },
    };
    let rent = |bytes| client.minimum_balance(bytes).expect("the rent");
    let instructions = post_job(params, rent).expect("a small job");
    send(localnet, requester, &instructions);
    pda::market::job(&address, nonce).to_string()
}

/// Claims the first seat of a job's first task as soon as the rank of a provider admits it, and opens this digest.
#[track_caller]
pub fn deliver(localnet: &Localnet, provider: &str, job: &str, digest: [u8; 32]) {
    let view = job::view(localnet, job);
    let (job, seed) = (view.address, view.header.seed);
    let (worker, node) = (worker(localnet, provider), format!("{provider}-node"));
    let (client, signer) = (localnet.client(), wallet(localnet, &node));
    let key = signer.pubkey();
    let place = TaskSeat { task: 0, seat: 0 };
    let claim = claim_task(key, worker, job, seed, place, None);
    wait_until("the claim by hand", || {
        let claim = std::slice::from_ref(&claim);
        client.sign_send_confirm(claim, &[&signer]).ok()
    });
    let contribution = Contribution::new(&seed, 0, &worker, &digest);
    let contribute = contribute(key, worker, job, place, &contribution);
    let open = open_task(job, 0, digest, None);
    send_signed(localnet, &signer, &[contribute, open]);
}
