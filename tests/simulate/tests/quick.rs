//! The short version of what `cargo xtask simulate` asserts.

use assay_simulate::print::{json, markdown};
use assay_simulate::report::{report, Options};
use assay_simulate::sample::Effort;

#[test]
fn the_bars_hold_in_a_quick_run() {
    let report = report(
        Options {
            tasks: 10_000,
            effort: Effort {
                seed: 1,
                threads: 2,
            },
            quick: true,
        },
        &|_| {},
    );
    for bar in &report.bars {
        assert!(
            bar.holds(),
            "{} is {}, bound {}",
            bar.name,
            bar.value,
            bar.bound
        );
    }
    let object = json(&report);
    for key in [
        "prize_10",
        "prize_30",
        "prize_10_two_seats",
        "wrong_final_10_always",
        "runs_per_task",
        "self_deal_ratio",
        "watcher_wrong_final_20",
        "honest_loss_percent",
    ] {
        assert!(object[key].is_number(), "{key}");
    }
    assert_eq!(object["self_deal_splits"].as_array().map(Vec::len), Some(3));
    assert_eq!(object["emission"]["epochs"], 3_650);
    assert!(markdown(&report).contains("Cost of corruption"));
}
