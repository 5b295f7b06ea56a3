//! The single figures: what one strategy gains or costs.

use crate::market::Scenario;
use crate::outcome::Outcome;
use crate::parameters::{Parameters, DEFAULTS};
use crate::sample::{Effort, Estimate, Sample};
use crate::scenarios::Cell;
use crate::strategy::collateral::{MovesOut, SelfFine, Shifts};
use crate::strategy::griefing::{Contradictor, FalseAlarm, Misser, Withholder};
use crate::strategy::honest::Honest;
use crate::strategy::lazy::{Lapser, Laziness, Lazy};
use crate::strategy::lie::{Defence, Liar, LiesAlways, Pace};
use crate::strategy::requester::{Repudiator, SelfDealer, Withheld};
use crate::strategy::steering::{Steerer, Way};
use crate::strategy::Strategy;

/// Plays scenarios and counts their tasks.
pub struct Player {
    /// Random numbers and threads.
    pub effort: Effort,
    /// Repetitions are multiplied by this.
    pub scale: f64,
    /// Tasks played so far, fillers included.
    pub tasks: u64,
    stream: u64,
}

impl Player {
    /// Returns a player whose scenarios have random numbers of their own.
    pub fn new(effort: Effort, scale: f64, stream: u64) -> Self {
        Self {
            effort,
            scale,
            tasks: 0,
            stream,
        }
    }

    /// Plays a scenario `episodes` times, more or less as the effort says, but at least four times.
    pub fn play(&mut self, scenario: &Scenario, episodes: f64) -> Sample {
        self.stream += 1;
        let episodes = (episodes * self.scale).round().max(4.0) as u64;
        let sample = Sample::play(scenario, self.effort, self.stream, episodes);
        self.tasks += sample.total.tasks;
        sample
    }

    /// Plays a strategy in a market with this share, `jobs` tasks an episode, one every `gap_ms`.
    fn market(
        &mut self,
        cell: &Cell,
        strategy: impl Strategy + 'static,
        (jobs, gap_ms): (usize, u64),
        episodes: f64,
        change: impl FnOnce(&mut Scenario),
    ) -> Sample {
        let size = (cell.coalition() / 2).clamp(1, 500);
        let scenario = cell.scenario(&DEFAULTS, size, strategy);
        let scenario = scenario
            .posting(jobs, gap_ms, jobs as u64 * gap_ms)
            .with(change);
        self.play(&scenario, episodes)
    }
}

/// Nothing but the strategy.
fn as_it_is(_: &mut Scenario) {}

/// Who lies in every task, with three seats.
#[derive(Clone, Copy, Debug)]
pub struct AlwaysLying {
    /// Wrong Finals a task, in 300 tasks during which the liar loses its collateral.
    pub wrong: Estimate,
    /// Wrong Finals a task, in the first twenty tasks.
    pub wrong_at_first: Estimate,
    /// What it loses for every price that it wins.
    pub loss_ratio: f64,
}

/// A share of the collateral that lies in every task.
pub fn always_lying(player: &mut Player, checks_bps: u32, share_bps: u64) -> AlwaysLying {
    let cell = Cell::awake(checks_bps, share_bps);
    let lies = || LiesAlways {
        defence: Defence::GiveUp,
    };
    let least =
        |scenario: &mut Scenario| scenario.population.coalition_size = DEFAULTS.least_size();
    let long = player.market(&cell, lies(), (300, 4_000), 200.0, least);
    let short = player.market(&cell, lies(), (20, 4_000), 1_500.0, least);
    let total = &long.total;
    AlwaysLying {
        wrong: long.share(total.final_wrong, total.tasks),
        wrong_at_first: short.share(short.total.final_wrong, short.total.tasks),
        loss_ratio: total.coalition.loss() / total.coalition.pay.max(1e-9),
    }
}

