use std::fmt;
use std::str::FromStr;

/// A growth rate in thousandths of a ppm per decade: outputs hold whole numbers, so that histograms of different tasks
/// have the same bins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Trend(pub i64);

impl Trend {
    /// Rounds ppm per decade to the nearest thousandth, halves up.
    pub(crate) fn nearest(ppm_per_decade: f64) -> Self {
        Self((ppm_per_decade * 1000.0 + 0.5).floor() as i64)
    }

    /// The rate in ppm per decade.
    #[must_use]
    pub fn ppm_per_decade(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl FromStr for Trend {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// ppm per decade with three decimals, without the unit.
impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:03}", size / 1000, size % 1000)
    }
}
