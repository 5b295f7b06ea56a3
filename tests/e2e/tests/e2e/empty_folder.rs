//! `assay localnet` as somebody starts it who has nothing but the binary.

use assay_harness::processes::{compile_module, log, Cli, Process, Workspace, ECHO};
use serde_json::Value;
use std::{fs, process::Command};

#[test]
fn a_network_starts_in_an_empty_folder_and_its_blob_store_is_found_on_its_port() {
    let temporary = || tempfile::tempdir().expect("a temporary directory");
    let (folder, logs) = (temporary(), temporary());
    let home = folder.path();
    let assay = Workspace::of_test().assay;

    log("no programs, no state: the binary has all it needs");
    let mut command = Command::new(&assay);
    command
        .current_dir(home)
        .env("HOME", home)
        .args(["--output", "json", "localnet"])
        .args(["--rpc-port=0", "--ws-port=0", "--blob-port=0"]);
    let mut network = Process::start("localnet", &mut command, logs.path()).expect("a process");
    let is_ready = |line: &Value| line.get("rpc_url").is_some();
    let network = network
        .try_wait_for("running network", is_ready)
        .unwrap_or_else(|error| panic!("{error:#}"));
    let text = |field: &str| network[field].as_str().expect("a text").to_owned();

    log("the programs are deployed and initialized");
    let mut cli = Cli::new(&assay, home);
    cli.url = Some(text("rpc_url"));
    let params = cli.json(&["params", "show"]).to_string();
    assert!(params.contains("market.fee_bps"), "{params}");
    cli.json(&["wallet", "new", "ada.json"]);
    cli.json(&["localnet", "fund", "ada.json"]);

    log("a job without --store: its content is in the blob store of this network");
    cli.keypair = Some(home.join("ada.json"));
    compile_module(home, "echo", ECHO);
    fs::write(home.join("input"), "text").expect("a writable directory");
    let post = "job post --module echo.wasm --input input --price 0.5";
    let posted = cli.json(&post.split(' ').collect::<Vec<_>>());
    let job = posted["job"].as_str().expect("an address");
    let shown = cli.json(&["job", "show", job]);
    assert_eq!(shown["store"], text("blob_url"));
}
