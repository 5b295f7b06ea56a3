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