/// Wrong Finals a task while somebody lies everywhere and one watcher runs every standing task again. The worst of the
/// liars: one gives up in rounds, one hangs them, one votes for its lies.
pub fn watched(player: &mut Player, share_bps: u64) -> (u64, Estimate) {
    let cell = Cell::awake(1_500, share_bps);
    let (mut wrong, mut tasks) = (0, 0);
    let mut sample = Sample::default();
    for defence in [Defence::GiveUp, Defence::Stall, Defence::Capture] {
        let lies = LiesAlways { defence };
        let watch = |scenario: &mut Scenario| scenario.population.watched_bps = 10_000;
        sample = player.market(&cell, lies, (40, 4_000), 500.0, watch);
        wrong += sample.total.final_wrong;
        tasks += sample.total.tasks;
    }
    (wrong, sample.share(wrong, tasks))
}

/// A market without a coalition.
#[derive(Clone, Copy, Debug)]
pub struct HonestMarket {
    /// Seats and checks that were delivered a task.
    pub runs: Estimate,
    /// What honest nodes lose by missed deadlines, percent of their income.
    pub loss_percent: Estimate,
    /// Time from the posting to the first claim, seconds, on average.
    pub waited: f64,
    /// Tasks that end unproven, percent.
    pub unproven_percent: f64,
}

/// An honest market in which nodes miss one deadline in a hundred.
pub fn honest_market(player: &mut Player, parameters: &Parameters, cell: &Cell) -> HonestMarket {
    let scenario = cell
        .scenario(parameters, 500, Honest)
        .posting(100, 3_000, u64::MAX / 2);
    let scenario = scenario.with(|scenario| scenario.nodes.fail_bps = 100);
    let sample = player.play(&scenario, 60.0);
    let total = &sample.total;
    let income = |outcome: &Outcome| {
        outcome.honest.pay
            + outcome.honest.rewards
            + outcome.coalition.pay
            + outcome.coalition.rewards
    };
    let lost = |outcome: &Outcome| {
        100.0
            * (outcome.honest.missed
                + outcome.honest.penalties
                + outcome.coalition.missed
                + outcome.coalition.penalties)
    };
    HonestMarket {
        runs: sample.ratio(
            |outcome| outcome.runs as f64,
            |outcome| outcome.tasks as f64,
        ),
        loss_percent: sample.ratio(lost, income),
        waited: total.waited as f64 / (total.honest_first + total.coalition_first).max(1) as f64,
        unproven_percent: 100.0 * (total.unproven_right + total.unproven_wrong) as f64
            / total.tasks as f64,
    }
}

/// What a griefer loses and what it costs others.
#[derive(Clone, Copy, Debug)]
pub struct Griefing {
    /// Lost by the griefer a try, prices.
    pub lost: f64,
    /// Lost by honest workers a try, prices: penalties and unpaid runs, less bounties. Negative when they gain.
    pub harm: f64,
}

impl Griefing {
    fn of(sample: &Sample, tries: u64) -> Self {
        let total = &sample.total;
        let tries = tries.max(1) as f64;
        Self {
            lost: (total.coalition.loss() + total.coalition.spent) / tries,
            harm: (total.honest.loss() + total.honest.unpaid_runs) / tries,
        }
    }

    /// Lost by the griefer for every price that others lose, at most 1,000.
    pub fn ratio(&self) -> f64 {
        if self.harm <= self.lost / 1e3 {
            1e3
        } else {
            self.lost / self.harm
        }
    }
}

/// Challenges against right results, one at a time: the worst of three ways to vote in the rounds.
pub fn challenges(player: &mut Player, share_bps: u64) -> Griefing {
    let cell = Cell::awake(1_500, share_bps);
    let ways = [
        (Defence::GiveUp, Defence::GiveUp),
        (Defence::Capture, Defence::GiveUp),
        (Defence::Capture, Defence::Capture),
    ];
    let worst = ways.map(|(defence, appeal)| {
        let sample = player.market(
            &cell,
            Contradictor {
                defence,
                appeal,
                appeals: false,
            },
            (1, 1),
            4_000.0,
            as_it_is,
        );
        Griefing::of(&sample, sample.total.tasks)
    });
    worst
        .into_iter()
        .min_by(|a, b| a.ratio().total_cmp(&b.ratio()))
        .expect("three ways")
}

