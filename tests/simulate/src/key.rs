//! The figures that programs read, and the list of what every strategy gains or costs.

use crate::corruption::{cost_of, prize, Attack, Prize};
use crate::emission;
use crate::figures::{self, Griefing, Player};
use crate::market::Scenario;
use crate::parameters::{Parameters, DEFAULTS};
use crate::report::Options;
use crate::sample::{Estimate, Sample};
use crate::scenarios::{Cell, LATENCY_MS};
use crate::strategy::lazy::Laziness;
use crate::strategy::lie::Defence;
use crate::strategy::steering::Way;

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
    /// Working for oneself in the split that earns most, when a stake token is worth half of what the rate says, that, and twice
    /// as much: worth in basis points, split, what comes back of every fee.
    pub splits: [(u64, emission::Split, f64); 3],
    /// Ten years of emission.
    pub decade: emission::Decade,
    /// What it gains to let a draw lapse, prices, the largest.
    pub lapsing: f64,
    /// Part of penalties that is collected after collateral was moved out.
    pub collected: f64,
    /// What a requester saves by contradicting its own results, prices a task.
    pub repudiation: f64,
    /// What a requester and its workers gain by steering first seats to them, prices a task, the largest.
    pub steering: f64,
    /// Largest gain of lazy work in any seat but a requested check, prices.
    pub laziness: f64,
}

/// Lines that are still added to.
#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn add(&mut self, what: &str, result: String) {
        self.0.push(Line {
            what: what.into(),
            result,
        });
    }
}

/// What the emission gives to whoever works for itself, and in ten years.
fn emission_lines(
    splits: &[(u64, emission::Split, f64)],
    decade: &emission::Decade,
    lines: &mut Lines,
) {
    for (worth_bps, split, returned) in splits {
        lines.add(
            "Working for oneself in the best of 384 splits",
            format!(
                "{returned:.3} of the fees come back when a stake token is worth {} times what the rate says: in {} workers, \
                 beside {} of others' work for every hundred of its own, after {} idle epochs",
                *worth_bps as f64 / 1e4,
                split.workers,
                split.others,
                split.idle
            ),
        );
    }
    let whole = |amount: u128| amount / 1_000_000_000;
    let bounds: Vec<String> = emission::BOUNDS
        .iter()
        .zip(decade.bounds)
        .map(|(name, epochs)| format!("{name} {epochs}"))
        .collect();
    lines.add(
        "Ten years of emission with random fees, summed up beside the program",
        format!(
            "{} tokens of {} by the schedule, in {} epochs with work of {}; the bound was: {}",
            whole(decade.minted()),
            whole(decade.scheduled),
            decade.worked,
            emission::TEN_YEARS,
            bounds.join(", ")
        ),
    );
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
            cost: cost_of(&sample),
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

/// The costs of corruption that have bars: 10 % and 30 % with the default checks, 10 % with two seats.
fn prizes(player: &mut Player, parameters: &Parameters, options: Options, each: u64) -> [Prize; 3] {
    let few: &[Attack] = if options.quick {
        &Attack::FEW
    } else {
        &Attack::ALL
    };
    let cells = [
        (parameters.checks_bps, 1_000),
        (parameters.checks_bps, 3_000),
        (10_000, 1_000),
    ];
    cells.map(|(checks_bps, share_bps)| {
        let cell = Cell::awake(checks_bps, share_bps);
        let stream = 1 << 42 | u64::from(checks_bps) << 16 | share_bps;
        let cost = prize(&cell, parameters, few, options.effort, stream, 4 * each);
        player.tasks += cost.tasks;
        cost
    })
}

/// How parts of the stake share in the seats, with and without latency.
fn seat_shares(player: &mut Player) -> Vec<(u64, u64, u64, figures::SeatShare)> {
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
    shares
}

/// Tries lazy work. Returns the largest gain in any seat but a requested check.
fn lazy_lines(player: &mut Player, lines: &mut Lines) -> f64 {
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
        lines.add(what, format!("{gain:+.1} prices a seat"));
    }
    let gain = figures::laziness(player, Laziness::PublicInRequestedCheck);
    lines.add(
        "The public digest in a check that the requester asked for (known limit)",
        format!("{gain:+.1} prices a seat"),
    );
    laziest
}

/// Tries what can be done about draws and openings. Returns the largest gain of a lapsed draw.
fn lapse_lines(player: &mut Player, lines: &mut Lines) -> f64 {
    let lapsing = figures::lapsing(player, 1_000).max(figures::lapsing(player, 3_000));
    lines.add(
        "Letting the draw of a check lapse",
        format!("{lapsing:+.2} prices a first seat"),
    );
    let lost = figures::withholding(player);
    lines.add(
        "Never opening one's right result",
        format!("{:+.2} prices a seat, its pay not counted", -lost),
    );
    lapsing
}

/// Moves collateral. Returns the part of penalties that is collected nevertheless.
fn collateral_lines(player: &mut Player, lines: &mut Lines) -> f64 {
    let collected = figures::collected_after_moving_out(player);
    lines.add(
        "Collateral moved out after the claim",
        format!("{:.1} % of penalties collected", 100.0 * collected),
    );
    for (at_posting, what) in [
        (true, "More collateral at the posting than later"),
        (false, "More collateral later than at the posting"),
    ] {
        let ratio = figures::shifting(player, at_posting);
        lines.add(what, format!("{ratio:.2} times its share of late seats"));
    }
    lines.add(
        "Self-fine: collateral out for every price it costs",
        format!("{:.2}", figures::self_fine(player)),
    );
    collected
}

