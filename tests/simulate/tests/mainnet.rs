//! Mainnet plays the game with the parameters that the simulator has tried.

use assay_migrations::ClusterConfig;
use assay_simulate::parameters::DEFAULTS;

#[test]
fn mainnet_holds_exactly_the_defaults() {
    let mainnet = ClusterConfig::named("mainnet").expect("a built-in file");
    let market = mainnet.expect("a valid file").market;
    assert_eq!(market.fee_bps, DEFAULTS.fee_bps);
    assert_eq!(market.bond_bps, DEFAULTS.bond_bps);
    assert_eq!(market.missed_bps, DEFAULTS.missed_bps);
    assert_eq!(market.reserve, DEFAULTS.reserve);
    for (key, stated, tried) in [
        ("step", market.step, DEFAULTS.step),
        ("min_hold", market.min_hold, DEFAULTS.hold_floor),
        ("open_window", market.open_window, DEFAULTS.open_window),
    ] {
        assert_eq!(stated.0, u64::from(tried), "{key}");
    }
}
