//! The walk-through of the README, on the command line.

use crate::job;
use assay_client::{pda, Address, Client};
use assay_harness::processes::{
    compile_module, log, wait_until, Cli, Localnet, Process, Workspace, ECHO,
};
use serde_json::Value;
use std::{fs, os::unix::fs::symlink, path::PathBuf, process::Command, thread, time::Duration};

/// What precedes the words of the example program on its command line in the README.
const EXAMPLE: &str = "cargo run -p co2-trend --example batch --ignore-rust-version --";
/// Stands in the README for the address that posting printed.
const JOB: &str = "JOB";
/// The tasks of the batch, and the resamples that their outputs combine to.
const TASKS: usize = 4;
const RESAMPLES: &str = "(400000 resamples";

/// The README's commands, run one after the other in a folder that looks like the repository.
struct Walk {
    localnet: Localnet,
    cli: Cli,
    /// The node that one of the commands left running.
    node: Option<Process>,
    job: String,
    /// Every command so far, with what it printed: the last line as JSON, or the text of the example program.
    printed: Vec<(String, Value)>,
}

impl Walk {
    fn start() -> Self {
        let localnet = Localnet::start();
        let (home, root) = (localnet.home(), Workspace::of_test().root);
        let link = |from: PathBuf, to: &str| {
            let to = home.join(to);
            symlink(&from, &to).unwrap_or_else(|e| panic!("{}: {e}", to.display()));
        };
        fs::create_dir(home.join(".assay")).expect("a writable directory");
        link(root.join("examples"), "examples");
        link(root.join("target"), "target");
        link(home.join("net"), ".assay/localnet");
        Self {
            cli: localnet.cli(),
            localnet,
            node: None,
            job: String::new(),
            printed: Vec::new(),
        }
    }

    /// Runs one command of the README.
    fn run(&mut self, command: &str) {
        log(command);
        let typed = command.replace(JOB, &self.job);
        if let Some(words) = typed.strip_prefix(EXAMPLE) {
            let text = self.run_example(words);
            self.printed.push((command.to_owned(), text.into()));
            return;
        }
        let words: Vec<&str> = typed.split_whitespace().collect();
        match words.as_slice() {
            ["assay", words @ .., "&"] => self.node = Some(self.start_in_background(words)),
            ["assay", words @ ..] => {
                if words.contains(&"post") {
                    // The collateral must be a second older than the job. People type more slowly than this test.
                    thread::sleep(Duration::from_secs(1));
                }
                let printed = self.cli.json(words);
                if let Some(job) = printed["job"].as_str() {
                    self.job = job.to_owned();
                }
                self.printed.push((command.to_owned(), printed));
            }
            ["sleep", _] => self.wait_for_node(),
            _ => panic!("the README has a command that this test cannot run: {command}"),
        }
    }

    fn run_example(&self, words: &str) -> String {
        let binaries = Workspace::of_test().assay;
        let example = binaries.with_file_name("examples").join("batch");
        let ran = Command::new(&example)
            .current_dir(&self.cli.home)
            .args(words.split_whitespace())
            .output()
            .unwrap_or_else(|e| panic!("{}: {e}; run `cargo build --examples`", example.display()));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(ran.status.success(), "{}", text(&ran.stderr));
        text(&ran.stdout)
    }

    fn start_in_background(&self, words: &[&str]) -> Process {
        let Cli { binary, home, .. } = &self.cli;
        let mut command = Command::new(binary);
        command
            .current_dir(home)
            .env("HOME", home)
            .args(["--output", "json", "--url", &self.localnet.rpc_url])
            .args(words);
        let mut node = Process::start("node", &mut command, home).expect("a process");
        let started = node.try_wait_for("start of the node", |line| line["event"] == "started");
        started.unwrap_or_else(|error| panic!("{error:#}"));
        node
    }

    /// Waits for what a person at the keyboard sleeps for: the node has tallied the epoch that is over.
    fn wait_for_node(&self) {
        wait_until("the tally", || {
            let show = ["--keypair", "owner.json", "rewards", "show"];
            (self.cli.json(&show)["epochs"][0]["state"] == "tallied").then_some(())
        });
    }

    /// Returns what the last command printed that contains these words.
    #[track_caller]
    fn printed_by(&self, words: &str) -> &Value {
        let found = self
            .printed
            .iter()
            .rfind(|(command, _)| command.contains(words));
        &found
            .unwrap_or_else(|| panic!("the README does not run `{words}`"))
            .1
    }
}

