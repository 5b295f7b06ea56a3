//! The measured series: weekly lines in, monthly means out.

use crate::Error;

/// The heading of the series, as in the published file.
pub const HEADING: &str = "date,co2";

/// Three years. Fewer distinct months leave no calendar month with three values, and the acceleration cannot be told from
/// the trend.
pub const MIN_MONTHS: usize = 36;

/// The mean of one calendar month of one year; months without data have none.
pub struct Month {
    /// Months since January of year 0.
    pub index: u32,
    /// Mean concentration, ppm.
    pub ppm: f64,
}

/// Reads `YYYYMMDD,ppm` lines below [`HEADING`], dates ascending; a line without a value is a sample that was not taken.
pub fn monthly_means(csv: &str) -> Result<Vec<Month>, Error> {
    let mut lines = csv.lines().zip(1..);
    if lines.next().map(|(heading, _)| heading) != Some(HEADING) {
        return Err(Error::MissingLine(HEADING));
    }
    let mut months: Vec<Month> = Vec::new();
    let mut samples = 0.0;
    let mut last_date = 0;
    for (text, line) in lines {
        let sample = Sample::parse(text).ok_or_else(|| Error::BadRow {
            line,
            found: text.to_owned(),
        })?;
        if sample.date <= last_date {
            return Err(Error::OutOfOrder { line });
        }
        last_date = sample.date;
        let Some(ppm) = sample.ppm else { continue };
        match months
            .last_mut()
            .filter(|month| month.index == sample.month())
        {
            Some(month) => {
                samples += 1.0;
                // Running mean: the month is right after every line, with no second pass.
                month.ppm += (ppm - month.ppm) / samples;
            }
            None => {
                samples = 1.0;
                months.push(Month {
                    index: sample.month(),
                    ppm,
                });
            }
        }
    }
    match months.len() < MIN_MONTHS {
        true => Err(Error::TooShort {
            months: months.len(),
        }),
        false => Ok(months),
    }
}

struct Sample {
    /// As the decimal number `YYYYMMDD`, which sorts like the date.
    date: u32,
    ppm: Option<f64>,
}

impl Sample {
    fn parse(line: &str) -> Option<Self> {
        let (date, ppm) = line.split_once(',')?;
        if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let date: u32 = date.parse().ok()?;
        if !(1..=12).contains(&(date / 100 % 100)) || !(1..=31).contains(&(date % 100)) {
            return None;
        }
        let ppm = match ppm {
            "" => None,
            // More than a million parts in a million, infinity and NaN are all no concentration.
            text => Some(text.parse().ok().filter(|ppm| *ppm > 0.0 && *ppm <= 1e6)?),
        };
        Some(Self { date, ppm })
    }

    fn month(&self) -> u32 {
        self.date / 10_000 * 12 + self.date / 100 % 100 - 1
    }
}

#[cfg(test)]
mod tests {
    use super::{monthly_means, Error};

    /// Three years of one sample a month, then `rows`.
    fn after_three_years(rows: &str) -> Result<Vec<super::Month>, Error> {
        let months =
            (0..36).map(|month| format!("{}{:02}01,300\n", 2000 + month / 12, month % 12 + 1));
        monthly_means(&format!("date,co2\n{}{rows}", months.collect::<String>()))
    }

    #[test]
    fn samples_of_a_month_are_averaged_and_missing_ones_left_out() {
        let months =
            after_three_years("20030301,310\n20030308,\n20030315,320\n20030322,330\n").unwrap();
        assert_eq!(months.len(), 37);
        assert_eq!((months[36].index, months[36].ppm), (2003 * 12 + 2, 320.0));
    }

    #[test]
    fn a_malformed_line_is_named() {
        for row in [
            "20030301",
            "2003031,310",
            "20031301,310",
            "20030300,310",
            "20030301,abc",
            "20030301,-1",
            "20030301,NaN",
            "",
        ] {
            let error = after_three_years(&format!("{row}\n")).err();
            assert_eq!(
                error,
                Some(Error::BadRow {
                    line: 38,
                    found: row.to_owned()
                })
            );
        }
    }

    #[test]
    fn dates_must_ascend() {
        assert_eq!(
            after_three_years("20021201,310\n").err(),
            Some(Error::OutOfOrder { line: 38 })
        );
    }

    #[test]
    fn less_than_three_years_is_too_short() {
        assert_eq!(
            monthly_means("date,co2\n20000101,300\n").err(),
            Some(Error::TooShort { months: 1 })
        );
    }

    #[test]
    fn the_heading_is_required() {
        assert_eq!(
            monthly_means("20000101,300\n").err(),
            Some(Error::MissingLine("date,co2"))
        );
    }
}
