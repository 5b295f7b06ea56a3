//! The suites play under mainnet's admission: what the harness initializes the market with is what `mainnet.toml` says.

use assay_harness::market::{BOND_BPS, MIN_HOLD, MISSED_BPS, OPEN_WINDOW, RESERVE, STEP};
use assay_migrations::ClusterConfig;

#[test]
fn the_harness_admits_holds_and_charges_as_mainnet_does() {
    let mainnet = ClusterConfig::named("mainnet").expect("a built-in file");
    let market = mainnet.expect("a valid file").market;
    for (name, stated, harness) in [
        ("bond_bps", market.bond_bps, BOND_BPS),
        ("missed_bps", market.missed_bps, MISSED_BPS),
        ("reserve", market.reserve, RESERVE),
        ("step", market.step.0, STEP),
        ("min_hold", market.min_hold.0, MIN_HOLD),
        ("open_window", market.open_window.0, OPEN_WINDOW),
    ] {
        assert_eq!(stated, harness, "{name}");
    }
}
