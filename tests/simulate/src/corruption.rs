//! Cost of corruption: the largest outside prize for one wrong Final at which no strategy of the set pays.
//!
//! A strategy that costs `c` in a long run and brings `w` wrong Finals pays from a prize of `c / w` on. The pay of the
//! seats themselves is left out, because honest work in them is paid as well.

use crate::market::Scenario;
use crate::parameters::Parameters;
use crate::sample::{Effort, Estimate, Sample};
use crate::scenarios::Cell;
use crate::strategy::griefing::Contradictor;
use crate::strategy::lie::{Defence, Liar, Pace};
use crate::strategy::requester::Saturator;
use crate::strategy::steering::{Steerer, Way};
use assay_market::state::SEGMENTS;

/// How often a job can be extended.
const EXTENSIONS: u32 = SEGMENTS as u32 - 1;

/// A way to get wrong results through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attack {
    /// One lie at a time.
    Single,
    /// As many lies as the bonds allow in one second, in workers of least size.
    Wave,
    /// As `Wave`, in every other worker; the rest waits for checks.
    HalfWave,
    /// As `Wave`, in big workers.
    BigWave,
    /// Lies without end, in workers of least size, until nothing is left to lose.
    Endless,
    /// As `Endless`; takes seats of rounds to put verdicts off, and appeals.
    Dragging,
    /// One lie at a time, voted for in rounds.
    Capture,
    /// One lie at a time; rounds about it are made to end without a majority.
    Stall,
    /// Contradicts right results and votes for the contradiction.
    Contradict,
    /// As `Contradict`; makes the appeal end without a majority.
    ContradictAndStall,
    /// Orders work until the first seats of honest nodes are full, then lies in a wave.
    Busy,
    /// Orders work until all seats of honest nodes are full, then lies in a wave.
    BusyWithChecks,
    /// As `Wave`, at the true price: takes jobs back and posts them anew until its worker comes first.
    Reposts,
    /// As `Wave`, at the true price: cancels the tasks that strangers would take.
    Cancels,
    /// As `Wave`, at the true price: extends a job whose seed it knows by tasks that fall to its workers.
    Extends,
}

impl Attack {
    /// Every attack.
    pub const ALL: [Attack; 15] = [
        Attack::Single,
        Attack::Wave,
        Attack::HalfWave,
        Attack::BigWave,
        Attack::Endless,
        Attack::Dragging,
        Attack::Capture,
        Attack::Stall,
        Attack::Contradict,
        Attack::ContradictAndStall,
        Attack::Busy,
        Attack::BusyWithChecks,
        Attack::Reposts,
        Attack::Cancels,
        Attack::Extends,
    ];

    /// Those of the table: keeping honest nodes busy with checks has never been the cheapest, and takes long to play.
    pub const TABLE: [Attack; 14] = [
        Attack::Single,
        Attack::Wave,
        Attack::HalfWave,
        Attack::BigWave,
        Attack::Endless,
        Attack::Dragging,
        Attack::Capture,
        Attack::Stall,
        Attack::Contradict,
        Attack::ContradictAndStall,
        Attack::Busy,
        Attack::Reposts,
        Attack::Cancels,
        Attack::Extends,
    ];

