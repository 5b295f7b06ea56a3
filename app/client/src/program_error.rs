//! The rules of the programs by error code, read from the committed IDLs.

use std::{collections::HashMap, sync::OnceLock};

/// One rule of a program, as its IDL names and words it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `staking`, `market`, `rewards` or `governance`.
    pub program: &'static str,
    /// The variant of the program's error enum.
    pub name: String,
    /// What was broken, in a sentence.
    pub message: String,
}

const IDLS: [(&str, &str); 4] = [
    ("staking", include_str!("../../../idls/assay_staking.json")),
    ("market", include_str!("../../../idls/assay_market.json")),
    ("rewards", include_str!("../../../idls/assay_rewards.json")),
    (
        "governance",
        include_str!("../../../idls/assay_governance.json"),
    ),
];

/// The rule behind a custom error code; our programs' codes do not overlap.
pub fn rule(code: u32) -> Option<&'static Rule> {
    static RULES: OnceLock<HashMap<u32, Rule>> = OnceLock::new();
    RULES.get_or_init(read_idls).get(&code)
}

/// The rule that a program's own function says is broken.
pub fn rule_of(error: impl Into<anchor_lang::Error>) -> Option<&'static Rule> {
    match error.into() {
        anchor_lang::Error::Custom(code) => rule(code),
        _ => None,
    }
}

fn read_idls() -> HashMap<u32, Rule> {
    let mut rules = HashMap::new();
    for (program, idl) in IDLS {
        let Ok(idl) = serde_json::from_str::<serde_json::Value>(idl) else {
            continue;
        };
        for error in idl["errors"].as_array().into_iter().flatten() {
            let code = error["code"].as_u64().and_then(|c| u32::try_from(c).ok());
            if let (Some(code), Some(name)) = (code, error["name"].as_str()) {
                let message = error["msg"].as_str().unwrap_or(name).to_owned();
                let name = name.to_owned();
                let rule = Rule {
                    program,
                    name,
                    message,
                };
                rules.insert(code, rule);
            }
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_a_program_is_found_by_its_name() {
        let rule = rule_of(assay_market::error::MarketError::BadQuorum).unwrap();
        assert_eq!((rule.program, rule.name.as_str()), ("market", "BadQuorum"));
    }

    #[test]
    fn every_program_has_rules_and_no_two_share_a_code() {
        let all = read_idls();
        for (program, idl) in IDLS {
            let own = all.values().filter(|rule| rule.program == program).count();
            let idl: serde_json::Value = serde_json::from_str(idl).unwrap();
            assert_eq!(own, idl["errors"].as_array().unwrap().len(), "{program}");
            assert!(own > 0, "{program}");
        }
    }
}
