//! The royalty of a module's author, as the directory of modules has it.

use crate::{Result, Session};
use assay_client::{
    format::{format_amount, parse_amount},
    pda::rewards,
    Address,
};
use assay_market::state::{JobTerms, MAX_ROYALTY_BPS};
use assay_rewards::state::Module;

/// What a job pays to the author of its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Royalty {
    pub author: Address,
    /// Share of the price of all seats that a task has on average, basis points; above zero.
    pub bps: u16,
}

impl Royalty {
    /// Returns the royalty that the record of a module asks for; `None` if the module is not registered, or asks for none.
    pub fn of_module(session: &Session, hash: &[u8; 32]) -> Result<Option<Self>> {
        let module: Option<Module> = session.client.try_fetch(&rewards::module(hash))?;
        Ok(module.and_then(|module| Self::of_record(&module)))
    }

    fn of_record(module: &Module) -> Option<Self> {
        let bps = module.royalty_bps.get();
        let author = module.author;
        (bps > 0).then_some(Self { author, bps })
    }

    /// Writes the royalty into terms.
    pub fn apply(royalty: Option<Self>, terms: &mut JobTerms) {
        terms.author = royalty.map_or(Address::default(), |royalty| royalty.author);
        terms.royalty_bps = royalty.map_or(0, |royalty| royalty.bps);
    }
}

/// Reads a share in percent, with at most two decimals, as basis points.
pub fn parse_royalty(text: &str) -> core::result::Result<u16, String> {
    let wrong = || {
        let most = royalty_text(MAX_ROYALTY_BPS);
        format!("`{text}` is not a royalty from 0% to {most}, like 2.5%")
    };
    let percent = text.strip_suffix('%').unwrap_or(text);
    let bps = parse_amount(percent, 2).map_err(|_| wrong())?;
    match u16::try_from(bps) {
        Ok(bps) if bps <= MAX_ROYALTY_BPS => Ok(bps),
        _ => Err(wrong()),
    }
}

/// Writes a royalty in percent.
pub fn royalty_text(bps: u16) -> String {
    format!("{}%", format_amount(bps.into(), 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_royalty_is_a_percentage() {
        for (text, bps) in [("2.5%", 250), ("2.5", 250), ("0%", 0), ("20%", 2_000)] {
            assert_eq!(parse_royalty(text), Ok(bps), "{text}");
        }
        for text in ["20.01%", "1.005%", "", "-1%", "much"] {
            let error = parse_royalty(text).unwrap_err();
            assert!(error.contains("0% to 20%"), "{error}");
        }
        assert_eq!(royalty_text(250), "2.5%");
    }

    #[test]
    fn a_module_without_royalty_names_no_author() {
        let mut module: Module = bytemuck::Zeroable::zeroed();
        module.author = Address::new_from_array([7; 32]);
        assert_eq!(Royalty::of_record(&module), None);
        module.royalty_bps = 1.into();
        assert_eq!(
            Royalty::of_record(&module).map(|royalty| royalty.bps),
            Some(1)
        );
    }
}
