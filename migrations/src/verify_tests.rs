use super::*;
use crate::cluster::AddressRef;
use anchor_lang::bytemuck::Zeroable as _;
use assay_client::pda::ata_with_program;
use assay_shared::token::{TOKEN, TOKEN_2022};

const DEPLOYER: Address = Address::new_from_array([7; 32]);
const STRANGER: Address = Address::new_from_array([8; 32]);
const NETWORK: [u8; 32] = [9; 32];

/// Plants a fault in what was read from the chain.
type Plant = fn(&mut Snapshot);

/// Returns devnet's file with one payment mint, the founders' locks and a chain that is as the file says.
fn deployed() -> (ClusterConfig, Vec<Planned>, Snapshot) {
    let cluster = ClusterConfig::named("devnet").unwrap().unwrap();
    let founders = planned(&cluster, &DEPLOYER);
    let heir = cluster.upgrade_authority.resolve(&DEPLOYER);
    let lock = |planned: &Planned| {
        Some(Lock {
            amount: planned.amount.into(),
            duration: planned.duration.into(),
            ..Lock::zeroed()
        })
    };
    let snapshot = Snapshot {
        past: Past {
            governed: false,
            proposed: false,
        },
        network: NETWORK,
        governance: governance_params(&cluster),
        emission: emission(&cluster),
        genesis_holder: DEPLOYER,
        treasury_holder: governance::treasury_authority(),
        staking: staking_params(&cluster),
        market: market_params(&cluster),
        totals: Totals {
            version: LAYOUT_VERSION,
            ..Totals::zeroed()
        },
        payment_mints: vec![payment_mint(&cluster)],
        unlisted: Vec::new(),
        founders: founders.iter().map(lock).collect(),
        upgrade_authorities: vec![Some(heir); PROGRAMS.len()],
    };
    (cluster, founders, snapshot)
}

fn governance_params(cluster: &ClusterConfig) -> GovernanceParams {
    let config = cluster.governance.config(&DEPLOYER);
    let mut params = GovernanceParams {
        version: LAYOUT_VERSION,
        vote_mint: rewards::mint(),
        treasury: rewards::treasury(),
        guardian: config.guardian,
        floors: config.floors.into(),
        floor_bps: config.floor_bps.into(),
        ..GovernanceParams::zeroed()
    };
    for (param, value) in config.params() {
        params.put(param, value);
    }
    params
}

fn emission(cluster: &ClusterConfig) -> Emission {
    let section = &cluster.rewards;
    let mut emission = Emission {
        version: LAYOUT_VERSION,
        authority: governance::authority(),
        mint: rewards::mint(),
        treasury: rewards::treasury(),
        cap: section.cap.0.into(),
        genesis_supply: section.genesis_supply.0.into(),
        initial_emission: section.initial_emission.0.into(),
        halving_epochs: section.halving_epochs.into(),
        ..Emission::zeroed()
    };
    for param in assay_rewards::state::Param::ALL {
        emission.put(*param, section.value(*param));
    }
    emission
}

fn staking_params(cluster: &ClusterConfig) -> StakingParams {
    let mut params = StakingParams {
        version: LAYOUT_VERSION,
        authority: governance::authority(),
        stake_mint: rewards::mint(),
        market_authority: market::authority(),
        rewards_authority: rewards::funder(),
        claim_span: claim_span(cluster.market.epoch_length.0).into(),
        ..StakingParams::zeroed()
    };
    for param in assay_staking::state::Param::ALL {
        params.put(*param, cluster.staking.value(*param));
    }
    params
}

fn market_params(cluster: &ClusterConfig) -> MarketParams {
    let section = &cluster.market;
    let mut params = MarketParams {
        version: LAYOUT_VERSION,
        authority: governance::authority(),
        genesis_hash: NETWORK,
        epoch_length: section.epoch_length.0.into(),
        tally_window: section.tally_window.0.into(),
        ..MarketParams::zeroed()
    };
    for param in assay_market::state::Param::ALL {
        params.put(*param, section.value(*param));
    }
    params
}

