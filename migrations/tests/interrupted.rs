//! A migration that is stopped after any step goes on where it stopped, on a network of its own; so does the command.

use assay_client::{Client, Keypair, Signer as _};
use assay_localnet::{Config, Localnet};
use assay_migrations::{migrate, ClusterConfig, Keys, Step, PROGRAMS};
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
    let second = cluster.governance.founders[0].clone();
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
