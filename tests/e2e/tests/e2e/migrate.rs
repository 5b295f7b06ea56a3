//! Migrates a migrated network again: with the same file, with another one, with another key.

use assay_client::{format::parse_amount, Address, Keypair};
use assay_harness::processes::{log, Localnet};
use assay_migrations::{
    cluster::{AddressRef, AssayAmount, PaymentToken},
    migrate, ClusterConfig, Error, Keys, Step,
};
use solana_keypair::read_keypair_file;

fn local() -> ClusterConfig {
    ClusterConfig::named("localnet")
        .expect("a built-in file")
        .expect("a valid file")
}

fn deployer(localnet: &Localnet) -> Keypair {
    read_keypair_file(localnet.home().join("net/faucet.json")).expect("the deployer's key")
}

/// Migrates again and returns the steps that were reported.
fn again(
    localnet: &Localnet,
    deployer: &Keypair,
    cluster: &ClusterConfig,
) -> Result<Vec<Step>, Error> {
    let mut steps = Vec::new();
    migrate(
        &localnet.client(),
        Keys::of(deployer),
        cluster,
        &mut |step| {
            steps.push(step);
        },
    )?;
    Ok(steps)
}

#[test]
fn a_migrated_network_is_only_looked_at() {
    let localnet = Localnet::start();
    let deployer = deployer(&localnet);

    log("the same file: nothing to do");
    let steps = again(&localnet, &deployer, &local()).expect("a second run");
    assert!(!steps.is_empty());
    assert!(steps.iter().all(|step| !step.done), "{steps:?}");

    log("a changed file: the first difference is named");
    let mut cluster = local();
    cluster.market.fee_bps += 1;
    match again(&localnet, &deployer, &cluster) {
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

    log("somebody else's key: its test token cannot be allowed any more, and nothing is sent");
    let refused = again(&localnet, &Keypair::new(), &local());
    assert!(
        matches!(refused, Err(Error::NotMarketAuthority { .. })),
        "{refused:?}"
    );

    log("another heir of the programs than governance: the hand-over cannot be undone");
    let mut cluster = local();
    cluster.upgrade_authority = AddressRef::Deployer;
    let refused = again(&localnet, &deployer, &cluster);
    assert!(
        matches!(refused, Err(Error::NotUpgradeAuthority { .. })),
        "{refused:?}"
    );

    log("another network's file: refused");
    let mut cluster = local();
    cluster.genesis_hash = ClusterConfig::named("mainnet")
        .expect("a built-in file")
        .expect("a valid file")
        .genesis_hash;
    let refused = again(&localnet, &deployer, &cluster);
    assert!(
        matches!(refused, Err(Error::WrongNetwork { .. })),
        "{refused:?}"
    );

    log("this network's own hash: accepted");
    let hash = localnet.client().genesis_hash().expect("a genesis hash");
    cluster.genesis_hash = Some(Address::from(hash).to_string());
    again(&localnet, &deployer, &cluster).expect("the right network");

    log("a first epoch that begins too late: refused before anything else");
    let mut cluster = local();
    cluster.market.genesis_time = Some(i64::MAX);
    let refused = again(&localnet, &deployer, &cluster);
    assert!(
        matches!(&refused, Err(Error::ClusterFile(reason)) if reason.contains("genesis_time")),
        "{refused:?}"
    );

    log("a payment mint that does not exist: refused before anything else");
    let mut cluster = local();
    let nowhere = Address::new_unique();
    let price_in_assay = AssayAmount(parse_amount("1", 9).expect("an amount"));
    let mint = nowhere;
    cluster.payment_mints = vec![PaymentToken::Existing {
        mint,
        price_in_assay,
    }];
    let refused = again(&localnet, &deployer, &cluster);
    assert!(
        matches!(refused, Err(Error::NoMint(mint)) if mint == nowhere),
        "{refused:?}"
    );
}
