//! Content that lies and modules that never stop.

use crate::job;
use assay_market::state::SlotState;
use assay_tests_network::{compiled, hostile, say, sha256_hex, Network, Node, Swindler, ECHO};

/// What `assay_runner::Exit` calls out of fuel, out of memory and over the output limit.
const OUT_OF_FUEL: u64 = 0x1_0001;
const OUT_OF_MEMORY: u64 = 0x1_0002;
const OUTPUT_LIMIT: u64 = 0x1_0003;

#[test]
fn content_with_another_hash_is_never_run() {
    let network = Network::start();
    network.provider("ada");
    let (rita, _) = network.person("rita");
    let module = compiled(network.home(), "echo", ECHO);
    let other = compiled(
        network.home(),
        "print",
        "(module (func (export \"_start\")))",
    );
    let other = std::fs::read(other).expect("the compiled file");
    let binary = std::fs::read(&module).expect("the compiled file");

    say("one job's module is swapped, another's input");
    let (swindler, thief) = (Swindler::start(), Swindler::start());
    let swapped_module = job::post(&rita, &module, &["true"], &swindler.url, &[]);
    swindler.lie_about(&sha256_hex(&binary), &other);
    let swapped_input = job::post(&rita, &module, &["honest"], &thief.url, &[]);
    thief.lie_about(&sha256_hex(b"honest"), b"forged");

    let mut node = Node::start(&network, "ada");
    for job in [&swapped_module, &swapped_input] {
        let avoided = node.wait("avoided", job);
        say(&format!("the node: {}", avoided["reason"]));
    }

    say("an honest job is done meanwhile");
    let honest = job::post(&rita, &module, &["true"], &network.blob_url, &[]);
    job::finished(&rita, &honest);
    assert_eq!(job::results(&rita, &honest), [(0, b"true".to_vec())]);
    for job in [&swapped_module, &swapped_input] {
        let task = job::view(&network, job);
        let touched = |state| !matches!(state, SlotState::Free | SlotState::Untouched);
        assert!(!task.states(0).any(touched), "{job} was claimed");
        let ran = |line: &serde_json::Value| line["event"] == "executed" && line["job"] == **job;
        assert!(!node.rest().iter().any(ran), "{job} was run");
    }
}

#[test]
fn endless_modules_are_stopped_and_the_node_goes_on() {
    let network = Network::start();
    network.provider("ada");
    let (rita, _) = network.person("rita");
    let _node = Node::start(&network, "ada");

    let cases = [
        ("spin", ["--fuel", "50000000"], OUT_OF_FUEL),
        ("allocate", ["--memory", "16"], OUT_OF_MEMORY),
        ("print", ["--max-output", "4"], OUTPUT_LIMIT),
    ];
    let posted = cases.map(|(name, limit, code)| {
        say(&format!("{name} under {}", limit.join(" ")));
        let module = hostile(network.home(), name);
        let job = job::post(&rita, &module, &["go"], &network.blob_url, &limit);
        (job, code)
    });
    let module = compiled(network.home(), "echo", ECHO);
    let honest = job::post(&rita, &module, &["still here"], &network.blob_url, &[]);
    for (job, code) in &posted {
        job::finished(&rita, job);
        assert_eq!(job::results(&rita, job), [(*code, Vec::new())]);
    }
    job::finished(&rita, &honest);
    assert_eq!(job::results(&rita, &honest), [(0, b"still here".to_vec())]);
}
