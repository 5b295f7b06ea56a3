//! Why a transaction was refused.

use assay_governance::error::GovernanceError;
use assay_market::error::MarketError;
use assay_rewards::error::RewardsError;
use assay_shared::error::ProgramErrorCode;
use assay_staking::error::StakingError;
use solana_transaction_error::TransactionError;
use std::{collections::BTreeMap, fmt, sync::OnceLock};

/// The name of an error: `MarketError::NotNode` for a rule of ours, else what the runtime calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal(String);

impl Refusal {
    /// Returns the name of an error.
    pub fn of(error: &TransactionError) -> Self {
        // An error of an instruction is `Custom` with its code.
        let text = match error {
            TransactionError::InstructionError(_, error) => format!("{error:?}"),
            other => format!("{other:?}"),
        };
        let code = text
            .strip_prefix("Custom(")
            .and_then(|rest| rest.strip_suffix(')'))
            .and_then(|code| code.parse::<u32>().ok());
        let rule = code.and_then(|code| rules().get(&code));
        Self(rule.map_or(text, |rule| (*rule).clone()))
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns every rule of the four programs by its code.
pub fn rules() -> &'static BTreeMap<u32, String> {
    static RULES: OnceLock<BTreeMap<u32, String>> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut rules = BTreeMap::new();
        add::<StakingError>("StakingError", &mut rules);
        add::<MarketError>("MarketError", &mut rules);
        add::<RewardsError>("RewardsError", &mut rules);
        add::<GovernanceError>("GovernanceError", &mut rules);
        rules
    })
}

fn add<E: ProgramErrorCode>(name: &str, rules: &mut BTreeMap<u32, String>) {
    for rule in E::ALL {
        rules.insert(rule.code(), format!("{name}::{}", rule.name()));
    }
}
