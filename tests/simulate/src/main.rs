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

fn liar(pace: Pace, defence: Defence, every: usize) -> Arc<dyn Strategy> {
    Arc::new(Liar {
        pace,
        defence,
        chosen: true,
        lying_every: every,
    })
}

fn main() {
    let n: u64 = std::env::args().nth(1).unwrap_or("400".into()).parse().unwrap();
    for checks in [1_500, 10_000] {
        for share in [1_000, 3_000] {
            println!("== checks {checks} share {share}");
            show("single stall", &scenario(checks, share, 500, 10_000, 1, 1, 0, liar(Pace::One, Defence::Stall, 1)), n * 50);
            show("wave small", &scenario(checks, share, 125, 10_000, 1000, 500, 60_000, liar(Pace::Wave, Defence::GiveUp, 1)), n);
            show("wave 250/2", &scenario(checks, share, 125, 10_000, 1000, 500, 60_000, liar(Pace::Wave, Defence::GiveUp, 2)), n);
            for size in [125, 150] {
            show("always", &scenario(checks, share, size, 10_000, 10000, 5000, 3 * 3600_000, liar(Pace::Always, Defence::GiveUp, 1)), n/4 );
            show("always/2", &scenario(checks, share, size, 10_000, 10000, 5000, 3 * 3600_000, liar(Pace::Always, Defence::GiveUp, 2)), n/4 );
            show("always/2 stall", &scenario(checks, share, size, 10_000, 10000, 5000, 3 * 3600_000, liar(Pace::Always, Defence::Stall, 2)), n/4 );
            }
            let fillers = (10_000 - share as usize) / 25 + 20;
            show("saturate", &scenario(checks, share, 125, 10_000, 3000, 100, 300_000, Arc::new(Saturator { fillers, filler_checks_bps: 0, after_ms: 200_000, liar: Liar { pace: Pace::Wave, defence: Defence::GiveUp, chosen: true, lying_every: 1 } })), n / 20);
            let fillers = (10_000 - share as usize) / 20;
            show("saturate 2", &scenario(checks, share, 125, 10_000, 3000, 100, 300_000, Arc::new(Saturator { fillers, filler_checks_bps: 10_000, after_ms: 200_000, liar: Liar { pace: Pace::Wave, defence: Defence::GiveUp, chosen: true, lying_every: 1 } })), n / 20);
        }
    }
}
