//! The markets that the figures are taken in.

use crate::market::{Demand, Nodes, Population, Scenario};
use crate::parameters::Parameters;
use crate::strategy::Strategy;
use std::sync::Arc;

/// Whole collateral of a market, prices.
const COLLATERAL: u64 = 20_000;
/// Collateral of an honest worker, prices.
const HONEST_SIZE: u64 = 400;
/// From a claim to its deadline, seconds.
pub const RUN_WINDOW: u32 = 600;
/// Honest transactions land so long after those of the coalition, ms.
pub const LATENCY_MS: u64 = 1_500;

/// Which market: who is awake, whose collateral it is, how many late seats a task has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Late seats, basis points.
    pub checks_bps: u32,
    /// The coalition's part of the collateral, basis points.
    pub share_bps: u64,
    /// Honest nodes with room for a task, basis points.
    pub awake_bps: u64,
    /// Whether honest nodes contradict another result only where they expect to gain by it.
    pub rational: bool,
}

impl Cell {
    /// The market with all honest nodes awake.
    pub fn awake(checks_bps: u32, share_bps: u64) -> Self {
        Self {
            checks_bps,
            share_bps,
            awake_bps: 10_000,
            rational: true,
        }
    }

    /// Collateral of the whole coalition, prices.
    pub fn coalition(&self) -> u64 {
        COLLATERAL * self.share_bps / 10_000
    }

    /// Collateral of all honest workers, prices.
    pub fn honest(&self) -> u64 {
        COLLATERAL - self.coalition()
    }

    /// The market of this cell with one job of one task, a coalition of workers of this size and this strategy.
    pub fn scenario(
        &self,
        parameters: &Parameters,
        size: u64,
        strategy: impl Strategy + 'static,
    ) -> Scenario {
        Scenario {
            parameters: *parameters,
            population: Population {
                collateral: COLLATERAL,
                coalition_bps: self.share_bps,
                honest_size: HONEST_SIZE,
                coalition_size: size,
                watched_bps: 0,
            },
            nodes: Nodes {
                awake_bps: self.awake_bps,
                latency_ms: (LATENCY_MS, LATENCY_MS),
                fail_bps: 0,
                rational: self.rational,
                run_ms: (10_000, 30_000),
            },
            demand: Demand {
                jobs: 1,
                tasks: 1,
                gap_ms: 1,
                horizon_ms: 0,
                checks_bps: self.checks_bps,
                run_window: RUN_WINDOW,
            },
            strategy: Arc::new(strategy),
        }
    }
}

impl Scenario {
    /// As many jobs as are posted in `horizon_ms`, at most `jobs`, one every `gap_ms`.
    pub fn posting(mut self, jobs: usize, gap_ms: u64, horizon_ms: u64) -> Self {
        self.demand.jobs = jobs;
        self.demand.gap_ms = gap_ms;
        self.demand.horizon_ms = horizon_ms;
        self
    }

    /// The same with a change.
    pub fn with(mut self, change: impl FnOnce(&mut Scenario)) -> Self {
        change(&mut self);
        self
    }
}