/// Lets requesters play against the workers of their own tasks. Returns what one saves.
fn requester_lines(player: &mut Player, lines: &mut Lines) -> f64 {
    let (repudiation, harm) = figures::repudiation(player);
    lines.add(
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
        lines.add(
            what,
            format!("gains {gain:+.1} prices a task; honest workers lose {harm:.1}"),
        );
    }
    repudiation
}

/// Steers first seats to a requester's friends. Returns the largest gain.
fn steering_lines(player: &mut Player, lines: &mut Lines) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    for (way, what) in [
        (
            Way::Reposts,
            "Requester re-posts its job until friends come first",
        ),
        (
            Way::Cancels,
            "Requester cancels all tasks but those of friends",
        ),
        (
            Way::Extends(20),
            "Requester extends its job by tasks that fall to friends",
        ),
    ] {
        for (share, lies, latency) in [
            (1_000, false, LATENCY_MS),
            (3_000, false, LATENCY_MS),
            (1_000, false, 0),
            (1_000, true, LATENCY_MS),
        ] {
            let steered = figures::steering(player, way, lies, share, latency);
            largest = largest.max(steered.gain);
            lines.add(
                &format!(
                    "{what}, who {}, {} %, others {} s later",
                    if lies { "lie" } else { "work" },
                    share / 100,
                    latency as f64 / 1e3
                ),
                format!(
                    "{:.0} % of first and {:.0} % of late seats, {:.1} tasks taken back for each that goes on; gains \
                     {:+.2} prices a task; honest workers lose {:.2}",
                    100.0 * steered.first,
                    100.0 * steered.later,
                    steered.cancelled,
                    steered.gain,
                    steered.harm
                ),
            );
        }
    }
    largest
}

fn griefing_lines(player: &mut Player, lines: &mut Lines) {
    for (share, awake) in [(1_000, 1_000), (3_000, 5_000), (3_000, 1_000)] {
        let hung = figures::hung_appeals(player, share, awake);
        lines.add(
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
        lines.add(
            &format!("False alarms in late seats, {} %", share / 100),
            format!(
                "cost {:.1} prices each; honest workers lose {:.1}",
                alarms.lost, alarms.harm
            ),
        );
        let (hung, cost) = figures::hung_challenges(player, share);
        lines.add(
            &format!("Challenges whose rounds are hung, {} %", share / 100),
            format!(
                "{:.1} % of right results end unproven, for {cost:.0} prices each",
                100.0 * hung
            ),
        );
        let (cost, delay) = figures::missed_seats(player, share);
        lines.add(
            &format!("Seats claimed and left, {} %", share / 100),
            format!("cost {cost:.2} prices each; tasks wait {delay:.0} s longer on average"),
        );
        let held = figures::held_late_seats(player, share);
        lines.add(
            &format!("Late seats claimed and left, {} %", share / 100),
            format!("{:.1} % of tasks end unproven", 100.0 * held),
        );
    }
}

fn content_lines(player: &mut Player, lines: &mut Lines) {
    for (until_delivered, what) in [
        (false, "The input is given to friends only (known limit)"),
        (
            true,
            "The input is withdrawn after the first contribution (known limit)",
        ),
    ] {
        let wrong = figures::withheld_content(player, until_delivered);
        lines.add(
            what,
            format!("{:.0} % of wrong results become final", 100.0 * wrong),
        );
    }
}

/// Plays everything but the table.
pub fn key_figures(
    player: &mut Player,
    parameters: &Parameters,
    options: Options,
    each: u64,
    say: &dyn Fn(&str),
) -> (Key, Vec<Line>) {
    let [prize_10, prize_30, prize_10_two_seats] = prizes(player, parameters, options, each);
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
    let shares = seat_shares(player);
    let self_dealing = figures::self_dealing(player, 1_000);
    let mut lines = Lines::default();
    let laziness = lazy_lines(player, &mut lines);
    let lapsing = lapse_lines(player, &mut lines);
    let collected = collateral_lines(player, &mut lines);
    let repudiation = requester_lines(player, &mut lines);
    let steering = steering_lines(player, &mut lines);
    lines.add(
        "Working for oneself",
        format!(
            "{:.2} of the fees come back, {:.2} of all it costs",
            self_dealing.of_fees, self_dealing.of_cost
        ),
    );
    let splits = [5_000, 10_000, 20_000].map(|worth_bps| {
        let (split, returned) = emission::worst_split(worth_bps);
        (worth_bps, split, returned)
    });
    let decade = emission::ten_years(options.effort.seed);
    emission_lines(&splits, &decade, &mut lines);
    griefing_lines(player, &mut lines);
    content_lines(player, &mut lines);
    let (wrong, _) = figures::watched(player, 3_000);
    lines.add("Wrong Finals beside a watcher at 30 %", format!("{wrong}"));
    let sleepy = Cell {
        awake_bps: 1_000,
        ..defaults
    };
    let waited = figures::honest_market(player, parameters, &sleepy).waited;
    lines.add(
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
        splits,
        decade,
        lapsing,
        collected,
        repudiation,
        steering,
        laziness,
    };
    (key, lines.0)
}
