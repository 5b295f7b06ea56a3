//! The whole way through the command line, as the README tells it.

use crate::job;
use assay_tests_network::{compiled, say, Network, Node, ECHO};

#[test]
fn a_job_is_posted_run_fetched_and_paid() {
    let network = Network::start();

    say("ada offers a machine");
    let (ada, _) = network.provider("ada");
    let shown = ada.ok(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "5000");
    assert_eq!(shown["free_collateral"]["amount"], "5000");
    let _node = Node::start(&network, "ada");

    say("rita posts a job of two tasks");
    let (rita, _) = network.person("rita");
    let module = compiled(network.home(), "echo", ECHO);
    let posted = job::post(&rita, &module, &["one", "two"], &network.blob_url, &[]);
    let listed = rita.ok(&["job", "list"]).to_string();
    assert!(listed.contains(&posted), "{listed}");

    say("watching it, fetching the results");
    let end = job::finished(&rita, &posted);
    assert_eq!(
        (&end["accepted"], &end["uncollected"]),
        (&2.into(), &0.into())
    );
    let results = job::results(&rita, &posted);
    assert_eq!(results, [(0, b"one".to_vec()), (0, b"two".to_vec())]);

    say("ada was paid, rita pays no more than price and fee");
    let wallet = ada.ok(&["wallet", "show"]).to_string();
    assert!(
        wallet.contains("\"1001\""),
        "two tasks at half a dollar: {wallet}"
    );
    let record = ada.ok(&["provider", "show"]);
    assert_eq!(
        (&record["accepted"], &record["rejected"]),
        (&2.into(), &0.into())
    );
    let paying = rita.ok(&["wallet", "show"]).to_string();
    assert!(
        paying.contains("\"998.975\""),
        "a dollar and 2.5 per cent: {paying}"
    );
    rita.ok(&["job", "close", &posted]);
    let gone = rita.run(&["job", "show", &posted]);
    assert_eq!(gone.code, Some(3), "{}", gone.stderr);

    say("rewards, parameters, proposals");
    ada.ok(&["rewards", "show"]);
    let params = ada.ok(&["params", "show"]).to_string();
    assert!(params.contains("market.fee_bps"), "{params}");
    ada.ok(&["gov", "list"]);
}

#[test]
fn what_nobody_claimed_can_be_cancelled() {
    let network = Network::start();
    let (rita, _) = network.person("rita");
    let module = compiled(network.home(), "echo", ECHO);
    let posted = job::post(&rita, &module, &["one"], &network.blob_url, &[]);
    let cancelled = rita.ok(&["job", "cancel", &posted]);
    assert_eq!(
        (&cancelled["cancelled"], &cancelled["open"]),
        (&1.into(), &0.into())
    );
    let wallet = rita.ok(&["wallet", "show"]).to_string();
    assert!(wallet.contains("\"1000\""), "all of it is back: {wallet}");
    let gone = rita.run(&["job", "show", &posted]);
    assert_eq!(
        gone.code,
        Some(3),
        "nothing is left open, so it is closed: {}",
        gone.stderr
    );
}