/// Returns the commands of the README's block that begins with `first`, each on one line and without its comment.
fn readme_commands(first: &str) -> Vec<String> {
    let readme = fs::read_to_string(Workspace::of_test().root.join("README.md"));
    let readme = readme.expect("the README");
    let blocks = readme.split("```sh\n").skip(1);
    let mut blocks = blocks.filter_map(|block| block.split("```").next());
    let block = blocks.find(|block| block.starts_with(first));
    let lines = block.expect("the walk-through").replace("\\\n", " ");
    let commands = lines.lines().flat_map(|line| {
        let line = line.split('#').next().unwrap_or_default();
        line.split("&&").map(|command| {
            let words: Vec<_> = command.split_whitespace().collect();
            words.join(" ")
        })
    });
    commands.filter(|command| !command.is_empty()).collect()
}

#[test]
fn the_commands_of_the_readme_post_run_fetch_pay_and_reward() {
    let module = Workspace::of_test().module("co2-trend");
    let missing = "is missing; run `cargo xtask modules` first";
    assert!(module.is_file(), "{} {missing}", module.display());
    let mut walk = Walk::start();

    for command in readme_commands("assay wallet new owner.json") {
        walk.run(&command);
    }
    drop(walk.node.take());

    log("every result was fetched, and they combine to one answer");
    let fetched = walk.printed_by("job fetch");
    assert_eq!(fetched["missing"], Value::Array(Vec::new()));
    let results = fetched["results"].as_array().expect("a list");
    assert_eq!(results.len(), TASKS);
    assert!(results.iter().all(|result| result["state"] == "final"));
    let answer = walk.printed_by("combine").as_str().expect("a text");
    assert!(answer.contains("CO₂ trend 13."), "{answer}");
    assert!(answer.contains(RESAMPLES), "{answer}");

    log("everybody was paid: 4 tasks at half a dollar, and a fee of 2.5 per cent");
    let client = walk.localnet.client();
    let owner = address(&walk.cli, "owner");
    let ada = address(&walk.cli, "ada");
    let dollars = |of| tokens(&client, &pda::ata(of, &walk.localnet.tusd_mint));
    assert_eq!(dollars(&owner), 1_002_000_000);
    assert_eq!(dollars(&ada), 997_950_000);
    let nonce = walk.printed_by("job post")["nonce"].as_str();
    let nonce = nonce.expect("a nonce as text").parse().expect("a number");
    assert_eq!(pda::market::job(&ada, nonce).to_string(), walk.job);
    let gone = walk.cli.run(&["job", "show", &walk.job]);
    assert_eq!(gone.code, Some(3), "{}", gone.stderr);

    log("the owner was rewarded, once");
    let owner_cli = Cli {
        keypair: Some(walk.cli.home.join("owner.json")),
        ..walk.cli.clone()
    };
    let claimed = walk.printed_by("rewards claim");
    let shown = owner_cli.json(&["rewards", "show"]);
    let epoch = &shown["epochs"][0];
    assert_eq!(&epoch["state"], "claimed", "{claimed}");
    // Of 10,000 it staked 1,000. The node may have claimed first; what the work earned is paid, the rest comes over time.
    let assay = tokens(&client, &pda::ata(&owner, &pda::rewards::mint()));
    let vault = pda::staking::reward_vault(&pda::staking::provider(&owner));
    assert!(assay > 9_000_000_000_000, "{claimed}");
    assert!(tokens(&client, &vault) > 0, "{claimed}");
    assert_eq!(units(&owner_cli.json(&["rewards", "claim"])["claimed"]), 0);
    let shown = owner_cli.json(&["provider", "show"]);
    assert_eq!(shown["active"]["amount"], "1000");
    assert_eq!(shown["free_collateral"]["amount"], "800");
    let params = walk.printed_by("params show").to_string();
    assert!(params.contains("market.fee_bps"), "{params}");

    log("a delegator puts tokens behind the owner's stake and takes them back");
    for command in readme_commands("assay wallet new dora.json") {
        walk.run(&command);
    }
    let record = &walk.printed_by("--record")["record"];
    assert_eq!(record["commission_bps"], 500);
    let joined = walk.printed_by("delegate activate");
    assert_eq!(joined["joined"]["amount"], "500");
    let dora = address(&walk.cli, "dora");
    let back = tokens(&client, &pda::ata(&dora, &pda::rewards::mint()));
    assert_eq!(
        back, 10_000_000_000_000,
        "what was streamed came before her"
    );
}

fn address(cli: &Cli, wallet: &str) -> Address {
    let cli = Cli {
        keypair: Some(cli.home.join(format!("{wallet}.json"))),
        ..cli.clone()
    };
    let shown = cli.json(&["wallet", "show"]);
    let address = shown["address"].as_str().expect("an address");
    address.parse().expect("an address")
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
