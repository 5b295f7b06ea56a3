//! Makes the inputs of a batch from the data set, and one answer of its outputs.
//!
//! ```text
//! cargo run -p co2-trend --example batch -- split examples/data/mauna-loa-co2/co2.csv inputs/
//! cargo run -p co2-trend --example batch -- combine results/
//! ```

use co2_trend::{combine, inputs, BLOCK_MONTHS};
use std::{env, error::Error, fs, path::PathBuf, process::ExitCode};

const TASKS: u32 = 4;
const RESAMPLES: u32 = 400_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["split", series, directory] => split(series, directory),
        ["combine", directory] => answer(directory),
        _ => Err("usage: batch split SERIES.csv DIR | batch combine DIR".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn split(series: &str, directory: &str) -> Result<(), Box<dyn Error>> {
    let series = fs::read_to_string(series).map_err(|e| format!("cannot read {series}: {e}"))?;
    fs::create_dir_all(directory)?;
    for (task, input) in inputs(&series, TASKS, RESAMPLES, BLOCK_MONTHS)?
        .iter()
        .enumerate()
    {
        let file = PathBuf::from(directory).join(format!("task-{task}.txt"));
        fs::write(&file, input)?;
        println!("{}", file.display());
    }
    Ok(())
}

fn answer(directory: &str) -> Result<(), Box<dyn Error>> {
    let listed = fs::read_dir(directory).map_err(|e| format!("cannot read {directory}: {e}"))?;
    let mut outputs = Vec::new();
    for entry in listed {
        outputs.push(fs::read(entry?.path())?);
    }
    println!("{}", combine(&outputs)?);
    Ok(())
}