/// Challenges against as many right results at once as collateral allows, which appeal when they lose.
pub fn burst_of_challenges(player: &mut Player, share_bps: u64) -> Griefing {
    let cell = Cell::awake(1_500, share_bps);
    let contradictor = Contradictor {
        defence: Defence::GiveUp,
        appeal: Defence::GiveUp,
        appeals: true,
    };
    let sample = player.market(&cell, contradictor, (150, 100), 20.0, as_it_is);
    Griefing::of(&sample, sample.total.rounds)
}

/// Challenges against right results whose rounds are made to end without a majority: the share of results that end
/// unproven by it, and what each of these costs the griefer, prices.
pub fn hung_challenges(player: &mut Player, share_bps: u64) -> (f64, f64) {
    let contradictor = Contradictor {
        defence: Defence::Stall,
        appeal: Defence::Stall,
        appeals: false,
    };
    let cell = Cell::awake(1_500, share_bps);
    let sample = player.market(&cell, contradictor, (1, 1), 4_000.0, as_it_is);
    let unproven = sample.total.unproven_right as f64;
    let cost = sample.total.coalition.loss() / unproven.max(1.0);
    (unproven / sample.total.tasks as f64, cost)
}

/// What hung appeals bring a griefer and cost it.
#[derive(Clone, Copy, Debug)]
pub struct HungAppeals {
    /// What the coalition does with the seats of the appeal.
    pub way: Defence,
    /// Lost by both sides an appeal, beside what the dispute before it cost.
    pub griefing: Griefing,
    /// Part of the appeals after which a right result is unproven.
    pub unproven: f64,
}

impl HungAppeals {
    /// What it costs to turn one right result unproven, prices.
    pub fn cost(&self) -> f64 {
        self.griefing.lost / self.unproven
    }
}

/// Appeals against right verdicts. The coalition takes no seats of them, or takes seats and lets them pass, or votes apart:
/// the way that costs it least for what it costs others. It appeals before the draw, so it cannot know how many seats it gets.
pub fn hung_appeals(player: &mut Player, share_bps: u64, awake_bps: u64) -> HungAppeals {
    let cell = Cell {
        awake_bps,
        ..Cell::awake(1_500, share_bps)
    };
    let mut play = |appeal: Option<Defence>| {
        let contradictor = Contradictor {
            defence: Defence::GiveUp,
            appeal: appeal.unwrap_or(Defence::GiveUp),
            appeals: appeal.is_some(),
        };
        player
            .market(&cell, contradictor, (1, 1), 2_000.0, as_it_is)
            .total
    };
    let disputes = play(None);
    let before = disputes.tasks as f64;
    let lost = |outcome: &Outcome| outcome.coalition.loss();
    let harm = |outcome: &Outcome| outcome.honest.loss() + outcome.honest.unpaid_runs;
    let ways = [Defence::GiveUp, Defence::Drag, Defence::Stall].map(|way| {
        let appealed = play(Some(way));
        let (tasks, appeals) = (appealed.tasks as f64, appealed.rounds - appealed.tasks);
        let an_appeal = |of: &dyn Fn(&Outcome) -> f64| {
            (of(&appealed) - of(&disputes) * tasks / before) / appeals.max(1) as f64
        };
        HungAppeals {
            way,
            griefing: Griefing {
                lost: an_appeal(&lost),
                harm: an_appeal(&harm),
            },
            unproven: an_appeal(&|outcome| outcome.unproven_right as f64).clamp(0.0, 1.0),
        }
    });
    let worse = |a: &HungAppeals, b: &HungAppeals| {
        let ratios = a.griefing.ratio().total_cmp(&b.griefing.ratio());
        ratios.then(a.cost().total_cmp(&b.cost()))
    };
    ways.into_iter().min_by(worse).expect("three ways")
}

