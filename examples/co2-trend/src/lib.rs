//! How fast does CO₂ rise at Mauna Loa, and how sure are we? A moving-block bootstrap, cut into tasks.
//!
//! **Model.** Monthly means of the series, least squares on `y = m(calendar month) + b·t + c·t²`, with `t` in decades from
//! the mean month of the record. The twelve `m` take out the seasonal cycle, `c` the acceleration, and the **trend** is
//! `b`: the growth rate in the middle of the record, in ppm per decade. Fitted by partialling out the month means first
//! (Frisch & Waugh 1933, *Econometrica* 1:387; Lovell 1963, *JASA* 58:993).
//!
//! **Interval.** What the model leaves over is correlated over years (El Niño), so the textbook error of a regression
//! would be far too small. The residuals are resampled in blocks of consecutive months, each block starting anywhere
//! (Künsch 1989, *Ann. Statist.* 17:1217; for trends of climate series: Mudelsee 2010, *Climate Time Series Analysis*,
//! ch. 3–4), and the model is fitted again. The 2.5th and 97.5th percentiles of the resampled trends are the 95 % interval
//! (Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, §13.3).
//!
//! **Tasks.** [`inputs`] cuts the resamples into tasks, each with its own seed; [`run`] is the job module: one task's
//! input to its output; [`combine`] adds the outputs up. Outputs are histograms, so the sum loses nothing and its order
//! does not matter.
//!
//! **Determinism.** Only `+ - * /` and `floor` on `f64`, each exactly defined by IEEE 754, in an order fixed by the
//! source: every machine, native or WebAssembly, computes the same bytes.

mod answer;
mod bootstrap;
mod error;
mod fields;
mod model;
mod outcome;
mod random;
mod series;
mod task;
mod trend;

pub use answer::{combine, Answer};
pub use error::Error;
pub use task::{inputs, BLOCK_MONTHS};
pub use trend::Trend;

/// The job module: one task's input to its output.
///
/// # Errors
/// Every [`Error`] about inputs: a line that is not of the format, a series the model cannot be fitted to, a block longer
/// than the series.
pub fn run(input: &[u8]) -> Result<Vec<u8>, Error> {
    let task = task::Task::parse(input)?;
    Ok(bootstrap::resample(&task).encode())
}