fn payment_mint(cluster: &ClusterConfig) -> (PaymentMint, MintAccount) {
    let mint = MintAccount {
        address: Address::new_from_array([1; 32]),
        program: TOKEN,
        decimals: 6,
        authority: None,
    };
    let price = cluster.payment_mints[0].price_in_assay();
    let record = PaymentMint {
        version: LAYOUT_VERSION,
        admits: 1,
        mint: mint.address,
        token_program: mint.program,
        fee_authority: governance::treasury_authority(),
        fee_vault: fee_vault(&mint),
        stake_rate: stake_rate(price, mint.decimals).unwrap().into(),
        ..PaymentMint::zeroed()
    };
    (record, mint)
}

fn compare(snapshot: &Snapshot) -> Result<()> {
    let (cluster, founders, _) = deployed();
    snapshot.compare(&DEPLOYER, &cluster, &founders)
}

#[test]
fn a_deployment_that_is_as_its_file_says_passes() {
    let (_, _, snapshot) = deployed();
    compare(&snapshot).unwrap();
}

/// Ten mistakes that leave power with somebody, or break a promise of the file. Each has a message of its own.
#[test]
fn each_of_ten_misconfigurations_is_found_and_named() {
    let plant: [(Plant, &str); 10] = [
        (
            |chain| chain.market.authority = STRANGER,
            "market.params.authority is",
        ),
        (
            |chain| chain.market.offered = STRANGER,
            "market.params.offered is",
        ),
        (
            |chain| chain.upgrade_authorities[2] = Some(DEPLOYER),
            "programs.market.upgrade_authority is",
        ),
        (
            |chain| chain.treasury_holder = STRANGER,
            "rewards.treasury.holder is",
        ),
        (
            |chain| chain.staking.rewards_authority = STRANGER,
            "staking.params.rewards_authority is",
        ),
        (
            |chain| {
                let mint = &chain.payment_mints[0].1;
                let theirs = ata_with_program(&STRANGER, &mint.address, &mint.program);
                chain.payment_mints[0].0.fee_vault = theirs;
            },
            "market.payment_mint.fee_vault is",
        ),
        (
            |chain| chain.staking.claim_span = 86_400.into(),
            "staking.params.claim_span is 86400",
        ),
        (
            |chain| chain.governance.floor_bps = 99.into(),
            "governance.params.floor_bps is 99",
        ),
        (|chain| chain.founders[0] = None, "the founders' lock"),
        (
            |chain| chain.governance.guardian = STRANGER,
            "governance.params.guardian is",
        ),
    ];
    let mut messages = Vec::new();
    for (fault, clause) in plant {
        let (_, _, mut snapshot) = deployed();
        fault(&mut snapshot);
        let error = compare(&snapshot).unwrap_err().to_string();
        assert!(error.contains(clause), "{error}");
        messages.push(error);
    }
    messages.sort();
    messages.dedup();
    assert_eq!(messages.len(), 10);
}

#[test]
fn further_faults_are_found() {
    let plant: [(Plant, &str); 12] = [
        (
            |chain| chain.unlisted.push(STRANGER),
            "which the cluster file does not list",
        ),
        (
            |chain| chain.payment_mints[0].0.admits = 0,
            "market.payment_mint.admits is 0",
        ),
        (
            |chain| chain.payment_mints[0].0.token_program = TOKEN_2022,
            "market.payment_mint.token_program is",
        ),
        (
            |chain| chain.market.genesis_hash = [1; 32],
            "market.params.genesis_hash is",
        ),
        (
            |chain| chain.genesis_holder = STRANGER,
            "rewards.genesis_vault.holder",
        ),
        (
            |chain| chain.upgrade_authorities[0] = None,
            "programs.rewards.upgrade_authority is nobody",
        ),
        (
            |chain| chain.governance.floors.notice = 1.into(),
            "governance.params.floors.notice",
        ),
        (
            |chain| chain.payment_mints[0].0.fee_authority = STRANGER,
            "market.payment_mint.fee_authority",
        ),
        (
            |chain| chain.emission.authority = STRANGER,
            "rewards.emission.authority",
        ),
        (
            |chain| chain.staking.authority = STRANGER,
            "staking.params.authority",
        ),
        (
            |chain| chain.market.fee_bps = 1.into(),
            "market.params.fee_bps is 1",
        ),
        (
            |chain| {
                let unlocking = |mut lock: Lock| {
                    lock.unlocks_at = 1.into();
                    lock
                };
                chain.founders[0] = chain.founders[0].map(unlocking);
            },
            "is unlocking",
        ),
    ];
    for (fault, clause) in plant {
        let (_, _, mut snapshot) = deployed();
        fault(&mut snapshot);
        let error = compare(&snapshot).unwrap_err().to_string();
        assert!(error.contains(clause), "{error}");
    }
}

