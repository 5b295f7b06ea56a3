//! How the results of a job are verified: by further workers, or by the signatures of attesters.

use super::checks::Checks;
use crate::{CliError, Result, Session};
use assay_client::{format::format_amount, instruction::market::MAX_SIGNATURES, Address, JobView};
use assay_market::state::{JobTerms, POLICY_ATTESTED, POLICY_CHECKED};
use assay_staking::state::AttesterSet;
use serde::Serialize;

/// What speaks for a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "policy", rename_all = "lowercase")]
pub enum Proof {
    /// Further workers run the task again.
    Checked {
        /// Seats that check a result, on average.
        #[serde(serialize_with = "text")]
        checks: Checks,
    },
    /// Attesters sign the result.
    Attested {
        /// The attester set.
        #[serde(serialize_with = "text")]
        attesters: Address,
        /// Signatures that a result needs.
        signatures: u8,
        /// Keys of the set.
        keys: u8,
    },
}

fn text<T: std::fmt::Display, S: serde::Serializer>(
    value: &T,
    to: S,
) -> core::result::Result<S::Ok, S::Error> {
    to.collect_str(value)
}

impl Proof {
    /// Returns the proof by so many signatures of the set, which is read from the chain.
    ///
    /// # Errors
    /// `NotFound` if there is no such set. `Usage` if it has fewer keys, or so many signatures fit into no transaction.
    pub fn by_attesters(session: &Session, set: Address, signatures: u8) -> Result<Self> {
        let account = find_set(session, &set)?;
        let keys = account.count;
        if signatures > keys {
            return Err(CliError::usage(format!(
                "the attester set {set} has {keys} keys, so a result can have at most {keys} signatures; lower --signatures"
            )));
        }
        if signatures > MAX_SIGNATURES {
            return Err(CliError::usage(format!(
                "at most {MAX_SIGNATURES} signatures fit into the transaction that submits a result; lower --signatures"
            )));
        }
        Ok(Self::Attested {
            attesters: set,
            signatures,
            keys,
        })
    }

    /// Writes the policy into terms. `lie_prices` is what a lie costs where workers check.
    pub fn apply(&self, terms: &mut JobTerms, lie_prices: u16) {
        match self {
            Self::Checked { checks } => {
                terms.policy = POLICY_CHECKED;
                terms.checks_bps = checks.bps();
                terms.lie_prices = lie_prices;
                terms.attestations = 0;
            }
            Self::Attested { signatures, .. } => {
                terms.policy = POLICY_ATTESTED;
                terms.checks_bps = 0;
                terms.lie_prices = 0;
                terms.attestations = *signatures;
            }
        }
    }

    /// Returns the attester set that posting names.
    pub fn attesters(&self) -> Option<Address> {
        match self {
            Self::Checked { .. } => None,
            Self::Attested { attesters, .. } => Some(*attesters),
        }
    }

    /// Says in one sentence who verifies a result.
    pub fn explanation(&self) -> String {
        let checks = match self {
            Self::Checked { checks } => checks,
            Self::Attested {
                attesters,
                signatures,
                keys,
            } => {
                let signatures = count(u64::from(*signatures), "signature");
                return format!(
                    "a result needs {signatures} of the {keys} keys in the attester set {attesters} and is final at once"
                );
            }
        };
        let chance = format_amount(checks.chance().into(), 2);
        let further = count(checks.always(), "further worker");
        match (checks.always(), checks.chance()) {
            (0, 0) => "nobody is drawn to check a result; --checks 15% asks for it".to_owned(),
            (0, _) => format!("a result is checked by another worker with a chance of {chance}%"),
            (_, 0) => format!("every result is checked by {further}"),
            _ => format!(
                "every result is checked by {further}, and by one more with a chance of {chance}%"
            ),
        }
    }
}

/// In a few words, as reports list it.
impl std::fmt::Display for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Checked { checks } => write!(f, "checks: {checks}"),
            Self::Attested {
                attesters,
                signatures,
                ..
            } => write!(
                f,
                "attested: {} of {attesters}",
                count(u64::from(*signatures), "signature")
            ),
        }
    }
}

/// Returns the attester set at an address.
///
/// # Errors
/// `NotFound` if there is none.
pub fn find_set(session: &Session, set: &Address) -> Result<AttesterSet> {
    session.client.try_fetch(set)?.ok_or_else(|| {
        CliError::not_found(format!(
            "there is no attester set at {set}; whoever opens one with `assay attester set open` tells its address"
        ))
    })
}

/// Returns the address of the attester set whose keys sign the results of a job; `None` if the set was closed.
pub fn set_of_job(session: &Session, job: &JobView) -> Result<Option<Address>> {
    let offset = core::mem::offset_of!(AttesterSet, identity);
    let identity = &job.header.attesters;
    let sets = session
        .client
        .fetch_all_where::<AttesterSet>(offset, identity)?;
    Ok(sets.first().map(|(address, _)| *address))
}

/// Returns a number of things, in words.
pub fn count(number: impl Into<u64>, thing: &str) -> String {
    match number.into() {
        1 => format!("1 {thing}"),
        number => format!("{number} {thing}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_who_checks() {
        for (checks, part) in [
            ("0", "nobody is drawn"),
            ("2", "every result is checked by 2 further workers"),
            (
                "1.15",
                "by 1 further worker, and by one more with a chance of 15%",
            ),
        ] {
            let checks = checks.parse().unwrap();
            let text = Proof::Checked { checks }.explanation();
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn an_attested_job_names_its_set() {
        let proof = Proof::Attested {
            attesters: Address::new_from_array([7; 32]),
            signatures: 2,
            keys: 3,
        };
        let text = proof.explanation();
        assert!(text.contains("2 signatures of the 3 keys"), "{text}");
        let json = serde_json::to_value(proof).unwrap();
        assert_eq!(json["policy"], "attested");
        assert_eq!(json["signatures"], 2);
        let checked = Proof::Checked {
            checks: "15%".parse().unwrap(),
        };
        let json = serde_json::to_value(checked).unwrap();
        assert_eq!(
            (&json["policy"], &json["checks"]),
            (&"checked".into(), &"15%".into())
        );
    }
}
