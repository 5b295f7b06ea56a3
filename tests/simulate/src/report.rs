//! Everything that `simulate` measures, as one report: tables to read, an object for programs.

use crate::bars::{bars, Bar};
use crate::corruption::{prize, Attack, Prize};
use crate::figures::{self, Griefing, Player};
use crate::market::Scenario;
use crate::outcome::Outcome;
use crate::parameters::{Parameters, DEFAULTS};
use crate::sample::{Effort, Estimate, Sample};
use crate::scenarios::Cell;
use crate::strategy::lazy::Laziness;
use crate::strategy::lie::{Defence, LiesAlways};
use crate::worth::{self, Worth};

/// Shares of the collateral in the table, basis points.
const SHARES: [u64; 6] = [500, 1_000, 2_000, 3_000, 4_000, 5_000];
/// Late seats in the table, basis points.
const CHECKS: [u32; 3] = [1_500, 10_000, 20_000];
/// Honest nodes that are awake in the table, basis points.
const AWAKE: [u64; 4] = [10_000, 7_000, 5_000, 1_000];
/// Tasks that a full run has at least.
pub const FULL_TASKS: u64 = 1_000_000;
/// Tasks a full run tries each attack on at first.
const TASKS_AN_ATTACK: u64 = 500;

/// How much to play.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Tasks in all, roughly; a full run has more than [`FULL_TASKS`].
    pub tasks: u64,
    /// Random numbers and threads.
    pub effort: Effort,
    /// Only what the bars ask for, with few tasks.
    pub quick: bool,
}

/// One market of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Which market.
    pub cell: Cell,
    /// Wrong Finals for every thousand tasks, while the coalition lies in every seat.
    pub wrong: Estimate,
    /// Seats that were delivered a task.
    pub runs: Estimate,
    /// What honest workers that fail in one task in a hundred lose, percent of their income.
    pub honest_loss: Estimate,
    /// Cost of corruption.
    pub prize: Prize,
    /// Cost of corruption if honest nodes contradict although they do not expect to gain by it.
    pub prize_if_stubborn: Option<Prize>,
}

/// A gain or loss of one strategy, for the list.
#[derive(Clone, Debug)]
pub struct Line {
    /// What was tried.
    pub what: String,
    /// What came out.
    pub result: String,
}

/// The figures that programs read.
#[derive(Clone, Debug)]
pub struct Key {
    /// Cost of corruption at 10 % and 30 % with the default checks, at 10 % with two seats, prices.
    pub prize_10: Prize,
    /// As above.
    pub prize_30: Prize,
    /// As above.
    pub prize_10_two_seats: Prize,
    /// Cost of corruption when honest transactions take up to ten seconds, at 10 % and 30 %.
    pub prize_slow: [Prize; 2],
    /// Who always lies at 10 % with three seats.
    pub always: figures::AlwaysLying,
    /// Wrong Finals beside a watcher, at 5, 10 and 20 %.
    pub watched: Vec<(u64, u64, Estimate)>,
    /// An honest market with the defaults.
    pub honest: figures::HonestMarket,
    /// Challenges of right results, at 10, 20 and 30 %.
    pub griefing: Vec<(u64, Griefing)>,
    /// The same in bursts.
    pub bursts: Vec<(u64, Griefing)>,
    /// Appeals against right verdicts that are made to end without a majority, at 10, 20 and 30 %.
    pub appeals: Vec<(u64, figures::HungAppeals)>,
    /// Seats of a share: share, collateral of each worker, latency of the others, result.
    pub shares: Vec<(u64, u64, u64, figures::SeatShare)>,
    /// Working for oneself, at 10 %.
    pub self_dealing: figures::SelfDealing,
    /// What it gains to let a draw lapse, prices, the largest.
    pub lapsing: f64,
    /// Part of penalties that is collected after collateral was moved out.
    pub collected: f64,
    /// What a requester saves by contradicting its own results, prices a task.
    pub repudiation: f64,
    /// Largest gain of lazy work in any seat but a requested check, prices.
    pub laziness: f64,
}

/// Everything.
#[derive(Clone, Debug)]
pub struct Report {
    /// How much was played.
    pub options: Options,
    /// The parameters.
    pub parameters: Parameters,
    /// Tasks in all.
    pub tasks: u64,
    /// The table.
    pub rows: Vec<Row>,
    /// The figures that programs read.
    pub key: Key,
    /// All other figures.
    pub lines: Vec<Line>,
    /// What was promised, and whether it holds.
    pub bars: Vec<Bar>,
    /// The table for `--worth`, in a full run.
    pub worth: Option<Worth>,
}