    /// Those that bind where few things go wrong by chance.
    pub const FEW: [Attack; 4] = [
        Attack::Single,
        Attack::Wave,
        Attack::HalfWave,
        Attack::Endless,
    ];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Attack::Single => "one lie at a time",
            Attack::Wave => "wave of lies",
            Attack::HalfWave => "wave, half wait for checks",
            Attack::BigWave => "wave in big workers",
            Attack::Endless => "lies without end",
            Attack::Dragging => "lies without end, drags rounds",
            Attack::Capture => "votes for its lie",
            Attack::Stall => "hangs rounds",
            Attack::Contradict => "contradicts what is right",
            Attack::ContradictAndStall => "contradicts, hangs the appeal",
            Attack::Busy => "keeps honest nodes busy",
            Attack::BusyWithChecks => "keeps honest nodes busy with checks",
            Attack::Reposts => "wave, re-posts for its workers",
            Attack::Cancels => "wave, cancels strangers' tasks",
            Attack::Extends => "wave, extends for its workers",
        }
    }

    /// The market in which it is tried.
    pub fn scenario(self, cell: &Cell, parameters: &Parameters) -> Scenario {
        self.market(cell, parameters)
            .with(|scenario| scenario.nodes.rational = cell.rational)
    }

    fn market(self, cell: &Cell, parameters: &Parameters) -> Scenario {
        let least = parameters.least_size();
        let liar = |pace, defence| Liar {
            pace,
            defence,
            chosen: true,
            appeals: defence == Defence::Drag,
            lying_every: if self == Attack::HalfWave { 2 } else { 1 },
        };
        // A few more than can be taken, because claims come after the next postings.
        let seats = parameters.seats_of(cell.coalition());
        let wave = |scenario: Scenario| scenario.posting(2_000, 200, 240 * seats + 2_000);
        let endless = |scenario: Scenario| scenario.posting(20_000, 5_000, 3 * 3_600_000);
        let spare = least + parameters.bond_prices();
        // As many tasks as fill the coalition's first seats on average.
        let offered = (seats * 10_000 / cell.share_bps.max(1)) as u32;
        let steerer = |way| Steerer {
            way,
            liar: Some(Liar {
                chosen: false,
                ..liar(Pace::Wave, Defence::GiveUp)
            }),
        };
        match self {
            Attack::Reposts => wave(cell.scenario(parameters, least, steerer(Way::Reposts))),
            Attack::Cancels => cell
                .scenario(parameters, least, steerer(Way::Cancels))
                .with(|scenario| scenario.demand.tasks = offered),
            Attack::Extends => {
                let way = Way::Extends(offered.div_ceil(EXTENSIONS));
                cell.scenario(parameters, least, steerer(way))
            }
            Attack::Single => cell.scenario(parameters, least, liar(Pace::One, Defence::GiveUp)),
            Attack::Capture => cell.scenario(parameters, least, liar(Pace::One, Defence::Capture)),
            Attack::Stall => cell.scenario(parameters, least, liar(Pace::One, Defence::Stall)),
            Attack::Wave | Attack::HalfWave => {
                wave(cell.scenario(parameters, least, liar(Pace::Wave, Defence::GiveUp)))
            }
            Attack::BigWave => {
                let size = (cell.coalition() / 2).min(500).max(least);
                wave(cell.scenario(parameters, size, liar(Pace::Wave, Defence::GiveUp)))
            }
            Attack::Endless => {
                endless(cell.scenario(parameters, spare, liar(Pace::Always, Defence::GiveUp)))
            }
            Attack::Dragging => {
                endless(cell.scenario(parameters, spare, liar(Pace::Always, Defence::Drag)))
            }
            Attack::Contradict => {
                let size = (cell.coalition() / 2).min(500);
                let contradictor = Contradictor {
                    defence: Defence::Capture,
                    appeal: Defence::Capture,
                    appeals: false,
                };
                cell.scenario(parameters, size, contradictor)
            }
            Attack::ContradictAndStall => {
                let size = (cell.coalition() / 2).min(500);
                let contradictor = Contradictor {
                    defence: Defence::Capture,
                    appeal: Defence::Stall,
                    appeals: false,
                };
                cell.scenario(parameters, size, contradictor)
            }
            Attack::Busy | Attack::BusyWithChecks => {
                let bond = parameters.bond_prices();
                let (checks, width, fillers) = match self {
                    Attack::Busy => (0, 1, parameters.seats_of(cell.honest())),
                    _ => (20_000, 3, cell.honest() / bond),
                };
                let saturator = Saturator {
                    fillers: (fillers / width) as usize,
                    filler_checks_bps: checks,
                    after_ms: 300_000,
                    liar: liar(Pace::Wave, Defence::GiveUp),
                };
                cell.scenario(parameters, spare, saturator).posting(
                    4_000,
                    100,
                    300_000 + 120 * seats + 2_000,
                )
            }
        }
    }

    /// Tasks that one repetition has, roughly.
    pub(crate) fn tasks(self, cell: &Cell, parameters: &Parameters) -> u64 {
        let seats = parameters.seats_of(cell.coalition());
        match self {
            Attack::Single
            | Attack::Capture
            | Attack::Stall
            | Attack::Contradict
            | Attack::ContradictAndStall => 1,
            Attack::Wave
            | Attack::BigWave
            | Attack::HalfWave
            | Attack::Reposts
            | Attack::Cancels
            | Attack::Extends => seats,
            Attack::Endless | Attack::Dragging => 4 * seats,
            Attack::Busy | Attack::BusyWithChecks => seats + cell.honest() / 25,
        }
    }

    /// Tries it on about `tasks` tasks.
    pub fn try_on(
        self,
        cell: &Cell,
        parameters: &Parameters,
        effort: Effort,
        stream: u64,
        tasks: u64,
    ) -> Sample {
        let scenario = self.scenario(cell, parameters);
        let episodes = (tasks / self.tasks(cell, parameters)).max(4);
        Sample::play(&scenario, effort, stream ^ (self as u64) << 32, episodes)
    }
}

