//! Attested jobs: nodes and attesters as processes of their own. Two of three attesters are enough.

use crate::{
    by_hand::{self, send, wallet},
    job,
};
use assay_client::{instruction::staking, pda, Address, Signer as _};
use assay_content::{ContentHash, Manifest};
use assay_harness::processes::{
    compile_module, log, sha256_hex, wait_until, Attester, Cli, Journal, Localnet, Node,
    NodeOptions, ECHO, SLOW_LOOP,
};
use assay_market::{
    bytes::ResultRecord,
    state::{JobTerms, POLICY_ATTESTED},
};
use serde_json::{json, Value};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
};

/// The keys of the set.
const LABS: [&str; 3] = ["lab-1", "lab-2", "lab-3"];

/// A network with an attester set of three keys, the provider `ada` and the requester `rita`.
struct Labs {
    localnet: Localnet,
    ada: Cli,
    rita: Cli,
    /// Address of the attester set.
    set: String,
    quick: PathBuf,
    slow: PathBuf,
}

impl Labs {
    fn new() -> Self {
        let localnet = Localnet::start();
        let (ada, _) = localnet.provider("ada");
        let (rita, authority) = localnet.funded_wallet("rita");
        let mut keys = LABS.map(|lab| localnet.new_wallet(lab).to_bytes());
        keys.sort_unstable();
        let open = staking::open_attester_set(authority, authority, 0, keys.to_vec());
        send(&localnet, "rita", &[open]);
        let quick = compile_module(localnet.home(), "echo", ECHO);
        let slow = compile_module(localnet.home(), "slow_loop", SLOW_LOOP);
        Self {
            set: pda::staking::attester_set(&authority, 0).to_string(),
            localnet,
            ada,
            rita,
            quick,
            slow,
        }
    }

    fn attester(&self, name: &str, more: &[&str]) -> Attester {
        Attester::start(&self.localnet, name, &self.set, more)
    }

    /// Starts the node of a provider, which asks these attesters.
    fn node(&self, provider: &str, attesters: &[&Attester], more: &[&str]) -> Node {
        let urls: Vec<&str> = attesters.iter().map(|one| one.url.as_str()).collect();
        let list = format!("{}={}", self.set, urls.join(","));
        let mut options = vec!["--attester-set", &list];
        options.extend(more);
        let options = NodeOptions {
            more: &options,
            ..NodeOptions::default()
        };
        Node::start_with(&self.localnet, provider, &options)
    }

    /// Posts a job of which a result needs two signatures. Returns its address.
    fn post(&self, module: &Path, inputs: &[&str]) -> String {
        let localnet = &self.localnet;
        let upload = |content: &[u8]| by_hand::upload(localnet, content);
        let module = upload(&fs::read(module).expect("the module"));
        let inputs = inputs.iter().map(|input| upload(input.as_bytes()));
        let manifest = Manifest::new(inputs.collect()).expect("inputs");
        let terms = JobTerms {
            lie_prices: 0,
            policy: POLICY_ATTESTED,
            attestations: 2,
            ..by_hand::terms(localnet, module, &manifest)
        };
        let set = self.set.parse().expect("an address");
        by_hand::post(localnet, "rita", Some(set), terms)
    }

    /// Asserts that a job's only task is final with this output, and that its worker is paid.
    #[track_caller]
    fn check(&self, job: &str, output: &str) {
        job::paid(&self.rita, job);
        assert_eq!(job::task(&self.rita, job, 0)["state"], "final");
        let output = output.as_bytes().to_vec();
        assert_eq!(job::results(&self.rita, job), [(0, output)]);
    }
}

#[test]
fn two_of_three_attesters_make_results_final() {
    let labs = Labs::new();
    let [one, two] = ["lab-1", "lab-2"].map(|lab| labs.attester(lab, &[]));
    let mut no = labs.attester("lab-3", &["--check", "false"]);
    let mut node = labs.node("ada", &[&no, &one, &two], &[]);
    let job = labs.post(&labs.quick, &["first", "second"]);

    for _ in 0..2 {
        let attested = node.wait_for("attested", &job);
        assert_eq!(attested["signatures"], 2, "{attested}");
    }
    job::paid(&labs.rita, &job);
    let expected = ["first", "second"].map(|name| (0, name.as_bytes().to_vec()));
    assert_eq!(job::results(&labs.rita, &job), expected);
    job::assert_no_penalties(&labs.ada, 2);
    let refused = no.wait_for("refused");
    assert_eq!(refused["code"], "output_needed", "{refused}");
    let refused = no.wait_for("refused");
    assert!(
        ["check_refused", "output_needed", "task_decided"]
            .map(Value::from)
            .contains(&refused["code"]),
        "{refused}"
    );
    assert!(Attester::signed(&labs.localnet, "lab-3").is_empty());
    for lab in ["lab-1", "lab-2"] {
        assert_eq!(Attester::signed(&labs.localnet, lab).len(), 2);
    }
}

#[test]
fn an_attester_killed_in_the_middle_is_asked_again() {
    let labs = Labs::new();
    let slow = SLOW_LOOP.replace("300000000", "1000000000");
    let slow = compile_module(labs.localnet.home(), "slower", &slow);
    let one = labs.attester("lab-1", &[]);
    let two = labs.attester("lab-2", &[]);
    let mut node = labs.node("ada", &[&one, &two], &[]);
    let job = labs.post(&slow, &["late"]);

    node.wait_for("executed", &job);
    log("killed while it runs the task");
    let url = two.url.clone();
    two.kill();
    let missing = node.wait_for("attestations_missing", &job);
    let reasons = missing["reasons"].to_string();
    assert!(reasons.contains(&url), "{missing}");
    assert!(Attester::signed(&labs.localnet, "lab-2").is_empty());

    log("the node is killed, too, and goes on with the result in its journal");
    node.kill();
    let two = Attester::start_again(&labs.localnet, "lab-2", &labs.set, &url, &[]);
    let mut node = labs.node("ada", &[&one, &two], &[]);
    node.wait_for("attested", &job);
    labs.check(&job, "late");
    let journal = Journal::of(&labs.localnet, "ada");
    assert_eq!(journal.results(&job).len(), 1);
}

