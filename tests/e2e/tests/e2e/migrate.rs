//! A migrated network is migrated again: with the same file, with another one, by somebody else.

use assay_client::{format::parse_amount, Address, Keypair};
use assay_migrations::{
    cluster::{Assay, PaymentToken},
    migrate, Cluster, Error, Step,
};
use assay_tests_e2e::{say, Network};
use solana_keypair::read_keypair_file;

fn local() -> Cluster {
    Cluster::named("localnet")
        .expect("a built-in file")
        .expect("a valid file")
}

fn deployer(network: &Network) -> Keypair {
    read_keypair_file(network.home().join("net/faucet.json")).expect("the deployer's key")
}

/// Migrates again; answers the steps that were reported.
fn again(network: &Network, deployer: &Keypair, cluster: &Cluster) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::new();
    migrate(&network.client(), deployer, cluster, &mut |step| {
        steps.push(step)
    })?;
    Ok(steps)
}

#[test]
fn a_migrated_network_is_only_looked_at() {
    let network = Network::start();
    let deployer = deployer(&network);

    say("the same file: nothing to do");
    let steps = again(&network, &deployer, &local()).expect("a second run");
    assert!(!steps.is_empty());
    assert!(steps.iter().all(|step| !step.done), "{steps:?}");

    say("a changed file: the first difference is named");
    let mut cluster = local();
    cluster.market.fee_bps += 1;
    match again(&network, &deployer, &cluster) {
        Err(Error::Differs {
            account,
            field,
            found,
            expected,
        }) => {
            assert_eq!((account, field.as_str()), ("market.params", "fee_bps"));
            assert_eq!((found.as_str(), expected.as_str()), ("250", "251"));
        }
        other => panic!("{other:?}"),
    }

    say("somebody else's key: refused");
    let refused = again(&network, &Keypair::new(), &local());
    assert!(
        matches!(refused, Err(Error::NotUpgradeAuthority { .. })),
        "{refused:?}"
    );

    say("another network's file: refused");
    let mut cluster = local();
    cluster.genesis_hash = Cluster::named("mainnet")
        .expect("a built-in file")
        .expect("a valid file")
        .genesis_hash;
    let refused = again(&network, &deployer, &cluster);
    assert!(
        matches!(refused, Err(Error::WrongNetwork { .. })),
        "{refused:?}"
    );

    say("this network's own hash: accepted");
    cluster.genesis_hash = Some(network.client().genesis_hash().expect("a genesis hash"));
    again(&network, &deployer, &cluster).expect("the right network");

    say("a first epoch that begins too late: refused before anything else");
    let mut cluster = local();
    cluster.market.genesis_time = Some(i64::MAX);
    let refused = again(&network, &deployer, &cluster);
    assert!(
        matches!(&refused, Err(Error::ClusterFile(reason)) if reason.contains("genesis_time")),
        "{refused:?}"
    );

    say("a payment mint that does not exist: refused before anything else");
    let mut cluster = local();
    let nowhere = Address::new_unique();
    let worth = Assay(parse_amount("1", 9).expect("an amount"));
    let mint = nowhere;
    cluster.payment_mints = vec![PaymentToken::Existing { mint, worth }];
    let refused = again(&network, &deployer, &cluster);
    assert!(
        matches!(refused, Err(Error::NoMint(mint)) if mint == nowhere),
        "{refused:?}"
    );
}
