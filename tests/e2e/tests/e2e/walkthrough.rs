//! The walk-through of the README, on the command line.

use crate::job;
use assay_client::{pda, Address, Client};
use assay_harness::processes::{
    compile_module, log, wait_until, Cli, Localnet, Node, Workspace, ECHO,
};
use co2_trend::{combine, inputs, BLOCK_MONTHS};
use serde_json::Value;
use std::{fs, path::PathBuf};

/// The batch that `co2-trend`'s example `batch` makes of the data set.
const TASKS: u32 = 4;
const RESAMPLES: u32 = 400_000;

#[test]
fn a_job_is_posted_run_fetched_paid_and_rewarded() {
    let localnet = Localnet::start();
    let home = localnet.home();

    log("a provider with its node");
    let (owner, owner_address) = localnet.funded_wallet("owner");
    localnet.new_wallet("owner-node");
    localnet.fund("owner-node", &["--sol", "1"]);
    call(
        &owner,
        "provider register --node owner-node.json --cpu-cores 8 --memory-gib 32",
    );
    call(&owner, "provider stake 1000");
    call(&owner, "provider collateral add 800");
    let shown = call(&owner, "provider show");
    assert_eq!(shown["active"]["amount"], "1000");
    assert_eq!(shown["free_collateral"]["amount"], "800");
    let node = Node::start(&localnet, "owner");

    log("ada posts the batch");
    let (ada, ada_address) = localnet.funded_wallet("ada");
    fs::create_dir(home.join("inputs")).expect("a writable directory");
    for (task, input) in batch().iter().enumerate() {
        let file = home.join(format!("inputs/task-{task}.txt"));
        fs::write(file, input).expect("a writable directory");
    }
    let (module, store) = (module(), &localnet.blob_url);
    let module = module.display();
    let posted = call(
        &ada,
        &format!("job post --module {module} --inputs inputs/ --price 0.5 --replicas 1 --quorum 1 --spares 0 --store {store}"),
    );
    let job = posted["job"].as_str().expect("an address").to_owned();
    let nonce = posted["nonce"].as_str().expect("a nonce as text");
    let nonce = nonce.parse().expect("a number");
    assert_eq!(pda::market::job(&ada_address, nonce).to_string(), job);
    let listed = call(&ada, "job list --requester ada.json").to_string();
    assert!(listed.contains(&job), "{listed}");

    log("watching it, fetching and combining the results");
    let end = job::finished(&ada, &job);
    assert_eq!(
        (&end["accepted"], &end["uncollected"]),
        (&TASKS.into(), &0.into())
    );
    for _ in 0..2 {
        let fetched = call(&ada, &format!("job fetch {job} --out results/"));
        assert_eq!(fetched["missing"], Value::Array(Vec::new()));
    }
    let outputs = (0..TASKS).map(|task| home.join(format!("results/task-{task:05}.out")));
    let outputs: Vec<_> = outputs
        .map(|file| fs::read(file).expect("a fetched file"))
        .collect();
    let combined = combine(&outputs).expect("results that belong together");
    assert_eq!(combined.resamples, u64::from(RESAMPLES));

    log("everybody was paid: 4 tasks at half a dollar, and a fee of 2.5 per cent");
    let client = localnet.client();
    let dollars = |of| tokens(&client, &pda::ata(of, &localnet.tusd_mint));
    call(&ada, &format!("job close {job}"));
    assert_eq!(dollars(&owner_address), 1_002_000_000);
    assert_eq!(dollars(&ada_address), 997_950_000);
    let gone = ada.run(&["job", "show", &job]);
    assert_eq!(gone.code, Some(3), "{}", gone.stderr);

    log("the epoch ends, the node tallies");
    call(&owner, "localnet advance 1h");
    let earned = || call(&owner, "rewards show")["epochs"][0].clone();
    wait_until("the tally", || {
        (earned()["state"] == "tallied").then_some(())
    });
    call(&owner, "localnet advance 1h");

    log("the owner claims while the node may be finalizing the epoch");
    let assay = |of| tokens(&client, &pda::ata(of, &pda::rewards::mint()));
    let before = assay(&owner_address);
    let claimed = call(&owner, "rewards claim");
    let amount: u64 = units(&claimed["claimed"]);
    assert!(amount > 0, "{claimed}");
    assert_eq!(assay(&owner_address), before + amount);
    let after = earned();
    assert_eq!(
        (&after["state"], &after["epoch"]),
        (&"claimed".into(), &claimed["epochs"][0]["epoch"])
    );
    let again = call(&owner, "rewards claim");
    assert_eq!(units(&again["claimed"]), 0);
    drop(node);

    let params = call(&owner, "params show").to_string();
    assert!(params.contains("market.fee_bps"), "{params}");
}

fn call(cli: &Cli, command: &str) -> Value {
    cli.json(&command.split_whitespace().collect::<Vec<_>>())
}

/// Returns the inputs that the README's `split` writes.
fn batch() -> Vec<Vec<u8>> {
    let series = Workspace::of_test()
        .root
        .join("examples/data/mauna-loa-co2/co2.csv");
    let series = fs::read_to_string(series).expect("the data set");
    inputs(&series, TASKS, RESAMPLES, BLOCK_MONTHS).expect("a data set that can be split")
}

/// Returns the module file that `cargo xtask modules` builds.
fn module() -> PathBuf {
    let module = Workspace::of_test().module("co2-trend");
    assert!(
        module.is_file(),
        "{} is missing; run `cargo xtask modules` first",
        module.display()
    );
    module
}

fn tokens(client: &Client, account: &Address) -> u64 {
    client.token_balance(account).expect("a balance")
}

fn units(amount: &Value) -> u64 {
    let units = amount["units"].as_str().expect("units as text");
    units.parse().expect("a number")
}

#[test]
fn what_nobody_claimed_can_be_cancelled() {
    let localnet = Localnet::start();
    let (rita, _) = localnet.funded_wallet("rita");
    let module = compile_module(localnet.home(), "echo", ECHO);
    let posted = job::post(&rita, &module, &["one"], &localnet.blob_url, &[]);
    let cancelled = rita.json(&["job", "cancel", &posted]);
    assert_eq!(
        (&cancelled["cancelled"], &cancelled["open"]),
        (&1.into(), &0.into())
    );
    let wallet = rita.json(&["wallet", "show"]).to_string();
    assert!(wallet.contains("\"1000\""), "all of it is back: {wallet}");
    let gone = rita.run(&["job", "show", &posted]);
    assert_eq!(
        gone.code,
        Some(3),
        "nothing is left open, so it is closed: {}",
        gone.stderr
    );
}
