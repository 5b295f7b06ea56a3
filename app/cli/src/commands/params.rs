//! `assay params`: what governance can change, and between which bounds.

use crate::{amount::Exact, Outcome, Result, Session};
use assay_client::pda::{governance, rewards, staking};
use assay_shared::param::Votable;
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every parameter of every program with its value, unit and hard bounds.
    ///
    /// The names are those that `assay gov propose --set` takes.
    Show,
}

pub fn run(command: Command, session: &Session) -> Result<Outcome> {
    match command {
        Command::Show => show(session),
    }
}

#[derive(Serialize)]
struct Parameters {
    parameters: Vec<Parameter>,
    epoch_length: u64,
    tally_window: u64,
    genesis_time: i64,
}

/// One parameter; all numbers in `unit`.
#[derive(Serialize)]
struct Parameter {
    /// `program.name`.
    name: String,
    value: Exact,
    unit: &'static str,
    min: Exact,
    max: Exact,
}

impl fmt::Display for Parameters {
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
            "epochs: {} s each since unix time {}, tallied for {} s after their end",
            self.epoch_length, self.genesis_time, self.tally_window
        )
    }
}

fn table<P: Votable>(program: &str, value: impl Fn(P) -> u64) -> Vec<Parameter> {
    let row = |param: &P| {
        let (min, max) = param.bounds();
        Parameter {
            name: format!("{program}.{}", param.name()),
            value: Exact(value(*param)),
            unit: param.unit(),
            min: Exact(min),
            max: Exact(max),
        }
    };
    P::ALL.iter().map(row).collect()
}

fn show(session: &Session) -> Result<Outcome> {
    let on_market = session.market()?;
    let client = &session.client;
    let on_staking: assay_staking::state::Params = client.fetch(&staking::params())?;
    let emission: assay_rewards::state::Emission = client.fetch(&rewards::emission())?;
    let on_governance: assay_governance::state::Params = client.fetch(&governance::params())?;
    let parameters = [
        table("governance", |param| on_governance.get(param)),
        table("staking", |param| on_staking.get(param)),
        table("market", |param| on_market.get(param)),
        table("rewards", |param| emission.get(param)),
    ];
    Outcome::ok(&Parameters {
        parameters: parameters.into_iter().flatten().collect(),
        epoch_length: on_market.epoch_length.get(),
        tally_window: on_market.tally_window.get(),
        genesis_time: on_market.genesis_time.get(),
    })
}
