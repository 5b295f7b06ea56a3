//! The report as Markdown and as JSON.

use super::bars::bars;
use super::bribery::{break_even, safe_treasury};
use super::capture::warning;
use super::parameters::{CAP, FALL, RATE, UNITS};
use super::supply::{plot, Work, YEARS};
use super::Report;
use serde_json::{json, Value};
use std::fmt::Write as _;

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

/// Returns millions of whole tokens.
fn millions(units: u128) -> String {
    format!("{:.1}", units as f64 / UNITS as f64 / 1e6)
}

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    let out = &mut text;
    let _ = writeln!(out, "# Stake, votes and supply\n");
    let _ = writeln!(
        out,
        "Capital costs {} a year, and a token loses {} of its worth when a vote empties the treasury.\n",
        percent(RATE),
        percent(FALL)
    );
    let _ = writeln!(out, "| Attack | Result |\n|---|---|");
    for (attack, result) in rows(report) {
        let _ = writeln!(out, "| {attack} | {result} |");
    }
    let _ = writeln!(out, "\n## Supply\n");
    let _ = writeln!(
        out,
        "Millions of ASSAY after {YEARS} years, of a cap of {}.\n",
        millions(u128::from(CAP) * u128::from(UNITS))
    );
    let _ = writeln!(
        out,
        "| Course | Supply | Workers | Stakers | Treasury |\n|---|--:|--:|--:|--:|"
    );
    for (work, decade) in Work::ALL.iter().zip(&report.decades) {
        let end = decade.end();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            work.legend().0,
            millions(end.supply),
            millions(end.workers),
            millions(end.stakers),
            millions(end.treasury)
        );
    }
    let _ = writeln!(out, "\n```text\n{}```", plot());
    let _ = writeln!(out, "\n| Bar | Value | Bound |\n|---|--:|--:|");
    for bar in bars(report) {
        let side = if bar.at_least { "≥" } else { "≤" };
        let _ = writeln!(
            out,
            "| {} | {:.4} | {side} {} |",
            bar.name, bar.value, bar.bound
        );
    }
    text
}

fn rows(report: &Report) -> [(&'static str, String); 7] {
    let (capture, flash, jit) = (&report.capture, &report.flash, &report.jit);
    let (fine, bribe) = (&report.selffine, &report.bribe);
    [
        (
            "Pass a proposal alone",
            format!(
                "{} of the supply, locked for {:.0} days; everybody sees it {:.0} days before it takes effect",
                percent(capture.share),
                capture.duration,
                warning()
            ),
        ),
        (
            "The same with borrowed tokens",
            format!(
                "{} of the supply for {:.0} days, at {} of it",
                percent(flash.share),
                flash.bound,
                percent(flash.cost)
            ),
        ),
        (
            "Stake just in time",
            format!(
                "{}: the owner's, for {:.1} days, while it claims {} epochs at a time; {} for the days on which it earns",
                percent(jit.gain),
                jit.stays,
                jit.hoarded,
                percent(jit.active_gain)
            ),
        ),
        (
            "Have oneself fined",
            format!(
                "{}: {:.1} of {:.0} prices come back, and delegators lose {:.0}",
                percent(fine.gain),
                fine.returned,
                fine.lost,
                fine.delegated
            ),
        ),
        (
            "Bribe a raid on the treasury",
            format!(
                "{} of the token's worth in year {}: {} taken, {} for the votes",
                percent(bribe.gain),
                bribe.year,
                percent(bribe.loot),
                percent(bribe.price)
            ),
        ),
        (
            "Fall of the token from which no raid pays",
            percent(break_even()),
        ),
        (
            "Largest treasury of other tokens that no raid pays for",
            format!("{} of the token's worth", percent(safe_treasury())),
        ),
    ]
}

/// The report as one JSON object. Amounts are base units of ASSAY.
pub fn json(report: &Report) -> Value {
    let supply = report.decades.map(|decade| decade.end().supply);
    let units = |supply: u128| u64::try_from(supply).unwrap_or(u64::MAX);
    let held: Vec<_> = bars(report)
        .iter()
        .map(|bar| json!({ "name": bar.name, "value": bar.value, "bound": bar.bound, "holds": bar.holds() }))
        .collect();
    json!({
        "capture_cost_share": report.capture.share,
        "capture_warning_days": warning(),
        "flash_lock_share": report.flash.share,
        "flash_lock_days": report.flash.bound,
        "flash_lock_cost": report.flash.cost,
        "jit_gain": report.jit.gain,
        "jit_gain_while_earning": report.jit.active_gain,
        "selffine_gain": report.selffine.gain,
        "bribe_gain": report.bribe.gain,
        "bribe_break_even_fall": break_even(),
        "bribe_safe_treasury": safe_treasury(),
        // Genesis included.
        "minted_10y": units(supply[0]),
        "minted_10y_half": units(supply[1]),
        "minted_10y_late": units(supply[2]),
        "minted_10y_idle": units(supply[3]),
        "cap": units(u128::from(CAP) * u128::from(UNITS)),
        "bars": held,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The document shows what `cargo xtask simulate --governance` prints.
    #[test]
    fn the_document_has_the_plot_and_the_figures() {
        let document = include_str!("../../../../docs/economics.md");
        assert!(document.contains(&plot()), "{}", plot());
        let report = super::super::report();
        for (attack, result) in rows(&report) {
            let row = format!("| {attack} | {result} |");
            assert!(document.contains(&row), "{row}");
        }
        let lines = document.lines().count();
        assert!(lines <= 120, "{lines} lines");
    }

    #[test]
    fn the_object_has_the_figures_that_are_promised() {
        let report = super::super::report();
        let object = json(&report);
        assert!(object["capture_cost_share"].as_f64().unwrap() > 0.1);
        for gain in ["jit_gain", "selffine_gain", "bribe_gain"] {
            assert!(object[gain].as_f64().unwrap() <= 0.0, "{gain}");
        }
        assert!(object["minted_10y"].as_u64() <= object["cap"].as_u64());
    }
}
