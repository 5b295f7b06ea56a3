//! The number of seats that check a task's result, as `--checks` takes it.

use assay_client::format::{format_amount, parse_amount};
use assay_market::state::{Job, MAX_CHECKS_BPS};
use std::{fmt, str::FromStr};

/// Basis points of one seat.
const SEAT: u32 = 10_000;

/// Late seats of a task on average, basis points: 1,500 is one with 15 %, 20,000 is always two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks(u32);

impl Checks {
    /// Returns the checks of a posted job.
    pub fn of_job(job: &Job) -> Self {
        let seats = u32::from(job.late_seats).saturating_mul(SEAT);
        Self(seats.saturating_add(u32::from(job.check_bps.get())))
    }

    /// Returns them in basis points of one seat.
    pub fn bps(self) -> u32 {
        self.0
    }

    /// Returns how many seats check every task.
    pub fn always(self) -> u32 {
        self.0 / SEAT
    }

    /// Returns the chance of one more seat, basis points.
    pub fn chance(self) -> u32 {
        self.0 % SEAT
    }
}

impl FromStr for Checks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = match text.strip_suffix('%') {
            Some(percent) => parse_amount(percent, 2),
            None => parse_amount(text, 4),
        };
        let bps = parsed.map_err(|_| {
            format!(
                "`{text}` is not a number of checks; write 15%, 1, 2 or 1.15, in steps of 0.01%"
            )
        })?;
        let most = MAX_CHECKS_BPS / SEAT;
        match u32::try_from(bps) {
            Ok(bps) if bps <= MAX_CHECKS_BPS => Ok(Self(bps)),
            _ => Err(format!(
                "`{text}` is more than the {most} checks that a task can have"
            )),
        }
    }
}

/// A chance below one is written in percent.
impl fmt::Display for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            bps @ 1..SEAT => write!(f, "{}%", format_amount(bps.into(), 2)),
            bps => f.write_str(&format_amount(bps.into(), 4)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_a_percentage_or_a_number_of_seats() {
        for (text, bps, shown) in [
            ("15%", 1_500, "15%"),
            ("0.15", 1_500, "15%"),
            ("0.01%", 1, "0.01%"),
            ("1", 10_000, "1"),
            ("100%", 10_000, "1"),
            ("1.15", 11_500, "1.15"),
            ("2", 20_000, "2"),
            ("0", 0, "0"),
            ("15", 150_000, "15"),
        ] {
            let checks: Checks = text.parse().unwrap();
            assert_eq!((checks.bps(), checks.to_string().as_str()), (bps, shown));
        }
    }

    #[test]
    fn other_texts_and_too_many_checks_are_rejected() {
        for text in [
            "", "%", "-1", "1e3", "one", "0.00001", "0.001%", "15.0001", "1501%",
        ] {
            assert!(text.parse::<Checks>().is_err(), "{text}");
        }
        assert!("16".parse::<Checks>().unwrap_err().contains("15 checks"));
    }

    #[test]
    fn a_part_of_a_seat_is_a_chance() {
        let checks: Checks = "1.15".parse().unwrap();
        assert_eq!((checks.always(), checks.chance()), (1, 1_500));
    }
}
