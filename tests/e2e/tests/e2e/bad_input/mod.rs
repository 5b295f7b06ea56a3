//! Every mistake in a command ends with one sentence on stderr, an exit code that is not zero, and nothing sent.

mod proofs;

use crate::job;
use assay_client::Address;
use assay_harness::processes::{compile_module, log, Cli, CliOutput, Localnet, ECHO};

/// Exit codes of the command line.
const USAGE: i32 = 2;
const NOT_FOUND: i32 = 3;
const UNREACHABLE: i32 = 4;
const INSUFFICIENT: i32 = 6;

const NOBODY: &str = "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM";

/// A wrong command and how it must end.
struct BadCommand<'a> {
    cli: &'a Cli,
    command: String,
    code: i32,
    /// A word that the sentence must contain, because it names the mistake.
    word: &'a str,
}

fn case<'a>(cli: &'a Cli, command: impl Into<String>, code: i32, word: &'a str) -> BadCommand<'a> {
    BadCommand {
        cli,
        command: command.into(),
        code,
        word,
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a table with one mistake after another"
)]
fn every_mistake_is_one_sentence_and_sends_nothing() {
    let localnet = Localnet::start();
    let (rita, address) = localnet.funded_wallet("rita");
    let echo = compile_module(localnet.home(), "echo", ECHO);
    let posted = job::post(&rita, &echo, &["one"], &localnet.blob_url, &[]);
    let home = localnet.home();
    std::fs::write(home.join("input"), "text").expect("a writable directory");
    std::fs::write(home.join("garbled.json"), "[1,2,3]").expect("a writable directory");
    localnet.new_wallet("poor");
    localnet.fund("poor", &["--sol", "1"]);
    localnet.new_wallet("pauper");
    let (poor, pauper) = (localnet.as_wallet("poor"), localnet.as_wallet("pauper"));
    let (lost, garbled) = (localnet.as_wallet("lost"), localnet.as_wallet("garbled"));
    let away = Cli {
        url: Some("http://127.0.0.1:9".into()),
        ..rita.clone()
    };
    // An address at which nothing responds: a command that sent a request would time out.
    let far = Cli {
        url: Some("http://192.0.2.1:8899".into()),
        ..rita.clone()
    };
    let store = &localnet.blob_url;
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
        case(&rita, format!("{good} --checks 16"), USAGE, "15 checks"),
        case(&rita, format!("{good} --checks lots"), USAGE, "--checks"),
        case(
            &rita,
            format!("{good} --lie-prices 19"),
            USAGE,
            "--lie-prices",
        ),
        case(&rita, format!("{good} --lie-prices 501"), USAGE, "20..=500"),
        case(
            &rita,
            format!("{good} --run-window 99d"),
            USAGE,
            "--run-window 10s to 12h",
        ),
        case(
            &rita,
            format!("{good} --claim-window 3d"),
            USAGE,
            "--claim-window must be 1s to 2d",
        ),
        case(
            &rita,
            format!("{good} --checks 15 --run-window 12h"),
            USAGE,
            "shorten --run-window",
        ),
        case(&rita, format!("{good} --runtime 12"), USAGE, "--runtime"),
        case(&rita, format!("job check {posted} 1"), USAGE, "0 to 0"),
        case(&rita, format!("job check {posted} 0"), USAGE, "stands"),
        case(
            &rita,
            format!("job extend {posted} --input"),
            USAGE,
            "--input",
        ),
        case(
            &rita,
            "provider limits --daily-misses many",
            USAGE,
            "--daily-misses",
        ),
        case(
            &rita,
            "provider limits --all-bonds 1,5",
            USAGE,
            "--all-bonds",
        ),
        case(&rita, "localnet advance soon", USAGE, "soon"),
        case(
            &rita,
            format!("node watch --owner {NOBODY} --share 101%"),
            USAGE,
            "--share",
        ),
        case(
            &rita,
            format!("node watch --owner {NOBODY} --max-claims 4"),
            USAGE,
            "--max-claims",
        ),
        case(
            &rita,
            "gov propose param --title fee --set market.fee_bps=20000",
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
    let roles = [
        case(&poor, format!("job check {posted} 0"), USAGE, "requester"),
        case(
            &rita,
            "provider limits --all-bonds 1",
            NOT_FOUND,
            "provider",
        ),
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
        case(&rita, format!("job check {NOBODY} 0"), NOT_FOUND, NOBODY),
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

    let before = sent_by(&localnet, &address);
    let cases = arguments.iter().chain(&stores).chain(&files).chain(&keys);
    let cases = cases
        .chain(&roles)
        .chain(&unknown)
        .chain(&balances)
        .chain(&unreachable);
    assert_mistakes(cases);
    assert_eq!(sent_by(&localnet, &address), before, "rita sent something");
    let poor = localnet.client().lamports(&address_of(&localnet, "poor"));
    assert_eq!(poor.ok(), Some(1_000_000_000), "the poor one paid a fee");
}

/// Asserts that each command ends as it must, and names all that do not.
#[track_caller]
fn assert_mistakes<'a>(cases: impl Iterator<Item = &'a BadCommand<'a>>) {
    let broken: Vec<_> = cases.filter_map(BadCommand::difference).collect();
    assert!(
        broken.is_empty(),
        "{} of the cases:\n{}",
        broken.len(),
        broken.join("\n")
    );
}

impl BadCommand<'_> {
    /// Returns how the command ended if that is wrong.
    fn difference(&self) -> Option<String> {
        let words: Vec<_> = self.command.split_whitespace().collect();
        let CliOutput {
            code,
            stdout,
            stderr,
        } = self.cli.run(&words);
        let stderr = stderr.trim();
        log(&format!("assay {}: {stderr}", self.command));
        let one_sentence = stderr.starts_with("error: ") && stderr.lines().count() == 1;
        let good = code == Some(self.code) && one_sentence && stderr.contains(self.word);
        (!good || !stdout.is_empty())
            .then(|| format!("assay {}\n  {code:?} {stderr} {stdout}", self.command))
    }
}

