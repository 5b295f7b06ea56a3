use anchor_lang::prelude::*;

assay_shared::version_answer!();

#[derive(Accounts)]
pub struct Version {}

impl Version {
    /// Whoever upgrades the program sees by the answer which bytecode runs.
    pub fn version(_: &mut Context<Self>) -> Result<u16> {
        Ok(number())
    }
}
