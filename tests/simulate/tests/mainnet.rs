//! Mainnet plays the game with the parameters that the simulator has tried.

use assay_migrations::ClusterConfig;
use assay_simulate::parameters::{DEFAULTS, SCHEDULE, WORKERS_BPS};

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
