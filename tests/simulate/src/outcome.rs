//! What happened in an episode, as sums that can be added up over episodes.

use crate::parameters::{PRICE, VALUE};
use std::ops::AddAssign;

/// Money of one side, prices.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Money {
    /// Pay for seats.
    pub pay: f64,
    /// Pay for round seats, and bounties.
    pub rewards: f64,
    /// Taken for lies.
    pub penalties: f64,
    /// Taken for missed deadlines.
    pub missed: f64,
    /// What its requesters paid to others and to the protocol.
    pub spent: f64,
    /// Part of the penalties for lies that nothing was left to take for.
    pub unpaid_penalties: f64,
    /// Runs in seats that were not paid; each cost at most a price.
    pub unpaid_runs: f64,
}

impl Money {
    /// What the side lost beside pay, prices; negative when it gained.
    pub fn loss(&self) -> f64 {
        self.penalties + self.missed - self.rewards
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.pay += other.pay;
        self.rewards += other.rewards;
        self.penalties += other.penalties;
        self.missed += other.missed;
        self.spent += other.spent;
        self.unpaid_penalties += other.unpaid_penalties;
        self.unpaid_runs += other.unpaid_runs;
    }
}

/// Counts and sums of one episode or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Tasks that were posted and not cancelled.
    pub tasks: u64,
    /// Tasks that their requester cancelled before anybody claimed them.
    pub cancelled: u64,
    /// Tasks that only kept others busy.
    pub fillers: u64,
    /// Final with the right result.
    pub final_right: u64,
    /// Final with a wrong result.
    pub final_wrong: u64,
    /// Unproven, the result right or unknown.
    pub unproven_right: u64,
    /// Unproven with a wrong result standing.
    pub unproven_wrong: u64,
    /// Refunded.
    pub refunded: u64,
    /// Tasks in which the coalition contributed a wrong result to the first seat.
    pub lies: u64,
    /// Contributions to seats and checks.
    pub runs: u64,
    /// Contributions to round seats.
    pub round_runs: u64,
    /// Runs of watchers.
    pub watched: u64,
    /// Checks that a chance made due, or that lapsed into being due.
    pub checks: u64,
    /// Disputes and appeals.
    pub rounds: u64,
    /// Rounds without a majority.
    pub hung_rounds: u64,
    /// First seats that honest workers took.
    pub honest_first: u64,
    /// First seats that the coalition took.
    pub coalition_first: u64,
    /// Later seats and checks that honest workers took.
    pub honest_later: u64,
    /// Later seats and checks that the coalition took.
    pub coalition_later: u64,
    /// The coalition's round seats that were accepted.
    pub votes_accepted: u64,
    /// The coalition's round seats that were rejected.
    pub votes_rejected: u64,
    /// Missed deadlines.
    pub misses: u64,
    /// Time from posting to first claim, seconds, summed.
    pub waited: u64,
    /// Emission weight of proven tasks, prices.
    pub weight: f64,
    /// Fees paid, prices.
    pub fees: f64,
    /// Largest time from a claim to its penalty as a part of what the rules bound it by.
    pub exposure: f64,
    /// Honest workers' money.
    pub honest: Money,
    /// The coalition's money, its requesters' included.
    pub coalition: Money,
    /// The watchers' money.
    pub watcher: Money,
}

impl Outcome {
    /// What the coalition lost by its strategy, prices: penalties and what its requesters paid to others, less rewards.
    /// Pay for its seats is left out: who works honestly in them is paid as well.
    pub fn cost(&self) -> f64 {
        self.coalition.loss() + self.coalition.spent
    }
}

impl AddAssign<&Outcome> for Outcome {
    fn add_assign(&mut self, other: &Outcome) {
        self.tasks += other.tasks;
        self.cancelled += other.cancelled;
        self.fillers += other.fillers;
        self.final_right += other.final_right;
        self.final_wrong += other.final_wrong;
        self.unproven_right += other.unproven_right;
        self.unproven_wrong += other.unproven_wrong;
        self.refunded += other.refunded;
        self.lies += other.lies;
        self.runs += other.runs;
        self.round_runs += other.round_runs;
        self.watched += other.watched;
        self.checks += other.checks;
        self.rounds += other.rounds;
        self.hung_rounds += other.hung_rounds;
        self.honest_first += other.honest_first;
        self.coalition_first += other.coalition_first;
        self.honest_later += other.honest_later;
        self.coalition_later += other.coalition_later;
        self.votes_accepted += other.votes_accepted;
        self.votes_rejected += other.votes_rejected;
        self.misses += other.misses;
        self.waited += other.waited;
        self.weight += other.weight;
        self.fees += other.fees;
        self.exposure = self.exposure.max(other.exposure);
        self.honest += other.honest;
        self.coalition += other.coalition;
        self.watcher += other.watcher;
    }
}

/// Stake base units as prices.
pub fn stake_prices(amount: u64) -> f64 {
    amount as f64 / VALUE as f64
}

/// Base units of the payment mint as prices.
pub fn pay_prices(amount: u64) -> f64 {
    amount as f64 / PRICE as f64
}
