//! Whatever is wrong with a command ends in one sentence, a code that is not zero, and nothing sent.

use crate::job;
use assay_client::Address;
use assay_tests_e2e::{compiled, say, Answer, Assay, Network, ECHO};

/// Exit codes of the command line.
const USAGE: i32 = 2;
const NOT_FOUND: i32 = 3;
const UNREACHABLE: i32 = 4;
const INSUFFICIENT: i32 = 6;

const NOBODY: &str = "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM";

/// A command, who calls it, and how it must end.
struct Case<'a> {
    who: &'a Assay,
    command: String,
    code: i32,
    /// A word that the sentence must have, because it says what is wrong.
    word: &'a str,
}

fn case<'a>(who: &'a Assay, command: impl Into<String>, code: i32, word: &'a str) -> Case<'a> {
    Case {
        who,
        command: command.into(),
        code,
        word,
    }
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
    // Nothing is there, so that whoever asked it would have to wait.
    let far = Assay {
        url: Some("http://192.0.2.1:8899".into()),
        ..rita.clone()
    };
    let store = &network.blob_url;
    let post = |module: &str, input: &str, price: &str| {
        format!("job post --module {module} --price {price} --store {store} --input {input}")
    };
    let good = post("echo.wasm", "input", "0.5");

    let arguments = [
        case(&rita, "job show not-an-address", USAGE, "not-an-address"),
        case(&rita, "job dance", USAGE, "dance"),
        case(&rita, "provider stake much", USAGE, "much"),
        case(&rita, "provider stake -5", USAGE, "-5"),
        case(&rita, "provider stake 0", USAGE, "zero"),
        case(
            &rita,
            post("echo.wasm", "input", "0.0000001"),
            USAGE,
            "decimal",
        ),
        case(&rita, format!("{good} --replicas 0"), USAGE, "--replicas"),
        case(
            &rita,
            format!("{good} --run-window 99d"),
            USAGE,
            "--run-window",
        ),
        case(
            &rita,
            "gov propose --title fee --set market.fee_bps=20000",
            USAGE,
            "fee_bps",
        ),
        case(
            &rita,
            format!("node run --owner {NOBODY} --wall-limit 0"),
            USAGE,
            "--wall-limit",
        ),
    ];
    let node = format!("node run --owner {NOBODY}");
    let stores = [
        case(&far, &good, USAGE, "--store"),
        case(
            &far,
            "job post --module echo.wasm --input input --price 1",
            USAGE,
            "--store",
        ),
        case(&far, &node, USAGE, "--store"),
        case(&far, format!("{node} --store {store}"), USAGE, "--store"),
    ];
    let files = [
        case(
            &rita,
            post("missing.wasm", "input", "0.5"),
            NOT_FOUND,
            "missing.wasm",
        ),
        case(
            &rita,
            post("echo.wasm", "missing", "0.5"),
            NOT_FOUND,
            "missing",
        ),
        case(&rita, post("input", "input", "0.5"), USAGE, "WebAssembly"),
    ];
    let keys = [
        case(&lost, &good, NOT_FOUND, "lost.json"),
        case(&lost, "rewards show", NOT_FOUND, "lost.json"),
        case(&garbled, &good, USAGE, "garbled.json"),
        case(&poor, format!("job cancel {posted}"), USAGE, "requester"),
        case(&poor, format!("job close {posted}"), USAGE, "requester"),
    ];
    let unknown = [
        case(&rita, format!("job show {NOBODY}"), NOT_FOUND, NOBODY),
        case(&rita, format!("job watch {NOBODY}"), NOT_FOUND, NOBODY),
        case(&rita, format!("job cancel {NOBODY}"), NOT_FOUND, NOBODY),
        case(
            &rita,
            format!("job fetch {NOBODY} --out out"),
            NOT_FOUND,
            NOBODY,
        ),
        case(&rita, format!("provider show {NOBODY}"), NOT_FOUND, NOBODY),
    ];
    let balances = [
        case(&poor, &good, INSUFFICIENT, "holds 0"),
        case(
            &pauper,
            format!("provider register --node {NOBODY}"),
            INSUFFICIENT,
            "SOL",
        ),
        case(
            &rita,
            post("echo.wasm", "input", "5000"),
            INSUFFICIENT,
            "needs",
        ),
    ];
    let unreachable = [
        case(&away, "job list", UNREACHABLE, "127.0.0.1:9"),
        case(&away, &good, UNREACHABLE, "127.0.0.1:9"),
    ];

    let before = sent_by(&network, &address);
    let cases = arguments.iter().chain(&stores).chain(&files).chain(&keys);
    let cases = cases.chain(&unknown).chain(&balances).chain(&unreachable);
    let broken: Vec<_> = cases.filter_map(Case::broken).collect();
    assert!(
        broken.is_empty(),
        "{} of the cases:\n{}",
        broken.len(),
        broken.join("\n")
    );
    assert_eq!(sent_by(&network, &address), before, "rita sent something");
    let poor = network.client().lamports(&key_of(&network, "poor"));
    assert_eq!(poor.ok(), Some(1_000_000_000), "the poor one paid a fee");
}

impl Case<'_> {
    /// What is wrong with how the command ended; `None` when nothing is.
    fn broken(&self) -> Option<String> {
        let words: Vec<_> = self.command.split_whitespace().collect();
        let Answer {
            code,
            stdout,
            stderr,
        } = self.who.run(&words);
        let said = stderr.trim();
        say(&format!("assay {}: {said}", self.command));
        let one_sentence = said.starts_with("error: ") && said.lines().count() == 1;
        let good = code == Some(self.code) && one_sentence && said.contains(self.word);
        (!good || !stdout.is_empty())
            .then(|| format!("assay {}\n  {code:?} {said} {stdout}", self.command))
    }
}

#[test]
fn a_store_that_does_not_answer_costs_nothing() {
    let network = Network::start();
    let (rita, address) = network.person("rita");
    compiled(network.home(), "echo", ECHO);
    std::fs::write(network.home().join("input"), "text").expect("a writable directory");
    let before = sent_by(&network, &address);
    let post = "job post --module echo.wasm --price 0.5 --input input --store http://127.0.0.1:9";
    ends_in(&rita, post, UNREACHABLE, "127.0.0.1:9");
    assert_eq!(sent_by(&network, &address), before);
}

#[test]
fn a_node_starts_only_with_the_key_of_its_provider() {
    let network = Network::start();
    network.provider("ada");
    let (rita, address) = network.person("rita");
    let before = sent_by(&network, &address);
    let run = format!("node run --state node --store {}", network.blob_url);
    ends_in(&rita, &format!("{run} --owner ada.json"), USAGE, "node key");
    ends_in(&rita, &format!("{run} --owner {NOBODY}"), NOT_FOUND, NOBODY);
    assert_eq!(sent_by(&network, &address), before);
}

/// Runs a command that may say what it begins with; its last sentence is the error.
#[track_caller]
fn ends_in(who: &Assay, command: &str, code: i32, word: &str) {
    let words: Vec<_> = command.split_whitespace().collect();
    let answer = who.run(&words);
    let last = answer.stderr.trim().lines().last().unwrap_or_default();
    say(&format!("assay {command}: {last}"));
    assert_eq!(answer.code, Some(code), "{last}");
    assert!(last.starts_with("error: ") && last.contains(word), "{last}");
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
