//! The least-squares model: seasonal cycle, trend, acceleration.

use crate::series::Month;

const MONTHS_PER_DECADE: f64 = 120.0;

pub struct Model {
    /// Growth rate in the middle of the record, ppm per decade.
    pub trend: f64,
    /// What refitting adds to the trend per ppm of change in each month: least squares is linear in the data, so a refit
    /// is `trend + Σ weight · residual`. In ppm per decade per ppm.
    pub weights: Vec<f64>,
    /// What the model does not explain, ppm, in the order of the months.
    pub residuals: Vec<f64>,
}

impl Model {
    /// Fits `y = m(calendar month) + b·t + c·t²` by least squares, with `t` in decades from the mean month.
    ///
    /// Taking each calendar month's mean out of `y`, `t` and `t²` leaves the same `b`, `c` and residuals as fitting all
    /// fourteen coefficients (Frisch & Waugh 1933), so two normal equations remain to be solved. Their determinant is
    /// above zero when some calendar month has three values, which `MIN_MONTHS` sees to.
    pub fn fit(months: &[Month]) -> Self {
        let mean = months
            .iter()
            .map(|month| f64::from(month.index))
            .sum::<f64>()
            / months.len() as f64;
        let time = |month: &Month| (f64::from(month.index) - mean) / MONTHS_PER_DECADE;
        let t = without_season(months, time);
        let t2 = without_season(months, |month| time(month) * time(month));
        let y = without_season(months, |month| month.ppm);

        let (tt, tt2, t2t2) = (dot(&t, &t), dot(&t, &t2), dot(&t2, &t2));
        let determinant = tt * t2t2 - tt2 * tt2;
        let solve = |on_t: f64, on_t2: f64| -> Vec<f64> {
            t.iter()
                .zip(&t2)
                .map(|(t, t2)| (on_t * t + on_t2 * t2) / determinant)
                .collect()
        };
        let weights = solve(t2t2, -tt2);
        let trend = dot(&weights, &y);
        let acceleration = dot(&solve(-tt2, tt), &y);

        let explained = t
            .iter()
            .zip(&t2)
            .map(|(t, t2)| trend * t + acceleration * t2);
        let residuals = y
            .iter()
            .zip(explained)
            .map(|(y, explained)| y - explained)
            .collect();
        Self {
            trend,
            weights,
            residuals,
        }
    }
}

/// `value` of each month less its mean over all years' same calendar month.
fn without_season(months: &[Month], value: impl Fn(&Month) -> f64) -> Vec<f64> {
    let calendar = |month: &Month| (month.index % 12) as usize;
    let mut sums = [(0.0, 0.0); 12];
    for month in months {
        let (sum, count) = &mut sums[calendar(month)];
        *sum += value(month);
        *count += 1.0;
    }
    let means = sums.map(|(sum, count)| sum / count);
    months
        .iter()
        .map(|month| value(month) - means[calendar(month)])
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::{Model, Month};

    /// Forty years of a seasonal cycle, `trend` ppm per decade at the middle, and an acceleration.
    fn synthetic(trend: f64) -> Vec<Month> {
        let season = [
            0.0, 0.7, 1.4, 2.6, 3.0, 2.3, 0.7, -1.4, -3.1, -3.2, -2.0, -0.9,
        ];
        (0..480u32)
            .map(|index| {
                let decades = (f64::from(index) - 239.5) / 120.0;
                let ppm = 340.0
                    + season[(index % 12) as usize]
                    + trend * decades
                    + 1.2 * decades * decades;
                Month { index, ppm }
            })
            .collect()
    }

    #[test]
    fn a_known_trend_is_recovered_under_season_and_acceleration() {
        for trend in [-4.0, 0.0, 13.5] {
            let model = Model::fit(&synthetic(trend));
            assert!((model.trend - trend).abs() < 1e-9, "{}", model.trend);
            assert!(model.residuals.iter().all(|residual| residual.abs() < 1e-9));
        }
    }

    #[test]
    fn refitting_moves_the_trend_by_the_weighted_change() {
        let mut months = synthetic(13.5);
        let before = Model::fit(&months);
        let changes: Vec<f64> = (0..480)
            .map(|month| f64::from(month * month % 17) / 10.0)
            .collect();
        months
            .iter_mut()
            .zip(&changes)
            .for_each(|(month, change)| month.ppm += change);
        let moved = Model::fit(&months).trend - before.trend;
        assert!((moved - super::dot(&before.weights, &changes)).abs() < 1e-9);
        assert!(
            moved.abs() > 1e-3,
            "the change must move the trend for this test to say anything"
        );
    }
}