/// Plays everything. `say` is told what is played next.
pub fn report(options: Options, say: &dyn Fn(&str)) -> Report {
    let parameters = DEFAULTS;
    let scale = options.tasks as f64 / FULL_TASKS as f64;
    let each = ((TASKS_AN_ATTACK as f64 * scale) as u64).max(30);
    let mut player = Player::new(options.effort, scale, 1 << 52);
    say("single figures");
    let (key, lines) = key_figures(&mut player, &parameters, options, each, say);
    let mut rows = Vec::new();
    let mut worth = None;
    if !options.quick {
        for awake_bps in AWAKE {
            for checks_bps in CHECKS {
                for share_bps in SHARES {
                    let cell = Cell {
                        checks_bps,
                        share_bps,
                        awake_bps,
                        rational: true,
                    };
                    say(&describe(&cell));
                    rows.push(row(&mut player, &cell, &parameters, each));
                }
            }
        }
        say("the table of worth");
        worth = Some(promises(&mut player, &parameters, each));
    }
    let bars = bars(&key, player.tasks, options.quick);
    Report {
        options,
        parameters,
        tasks: player.tasks,
        rows,
        key,
        lines,
        bars,
        worth,
    }
}

fn describe(cell: &Cell) -> String {
    format!(
        "{} with {} % colluding and {} % of the honest awake",
        seats_name(cell.checks_bps),
        cell.share_bps / 100,
        cell.awake_bps / 100
    )
}

/// How tables call a number of late seats.
pub fn seats_name(checks_bps: u32) -> String {
    let (seats, chance) = (checks_bps / 10_000 + 1, checks_bps % 10_000);
    match chance {
        0 if seats == 1 => "1 seat".into(),
        0 => format!("{seats} seats"),
        _ => format!("{seats} + {} %", chance as f64 / 100.0),
    }
}

fn count(player: &mut Player, prize: Prize) -> Prize {
    player.tasks += prize.tasks;
    prize
}

/// Attacks on a market: those that keep honest nodes busy only where they are not busy anyway.
fn attacks(cell: &Cell) -> Vec<Attack> {
    let busy = |attack: &&Attack| **attack == Attack::Busy;
    Attack::TABLE
        .iter()
        .filter(|attack| cell.awake_bps == 10_000 || !busy(attack))
        .copied()
        .collect()
}

fn row(player: &mut Player, cell: &Cell, parameters: &Parameters, each: u64) -> Row {
    let number = u64::from(cell.checks_bps) << 24 | cell.share_bps << 8;
    let stream = 1 << 40 | number | (cell.awake_bps / 100);
    let cost = prize(
        cell,
        parameters,
        &attacks(cell),
        player.effort,
        stream,
        each,
    );
    let cost = count(player, cost);
    let stubborn = Cell {
        rational: false,
        ..*cell
    };
    let if_stubborn = (cost.cost.value <= 0.0).then(|| {
        let cost = prize(
            &stubborn,
            parameters,
            &Attack::FEW,
            player.effort,
            stream ^ 1 << 44,
            each,
        );
        count(player, cost)
    });
    let lies = LiesAlways {
        defence: Defence::GiveUp,
    };
    let scenario = cell
        .scenario(parameters, parameters.least_size(), lies)
        .posting(40, 4_000, 160_000);
    let scenario = scenario.with(|scenario| scenario.nodes.fail_bps = 100);
    let market = player.play(&scenario, 100.0);
    let lost = |outcome: &Outcome| 100.0 * (outcome.honest.missed + outcome.honest.penalties);
    let income = |outcome: &Outcome| outcome.honest.pay + outcome.honest.rewards;
    Row {
        cell: *cell,
        wrong: market.ratio(
            |outcome| 1e3 * outcome.final_wrong as f64,
            |outcome| outcome.tasks as f64,
        ),
        runs: market.ratio(
            |outcome| outcome.runs as f64,
            |outcome| outcome.tasks as f64,
        ),
        honest_loss: market.ratio(lost, income),
        prize: cost,
        prize_if_stubborn: if_stubborn,
    }
}

fn promises(player: &mut Player, parameters: &Parameters, each: u64) -> Worth {
    let mut measured = Vec::new();
    for checks_bps in worth::CHECKS {
        let cell = Cell::awake(checks_bps, worth::ASSUMED_SHARE_BPS);
        let stream = 1 << 41 | u64::from(checks_bps);
        let cost = prize(
            &cell,
            parameters,
            &attacks(&cell),
            player.effort,
            stream,
            2 * each,
        );
        measured.push((checks_bps, count(player, cost).cost.low));
    }
    Worth::new(&measured)
}