/// Marks what `change` changes as changed by a vote.
fn mark(snapshot: &mut Snapshot, change: ProposedAction) {
    let slot = change.checked().unwrap().slot().unwrap();
    snapshot.governance.marks[slot] = 1.into();
}

fn set<P: Votable>(program: Target, param: P) -> ProposedAction {
    ProposedAction::set_param(program, param.number(), param.bounds().0)
}

/// A deposit of 1,000 ASSAY publishes a proposal, which switches nothing off.
#[test]
fn a_published_proposal_changes_nothing_that_is_compared() {
    let plant: [Plant; 6] = [
        |chain| chain.market.fee_bps = 1.into(),
        |chain| chain.governance.quorum_bps = 1.into(),
        |chain| chain.payment_mints[0].0.stake_rate = 1.into(),
        |chain| chain.payment_mints[0].0.admits = 0,
        |chain| chain.founders[0] = None,
        |chain| chain.unlisted.push(STRANGER),
    ];
    for fault in plant {
        let (_, _, mut snapshot) = deployed();
        snapshot.governance.proposal_count = 1.into();
        snapshot.past.proposed = true;
        compare(&snapshot).unwrap();
        fault(&mut snapshot);
        assert!(compare(&snapshot).is_err());
    }
}

#[test]
fn what_votes_have_changed_is_no_fault() {
    let mint = payment_mint(&deployed().0).1.address;
    let changes: [(Plant, ProposedAction); 6] = [
        (
            |chain| chain.governance.quorum_bps = 1.into(),
            set(
                Target::Governance,
                assay_governance::state::Param::QuorumBps,
            ),
        ),
        (
            |chain| chain.emission.workers_bps = 1.into(),
            set(Target::Rewards, assay_rewards::state::Param::WorkersBps),
        ),
        (
            |chain| chain.staking.min_self_stake = 1.into(),
            set(Target::Staking, assay_staking::state::Param::MinSelfStake),
        ),
        (
            |chain| chain.market.fee_bps = 1.into(),
            set(Target::Market, assay_market::state::Param::FeeBps),
        ),
        (
            |chain| chain.payment_mints[0].0.stake_rate = 1.into(),
            ProposedAction::set_rate(mint, 1),
        ),
        (
            |chain| chain.governance.guardian = STRANGER,
            ProposedAction::set_guardian(STRANGER),
        ),
    ];
    for (number, (change, voted)) in changes.iter().enumerate() {
        let (_, _, mut snapshot) = deployed();
        let others = changes.iter().enumerate().filter(|(n, _)| *n != number);
        for (_, (_, other)) in others {
            mark(&mut snapshot, *other);
        }
        change(&mut snapshot);
        assert!(compare(&snapshot).is_err(), "{number}");
        mark(&mut snapshot, *voted);
        compare(&snapshot).unwrap_or_else(|error| panic!("{number}: {error}"));
    }
}

/// Allowing a mint and leaving a lock have no marks, so both are accepted once governance had the market and votes had begun. A
/// guardian closes a mint without a vote.
#[test]
fn what_leaves_no_mark_is_compared_until_governance_has_the_market() {
    let (_, _, mut snapshot) = deployed();
    snapshot.past.governed = true;
    snapshot.payment_mints[0].0.admits = 0;
    compare(&snapshot).unwrap();
    snapshot.unlisted.push(STRANGER);
    assert!(compare(&snapshot).is_err(), "nobody has proposed");
    snapshot.past.proposed = true;
    snapshot.founders[0] = None;
    compare(&snapshot).unwrap();
    snapshot.upgrade_authorities[1] = Some(DEPLOYER);
    assert!(compare(&snapshot).is_err());
}

#[test]
fn a_multisig_may_hold_the_programs() {
    let (mut cluster, founders, mut snapshot) = deployed();
    cluster.upgrade_authority = AddressRef::Address(STRANGER);
    assert!(snapshot.compare(&DEPLOYER, &cluster, &founders).is_err());
    snapshot.upgrade_authorities = vec![Some(STRANGER); PROGRAMS.len()];
    snapshot.compare(&DEPLOYER, &cluster, &founders).unwrap();
}
