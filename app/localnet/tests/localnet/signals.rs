//! Ending on signals.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{kill_process, Pid, Signal};
use solana_rpc_client::rpc_client::RpcClient;

use crate::actors::network;

/// Set in the process in which `serving_process` serves.
const SERVE: &str = "ASSAY_LOCALNET_TEST_SERVE";

/// Tests nothing by itself: the other tests run it in a process that they send signals to.
#[test]
fn serving_process() {
    if env::var_os(SERVE).is_some() {
        let network = network();
        let url = network.rpc_url();
        network
            .run_until_signal(|| println!("\nserving {url}"))
            .unwrap();
    }
}

fn ends_cleanly_on(signal: Signal) {
    let mut process = Command::new(env::current_exe().unwrap())
        .args(["--exact", "signals::serving_process", "--nocapture"])
        .env(SERVE, "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Kept open, because the process writes its test report there at the end.
    let mut output = BufReader::new(process.stdout.take().unwrap()).lines();
    let url = output
        .find_map(|line| line.unwrap().strip_prefix("serving ").map(String::from))
        .expect("the network starts");
    assert!(RpcClient::new(url.clone()).get_health().is_ok());

    let asked = Instant::now();
    kill_process(Pid::from_child(&process), signal).unwrap();

    assert!(process.wait().unwrap().success());
    assert!(asked.elapsed() < Duration::from_secs(5));
    assert!(RpcClient::new(url).get_health().is_err());
}

#[test]
fn a_serving_network_ends_cleanly_on_ctrl_c() {
    ends_cleanly_on(Signal::INT);
}

#[test]
fn a_serving_network_ends_cleanly_on_sigterm() {
    ends_cleanly_on(Signal::TERM);
}
