use anchor_lang::prelude::*;

mod answer {
    assay_shared::version_answer!();
}

#[derive(Accounts)]
pub struct Version {}

impl Version {
    /// Whoever upgrades the program sees by the answer which bytecode runs.
    pub fn version(_ctx: &mut Context<Self>) -> Result<u16> {
        Ok(answer::number())
    }
}
