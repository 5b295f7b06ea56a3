//! Everything that `simulate` measures, as one report: tables to read, an object for programs.

use crate::bars::{bars, Bar};
use crate::corruption::{prize, Attack, Prize};
use crate::figures::Player;
use crate::key::{key_figures, Key, Line};
use crate::outcome::Outcome;
use crate::parameters::{Parameters, DEFAULTS};
use crate::sample::{Effort, Estimate};
use crate::scenarios::Cell;
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
