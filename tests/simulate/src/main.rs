use assay_simulate::market::*;
use assay_simulate::parameters::*;
use assay_simulate::sample::*;
use assay_simulate::strategy::{griefing::*, lie::*, requester::*, Strategy};
use std::sync::Arc;
use std::time::Instant;

fn scenario(
    checks: u32,
    share: u64,
    size: u64,
    awake: u64,
    jobs: usize,
    gap: u64,
    horizon: u64,
    s: Arc<dyn Strategy>,
) -> Scenario {
    Scenario {
        parameters: DEFAULTS,
        population: Population {
            collateral: 10_000,
            coalition_bps: share,
            honest_size: 200,
            coalition_size: size,
            watched_bps: 0,
        },
        nodes: Nodes {
            awake_bps: awake,
            latency_ms: (1_500, 1_500),
            fail_bps: 0,
            rational: true,
            run_ms: (10_000, 30_000),
        },
        demand: Demand {
            jobs,
            tasks: 1,
            gap_ms: gap,
            horizon_ms: horizon,
            checks_bps: checks,
            run_window: 600,
        },
        strategy: s,
    }
}

fn show(name: &str, scenario: &Scenario, episodes: u64) {
    let t = Instant::now();
    let s = Sample::play(
        scenario,
        Effort {
            seed: 1,
            threads: 2,
        },
        0,
        episodes,
    );
    let o = &s.total;
    let g = s.ratio(|o| o.cost(), |o| o.final_wrong as f64);
    println!("{name}: G {:.1} [{:.1}, {:.1}] tasks {} lies {} wrong {} unpr_wrong {} unproven {} refunded {} right {} runs {} rounds {} hung {} misses {} expo {:.2} | c pen {:.0} rew {:.0} miss {:.0} pay {:.0} spent {:.0} | h pen {:.0} rew {:.0} unpaid {:.0} | {:.1}s {:.0}us/task", g.value, g.low, g.high, o.tasks, o.lies, o.final_wrong, o.unproven_wrong, o.unproven_right, o.refunded, o.final_right, o.runs, o.rounds, o.hung_rounds, o.misses, o.exposure, o.coalition.penalties, o.coalition.rewards, o.coalition.missed, o.coalition.pay, o.coalition.spent, o.honest.penalties, o.honest.rewards, o.honest.unpaid_runs, t.elapsed().as_secs_f64(), t.elapsed().as_micros() as f64 / (o.tasks + o.fillers) as f64);
}

fn liar(pace: Pace, defence: Defence, every: usize, appeals: bool) -> Arc<dyn Strategy> {
    Arc::new(Liar {
        pace,
        defence,
        chosen: true,
        appeals,
        lying_every: every,
    })
}
fn main() {
    let n: u64 = std::env::args()
        .nth(1)
        .unwrap_or("400".into())
        .parse()
        .unwrap();
    for checks in [1_500, 10_000] {
        for share in [1_000, 3_000] {
            println!("== {checks} {share}");
            for (size, every, def, appeals) in [
                (125, 1, Defence::GiveUp, false),
                (130, 1, Defence::GiveUp, false),
                (150, 1, Defence::GiveUp, false),
                (125, 2, Defence::GiveUp, false),
                (130, 1, Defence::Drag, false),
                (145, 1, Defence::Drag, true),
                (200, 1, Defence::Drag, true),
            ] {
                let a = scenario(
                    checks,
                    share,
                    size,
                    10_000,
                    10000,
                    5000,
                    3 * 3600_000,
                    liar(Pace::Always, def, every, appeals),
                );
                show(&format!("always {size} {every} {def:?} {appeals}"), &a, n);
            }
            for (size, every) in [(125, 1), (130, 1), (125, 2), (150, 1), (500, 1)] {
                let a = scenario(
                    checks,
                    share,
                    size,
                    10_000,
                    1000,
                    500,
                    60_000,
                    liar(Pace::Wave, Defence::GiveUp, every, false),
                );
                show(&format!("wave {size} {every}"), &a, n * 4);
            }
            for hs in [200, 1000] {
                for (fc, f) in [
                    (20_000u32, (10_000 - share as usize) * 40 / 200 / 3),
                    (20_000, (10_000 - share as usize) * 40 / 200 / 6),
                    (0, (10_000 - share as usize) / 25),
                ] {
                    let mut a = scenario(
                        checks,
                        share,
                        130,
                        10_000,
                        4000,
                        100,
                        400_000,
                        Arc::new(Saturator {
                            fillers: f,
                            filler_checks_bps: fc,
                            after_ms: 300_000,
                            liar: Liar {
                                pace: Pace::Wave,
                                defence: Defence::GiveUp,
                                chosen: true,
                                appeals: false,
                                lying_every: 1,
                            },
                        }),
                    );
                    a.population.honest_size = hs;
                    show(&format!("saturate {hs} {fc} {f}"), &a, n / 4);
                }
            }
        }
    }
}