/// Cost of corruption with honest transactions that take up to ten seconds; the attacks that bind otherwise.
fn slow_prize(player: &mut Player, share_bps: u64, each: u64) -> Prize {
    let cell = Cell::awake(DEFAULTS.checks_bps, share_bps);
    let tried = [Attack::Wave, Attack::HalfWave, Attack::Endless].map(|attack| {
        let slow = |scenario: &mut Scenario| scenario.nodes.latency_ms = (0, 10_000);
        let scenario = attack.scenario(&cell, &DEFAULTS).with(slow);
        let tasks = attack.tasks(&cell, &DEFAULTS);
        let sample: Sample = player.play(&scenario, (4 * each / tasks) as f64 / player.scale);
        Prize {
            cost: crate::corruption::cost_of(&sample),
            attack,
            tasks: sample.total.tasks,
        }
    });
    let cheapest = tried
        .into_iter()
        .min_by(|a, b| a.cost.value.total_cmp(&b.cost.value));
    cheapest.expect("three attacks")
}

/// How lists tell about hung appeals.
pub fn hung_appeals(hung: &figures::HungAppeals) -> String {
    let cost = if hung.unproven > 0.0 {
        format!("for {:.0} prices each", hung.cost())
    } else {
        "whatever it costs".into()
    };
    let way = match hung.way {
        Defence::GiveUp => "takes no seats",
        Defence::Drag => "lets seats pass",
        _ => "votes apart",
    };
    format!(
        "{way}: {:.1} % end unproven, {cost}; an appeal costs {:.1} prices, honest workers lose {:.1}",
        100.0 * hung.unproven,
        hung.griefing.lost,
        hung.griefing.harm
    )
}

