//! How fast this machine burns fuel.

use crate::error::NodeError;
use assay_runner::{Limits, RunRequest, Runner, RunnerError};
use std::time::Instant;

const PROGRAM: &str = include_str!("gauge.wat");
/// Burnt in each try: some hundredths of a second.
const FUEL: u64 = 20_000_000;
/// The fastest try counts: the first compiles, and others may be disturbed by what starts at the same time.
const TRIES: usize = 5;

/// Fuel per second that a task may be counted on to burn here: half of what slow instructions burnt.
pub fn fuel_per_second(runner: &dyn Runner) -> Result<u64, NodeError> {
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
        deadline: None,
    };
    let mut fastest = 1;
    for _ in 0..TRIES {
        let begun = Instant::now();
        let burnt = u128::from(runner.run(&request)?.fuel_used);
        let micros = begun.elapsed().as_micros().max(1);
        let rate = burnt.saturating_mul(1_000_000).checked_div(micros);
        fastest = rate.unwrap_or(0).max(fastest);
    }
    Ok(u64::try_from(fastest.div_ceil(2)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_runner::WasmRunner;
    use std::time::Duration;

    #[test]
    fn this_machine_burns_fuel() {
        let runner = WasmRunner::new(Duration::from_secs(60)).unwrap();
        let rate = fuel_per_second(&runner).unwrap();
        assert!(rate > 1_000_000, "{rate} a second");
    }
}