/// Late seats with something wrong in them.
pub fn false_alarms(player: &mut Player, share_bps: u64) -> Griefing {
    let sample = player.market(
        &Cell::awake(10_000, share_bps),
        FalseAlarm,
        (40, 4_000),
        100.0,
        as_it_is,
    );
    Griefing::of(&sample, sample.total.coalition_later)
}

/// Seats that are claimed and left. Returns what a missed one costs, and by how many seconds it delays a first claim.
pub fn missed_seats(player: &mut Player, share_bps: u64) -> (f64, f64) {
    let cell = Cell::awake(1_500, share_bps);
    let sample = player.market(&cell, Misser { late: false }, (40, 4_000), 100.0, as_it_is);
    let total = &sample.total;
    let cost = total.coalition.loss() / total.misses.max(1) as f64;
    (
        cost,
        total.misses as f64 * f64::from(crate::scenarios::RUN_WINDOW) / total.tasks as f64,
    )
}

/// Late seats that are claimed and left: the share of tasks that end unproven.
pub fn held_late_seats(player: &mut Player, share_bps: u64) -> f64 {
    let cell = Cell::awake(10_000, share_bps);
    let sample = player.market(&cell, Misser { late: true }, (40, 4_000), 100.0, as_it_is);
    sample.total.unproven_right as f64 / sample.total.tasks as f64
}

/// What lazy work gains a seat, prices; pay included.
pub fn laziness(player: &mut Player, laziness: Laziness) -> f64 {
    let cell = Cell::awake(1_500, 1_000);
    match laziness {
        Laziness::PublicInRound | Laziness::CopiedInRound => {
            let sample = player.market(&cell, Lazy(laziness), (1, 1), 2_000.0, as_it_is);
            let total = &sample.total;
            let (accepted, rejected) = (total.votes_accepted as f64, total.votes_rejected as f64);
            (accepted - rejected * DEFAULTS.penalty_prices() as f64)
                / (accepted + rejected).max(1.0)
        }
        _ => {
            let checks = Cell::awake(
                if laziness == Laziness::CopiedCheck {
                    10_000
                } else {
                    1_500
                },
                1_000,
            );
            let episodes = (40.0 / player.scale).max(400.0);
            let sample = player.market(&checks, Lazy(laziness), (20, 4_000), episodes, as_it_is);
            let total = &sample.total;
            let seats = total.coalition_first + total.coalition_later;
            (total.coalition.pay - total.coalition.loss()) / seats.max(1) as f64
        }
    }
}

/// What it gains a first seat to wait until the draw of the check is forgotten, prices beside the pay of one seat.
pub fn lapsing(player: &mut Player, share_bps: u64) -> f64 {
    let cell = Cell::awake(1_500, share_bps);
    let market = |player: &mut Player, lapses: bool| {
        let sample = if lapses {
            player.market(&cell, Lapser, (20, 4_000), 400.0, as_it_is)
        } else {
            player.market(&cell, Honest, (20, 4_000), 400.0, as_it_is)
        };
        sample.total.coalition.pay / sample.total.coalition_first.max(1) as f64
    };
    market(player, true) - market(player, false)
}

/// What a worker loses that never opens its result, prices a seat.
pub fn withholding(player: &mut Player) -> f64 {
    let sample = player.market(
        &Cell::awake(1_500, 1_000),
        Withholder,
        (20, 4_000),
        100.0,
        as_it_is,
    );
    sample.total.coalition.loss() / sample.total.coalition_first.max(1) as f64
}

/// Part of the penalties for lies that is collected although all free collateral was taken out after the claim.
pub fn collected_after_moving_out(player: &mut Player) -> f64 {
    let cell = Cell::awake(10_000, 1_000);
    let sample = player.market(&cell, MovesOut, (40, 4_000), 60.0, as_it_is);
    let money = &sample.total.coalition;
    money.penalties / (money.penalties + money.unpaid_penalties).max(1e-9)
}