fn key_figures(
    player: &mut Player,
    parameters: &Parameters,
    options: Options,
    each: u64,
    say: &dyn Fn(&str),
) -> (Key, Vec<Line>) {
    let few: &[Attack] = if options.quick {
        &Attack::FEW
    } else {
        &Attack::ALL
    };
    let cost = |player: &mut Player, checks_bps: u32, share_bps: u64| {
        let cell = Cell::awake(checks_bps, share_bps);
        let stream = 1 << 42 | u64::from(checks_bps) << 16 | share_bps;
        let cost = prize(&cell, parameters, few, options.effort, stream, 4 * each);
        count(player, cost)
    };
    let prize_10 = cost(player, parameters.checks_bps, 1_000);
    let prize_30 = cost(player, parameters.checks_bps, 3_000);
    let prize_10_two_seats = cost(player, 10_000, 1_000);
    let prize_slow = [1_000, 3_000].map(|share| slow_prize(player, share, each));
    say("who always lies, and a watcher");
    let always = figures::always_lying(player, 20_000, 1_000);
    let watched = [500, 1_000, 2_000]
        .map(|share| {
            let (wrong, estimate) = figures::watched(player, share);
            (share, wrong, estimate)
        })
        .to_vec();
    let defaults = Cell::awake(parameters.checks_bps, 1_000);
    let honest = figures::honest_market(player, parameters, &defaults);
    say("griefing, laziness, requesters, collateral");
    let griefing = [1_000, 2_000, 3_000]
        .map(|share| (share, figures::challenges(player, share)))
        .to_vec();
    let bursts = [1_000, 3_000]
        .map(|share| (share, figures::burst_of_challenges(player, share)))
        .to_vec();
    let appeals = [1_000, 2_000, 3_000]
        .map(|share| (share, figures::hung_appeals(player, share, 10_000)))
        .to_vec();
    let mut shares = Vec::new();
    for (share, size) in [
        (1_000, 2_000),
        (1_000, 200),
        (1_000, 125),
        (3_000, 6_000),
        (3_000, 600),
        (3_000, 150),
    ] {
        for latency in [0, 1_500] {
            shares.push((
                share,
                size,
                latency,
                figures::seat_share(player, share, size, latency),
            ));
        }
    }
    let self_dealing = figures::self_dealing(player, 1_000);
    let mut lines = Vec::new();
    let mut line = |what: &str, result: String| {
        lines.push(Line {
            what: what.into(),
            result,
        });
    };
    let mut laziest = f64::NEG_INFINITY;
    for (kind, what) in [
        (Laziness::Guess, "Random hashes in first seats"),
        (Laziness::MadeUp, "A made-up result in first seats"),
        (Laziness::Replay, "The digest of an earlier posting"),
        (Laziness::CopiedCheck, "A copied hash in late seats"),
        (Laziness::PublicInRound, "The public digest in round seats"),
        (Laziness::CopiedInRound, "A copied hash in round seats"),
    ] {
        let gain = figures::laziness(player, kind);
        laziest = laziest.max(gain);
        line(what, format!("{gain:+.1} prices a seat"));
    }
    let gain = figures::laziness(player, Laziness::PublicInRequestedCheck);
    line(
        "The public digest in a check that the requester asked for (known limit)",
        format!("{gain:+.1} prices a seat"),
    );
    let lapsing = figures::lapsing(player, 1_000).max(figures::lapsing(player, 3_000));
    line(
        "Letting the draw of a check lapse",
        format!("{lapsing:+.2} prices a first seat"),
    );
    let lost = figures::withholding(player);
    line(
        "Never opening one's right result",
        format!("{:+.2} prices a seat, its pay not counted", -lost),
    );
    let collected = figures::collected_after_moving_out(player);
    line(
        "Collateral moved out after the claim",
        format!("{:.1} % of penalties collected", 100.0 * collected),
    );
    for (at_posting, what) in [
        (true, "More collateral at the posting than later"),
        (false, "More collateral later than at the posting"),
    ] {
        let ratio = figures::shifting(player, at_posting);
        line(what, format!("{ratio:.2} times its share of late seats"));
    }
    line(
        "Self-fine: collateral out for every price it costs",
        format!("{:.2}", figures::self_fine(player)),
    );
    let (repudiation, harm) = figures::repudiation(player);
    line(
        "A requester contradicts its own results and withdraws the input",
        format!("saves {repudiation:+.2} prices a task; honest workers lose {harm:.2}"),
    );
    for (served, what) in [
        (
            false,
            "A requester takes the input back and has the honest worker convicted (known limit)",
        ),
        (
            true,
            "The same, while the honest node gives the input to whoever asks",
        ),
    ] {
        let (gain, harm) = figures::framing(player, served);
        line(
            what,
            format!("gains {gain:+.1} prices a task; honest workers lose {harm:.1}"),
        );
    }
    line(
        "Working for oneself",
        format!(
            "{:.2} of the fees come back, {:.2} of all it costs",
            self_dealing.of_fees, self_dealing.of_cost
        ),
    );
    for (share, awake) in [(1_000, 1_000), (3_000, 5_000), (3_000, 1_000)] {
        let hung = figures::hung_appeals(player, share, awake);
        line(
            &format!(
                "Appeals against right verdicts that are hung, {} %, {} % of the honest awake",
                share / 100,
                awake / 100
            ),
            hung_appeals(&hung),
        );
    }
    for share in [1_000, 3_000] {
        let alarms = figures::false_alarms(player, share);
        line(
            &format!("False alarms in late seats, {} %", share / 100),
            format!(
                "cost {:.1} prices each; honest workers lose {:.1}",
                alarms.lost, alarms.harm
            ),
        );
        let (hung, cost) = figures::hung_challenges(player, share);
        line(
            &format!("Challenges whose rounds are hung, {} %", share / 100),
            format!(
                "{:.1} % of right results end unproven, for {cost:.0} prices each",
                100.0 * hung
            ),
        );
        let (cost, delay) = figures::missed_seats(player, share);
        line(
            &format!("Seats claimed and left, {} %", share / 100),
            format!("cost {cost:.2} prices each; tasks wait {delay:.0} s longer on average"),
        );
        let held = figures::held_late_seats(player, share);
        line(
            &format!("Late seats claimed and left, {} %", share / 100),
            format!("{:.1} % of tasks end unproven", 100.0 * held),
        );
    }
    for (until_delivered, what) in [
        (false, "The input is given to friends only (known limit)"),
        (
            true,
            "The input is withdrawn after the first contribution (known limit)",
        ),
    ] {
        let wrong = figures::withheld_content(player, until_delivered);
        line(
            what,
            format!("{:.0} % of wrong results become final", 100.0 * wrong),
        );
    }
    let (wrong, _) = figures::watched(player, 3_000);
    line("Wrong Finals beside a watcher at 30 %", format!("{wrong}"));
    let sleepy = Cell {
        awake_bps: 1_000,
        ..defaults
    };
    let waited = figures::honest_market(player, parameters, &sleepy).waited;
    line(
        "From posting to first claim, on average",
        format!(
            "{:.0} s; {waited:.0} s with one node in ten awake",
            honest.waited
        ),
    );
    let key = Key {
        prize_10,
        prize_30,
        prize_10_two_seats,
        prize_slow,
        always,
        watched,
        honest,
        griefing,
        bursts,
        appeals,
        shares,
        self_dealing,
        lapsing,
        collected,
        repudiation,
        laziness: laziest,
    };
    (key, lines)
}
