//! A migration that is stopped after any step goes on where it stopped, on a network of its own.

use assay_client::{Client, Keypair, Signer as _};
use assay_localnet::{Config, Localnet};
use assay_migrations::{migrate, ClusterConfig, Keys, Step, PROGRAMS};
use std::{
    fs,
    panic::{catch_unwind, resume_unwind, AssertUnwindSafe},
    path::Path,
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
