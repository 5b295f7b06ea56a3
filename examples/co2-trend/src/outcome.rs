//! A task's output: how often each trend came out.

use crate::fields::Fields;
use crate::trend::Trend;
use crate::Error;
use std::collections::BTreeMap;

const HEADING: &str = "co2-trend output 1";
const HISTOGRAM: &str = "histogram";

pub struct Outcome {
    pub seed: u64,
    /// Months with data in the series.
    pub months: u64,
    /// Block length, months.
    pub block: u32,
    /// Trend of the series as measured.
    pub trend: Trend,
    /// Resampled trends and how many times each came out.
    pub histogram: BTreeMap<Trend, u32>,
}

impl Outcome {
    pub fn encode(&self) -> Vec<u8> {
        let Self {
            seed,
            months,
            block,
            trend: Trend(trend),
            histogram,
        } = self;
        let resamples = counted(histogram);
        let mut text = format!(
            "{HEADING}\nseed {seed}\nmonths {months}\nblock {block}\ntrend {trend}\nresamples {resamples}\n{HISTOGRAM}\n"
        );
        for (Trend(trend), count) in histogram {
            text += &format!("{trend} {count}\n");
        }
        text.into_bytes()
    }

    pub fn parse(output: &[u8]) -> Result<Self, Error> {
        let mut fields = Fields::open(output, HEADING)?;
        let seed = fields.number("seed")?;
        let months = fields.number("months")?;
        let block = fields.number("block")?;
        let trend = fields.number("trend")?;
        let stated = fields.number("resamples")?;
        fields.line(HISTOGRAM)?;
        let histogram = parse_bins(fields.body())?;
        let counted = counted(&histogram);
        match counted == u64::from(stated) {
            true => Ok(Self {
                seed,
                months,
                block,
                trend,
                histogram,
            }),
            false => Err(Error::Miscounted { stated, counted }),
        }
    }
}

fn counted(histogram: &BTreeMap<Trend, u32>) -> u64 {
    histogram.values().copied().map(u64::from).sum()
}

fn parse_bins(text: &str) -> Result<BTreeMap<Trend, u32>, Error> {
    let mut histogram: BTreeMap<Trend, u32> = BTreeMap::new();
    for line in text.lines() {
        let bin = line
            .split_once(' ')
            .and_then(|(trend, count)| Some((trend.parse().ok()?, count.parse().ok()?)));
        let ascends = |trend| {
            histogram
                .last_key_value()
                .is_none_or(|(last, _)| *last < trend)
        };
        match bin {
            Some((trend, count)) if count > 0 && ascends(trend) => histogram.insert(trend, count),
            _ => return Err(Error::BadBin(line.to_owned())),
        };
    }
    Ok(histogram)
}
