//! What has to hold about stake, votes and supply.

use super::parameters::{CAP, UNITS};
use super::Report;
use crate::bars::Bar;

/// Every bar.
pub fn bars(report: &Report) -> Vec<Bar> {
    let minted = report.decades.map(|decade| decade.end().supply);
    let most = minted.into_iter().max().unwrap_or(0);
    let cap = u128::from(CAP) * u128::from(UNITS);
    let bar = |name: &str, value: f64, bound: f64, at_least: bool| Bar {
        name: name.into(),
        value,
        bound,
        at_least,
    };
    vec![
        bar("capture_cost_share", report.capture.share, 0.1, true),
        bar("flash_lock_days", report.flash.bound, 29.0, true),
        bar("jit_gain", report.jit.gain, 0.0, false),
        bar("selffine_gain", report.selffine.gain, 0.0, false),
        bar("bribe_gain", report.bribe.gain, 0.0, false),
        bar("minted_10y_over_cap", most as f64 / cap as f64, 1.0, false),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bar_holds() {
        for bar in bars(&super::super::report()) {
            assert!(bar.holds(), "{bar:?}");
        }
    }
}
