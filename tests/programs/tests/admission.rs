//! The suites play under mainnet's admission: what the harness initializes the market with is what `mainnet.toml` says.

use assay_harness::market::{BOND_BPS, MIN_HOLD, MISSED_BPS, OPEN_WINDOW, RESERVE, STEP};
use toml::{Table, Value};

#[test]
fn the_harness_admits_holds_and_charges_as_mainnet_does() {
    let text = include_str!("../../../migrations/clusters/mainnet.toml");
    let cluster: Table = text.parse().expect("a cluster file");
    let market = cluster["market"].as_table().expect("the market's table");
    for (key, value) in [
        ("bond_bps", BOND_BPS),
        ("missed_bps", MISSED_BPS),
        ("reserve", RESERVE),
    ] {
        let stated = market[key].as_integer().expect("a number");
        assert_eq!(u64::try_from(stated), Ok(value), "{key}");
    }
    for (key, seconds) in [
        ("step", STEP),
        ("min_hold", MIN_HOLD),
        ("open_window", OPEN_WINDOW),
    ] {
        assert_eq!(seconds_of(&market[key]), seconds, "{key}");
    }
}

/// Reads a duration such as "8s" or "15m".
fn seconds_of(value: &Value) -> u64 {
    let text = value.as_str().expect("a duration");
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        _ => panic!("{text}: an unknown unit"),
    };
    number.parse::<u64>().expect("a number") * unit
}
