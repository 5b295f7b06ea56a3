//! A report as Markdown and as JSON.

use crate::corruption::Prize;
use crate::emission::{BOUNDS, TEN_YEARS};
use crate::key::{hung_appeals, Key};
use crate::report::{seats_name, Report, Row};
use crate::sample::Estimate;
use crate::worth::MOST_PROMISED;
use serde_json::{json, Value};
use std::fmt::Write;

/// A figure with as many places as it can bear.
fn figure(value: f64) -> String {
    match value.abs() {
        size if !size.is_finite() => "∞".into(),
        size if size >= 1_000.0 => format!("{value:.0}"),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn interval(estimate: &Estimate) -> String {
    format!(
        "{} ({} to {})",
        figure(estimate.value),
        figure(estimate.low.max(0.0)),
        figure(estimate.high)
    )
}

/// A cost of corruption as it is shown: never below nothing, never more than is promised.
fn promised(cost: &Estimate) -> String {
    let most = MOST_PROMISED as f64;
    if !cost.value.is_finite() {
        format!("> {}", figure(cost.low.clamp(0.0, most)))
    } else if cost.value > most {
        format!("> {MOST_PROMISED}")
    } else {
        figure(cost.value.max(0.0))
    }
}

fn cell_text(row: &Row) -> String {
    match &row.prize_if_stubborn {
        None => promised(&row.prize.cost),
        Some(stubborn) => format!("0 ({}†)", promised(&stubborn.cost)),
    }
}

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut text = String::new();
    let out = &mut text;
    let _ = writeln!(out, "# What the simulator measures\n");
    let _ = writeln!(
        out,
        "Seed {}, {} tasks. Amounts are in prices: what one seat is paid. Intervals are of 95 %. Parameters: bond {}, \
         L {}, reserve {}, step {} s, hold {} s or {} run windows, missed {}, bounty {}; run window {} s, honest \
         transactions land 1.5 s after those of the coalition.\n",
        report.options.effort.seed,
        report.tasks,
        report.parameters.bond_prices(),
        report.parameters.lie_prices,
        report.parameters.reserve,
        report.parameters.step,
        report.parameters.hold_floor,
        report.parameters.hold_runs,
        report.parameters.missed_bps as f64 / 1e4,
        report.parameters.bounty_prices,
        crate::scenarios::RUN_WINDOW,
    );
    tables(out, report);
    figures(out, report);
    bars(out, report);
    worth(out, report);
    text
}

fn figures(out: &mut String, report: &Report) {
    let _ = writeln!(out, "## Single figures\n");
    let _ = writeln!(out, "| Strategy | Result |\n|---|---|");
    for (name, prize) in prizes(report) {
        let _ = writeln!(
            out,
            "| Cost of corruption, {name} | {}: {} |",
            interval(&prize.cost),
            prize.attack.name()
        );
    }
    let always = &report.key.always;
    let _ = writeln!(
        out,
        "| Lies in every seat, 10 %, 3 seats | {} of 1,000 tasks end wrong and final until its collateral is spent, {} at \
         first; it loses {} times what it is paid |",
        interval(&always.wrong.times(1e3)),
        interval(&always.wrong_at_first.times(1e3)),
        figure(always.loss_ratio)
    );
    for (share, wrong, estimate) in &report.key.watched {
        let _ = writeln!(
            out,
            "| Lies in every seat, {} %, beside one watcher | {wrong} wrong Finals; at most {} of 1,000 |",
            share / 100,
            figure(1e3 * estimate.high)
        );
    }
    for (name, all) in [
        ("one at a time", &report.key.griefing),
        ("all at once", &report.key.bursts),
    ] {
        for (share, griefing) in all {
            let _ = writeln!(
                out,
                "| Contradicts right results, {} %, {name} | costs {} each; honest workers lose {} |",
                share / 100,
                figure(griefing.lost),
                figure(griefing.harm)
            );
        }
    }
    for (share, hung) in &report.key.appeals {
        let _ = writeln!(
            out,
            "| Appeals against right verdicts that are hung, {} % | {} |",
            share / 100,
            hung_appeals(hung)
        );
    }
    let honest = &report.key.honest;
    let _ = writeln!(
        out,
        "| Honest nodes that miss one deadline in a hundred | lose {} % of their income; {} runs a task |",
        interval(&honest.loss_percent),
        interval(&honest.runs)
    );
    for (share, size, latency, seats) in &report.key.shares {
        let _ = writeln!(
            out,
            "| First seats of {} % in workers of {size}, others {} s later | {:.3} times its share, {:+.1} σ |",
            share / 100,
            *latency as f64 / 1e3,
            seats.ratio,
            seats.sigmas
        );
    }
    for line in &report.lines {
        let _ = writeln!(out, "| {} | {} |", line.what, line.result);
    }
}

fn bars(out: &mut String, report: &Report) {
    let _ = writeln!(
        out,
        "\n## Bars\n\n| Figure | Value | Bound | |\n|---|---|---|---|"
    );
    for bar in &report.bars {
        let _ = writeln!(
            out,
            "| {} | {} | {} {} | {} |",
            bar.name,
            precise(bar.value),
            if bar.at_least { "≥" } else { "≤" },
            precise(bar.bound),
            if bar.holds() { "holds" } else { "**fails**" }
        );
    }
}

fn worth(out: &mut String, report: &Report) {
    if let Some(worth) = &report.worth {
        let _ = writeln!(
            out,
            "\n## Checks for what a wrong result is worth\n\nWith {} % of the collateral colluding; lower ends of the \
             intervals.\n\n| Late seats | Worth up to |\n|---|---|",
            worth.share_bps / 100
        );
        for promise in &worth.promises {
            let _ = writeln!(
                out,
                "| {} | {} |",
                promise.checks_bps as f64 / 1e4,
                promise.prize
            );
        }
    }
}

fn precise(value: f64) -> String {
    if value != 0.0 && value.abs() < 0.1 {
        format!("{value:.5}")
    } else {
        figure(value)
    }
}

fn tables(out: &mut String, report: &Report) {
    let mut awake: Vec<u64> = report.rows.iter().map(|row| row.cell.awake_bps).collect();
    awake.dedup();
    for awake_bps in awake {
        let of_table: Vec<&Row> = report
            .rows
            .iter()
            .filter(|row| row.cell.awake_bps == awake_bps)
            .collect();
        let mut shares: Vec<u64> = of_table.iter().map(|row| row.cell.share_bps).collect();
        shares.sort_unstable();
        shares.dedup();
        let _ = writeln!(out, "## {} % of the honest nodes awake\n", awake_bps / 100);
        let _ = write!(out, "Cost of corruption\n\n| seats |");
        for share in &shares {
            let _ = write!(out, " s = {} % |", share / 100);
        }
        let _ = writeln!(out, "\n|{}", "---|".repeat(shares.len() + 1));
        let mut checks: Vec<u32> = of_table.iter().map(|row| row.cell.checks_bps).collect();
        checks.dedup();
        for checks_bps in checks {
            let _ = write!(out, "| {} |", seats_name(checks_bps));
            for row in of_table
                .iter()
                .filter(|row| row.cell.checks_bps == checks_bps)
            {
                let _ = write!(out, " {} |", cell_text(row));
            }
            let _ = writeln!(out);
        }
        let _ = writeln!(
            out,
            "\n† if honest nodes contradict although they do not expect to gain by it.\n\n| seats | s | cost of corruption \
             | cheapest attack | wrong Finals of 1,000, all seats lie | runs a task | honest loss, % |\n|---|---|---|---|---|---|---|"
        );
        for row in &of_table {
            let _ = writeln!(
                out,
                "| {} | {} % | {} | {} | {} | {} | {} |",
                seats_name(row.cell.checks_bps),
                row.cell.share_bps / 100,
                interval(&row.prize.cost),
                row.prize.attack.name(),
                interval(&row.wrong),
                figure(row.runs.value),
                figure(row.honest_loss.value)
            );
        }
        let _ = writeln!(out);
    }
}

fn prizes(report: &Report) -> Vec<(&'static str, &Prize)> {
    let key = &report.key;
    vec![
        ("10 %, 1 + 15 %", &key.prize_10),
        ("30 %, 1 + 15 %", &key.prize_30),
        ("10 %, 2 seats", &key.prize_10_two_seats),
        (
            "10 %, 1 + 15 %, honest nodes 0 to 10 s late",
            &key.prize_slow[0],
        ),
        (
            "30 %, 1 + 15 %, honest nodes 0 to 10 s late",
            &key.prize_slow[1],
        ),
    ]
}

/// A number as JSON has it: infinities are `null`.
fn number(value: f64) -> Value {
    if value.is_finite() {
        json!((value * 1e6).round() / 1e6)
    } else {
        Value::Null
    }
}

fn estimate(estimate: &Estimate) -> Value {
    json!({ "value": number(estimate.value), "low": number(estimate.low), "high": number(estimate.high) })
}

fn prize(prize: &Prize) -> Value {
    json!({ "cost": estimate(&prize.cost), "attack": prize.attack.name(), "tasks": prize.tasks })
}

/// The table of prizes, a row for each number of checks and shares.
fn rows(report: &Report) -> Vec<Value> {
    report
        .rows
        .iter()
        .map(|row| {
            json!({
                "checks_bps": row.cell.checks_bps,
                "share_bps": row.cell.share_bps,
                "awake_bps": row.cell.awake_bps,
                "prize": prize(&row.prize),
                "prize_if_honest_contradict_anyway": row.prize_if_stubborn.as_ref().map(prize),
                "wrong_final_per_thousand": estimate(&row.wrong),
                "runs_per_task": estimate(&row.runs),
                "honest_loss_percent": estimate(&row.honest_loss),
            })
        })
        .collect()
}

/// The best split of oneself for every worth of the stake token.
fn splits(key: &Key) -> Vec<Value> {
    key.splits
        .iter()
        .map(|(worth_bps, split, returned)| {
            json!({
                "worth_bps": worth_bps,
                "workers": split.workers,
                "others": split.others,
                "idle": split.idle,
                "price": split.price,
                "ratio": number(*returned),
            })
        })
        .collect()
}

/// Ten years of emission.
fn emission(key: &Key) -> Value {
    let decade = &key.decade;
    let bounds: Vec<Value> = BOUNDS
        .iter()
        .zip(decade.bounds)
        .map(|(name, epochs)| json!([name, epochs]))
        .collect();
    json!({
        "epochs": TEN_YEARS,
        "worked": decade.worked,
        "minted": decade.minted().to_string(),
        "scheduled": decade.scheduled.to_string(),
        "fees": decade.fees.to_string(),
        "bounds": bounds,
    })
}

/// The report as one object.
pub fn json(report: &Report) -> Value {
    let key = &report.key;
    let rows = rows(report);
    let shares: Vec<Value> = key
        .shares
        .iter()
        .map(|(share, size, latency, seats)| {
            json!({
                "share_bps": share,
                "size": size,
                "latency_ms": latency,
                "ratio": number(seats.ratio),
                "sigmas": number(seats.sigmas),
            })
        })
        .collect();
    let griefing = |all: &[(u64, crate::figures::Griefing)]| -> Vec<Value> {
        all.iter()
            .map(|(share, griefing)| {
                json!({
                    "share_bps": share,
                    "lost": number(griefing.lost),
                    "harm": number(griefing.harm),
                    "ratio": number(griefing.ratio()),
                })
            })
            .collect()
    };
    let hung: Vec<Value> = key
        .appeals
        .iter()
        .map(|(share, hung)| {
            json!({
                "share_bps": share,
                "lost": number(hung.griefing.lost),
                "harm": number(hung.griefing.harm),
                "ratio": number(hung.griefing.ratio()),
                "unproven": number(hung.unproven),
            })
        })
        .collect();
    let watched_20 = key.watched.last().map_or(0, |(_, wrong, _)| *wrong);
    let (splits, emission) = (splits(key), emission(key));
    let lines: Vec<Value> = report
        .lines
        .iter()
        .map(|line| json!([line.what, line.result]))
        .collect();
    let bars: Vec<Value> = report
        .bars
        .iter()
        .map(|bar| json!({ "name": bar.name, "value": number(bar.value), "bound": number(bar.bound), "holds": bar.holds() }))
        .collect();
    json!({
        "prize_10": number(key.prize_10.cost.value),
        "prize_30": number(key.prize_30.cost.value),
        "prize_10_two_seats": number(key.prize_10_two_seats.cost.value),
        "wrong_final_10_always": number(key.always.wrong.value),
        "runs_per_task": number(key.honest.runs.value),
        "self_deal_ratio": number(key.self_dealing.of_fees),
        "self_deal_splits": splits,
        "emission": emission,
        "watcher_wrong_final_20": watched_20,
        "honest_loss_percent": number(key.honest.loss_percent.value),
        "seed": report.options.effort.seed,
        "tasks": report.tasks,
        "intervals": {
            "prize_10": prize(&key.prize_10),
            "prize_30": prize(&key.prize_30),
            "prize_10_two_seats": prize(&key.prize_10_two_seats),
            "prize_10_slow": prize(&key.prize_slow[0]),
            "prize_30_slow": prize(&key.prize_slow[1]),
            "wrong_final_10_always": estimate(&key.always.wrong),
            "wrong_final_10_always_at_first": estimate(&key.always.wrong_at_first),
            "runs_per_task": estimate(&key.honest.runs),
            "honest_loss_percent": estimate(&key.honest.loss_percent),
        },
        "always_lying_loss_ratio": number(key.always.loss_ratio),
        "challenges": griefing(&key.griefing),
        "challenges_all_at_once": griefing(&key.bursts),
        "hung_appeals": hung,
        "seat_shares": shares,
        "rows": rows,
        "figures": lines,
        "bars": bars,
        "worth": report.worth,
    })
}
