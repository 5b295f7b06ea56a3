//! Mainnet plays the game with the parameters that the simulator has tried.

use assay_simulate::parameters::DEFAULTS;
use toml::{Table, Value};

#[test]
fn mainnet_holds_exactly_the_defaults() {
    let text = include_str!("../../../migrations/clusters/mainnet.toml");
    let cluster: Table = text.parse().expect("a cluster file");
    let market = cluster["market"].as_table().expect("the market's table");
    let number = |key: &str| market[key].as_integer().expect("a number") as u64;
    assert_eq!(number("fee_bps"), DEFAULTS.fee_bps);
    assert_eq!(number("bond_bps"), DEFAULTS.bond_bps);
    assert_eq!(number("missed_bps"), DEFAULTS.missed_bps);
    assert_eq!(number("reserve"), DEFAULTS.reserve);
    for (key, seconds) in [
        ("step", DEFAULTS.step),
        ("min_hold", DEFAULTS.hold_floor),
        ("open_window", DEFAULTS.open_window),
    ] {
        assert_eq!(seconds_of(&market[key]), seconds, "{key}");
    }
}

/// Reads a duration such as "8s" or "15m".
fn seconds_of(value: &Value) -> u32 {
    let text = value.as_str().expect("a duration");
    let (number, unit) = text.split_at(text.len() - 1);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        _ => panic!("{text}: an unknown unit"),
    };
    number.parse::<u32>().expect("a number") * unit
}
