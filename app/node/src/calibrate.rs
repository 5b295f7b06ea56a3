//! Measures at start how fast this machine burns fuel.

use crate::error::NodeError;
use assay_runner::{Limits, RunRequest, Runner, RunnerError};
use std::time::{Duration, Instant};

const PROGRAM: &str = include_str!("calibrate.wat");
/// Fuel of one run: some tenths of a second, beside which the start of a process counts little.
const FUEL: u64 = 60_000_000;
/// The fastest run counts: other start-up work may disturb some.
const RUNS: usize = 3;
/// Most time to compile it. It is small.
const PREPARE_TIME: Duration = Duration::from_secs(60);

/// Returns the fuel per second that a task can be expected to burn here: half of the rate that slow instructions reach,
/// because some programs are slower still.
///
/// # Errors
/// [`NodeError::Runner`].
pub fn measure_fuel_rate(runner: &dyn Runner) -> Result<u64, NodeError> {
    let unusable = |error: wat::Error| RunnerError::HostError(error.to_string());
    let module = wat::parse_str(PROGRAM).map_err(unusable)?;
    let request = RunRequest {
        module: &module,
        input: &[],
        limits: Limits {
            fuel: FUEL,
            memory_bytes: 1 << 20,
            output_bytes: 1,
        },
        memory_key: [0; 32],
        deadline: None,
    };
    runner.prepare(&module, PREPARE_TIME)?;
    let mut fastest = 1;
    for _ in 0..RUNS {
        let start = Instant::now();
        let burnt = u128::from(runner.run(&request)?.fuel_used);
        let micros = start.elapsed().as_micros().max(1);
        let rate = burnt.saturating_mul(1_000_000).checked_div(micros);
        fastest = rate.unwrap_or(0).max(fastest);
    }
    Ok(u64::try_from(fastest.div_ceil(2)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_runner::WasmRunner;

    #[test]
    fn this_machine_burns_fuel() {
        let runner = WasmRunner::new(Duration::from_secs(60)).unwrap();
        let rate = measure_fuel_rate(&runner).unwrap();
        assert!(rate > 1_000_000, "{rate} a second");
    }
}
