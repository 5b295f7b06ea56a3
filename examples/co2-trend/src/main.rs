//! The WASI command: a task's input on stdin, its output on stdout.

use std::error::Error;
use std::io::{stdin, stdout, Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match answer() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("co2-trend: {error}");
            ExitCode::FAILURE
        }
    }
}

fn answer() -> Result<(), Box<dyn Error>> {
    let mut input = Vec::new();
    stdin().read_to_end(&mut input)?;
    stdout().write_all(&co2_trend::run(&input)?)?;
    Ok(())
}
