use anchor_lang::prelude::*;

assay_shared::version_answer!();

#[derive(Accounts)]
pub struct Version {}

impl Version {
    /// Returns the number that the deployed bytecode carries, so that an upgrade can be seen.
    ///
    /// # Specification
    /// - Nothing is asked.
    pub fn version(_: &mut Context<Self>) -> Result<u16> {
        Ok(number())
    }
}
