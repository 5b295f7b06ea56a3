//! Mainnet plays the game with the parameters that the simulator has tried.

use assay_migrations::ClusterConfig;
use assay_simulate::governance::parameters as stakes;
use assay_simulate::parameters::{DEFAULTS, SCHEDULE, STAKERS_BPS, WORKERS_BPS};

#[test]
fn mainnet_holds_exactly_the_defaults() {
    let mainnet = ClusterConfig::named("mainnet").expect("a built-in file");
    let mainnet = mainnet.expect("a valid file");
    let market = mainnet.market;
    assert_eq!(market.fee_bps, DEFAULTS.fee_bps);
    assert_eq!(market.bond_bps, DEFAULTS.bond_bps);
    assert_eq!(market.missed_bps, DEFAULTS.missed_bps);
    assert_eq!(market.reserve, DEFAULTS.reserve);
    let rewards = mainnet.rewards;
    assert_eq!(rewards.kappa_bps, DEFAULTS.kappa_bps);
    assert_eq!(rewards.workers_bps, WORKERS_BPS);
    assert_eq!(rewards.stakers_bps, STAKERS_BPS);
    assert_eq!(rewards.cap.0, SCHEDULE.cap);
    assert_eq!(rewards.genesis_supply.0, SCHEDULE.genesis_supply);
    assert_eq!(rewards.initial_emission.0, SCHEDULE.initial_emission);
    assert_eq!(rewards.halving_epochs, SCHEDULE.halving_epochs);
    for (key, stated, tried) in [
        ("step", market.step, DEFAULTS.step),
        ("min_hold", market.min_hold, DEFAULTS.hold_floor),
        ("open_window", market.open_window, DEFAULTS.open_window),
    ] {
        assert_eq!(stated.0, u64::from(tried), "{key}");
    }
}

#[test]
fn mainnet_holds_exactly_what_attacks_on_stake_and_votes_were_tried_on() {
    let mainnet = ClusterConfig::named("mainnet").expect("a built-in file");
    let mainnet = mainnet.expect("a valid file");
    let days = |seconds: u64| seconds as f64 / 86_400.0;
    let governance = mainnet.governance;
    for (key, stated, tried) in [
        ("notice", governance.notice, stakes::NOTICE),
        ("voting_time", governance.voting_time, stakes::VOTING),
        ("hold_up", governance.hold_up, stakes::HOLD_UP),
        ("window", governance.execution_window, stakes::WINDOW),
        ("min_lock", governance.min_lock, stakes::MIN_LOCK),
        ("max_lock", governance.max_lock, stakes::MAX_LOCK),
        (
            "unbonding",
            mainnet.staking.unbonding_period,
            stakes::UNBONDING,
        ),
        ("epoch", mainnet.market.epoch_length, stakes::EPOCH),
    ] {
        assert!((days(stated.0) - tried).abs() < 1e-9, "{key}");
    }
    assert_eq!(governance.floor_bps, stakes::FLOOR_BPS);
    assert_eq!(governance.spend_bps, stakes::SPEND_BPS);
    assert_eq!(governance.quorum_bps, stakes::QUORUM_BPS);
    let gap = f64::from(assay_governance::state::SPEND_GAP_DAYS);
    assert!((gap - stakes::SPEND_GAP).abs() < 1e-9);
    let rewards = mainnet.rewards;
    for (key, stated, tried) in [
        ("threshold", governance.threshold, stakes::THRESHOLD),
        ("cap", rewards.cap, stakes::CAP),
        ("genesis", rewards.genesis_supply, stakes::GENESIS),
        ("emission", rewards.initial_emission, stakes::EMISSION),
    ] {
        assert_eq!(stated.0, tried * stakes::UNITS, "{key}");
    }
    let shares = [rewards.workers_bps, rewards.stakers_bps, rewards.kappa_bps];
    let tried = [stakes::WORKERS_BPS, stakes::STAKERS_BPS, stakes::KAPPA_BPS];
    assert_eq!((shares, rewards.halving_epochs), (tried, stakes::HALVING));
    assert_eq!(stakes::CLAIM_EPOCHS as usize, assay_market::state::RING);
    // A longer exposure makes joining later, which is worse for whoever times it.
    let run = mainnet.market.max_run_window.0 as u32;
    let exposure = DEFAULTS.rules(0, run, 1).exposure(2);
    assert!(
        days(exposure) >= stakes::EXPOSURE,
        "{} days",
        days(exposure)
    );
}