/// The cost of corruption of a market.
#[derive(Clone, Copy, Debug)]
pub struct Prize {
    /// Prices.
    pub cost: Estimate,
    /// The attack that is cheapest.
    pub attack: Attack,
    /// Tasks that were played.
    pub tasks: u64,
}

/// Cost of one wrong Final.
pub fn cost_of(sample: &Sample) -> Estimate {
    sample.ratio(
        |outcome| outcome.cost(),
        |outcome| outcome.final_wrong as f64,
    )
}

/// Tries every attack on about `tasks` tasks, the three cheapest on three times as many more, and returns the cheapest.
///
/// The second sample is independent of the first, so that the choice does not make the estimate too low.
pub fn prize(
    cell: &Cell,
    parameters: &Parameters,
    attacks: &[Attack],
    effort: Effort,
    stream: u64,
    tasks: u64,
) -> Prize {
    let mut played = 0;
    let mut first: Vec<(f64, Attack)> = Vec::new();
    for attack in attacks {
        if first.iter().any(|(cost, _)| *cost <= 0.0) {
            // Lying costs nothing already.
            break;
        }
        let sample = attack.try_on(cell, parameters, effort, stream, tasks);
        played += sample.total.tasks;
        let cost = cost_of(&sample);
        // What brought nothing through yet is as cheap as its lower bound.
        first.push((
            if cost.value.is_finite() {
                cost.value
            } else {
                cost.low
            },
            *attack,
        ));
    }
    first.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<(Estimate, Attack)> = None;
    for (_, attack) in first.iter().take(3) {
        let sample = attack.try_on(cell, parameters, effort, stream ^ 1 << 48, 3 * tasks);
        played += sample.total.tasks;
        let cost = cost_of(&sample);
        let key = |cost: &Estimate| {
            if cost.value.is_finite() {
                cost.value
            } else {
                cost.low
            }
        };
        if best
            .as_ref()
            .is_none_or(|(other, _)| key(&cost) < key(other))
        {
            best = Some((cost, *attack));
        }
    }
    let (cost, attack) = best.expect("at least one attack");
    Prize {
        cost,
        attack,
        tasks: played,
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these are whole numbers or exact halves")]
mod tests {
    use super::*;
    use crate::parameters::DEFAULTS;

    const EFFORT: Effort = Effort {
        seed: 3,
        threads: 2,
    };

    #[test]
    fn one_lie_in_seven_is_caught_and_costs_the_penalty() {
        let cell = Cell::awake(1_500, 1_000);
        let sample = Attack::Single.try_on(&cell, &DEFAULTS, EFFORT, 1, 600);
        assert_eq!(sample.total.lies, 600);
        // 15 % checks, 11 % of them by the coalition.
        assert!(
            (60..110).contains(&(600 - sample.total.final_wrong)),
            "{}",
            sample.total.final_wrong
        );
        let caught = (600 - sample.total.final_wrong) as f64;
        assert_eq!(sample.total.coalition.penalties, 105.0 * caught);
    }

    #[test]
    fn a_wave_spreads_one_penalty_over_five_lies() {
        let cell = Cell::awake(10_000, 1_000);
        let sample = Attack::Wave.try_on(&cell, &DEFAULTS, EFFORT, 1, 300);
        let outcome = sample.total;
        assert!(outcome.lies >= 160);
        let lost = outcome.coalition.penalties / (outcome.lies - outcome.final_wrong) as f64;
        assert!((20.0..35.0).contains(&lost), "{lost} a lie");
    }

    #[test]
    fn every_attack_plays_to_its_end() {
        let long = [Attack::Busy, Attack::BusyWithChecks];
        for attack in Attack::ALL
            .into_iter()
            .filter(|attack| !long.contains(attack))
        {
            let scenario = attack.scenario(&Cell::awake(1_500, 500), &DEFAULTS);
            let scenario = scenario.with(|scenario| scenario.demand.horizon_ms /= 6);
            let sample = Sample::play(&scenario, EFFORT, 1, 1);
            assert!(sample.total.tasks > 0, "{}", attack.name());
        }
    }
}