#[test]
fn a_store_that_does_not_answer_costs_nothing() {
    let localnet = Localnet::start();
    let (rita, address) = localnet.funded_wallet("rita");
    compile_module(localnet.home(), "echo", ECHO);
    std::fs::write(localnet.home().join("input"), "text").expect("a writable directory");
    let before = sent_by(&localnet, &address);
    let post = "job post --module echo.wasm --price 0.5 --input input --store http://127.0.0.1:9";
    assert_fails(&rita, post, UNREACHABLE, "127.0.0.1:9");
    assert_eq!(sent_by(&localnet, &address), before);
}

#[test]
fn a_node_starts_only_with_the_key_of_its_provider() {
    let localnet = Localnet::start();
    localnet.provider("ada");
    let (rita, address) = localnet.funded_wallet("rita");
    let before = sent_by(&localnet, &address);
    let run = format!("node run --state node --store {}", localnet.blob_url);
    assert_fails(&rita, &format!("{run} --owner ada.json"), USAGE, "node key");
    assert_fails(&rita, &format!("{run} --owner {NOBODY}"), NOT_FOUND, NOBODY);
    let watch = run.replace("node run", "node watch");
    assert_fails(
        &rita,
        &format!("{watch} --owner ada.json"),
        USAGE,
        "node key",
    );
    assert_eq!(sent_by(&localnet, &address), before);
}

/// Runs a command that may print its progress, and checks its exit code and its last sentence.
#[track_caller]
fn assert_fails(cli: &Cli, command: &str, code: i32, word: &str) {
    let words: Vec<_> = command.split_whitespace().collect();
    let output = cli.run(&words);
    let last = output.stderr.trim().lines().last().unwrap_or_default();
    log(&format!("assay {command}: {last}"));
    assert_eq!(output.code, Some(code), "{last}");
    assert!(last.starts_with("error: ") && last.contains(word), "{last}");
}

/// Returns the number of a wallet's transactions and its lamports, which pay the fees. Sending changes both.
fn sent_by(localnet: &Localnet, wallet: &Address) -> (usize, u64) {
    let client = localnet.client();
    let history = client.rpc().get_signatures_for_address(wallet);
    let lamports = client.lamports(wallet).expect("a balance");
    (history.expect("a history").len(), lamports)
}

fn address_of(localnet: &Localnet, name: &str) -> Address {
    let shown = localnet.as_wallet(name).json(&["wallet", "show"]);
    let address = shown["address"].as_str().expect("an address");
    address.parse().expect("an address")
}
