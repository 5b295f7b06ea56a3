//! What a job asks of its workers.

use super::proof::find_set;
use crate::{
    amount::{Amount, MintInfo, TokenAmount},
    keypair::parse_address,
    region::Region,
    CliError, Result, Session,
};
use assay_client::Address;
use assay_market::state::{Job, JobTerms, GATE_EVERY_SEAT, GATE_FIRST_SEAT};
use clap::ValueEnum;
use serde::Serialize;
use std::fmt;

/// Options of `assay job post`.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Requirements")]
pub struct RequirementArgs {
    /// Country that workers must be in: its code in ISO 3166-1, like CH or 756. Owners declare theirs themselves; with
    /// --credential the one counts that the set vouches for.
    #[arg(long, value_name = "COUNTRY")]
    region: Option<Region>,
    /// Least collateral of a worker, free and bound together, ASSAY.
    #[arg(long, value_name = "AMOUNT")]
    least_collateral: Option<Amount>,
    /// Attester set that workers must have a credential of; see `assay attester credential`.
    #[arg(long, value_parser = parse_address, value_name = "SET")]
    credential: Option<Address>,
    /// Whom the requirements bind: every worker of a task, or only the first, so that anybody may check it. Rounds are open
    /// to all. Default: every.
    #[arg(long, value_name = "SEATS")]
    gate: Option<Gate>,
}

/// Seats that the requirements bind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    Every,
    First,
}

impl RequirementArgs {
    /// Writes the requirements into terms.
    ///
    /// # Errors
    /// `NotFound` if the set does not exist; `Usage` if a gate is named and nothing is required.
    pub fn apply(&self, session: &Session, terms: &mut JobTerms) -> Result<()> {
        if self.gate.is_some() && self.is_empty() {
            return Err(CliError::usage(
                "--gate says whom requirements bind; pass --region, --least-collateral or --credential, too",
            ));
        }
        if let Some(set) = &self.credential {
            find_set(session, set)?;
        }
        let least = self.least_collateral.as_ref();
        let decimals = MintInfo::assay().decimals;
        terms.region = self.region.map_or(0, |region| region.0);
        terms.least_collateral = least.map_or(Ok(0), |least| least.units(decimals))?;
        terms.credential_set = self.credential.unwrap_or_default();
        terms.gate = match self.gate {
            None | Some(Gate::Every) => GATE_EVERY_SEAT,
            Some(Gate::First) => GATE_FIRST_SEAT,
        };
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.region.is_none() && self.least_collateral.is_none() && self.credential.is_none()
    }
}

/// The requirements of a job, as reports show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Requirements {
    region: Option<Region>,
    least_collateral: Option<TokenAmount>,
    /// Attester set that workers need a credential of.
    credential: Option<String>,
    gate: Gate,
}

impl Requirements {
    /// Returns the requirements of a job; `None` if anybody may work on it.
    pub fn of_job(job: &Job) -> Option<Self> {
        Self::new(
            job.region.get(),
            job.least_collateral.get(),
            &job.credential_set,
            job.gate,
        )
    }

    /// Returns the requirements that these fields of an account say; `None` if they require nothing.
    pub fn new(region: u16, least: u64, set: &Address, gate: u8) -> Option<Self> {
        let requirements = Self {
            region: Region::of_account(region),
            least_collateral: (least > 0).then(|| MintInfo::assay().amount(least)),
            credential: (*set != Address::default()).then(|| set.to_string()),
            gate: if gate == GATE_FIRST_SEAT {
                Gate::First
            } else {
                Gate::Every
            },
        };
        let Self {
            region,
            least_collateral,
            credential,
            ..
        } = &requirements;
        let any = region.is_some() || least_collateral.is_some() || credential.is_some();
        any.then_some(requirements)
    }
}

impl fmt::Display for Requirements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(region) = &self.region {
            parts.push(format!("in {region}"));
        }
        if let Some(least) = &self.least_collateral {
            parts.push(format!("at least {least} of collateral"));
        }
        if let Some(set) = &self.credential {
            parts.push(format!("a credential of {set}"));
        }
        let whom = match self.gate {
            Gate::Every => "every worker",
            Gate::First => "the first worker of a task",
        };
        write!(f, "{whom}: {}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_required_is_said() {
        let set = Address::new_from_array([7; 32]);
        let all = Requirements::new(756, 5_000_000_000, &set, GATE_FIRST_SEAT).unwrap();
        assert_eq!(
            all.to_string(),
            format!("the first worker of a task: in CH, at least 5 ASSAY of collateral, a credential of {set}")
        );
        let json = serde_json::to_value(all).unwrap();
        assert_eq!(
            (&json["region"], &json["gate"]),
            (&"CH".into(), &"first".into())
        );
        assert_eq!(Requirements::new(0, 0, &Address::default(), 1), None);
    }
}
