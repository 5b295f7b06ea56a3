//! Actions of proposals, in words.

use super::param_name;
use crate::amount::U64String;
use assay_client::format::format_duration;
use assay_governance::state::{Action, Kind};
use serde::Serialize;
use std::fmt;

/// One action of a proposal.
#[derive(Serialize)]
pub struct ActionReport {
    /// Name of its kind.
    kind: &'static str,
    /// `program.name` of a parameter, or the name of a program.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// Value, amount in base units, or rate.
    value: U64String,
    /// Recipient, payment mint, guardian, or SHA-256 of the bytecode in base58.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// Mint that is spent, or wallet that gets the rent of a buffer.
    #[serde(skip_serializing_if = "Option::is_none")]
    other: Option<String>,
    /// The action as a sentence.
    text: String,
}

impl ActionReport {
    pub fn of(action: &Action) -> Option<Self> {
        let kind = action.kind().ok()?;
        let (value, address, other) = (action.value.get(), action.address, action.other);
        let program = || action.target().ok().map(|target| target.name().to_owned());
        let named = |address: &assay_client::Address| {
            (*address != Default::default()).then(|| address.to_string())
        };
        let (name, subject, text) = match kind {
            Kind::SetParam => {
                let name = param_name(action.target().ok()?, action.param);
                let text = format!("set {name} to {value}");
                ("set-param", Some(name), text)
            }
            Kind::Transfer => (
                "transfer",
                None,
                format!("pay {value} base units of {other} to {address}"),
            ),
            Kind::Grant => {
                let over = format_duration(action.extra.get());
                let text = format!("grant {value} base units of {other} to {address} over {over}");
                ("grant", None, text)
            }
            Kind::AllowMint => (
                "allow-mint",
                None,
                format!("allow payments in {address} at the rate {value}"),
            ),
            Kind::SetRate => (
                "set-rate",
                None,
                format!("set the rate of {address} to {value}"),
            ),
            Kind::SetAdmits => {
                let verb = if value == 0 { "close" } else { "open" };
                ("set-admits", None, format!("{verb} {address} to new jobs"))
            }
            Kind::SetGuardian => {
                let heir = named(&address).unwrap_or_else(|| "nobody".to_owned());
                let text = format!("dismiss the guardian and offer the office to {heir}");
                ("set-guardian", None, text)
            }
            Kind::Upgrade => {
                let hash = hex::encode(address.to_bytes());
                let text = format!("upgrade {} to the bytecode {hash}", program()?);
                ("upgrade", program(), text)
            }
            Kind::Unpause => (
                "unpause",
                program(),
                format!("end the pause of {}", program()?),
            ),
        };
        Some(Self {
            kind: name,
            subject,
            value: U64String(value),
            address: named(&address),
            other: named(&other),
            text,
        })
    }
}

impl fmt::Display for ActionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_client::Address;
    use assay_governance::state::{ProposedAction, Target};

    fn text(action: ProposedAction) -> String {
        let kept = action.checked().unwrap();
        ActionReport::of(&kept).unwrap().to_string()
    }

    #[test]
    fn every_kind_of_action_is_a_sentence() {
        let (to, mint) = (
            Address::new_from_array([1; 32]),
            Address::new_from_array([2; 32]),
        );
        for (action, clause) in [
            (
                ProposedAction::set_param(Target::Market, 0, 250),
                "set market.fee_bps to 250",
            ),
            (ProposedAction::transfer(to, 1, 5, mint, 0), "pay 5 base"),
            (ProposedAction::grant(to, 5, 86_400, mint, 0), "over 1d"),
            (ProposedAction::allow_mint(mint, 7, 1), "at the rate 7"),
            (ProposedAction::set_rate(mint, 7), "the rate of"),
            (ProposedAction::set_admits(mint, false), "close"),
            (ProposedAction::set_admits(mint, true), "open"),
            (
                ProposedAction::set_guardian(Address::default()),
                "to nobody",
            ),
            (
                ProposedAction::upgrade(Target::Market, [1; 32], to),
                "upgrade market to the bytecode 0101",
            ),
            (ProposedAction::unpause(Target::Staking), "pause of staking"),
        ] {
            let text = text(action);
            assert!(text.contains(clause), "{text}");
        }
    }
}
