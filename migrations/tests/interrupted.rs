//! A migration that is stopped after any step goes on where it stopped, on a network of its own; so does the command.

use assay_client::{
    instruction::{governance as votes, market, token},
    pda, Address, Client, Keypair, Signer as _,
};
use assay_governance::state::{
    Param as GovernanceParam, Params as GovernanceParams, ProposalDraft, ProposedAction, Target,
};
use assay_localnet::{Config, Localnet};
use assay_market::state::Params as MarketParams;
use assay_migrations::{cluster::AddressRef, migrate, ClusterConfig, Error, Keys, Step, PROGRAMS};
use assay_shared::{
    param::Votable as _,
    token::{MINT_LEN, TOKEN},
};
use std::{
    fs,
    panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

/// SOL for rents and fees, lamports.
const SOL: u64 = 100_000_000_000;

/// What the test stops a migration with.
struct Stopped;

/// Starts a network on which the programs are deployed and nothing is initialized.
fn fresh(deployer: &Keypair) -> (Localnet, Client) {
    let network = Localnet::start(Config::on_free_ports()).expect("a network");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/deploy");
    for program in &PROGRAMS {
        let file = folder.join(program.file);
        let elf = fs::read(&file)
            .unwrap_or_else(|error| panic!("{}: {error}; run `cargo xtask build`", file.display()));
        network
            .deploy(&program.id, &elf, &deployer.pubkey())
            .expect("a program");
    }
    let client = Client::new(&network.rpc_url());
    let address = deployer.pubkey();
    client.rpc().request_airdrop(&address, SOL).expect("SOL");
    while client.lamports(&address).expect("a balance") == 0 {
        thread::sleep(Duration::from_millis(20));
    }
    (network, client)
}

/// Returns the local file with devnet's founders, so that there is every kind of step.
fn cluster() -> ClusterConfig {
    let named = |name| {
        let found = ClusterConfig::named(name).expect("a built-in file");
        found.expect("a valid file")
    };
    let mut cluster = named("localnet");
    cluster.governance.founders = named("devnet").governance.founders;
    cluster
}

/// Migrates until `stop` steps were done now. Returns all steps, or `None` if it was stopped.
fn run(
    client: &Client,
    deployer: &Keypair,
    cluster: &ClusterConfig,
    stop: usize,
) -> Option<Vec<Step>> {
    let (mut steps, mut done) = (Vec::new(), 0);
    let migration = AssertUnwindSafe(|| {
        migrate(client, Keys::of(deployer), cluster, &mut |step| {
            done += usize::from(step.done);
            steps.push(step);
            if done == stop {
                resume_unwind(Box::new(Stopped));
            }
        })
    });
    match catch_unwind(migration) {
        Ok(migrated) => {
            migrated.unwrap_or_else(|error| panic!("{error}"));
            Some(steps)
        }
        Err(cause) if cause.is::<Stopped>() => None,
        Err(cause) => resume_unwind(cause),
    }
}

#[test]
fn a_migration_that_stops_after_each_step_goes_on_there() {
    let deployer = Keypair::new();
    let (_network, client) = fresh(&deployer);
    let cluster = cluster();

    let mut runs = 0;
    let last = loop {
        // Each run does one step of its own and then stops.
        match run(&client, &deployer, &cluster, 1) {
            Some(steps) => break steps,
            None => runs += 1,
        }
        assert!(runs < 50, "it never ends");
    };

    assert!(last.iter().all(|step| !step.done), "{last:?}");
    assert_eq!(runs, last.len(), "each run did one step");
    let again = run(&client, &deployer, &cluster, usize::MAX).expect("no step is due");
    assert_eq!(again, last);
}

#[test]
fn a_migration_of_a_fresh_network_does_every_step_once() {
    let deployer = Keypair::new();
    let (_network, client) = fresh(&deployer);
    let cluster = cluster();

    let first = run(&client, &deployer, &cluster, usize::MAX).expect("a migration");
    assert!(first.iter().all(|step| step.done), "{first:?}");
    let second = run(&client, &deployer, &cluster, usize::MAX).expect("a migration");
    assert!(second.iter().all(|step| !step.done), "{second:?}");
    assert_eq!(first.len(), second.len());
}

/// Until somebody has locked, whoever locks first decides alone. So nothing passes to governance before.
#[test]
fn the_founders_lock_before_anything_is_handed_over() {
    let deployer = Keypair::new();
    let (_network, client) = fresh(&deployer);
    let mut cluster = cluster();
    let second = cluster.governance.founders[0];
    cluster.governance.founders.push(second);

    let steps = run(&client, &deployer, &cluster, usize::MAX).expect("a migration");

    let places = |text: &str| -> Vec<usize> {
        let steps = steps.iter().enumerate();
        let found = steps.filter(|(_, step)| step.name.contains(text));
        found.map(|(place, _)| place).collect()
    };
    let (locks, markets) = (places("founders' lock"), places("pass the market"));
    let programs = places("hand over the");
    let numbers = (locks.len(), markets.len(), programs.len());
    assert_eq!(numbers, (2, 1, PROGRAMS.len()), "{steps:?}");
    assert!(locks.iter().max() < markets.iter().chain(&programs).min());
}

/// Runs `assay-migrate` on a network with the local file. Returns what it says about each step.
fn command(network: &Localnet, deployer: &Keypair) -> String {
    let name = format!("{}.json", deployer.pubkey());
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let bytes = format!("{:?}", deployer.to_bytes());
    fs::write(&file, bytes).expect("a writable directory");
    let ran = Command::new(env!("CARGO_BIN_EXE_assay-migrate"))
        .args(["--cluster", "localnet", "--url", &network.rpc_url()])
        .arg("--keypair")
        .arg(&file)
        .output()
        .expect("a command");
    fs::remove_file(&file).expect("the file");
    let said = String::from_utf8(ran.stderr).expect("a text");
    assert!(ran.status.success(), "{said}");
    let printed = String::from_utf8(ran.stdout).expect("a text");
    assert!(printed.starts_with("ASSAY mint "), "{printed}");
    said
}

/// Returns how many steps were done, and how many were passed over.
fn counted(said: &str) -> (usize, usize) {
    let lines = |start: &str| said.lines().filter(|line| line.starts_with(start)).count();
    (lines("done "), lines("skipped "))
}

#[test]
fn the_command_is_typed_twice_on_a_fresh_network() {
    let deployer = Keypair::new();
    let (network, _) = fresh(&deployer);

    let first = command(&network, &deployer);
    let second = command(&network, &deployer);

    let (done, skipped) = counted(&first);
    assert!(done > PROGRAMS.len() && skipped == 0, "{first}");
    assert_eq!(counted(&second), (0, done), "{second}");
    assert!(second.contains("nothing was missing"), "{second}");
}

#[test]
fn the_command_is_typed_on_a_half_migrated_network() {
    let deployer = Keypair::new();
    let (network, client) = fresh(&deployer);
    let local = ClusterConfig::named("localnet").expect("a built-in file");
    let half = 4;
    let stopped = run(&client, &deployer, &local.expect("a valid file"), half);
    assert!(stopped.is_none(), "the migration has more steps");

    let said = command(&network, &deployer);

    let (done, skipped) = counted(&said);
    assert!(done > 0 && skipped == half, "{said}");
}

/// Migrates without a stop. Returns what was done.
fn migrated(
    client: &Client,
    deployer: &Keypair,
    cluster: &ClusterConfig,
) -> (Vec<Step>, Result<(), Error>) {
    let mut steps = Vec::new();
    let ended = migrate(client, Keys::of(deployer), cluster, &mut |step| {
        steps.push(step);
    });
    steps.retain(|step| step.done);
    (steps, ended.map(drop))
}

/// Steps after which all programs are initialized.
const INITIALIZED: usize = PROGRAMS.len();

/// Writes an address into the file.
type Spoil = fn(&mut ClusterConfig, AddressRef);

/// What is minted to an address without a key is lost, and what is half done cannot be taken back.
#[test]
fn nothing_is_sent_before_every_key_is_there() {
    let deployer = Keypair::new();
    let (_network, client) = fresh(&deployer);
    let nobodys = AddressRef::Address(Address::new_from_array([5; 32]));
    let spoil: [(Spoil, &str); 4] = [
        (
            |cluster, nobodys| cluster.rewards.genesis_holder = nobodys,
            "the genesis supply",
        ),
        (
            |cluster, nobodys| {
                cluster.governance.founders.clear();
                cluster.rewards.genesis_holder = nobodys;
            },
            "the genesis supply",
        ),
        (
            |cluster, nobodys| cluster.governance.founders[0].owner = nobodys,
            "a founders' lock",
        ),
        (
            |cluster, nobodys| cluster.upgrade_authority = nobodys,
            "the hand-over of the programs",
        ),
    ];
    for (change, needed_for) in spoil {
        let mut cluster = cluster();
        change(&mut cluster, nobodys);
        let (done, ended) = migrated(&client, &deployer, &cluster);
        let missing = matches!(&ended, Err(Error::NoKey { purpose, .. }) if *purpose == needed_for);
        assert!(missing, "{needed_for}: {ended:?}");
        assert!(done.is_empty(), "{needed_for}: {done:?}");
    }
    let emission = client.account(&pda::rewards::emission());
    assert!(emission.expect("an answer").is_none(), "nothing was minted");
}

#[test]
fn a_proposal_that_is_published_on_the_way_switches_nothing_off() {
    let deployer = Keypair::new();
    let (_network, client) = fresh(&deployer);
    let mut cluster = cluster();
    assert!(run(&client, &deployer, &cluster, INITIALIZED).is_none());
    let params: GovernanceParams = client
        .fetch(&pda::governance::params())
        .expect("the parameters");
    let (quorum, (least, _)) = (
        GovernanceParam::QuorumBps.number(),
        GovernanceParam::QuorumBps.bounds(),
    );
    let draft = ProposalDraft {
        title: [b't'; 64],
        description: [1; 32],
        secret: 0,
        actions: vec![ProposedAction::set_param(Target::Governance, quorum, least)],
    };
    let (mint, vault) = (pda::rewards::mint(), pda::rewards::genesis_vault());
    let index = params.proposal_count.get();
    let propose = votes::propose(deployer.pubkey(), index, mint, vault, draft);
    client
        .sign_send_confirm(&[propose], &[&deployer])
        .expect("a proposal");

    let (done, ended) = migrated(&client, &deployer, &cluster);

    ended.expect("a migration");
    let locked = |step: &Step| step.name.contains("founders' lock");
    assert!(done.iter().any(locked), "{done:?}");
    cluster.market.fee_bps += 1;
    let (_, ended) = migrated(&client, &deployer, &cluster);
    let differs = matches!(&ended, Err(Error::Differs { field, .. }) if field == "fee_bps");
    assert!(differs, "{ended:?}");
}

/// Until the hand-over the deployer's key may allow any mint.
#[test]
fn a_mint_that_the_file_does_not_list_is_found_before_governance_gets_the_market() {
    let deployer = Keypair::new();
    let (_network, client) = fresh(&deployer);
    let cluster = cluster();
    assert!(run(&client, &deployer, &cluster, INITIALIZED).is_none());
    let address = deployer.pubkey();
    let hidden = pda::seeded_mint(&address, "hidden").expect("a short seed");
    let rent = client.minimum_balance(MINT_LEN).expect("a rent");
    let mut steps = token::create_mint(&address, "hidden", 6, rent).expect("a short seed");
    let treasury = pda::governance::treasury_authority();
    steps.push(token::create_ata(&address, &treasury, &hidden, &TOKEN));
    steps.push(market::allow_mint(
        address, address, hidden, &TOKEN, &treasury, 1,
    ));
    client
        .sign_send_confirm(&steps, &[&deployer])
        .expect("an allowed mint");

    let (_, ended) = migrated(&client, &deployer, &cluster);

    let found = matches!(ended, Err(Error::UnlistedMint(mint)) if mint == hidden);
    assert!(found, "{ended:?}");
    let params: MarketParams = client
        .fetch(&pda::market::params())
        .expect("the parameters");
    assert_eq!(params.authority, address);
}