#[test]
fn a_liar_gets_no_signature_and_two_nodes_pay_one_fee() {
    let labs = Labs::new();
    let localnet = &labs.localnet;
    localnet.provider("bob");
    let attesters = LABS.map(|lab| labs.attester(lab, &[]));
    let attesters: Vec<&Attester> = attesters.iter().collect();

    log("a liar asks in vain");
    let job = labs.post(&labs.quick, &["the truth"]);
    let module = sha256_hex(&fs::read(&labs.quick).expect("the module"));
    let lie = ["--runner-command", "echo a lie", "--module", &module];
    let mut liar = labs.node("bob", &attesters, &lie);
    let missing = liar.wait_for("attestations_missing", &job);
    assert_eq!(missing["signatures"], 0, "{missing}");
    assert!(LABS
        .iter()
        .all(|lab| Attester::signed(localnet, lab).is_empty()));
    // Cranks cost fees, and this counts them.
    let mut ada = labs.node("ada", &attesters, &["--no-cranks"]);
    ada.wait_for("attested", &job);
    liar.wait_for("race_lost", &job);
    labs.check(&job, "the truth");
    liar.kill();
    fs::remove_dir_all(localnet.node_state("bob")).expect("the liar's state");

    log("two honest nodes run the same task");
    let bob = labs.node("bob", &attesters, &["--no-cranks"]);
    let client = localnet.client();
    let lamports = |name: &str| {
        let node = wallet(localnet, &format!("{name}-node")).pubkey();
        client.lamports(&node).expect("a balance")
    };
    let before = ["ada", "bob"].map(lamports);
    let job = labs.post(&labs.slow, &["raced"]);
    let mut nodes = [ada, bob];
    for node in &mut nodes {
        node.wait_for("executed", &job);
    }
    labs.check(&job, "raced");
    let winner = job::view(localnet, &job).task(0)[0].worker;
    let worker = |name: &str| by_hand::worker(localnet, name);
    let loser = usize::from(worker("ada") == winner);
    nodes[loser].wait_for("race_lost", &job);
    let names = ["ada", "bob"];
    assert_eq!(lamports(names[loser]), before[loser], "it paid a fee");
    assert!(lamports(names[1 - loser]) < before[1 - loser]);
}

/// Sends a request to an attester, without waiting for the answer.
fn begin(url: &str, request: &Value) -> TcpStream {
    let host = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("the attester");
    let body = request.to_string();
    let head = format!(
        "POST /attest HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).expect("sent");
    stream
}

/// Sends a request to an attester. Returns status and body.
fn ask(url: &str, request: &Value) -> (u16, Value) {
    let mut answer = String::new();
    let mut stream = begin(url, request);
    stream.read_to_string(&mut answer).expect("an answer");
    let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    let body = serde_json::from_str(body).expect("JSON");
    (status.expect("a status"), body)
}

#[test]
fn an_attester_killed_before_its_answer_signs_no_other_digest() {
    let labs = Labs::new();
    let localnet = &labs.localnet;
    let (_, bob) = localnet.provider("bob");
    let job = labs.post(&labs.quick, &["any"]);
    let view = job::view(localnet, &job);
    let expires_at = localnet.client().now().expect("the time") + 600;
    let ada = wallet(localnet, "ada").pubkey();
    let request = |owner: &Address, output: &str| {
        let record = ResultRecord {
            exit_code: 0,
            fuel_used: 0,
            output: ContentHash::of(output.as_bytes()).bytes(),
            memory: [0; 32],
        };
        let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        json!({
            "job": job,
            "job_seed": hex(&view.header.seed),
            "task": 0,
            "worker": pda::market::worker(&pda::staking::provider(owner)).to_string(),
            "record": hex(&record.encode()),
            "energy_mj": "0",
            "expires_at": expires_at,
            // "one" and "two" in base 64.
            "output": if output == "one" { "b25l" } else { "dHdv" },
        })
    };
    log("a key that is not one of the set's signs nothing");
    let foreign = ["attester", "run", "--key", "ada.json", "--set", &labs.set];
    let output = localnet.cli().run(&foreign);
    assert_eq!(output.code, Some(2), "{}", output.stderr);
    assert!(output.stderr.contains("not one of the attester set"));

    log("killed when the digest is in the journal, before anybody has the answer");
    let check = ["--check", "true"];
    let attester = labs.attester("lab-1", &check);
    let url = attester.url.clone();
    let answer = begin(&url, &request(&ada, "one"));
    let signed = wait_until("a digest in the journal", || {
        Attester::signed(localnet, "lab-1").pop()
    });
    attester.kill();
    drop(answer);

    log("started again: only the digest of the journal is signed, for whoever asks");
    let _attester = Attester::start_again(localnet, "lab-1", &labs.set, &url, &check);
    let (status, refusal) = ask(&url, &request(&ada, "two"));
    assert_eq!((status, &refusal["code"]), (409, &"signed_another".into()));
    for owner in [ada, bob] {
        let (status, reply) = ask(&url, &request(&owner, "one"));
        assert_eq!(status, 200, "{reply}");
    }
    assert_eq!(Attester::signed(localnet, "lab-1"), [signed]);
}