/// Late seats that a coalition gets for its share of them, when it holds other collateral at the posting than later.
/// Its share is what it holds when the seats are drawn.
pub fn shifting(player: &mut Player, at_posting: bool) -> f64 {
    let cell = Cell::awake(10_000, 2_000);
    let shifts = Shifts {
        extra: 500,
        at_posting,
    };
    let sample = player.market(&cell, shifts, (1, 1), 6_000.0, as_it_is);
    let total = &sample.total;
    let taken = total.coalition_later as f64 / (total.coalition_later + total.honest_later) as f64;
    let held = cell.coalition() as f64 * if at_posting { 1.0 } else { 2.0 };
    taken / (held / (held + cell.honest() as f64))
}

/// Wrong Finals a task when the requester gives the input to its own workers only, or takes it back after the first
/// contribution.
pub fn withheld_content(player: &mut Player, until_delivered: bool) -> f64 {
    let cell = Cell::awake(10_000, 500);
    let sample = player.market(
        &cell,
        Withheld { until_delivered },
        (10, 4_000),
        60.0,
        as_it_is,
    );
    sample.total.final_wrong as f64 / sample.total.tasks as f64
}

/// What a requester saves that contradicts the right results of its own tasks, prices a task, its worker's penalties
/// included; and what honest workers lose by it.
pub fn repudiation(player: &mut Player) -> (f64, f64) {
    let cell = Cell::awake(1_500, 1_000);
    let repudiated = player
        .market(
            &cell,
            Repudiator {
                defence: Defence::Stall,
                served: false,
            },
            (5, 4_000),
            400.0,
            as_it_is,
        )
        .total;
    let honest = 1.0 + f64::from(cell.checks_bps) / 1e4;
    let fee = honest * DEFAULTS.fee_bps as f64 / 1e4;
    let tasks = repudiated.tasks as f64;
    let spent = (repudiated.coalition.spent + repudiated.coalition.loss()) / tasks;
    (honest + fee - spent, repudiated.honest.loss() / tasks)
}

/// What a requester gains that has honest first workers convicted: it keeps the input from everybody who could run the
/// task again. Returns what it gains and what honest workers lose, prices a task. `served`: honest nodes give the input that
/// they have run to whoever asks.
pub fn framing(player: &mut Player, served: bool) -> (f64, f64) {
    let cell = Cell::awake(1_500, 1_000);
    let framed = player
        .market(
            &cell,
            Repudiator {
                defence: Defence::Capture,
                served,
            },
            (5, 4_000),
            100.0,
            as_it_is,
        )
        .total;
    let tasks = framed.tasks as f64;
    let spent = framed.coalition.spent + framed.coalition.loss();
    (-spent / tasks, framed.honest.loss() / tasks)
}

/// What a requester gets by choosing which of its tasks go on.
#[derive(Clone, Copy, Debug)]
pub struct Steered {
    /// Part of the first seats that its workers take.
    pub first: f64,
    /// Part of the late seats and checks that they take.
    pub later: f64,
    /// Tasks taken back for every one that goes on.
    pub cancelled: f64,
    /// What requester and workers gain together, prices a task: emission and bounties, less fees, pay to others and
    /// penalties. Runs of its own workers are taken to cost nothing.
    pub gain: f64,
    /// What honest workers lose, prices a task, unpaid runs included.
    pub harm: f64,
}

