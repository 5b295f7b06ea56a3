//! A task's input: what to resample, and how.

use crate::fields::Fields;
use crate::model::Model;
use crate::series::monthly_means;
use crate::Error;

const HEADING: &str = "co2-trend input 1";
const SERIES: &str = "series";

/// Block length for the Mauna Loa series, months: Mudelsee 2010, eq. 3.28 (after Sherman et al. 1998, Carlstein 1986),
/// `(√6·a / (1 − a²))^⅔ · n^⅓` with the residuals' lag-one autocorrelation `a = 0.913` and `n = 521` months.
pub const BLOCK_MONTHS: u32 = 45;

pub struct Task {
    pub seed: u64,
    pub resamples: u32,
    /// Block length, months.
    pub block: u32,
    pub model: Model,
}

impl Task {
    pub fn parse(input: &[u8]) -> Result<Self, Error> {
        let mut fields = Fields::open(input, HEADING)?;
        let seed = fields.number("seed")?;
        let resamples = fields.number("resamples")?;
        if resamples == 0 {
            return Err(Error::TooFewResamples {
                resamples,
                tasks: 1,
            });
        }
        let block = fields.number("block")?;
        fields.line(SERIES)?;
        let model = fit(fields.body(), block)?;
        Ok(Self {
            seed,
            resamples,
            block,
            model,
        })
    }
}

fn fit(series: &str, block: u32) -> Result<Model, Error> {
    let months = monthly_means(series)?;
    match (1..=months.len()).contains(&(block as usize)) {
        true => Ok(Model::fit(&months)),
        false => Err(Error::BadBlock {
            block,
            months: months.len(),
        }),
    }
}

/// Cuts `resamples` (in total) into the inputs of `tasks` tasks, as evenly as they go. Seeds are 1, 2, 3 …: one batch has
/// one answer, whoever computes it. `block` is in months; see [`BLOCK_MONTHS`].
///
/// # Errors
/// What a task would refuse is refused here, before it is paid for: a malformed or short series, a block that does not
/// fit, fewer resamples than tasks.
pub fn inputs(
    series_csv: &str,
    tasks: u32,
    resamples: u32,
    block: u32,
) -> Result<Vec<Vec<u8>>, Error> {
    if tasks == 0 || resamples < tasks {
        return Err(Error::TooFewResamples {
            resamples,
            tasks: tasks as usize,
        });
    }
    fit(series_csv, block)?;
    let share = resamples / tasks;
    let remainder = resamples % tasks;
    let input = |seed: u32| {
        let resamples = share + u32::from(seed <= remainder);
        format!(
            "{HEADING}\nseed {seed}\nresamples {resamples}\nblock {block}\n{SERIES}\n{series_csv}"
        )
        .into_bytes()
    };
    Ok((1..=tasks).map(input).collect())
}
