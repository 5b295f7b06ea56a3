//! `assay params`: shows the parameters that a vote can change, with their bounds.

use crate::{
    amount::{MintInfo, TokenAmount, U64String},
    output::format_time,
    Report, Result, Session,
};
use assay_client::{
    instruction,
    pda::{governance, rewards, staking},
    Signer as _,
};
use assay_market::state::{PaymentMint, RATE_UNIT};
use assay_shared::{param::Votable, pause::stops};
use clap::Subcommand;
use serde::Serialize;
use std::fmt;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show every parameter of every program with its value, unit and hard bounds.
    ///
    /// `assay gov propose param --set` takes these names.
    Show,
    /// Show the tokens that jobs can be paid in: their rates, whether they take new jobs, and who receives their fees.
    ///
    /// Where a token takes no new jobs, jobs that were posted before go on.
    Mints,
    /// Show which version of each program runs, as the program itself answers.
    Versions,
}

pub fn run(command: Command, session: &Session) -> Result<Report> {
    match command {
        Command::Show => show(session),
        Command::Mints => mints(session),
        Command::Versions => versions(session),
    }
}

#[derive(Serialize)]
struct ParamsReport {
    parameters: Vec<Parameter>,
    /// What is paused now.
    pauses: Vec<Pause>,
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

/// Operations of a program that are paused.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Pause {
    program: &'static str,
    /// Operations, bits as `assay gov pause` takes them.
    bits: u64,
    /// Time at which the pause ends by itself, Unix seconds.
    until: i64,
}

impl Pause {
    /// Returns the pause of a program, or `None` if nothing is paused at the Unix time `now`.
    fn of(program: &'static str, bits: u64, until: i64, now: i64) -> Option<Self> {
        stops(bits, until, bits, now).then_some(Self {
            program,
            bits,
            until,
        })
    }
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
        for Pause {
            program,
            bits,
            until,
        } in &self.pauses
        {
            let until = format_time(*until);
            writeln!(f, "operations {bits} of {program} are PAUSED until {until}")?;
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
    let now = client.now()?;
    let pauses = [
        (
            "governance",
            governance_params.paused,
            governance_params.paused_until,
        ),
        (
            "staking",
            staking_params.paused,
            staking_params.paused_until,
        ),
        ("market", market.paused, market.paused_until),
    ];
    let pauses = pauses.into_iter();
    Report::new(&ParamsReport {
        parameters: parameters.into_iter().flatten().collect(),
        pauses: pauses
            .filter_map(|(program, bits, until)| Pause::of(program, bits.get(), until.get(), now))
            .collect(),
        epoch_length: market.epoch_length.get(),
        tally_window: market.tally_window.get(),
        genesis_time: market.genesis_time.get(),
    })
}

#[derive(Serialize)]
struct MintsReport {
    mints: Vec<MintReport>,
}

/// A token that jobs can be paid in.
#[derive(Serialize)]
struct MintReport {
    mint: String,
    /// Whether it takes new jobs.
    admits: bool,
    /// So much of the token is worth `worth`.
    amount: TokenAmount,
    worth: TokenAmount,
    /// Unix time of the last change of that rate, seconds.
    rate_changed_at: i64,
    fee_authority: String,
    /// Token account that receives the fees.
    fee_vault: String,
}

impl MintReport {
    fn of(payment: &PaymentMint, mint: &MintInfo) -> Self {
        Self {
            mint: payment.mint.to_string(),
            admits: payment.is_admitted(),
            amount: mint.amount(RATE_UNIT),
            worth: MintInfo::assay().amount(payment.stake_rate.get()),
            rate_changed_at: payment.rate_changed_at.get(),
            fee_authority: payment.fee_authority.to_string(),
            fee_vault: payment.fee_vault.to_string(),
        }
    }
}

impl fmt::Display for MintsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mints.is_empty() {
            return f.write_str("no token is allowed for payments on this network yet");
        }
        for mint in &self.mints {
            let MintReport {
                mint,
                admits,
                amount,
                worth,
                rate_changed_at,
                fee_authority,
                fee_vault,
            } = mint;
            let state = if *admits {
                "takes new jobs"
            } else {
                "takes NO new jobs"
            };
            let since = format_time(*rate_changed_at);
            writeln!(f, "mint  {mint}, {state}")?;
            writeln!(f, "rate  {amount} are worth {worth}, since {since}")?;
            writeln!(f, "fees  to {fee_authority}, token account {fee_vault}")?;
        }
        Ok(())
    }
}

fn mints(session: &Session) -> Result<Report> {
    session.market()?;
    let mut mints = Vec::new();
    for payment in session.payment_mints()? {
        let mint = session.mint_info(&payment.mint)?;
        mints.push(MintReport::of(&payment, &mint));
    }
    Report::new(&MintsReport { mints })
}

/// The versions of the programs' bytecode. The market has none: its space is for rules.
#[derive(Serialize)]
struct VersionsReport {
    governance: u16,
    staking: u16,
    rewards: u16,
}

impl fmt::Display for VersionsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "governance  version {}", self.governance)?;
        writeln!(f, "staking     version {}", self.staking)?;
        write!(f, "rewards     version {}", self.rewards)
    }
}

fn versions(session: &Session) -> Result<Report> {
    session.market()?;
    let (client, payer) = (&session.client, session.wallet()?.pubkey());
    Report::new(&VersionsReport {
        governance: client.version(instruction::governance::version(), &payer)?,
        staking: client.version(instruction::staking::version(), &payer)?,
        rewards: client.version(instruction::rewards::version(), &payer)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_shown_until_it_ends_by_itself() {
        let pause = |bits, now| Pause::of("market", bits, 100, now);
        assert!(pause(1, 99).is_some_and(|pause| pause.bits == 1));
        assert_eq!(pause(1, 100), None);
        assert_eq!(pause(0, 99), None);
    }

    #[test]
    fn a_closed_mint_is_shown_loudly() {
        let mut payment: PaymentMint = bytemuck::Zeroable::zeroed();
        payment.stake_rate = 5_000_000_000.into();
        let text = |payment: &PaymentMint| {
            let mints = vec![MintReport::of(payment, &MintInfo::assay())];
            MintsReport { mints }.to_string()
        };
        assert!(text(&payment).contains("takes NO new jobs"));
        payment.admits = 1;
        assert!(text(&payment).contains("takes new jobs"));
        assert!(text(&payment).contains("1 ASSAY are worth 5 ASSAY"));
    }
}
