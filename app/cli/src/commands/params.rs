//! `assay params`: shows the parameters that a vote can change, with their bounds.

use crate::{amount::U64String, Report, Result, Session};
use assay_client::pda::{governance, rewards, staking};
use assay_shared::param::Votable;
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every parameter of every program with its value, unit and hard bounds.
    ///
    /// `assay gov propose --set` takes these names.
    Show,
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Show => show(session),
    }
}

#[derive(Serialize)]
struct ParamsReport {
    parameters: Vec<Parameter>,
    /// Seconds.
    epoch_length: u64,
    /// Seconds.
    tally_window: u64,
    /// Start of epoch 0, Unix seconds.
    genesis_time: i64,
}

/// One parameter. All its numbers are in `unit`.
#[derive(Serialize)]
struct Parameter {
    /// `program.name`.
    name: String,
    value: U64String,
    unit: &'static str,
    min: U64String,
    max: U64String,
}

impl fmt::Display for ParamsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<31} {:>16}  {:<12} bounds",
            "parameter", "value", "unit"
        )?;
        for p in &self.parameters {
            let Parameter {
                name,
                value,
                unit,
                min,
                max,
            } = p;
            writeln!(f, "{name:<31} {value:>16}  {unit:<12} {min} to {max}")?;
        }
        write!(
            f,
            "epochs: {} s each, the first from Unix time {} on, with a tally window of {} s after their end",
            self.epoch_length, self.genesis_time, self.tally_window
        )
    }
}

/// Returns one row for each parameter of a program.
fn rows<P: Votable>(program: &str, value: impl Fn(P) -> u64) -> Vec<Parameter> {
    let row = |param: &P| {
        let (min, max) = param.bounds();
        Parameter {
            name: format!("{program}.{}", param.name()),
            value: U64String(value(*param)),
            unit: param.unit(),
            min: U64String(min),
            max: U64String(max),
        }
    };
    P::ALL.iter().map(row).collect()
}

fn show(session: &Session) -> Result<Report> {
    let market = session.market()?;
    let client = &session.client;
    let staking_params: assay_staking::state::Params = client.fetch(&staking::params())?;
    let emission: assay_rewards::state::Emission = client.fetch(&rewards::emission())?;
    let governance_params: assay_governance::state::Params = client.fetch(&governance::params())?;
    let parameters = [
        rows("governance", |param| governance_params.get(param)),
        rows("staking", |param| staking_params.get(param)),
        rows("market", |param| market.get(param)),
        rows("rewards", |param| emission.get(param)),
    ];
    Report::new(&ParamsReport {
        parameters: parameters.into_iter().flatten().collect(),
        epoch_length: market.epoch_length.get(),
        tally_window: market.tally_window.get(),
        genesis_time: market.genesis_time.get(),
    })
}
