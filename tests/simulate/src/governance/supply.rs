//! Ten years of the supply, epoch by epoch, without the programs' formulas.

use super::parameters::{
    CAP, EMISSION, GENESIS, HALVING, KAPPA_BPS, STAKERS_BPS, UNITS, WORKERS_BPS,
};
use std::fmt::Write as _;

/// Years that are looked at.
pub const YEARS: u32 = 10;
/// Epochs of a year.
const EPOCHS: u64 = 365;

/// When and how much is worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Every epoch has fees for all that it may mint.
    Always,
    /// Every epoch has fees for half of its emission.
    Half,
    /// Nobody works for five years, and then as in [`Work::Always`].
    Late,
    /// Nobody works.
    Never,
}

impl Work {
    /// Every course.
    pub const ALL: [Self; 4] = [Self::Always, Self::Half, Self::Late, Self::Never];

    /// Returns the worth of the fees of an epoch whose emission is `emission`, base units.
    fn fees(self, epoch: u64, emission: u128) -> u128 {
        match self {
            Self::Always => 100 * emission,
            // Half of its fees mint half of its emission.
            Self::Half => emission,
            Self::Late if epoch >= 5 * EPOCHS => 100 * emission,
            Self::Late | Self::Never => 0,
        }
    }

    /// The letter of the course in the plot, and what it means.
    pub fn legend(self) -> (char, &'static str) {
        match self {
            Self::Always => (
                'A',
                "work in every epoch, with fees for all that it may mint",
            ),
            Self::Half => (
                'H',
                "work in every epoch, with fees for half of its emission",
            ),
            Self::Late => ('L', "no work for five years, then as A"),
            Self::Never => ('N', "no work"),
        }
    }
}

/// What there is at the end of a year, base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Genesis and what was minted.
    pub supply: u128,
    /// What workers got of it.
    pub workers: u128,
    /// What stakers got of it.
    pub stakers: u128,
    /// What the treasury got of it.
    pub treasury: u128,
}

/// Ten years: the beginning and the end of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decade {
    /// Year 0 is the beginning.
    pub years: [End; YEARS as usize + 1],
}

impl Decade {
    /// Returns ten years of this work.
    pub fn of(work: Work) -> Self {
        let units = u128::from(UNITS);
        let (genesis, cap) = (u128::from(GENESIS) * units, u128::from(CAP) * units);
        let mut now = End {
            supply: genesis,
            ..End::default()
        };
        let mut years = [now; YEARS as usize + 1];
        let (mut emission, mut scheduled) = (u128::from(EMISSION) * units, 0);
        for epoch in 0..u64::from(YEARS) * EPOCHS {
            if epoch > 0 && epoch.is_multiple_of(HALVING) {
                emission /= 2;
            }
            scheduled += emission;
            let minted = now.supply - genesis;
            let covered = work.fees(epoch, emission) * u128::from(KAPPA_BPS) / 10_000;
            let amount = covered
                .min(2 * emission)
                .min(scheduled - minted)
                .min(cap - now.supply);
            let workers = amount * u128::from(WORKERS_BPS) / 10_000;
            let stakers = amount * u128::from(STAKERS_BPS) / 10_000;
            now.supply += amount;
            now.workers += workers;
            now.stakers += stakers;
            now.treasury += amount - workers - stakers;
            if (epoch + 1).is_multiple_of(EPOCHS) {
                years[((epoch + 1) / EPOCHS) as usize] = now;
            }
        }
        Self { years }
    }

    /// Returns what there is after ten years.
    pub fn end(&self) -> End {
        self.years[YEARS as usize]
    }
}

/// Millions of whole tokens that one column of the plot stands for.
const COLUMN: u128 = 15;
/// Columns of the plot: up to the cap.
const COLUMNS: usize = 67;

fn column(supply: u128) -> usize {
    usize::try_from(supply / (COLUMN * 1_000_000 * u128::from(UNITS))).unwrap_or(COLUMNS)
}

/// Plots the supply of ten years under every course of work. Where two courses fall together, the first is drawn.
pub fn plot() -> String {
    let decades = Work::ALL.map(Decade::of);
    let mut text = String::new();
    let scale = [0u128, 200, 400, 600, 800, 1_000];
    let mut line = vec![' '; COLUMNS + 4];
    for millions in scale {
        let at = usize::try_from(millions / COLUMN).unwrap_or(COLUMNS);
        for (place, digit) in line[at..].iter_mut().zip(millions.to_string().chars()) {
            *place = digit;
        }
    }
    let numbers: String = line.into_iter().collect();
    let _ = writeln!(text, "year {}  million ASSAY", numbers.trim_end());
    for year in 0..=YEARS as usize {
        let mut line = vec![' '; COLUMNS + 1];
        line[COLUMNS - 1] = '|';
        for (work, decade) in Work::ALL.iter().zip(&decades).rev() {
            line[column(decade.years[year].supply)] = work.legend().0;
        }
        let marks: String = line.into_iter().collect();
        let _ = writeln!(text, "{year:4} {}", marks.trim_end());
    }
    for work in Work::ALL {
        let (letter, meaning) = work.legend();
        let _ = writeln!(text, "{letter}: {meaning}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: u128 = UNITS as u128;

    #[test]
    fn work_mints_the_whole_schedule_and_no_more() {
        let end = Decade::of(Work::Always).end();
        // Two whole intervals of 1,461 epochs and 728 of the third.
        let expected = 1_461 * 273_500 + 1_461 * 136_750 + 728 * 68_375;
        assert_eq!(end.supply, (200_000_000 + expected) * UNIT);
        assert!(end.supply <= u128::from(CAP) * UNIT);
        let paid = end.workers + end.stakers + end.treasury;
        assert_eq!(paid, expected * UNIT);
        assert_eq!(end.treasury * 10, paid);
    }

    #[test]
    fn without_work_nothing_is_minted() {
        let end = Decade::of(Work::Never).end();
        assert_eq!(end.supply, u128::from(GENESIS) * UNIT);
        assert_eq!(end.workers + end.stakers + end.treasury, 0);
    }

    #[test]
    fn fees_for_half_mint_half() {
        let (half, whole) = (Decade::of(Work::Half).end(), Decade::of(Work::Always).end());
        assert_eq!(half.workers * 2, whole.workers);
    }

    #[test]
    fn what_idle_years_left_comes_back_one_emission_at_a_time() {
        let late = Decade::of(Work::Late);
        let always = Decade::of(Work::Always);
        assert_eq!(late.years[5].supply, u128::from(GENESIS) * UNIT);
        // In the sixth year twice what others mint in it.
        let sixth = late.years[6].supply - late.years[5].supply;
        assert_eq!(sixth, 2 * 365 * 136_750 * UNIT);
        assert!(late.end().supply < always.end().supply);
    }

    #[test]
    fn the_plot_shows_each_course_once_a_year() {
        let plot = plot();
        let years: Vec<&str> = plot.lines().skip(1).take(11).collect();
        assert_eq!(years.len(), 11);
        // At first all fall together, where the first course is drawn.
        assert!(years[0].contains('A') && !years[0].contains('N'));
        for letter in ['A', 'H', 'L', 'N'] {
            assert!(years[10].contains(letter), "{letter}: {}", years[10]);
        }
        assert!(plot.lines().all(|line| line.len() <= 100));
    }
}