/// A requester that steers the first seats of its tasks to its own workers, which work or lie. Everybody else's
/// transactions land so much later. The whole of what a task can earn is taken to be its own.
pub fn steering(
    player: &mut Player,
    way: Way,
    lies: bool,
    share_bps: u64,
    latency_ms: u64,
) -> Steered {
    let liar = Liar {
        pace: Pace::Always,
        defence: Defence::GiveUp,
        chosen: false,
        appeals: false,
        lying_every: 1,
    };
    let steerer = Steerer {
        way,
        liar: lies.then_some(liar),
    };
    let cell = Cell::awake(DEFAULTS.checks_bps, share_bps);
    let tasks = if way == Way::Cancels { 20 } else { 1 };
    let (jobs, episodes) = if way == Way::Reposts {
        (20, 100.0)
    } else {
        (5, 200.0)
    };
    let change = |scenario: &mut Scenario| {
        if way == Way::Reposts {
            // Re-postings are jobs, too: the time limits them.
            scenario.demand.jobs = usize::MAX;
        }
        scenario.demand.tasks = tasks;
        scenario.nodes.latency_ms = (latency_ms, latency_ms);
    };
    let sample = player.market(&cell, steerer, (jobs, 4_000), episodes, change);
    let total = &sample.total;
    let kept = total.tasks.max(1) as f64;
    let emission = total.weight * DEFAULTS.kappa_bps as f64 / 1e4;
    let part = |ours: u64, others: u64| ours as f64 / (ours + others).max(1) as f64;
    Steered {
        first: part(total.coalition_first, total.honest_first),
        later: part(total.coalition_later, total.honest_later),
        cancelled: total.cancelled as f64 / kept,
        gain: (emission - total.cost()) / kept,
        harm: (total.honest.loss() + total.honest.unpaid_runs) / kept,
    }
}

/// What a requester earns back that works for itself.
#[derive(Clone, Copy, Debug)]
pub struct SelfDealing {
    /// Emission for every price of fees, if every seat were its own.
    pub of_fees: f64,
    /// Emission for every price that its tasks cost it, pay to honest workers included.
    pub of_cost: f64,
}

/// A requester that posts anew until it has the first seat, and takes every seat it can. The whole of what a task can
/// earn is taken to be its own.
pub fn self_dealing(player: &mut Player, share_bps: u64) -> SelfDealing {
    let cell = Cell::awake(1_500, share_bps);
    let sample = player.market(&cell, SelfDealer, (40, 4_000), 60.0, as_it_is);
    let total = &sample.total;
    let emission = total.weight * DEFAULTS.kappa_bps as f64 / 1e4;
    SelfDealing {
        of_fees: emission / total.fees,
        of_cost: emission / total.coalition.spent,
    }
}

/// Collateral that leaves a worker for a friend by missing deadlines of a friend's tasks, for every price it costs.
pub fn self_fine(player: &mut Player) -> f64 {
    let sample = player.market(
        &Cell::awake(1_500, 1_000),
        SelfFine,
        (40, 4_000),
        30.0,
        as_it_is,
    );
    sample.total.coalition.rewards / sample.total.coalition.missed.max(1e-9)
}

/// How a part of the stake shares in the seats.
#[derive(Clone, Copy, Debug)]
pub struct SeatShare {
    /// Part of first and later seats for its part of the stake.
    pub ratio: f64,
    /// Distance from its part of the stake, standard deviations.
    pub sigmas: f64,
}

/// Seats of a share in workers of this size, when everybody else's transactions land so much later.
pub fn seat_share(player: &mut Player, share_bps: u64, size: u64, latency_ms: u64) -> SeatShare {
    let cell = Cell::awake(0, share_bps);
    let late = |scenario: &mut Scenario| {
        scenario.nodes.latency_ms = (latency_ms, latency_ms);
        scenario.population.coalition_size = size;
    };
    // Never so few that chance alone looks like an advantage.
    let episodes = (1_500.0 / player.scale).max(20_000.0);
    let sample = player.market(&cell, Honest, (1, 1), episodes, late);
    let total = &sample.total;
    let taken = total.coalition_first as f64;
    let seats = taken + total.honest_first as f64;
    let share = share_bps as f64 / 1e4;
    SeatShare {
        ratio: taken / seats / share,
        sigmas: (taken - seats * share) / (seats * share * (1.0 - share)).sqrt(),
    }
}
