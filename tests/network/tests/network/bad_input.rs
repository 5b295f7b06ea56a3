//! Whatever is wrong with a command ends in one sentence, a code that is not zero, and nothing sent.

use crate::job;
use assay_client::Address;
use assay_tests_network::{compiled, say, Answer, Assay, Network, ECHO};

/// Exit codes of the command line.
const USAGE: i32 = 2;
const NOT_FOUND: i32 = 3;
const UNREACHABLE: i32 = 4;
const REFUSED: i32 = 5;
const INSUFFICIENT: i32 = 6;

const NOBODY: &str = "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM";

/// A command, who calls it, and how it must end.
struct Case<'a> {
    who: &'a Assay,
    arguments: &'a [&'a str],
    code: i32,
    /// A word that the sentence must have, because it says what is wrong.
    word: &'a str,
}

#[test]
fn every_mistake_is_one_sentence_and_sends_nothing() {
    let network = Network::start();
    let (rita, address) = network.person("rita");
    let echo = compiled(network.home(), "echo", ECHO);
    let posted = job::post(&rita, &echo, &["one"], &network.blob_url, &[]);
    let home = network.home();
    std::fs::write(home.join("input"), "text").expect("a writable directory");
    std::fs::write(home.join("garbled.json"), "[1,2,3]").expect("a writable directory");
    network.wallet("poor");
    network.fund("poor", &["--sol", "1"]);
    network.wallet("pauper");
    let (poor, pauper) = (network.with_key("poor"), network.with_key("pauper"));
    let (lost, garbled) = (network.with_key("lost"), network.with_key("garbled"));
    let away = Assay {
        url: Some("http://127.0.0.1:9".into()),
        ..rita.clone()
    };
    let store = network.blob_url.as_str();
    let post = |module: &'static str, input: &'static str, price: &'static str| {
        [
            "job", "post", "--module", module, "--price", price, "--store", store, "--input", input,
        ]
    };

    let case = |who, arguments, code, word| Case {
        who,
        arguments,
        code,
        word,
    };
    let cases = [
        // Malformed arguments.
        case(
            &rita,
            &["job", "show", "not-an-address"],
            USAGE,
            "not-an-address",
        ),
        case(&rita, &["job", "dance"], USAGE, "dance"),
        case(&rita, &["provider", "stake", "much"], USAGE, "much"),
        case(&rita, &["provider", "stake", "-5"], USAGE, "-5"),
        case(&rita, &["provider", "stake", "0"], USAGE, "zero"),
        case(
            &rita,
            &post("echo.wasm", "input", "0.0000001"),
            USAGE,
            "decimal",
        ),
        case(
            &rita,
            &["--url", "nonsense", "job", "list"],
            USAGE,
            "nonsense",
        ),
        // Files that are missing or are something else.
        case(
            &rita,
            &post("missing.wasm", "input", "0.5"),
            NOT_FOUND,
            "missing.wasm",
        ),
        case(
            &rita,
            &post("echo.wasm", "missing", "0.5"),
            NOT_FOUND,
            "missing",
        ),
        case(&rita, &post("input", "input", "0.5"), USAGE, "WebAssembly"),
        // Keys that are missing, garbled or somebody else's.
        case(
            &lost,
            &post("echo.wasm", "input", "0.5"),
            NOT_FOUND,
            "lost.json",
        ),
        case(
            &garbled,
            &post("echo.wasm", "input", "0.5"),
            USAGE,
            "garbled.json",
        ),
        case(&poor, &["job", "cancel", &posted], REFUSED, "requester"),
        // Jobs and providers that there are not.
        case(&rita, &["job", "show", NOBODY], NOT_FOUND, NOBODY),
        case(&rita, &["job", "watch", NOBODY], NOT_FOUND, NOBODY),
        case(
            &rita,
            &["job", "fetch", NOBODY, "--out", "out"],
            NOT_FOUND,
            NOBODY,
        ),
        case(&rita, &["provider", "show", NOBODY], NOT_FOUND, NOBODY),
        // Balances that are too low.
        case(
            &poor,
            &post("echo.wasm", "input", "0.5"),
            INSUFFICIENT,
            "tUSD",
        ),
        case(
            &pauper,
            &["provider", "register", "--node", NOBODY],
            INSUFFICIENT,
            "SOL",
        ),
        case(
            &rita,
            &post("echo.wasm", "input", "5000"),
            INSUFFICIENT,
            "needs",
        ),
        // A network or a store that does not answer.
        case(&away, &["job", "list"], UNREACHABLE, "127.0.0.1:9"),
        case(
            &away,
            &post("echo.wasm", "input", "0.5"),
            UNREACHABLE,
            "127.0.0.1:9",
        ),
    ];
    let before = sent_by(&network, &address);
    for case in &cases {
        let answer = case.who.run(case.arguments);
        let command = case.arguments.join(" ");
        say(&format!("assay {command}: {}", answer.stderr.trim()));
        case.check(&command, &answer);
    }
    assert_eq!(sent_by(&network, &address), before, "rita sent something");
    let poor = network.client().lamports(&key_of(&network, "poor"));
    assert_eq!(poor.ok(), Some(1_000_000_000), "the poor one paid a fee");
}

impl Case<'_> {
    #[track_caller]
    fn check(&self, command: &str, answer: &Answer) {
        let said = answer.stderr.trim();
        assert_eq!(answer.code, Some(self.code), "assay {command}: {said}");
        assert_eq!(answer.stdout, "", "assay {command} printed data");
        assert_eq!(said.lines().count(), 1, "assay {command}: {said}");
        assert!(said.starts_with("error: "), "assay {command}: {said}");
        assert!(said.contains(self.word), "assay {command}: {said}");
    }
}

#[test]
fn a_store_that_does_not_answer_costs_nothing() {
    let network = Network::start();
    let (rita, address) = network.person("rita");
    compiled(network.home(), "echo", ECHO);
    std::fs::write(network.home().join("input"), "text").expect("a writable directory");
    let before = sent_by(&network, &address);
    let post = [
        "job",
        "post",
        "--module",
        "echo.wasm",
        "--price",
        "0.5",
        "--input",
        "input",
    ];
    let answer = rita.run(&[&post[..], &["--store", "http://127.0.0.1:9"]].concat());
    assert_eq!(answer.code, Some(UNREACHABLE), "{}", answer.stderr);
    let last = answer.stderr.trim().lines().last().unwrap_or_default();
    assert!(
        last.starts_with("error: ") && last.contains("127.0.0.1:9"),
        "{last}"
    );
    assert_eq!(sent_by(&network, &address), before);
}

/// What a wallet's transactions show in: how many there are, and the lamports that fees are taken from.
fn sent_by(network: &Network, wallet: &Address) -> (usize, u64) {
    let client = network.client();
    let history = client.rpc().get_signatures_for_address(wallet);
    let lamports = client.lamports(wallet).expect("a balance");
    (history.expect("a history").len(), lamports)
}

fn key_of(network: &Network, name: &str) -> Address {
    let shown = network.with_key(name).ok(&["wallet", "show"]);
    let address = shown["address"].as_str().expect("an address");
    address.parse().expect("an address")
}
