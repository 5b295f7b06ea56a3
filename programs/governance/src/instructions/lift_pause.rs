use super::PauseOperation;
use crate::event::{emit, PauseLifted};
use anchor_lang::prelude::*;

impl PauseOperation {
    /// Ends the guardian's pause of a program early. It takes the accounts of `pause_operation`.
    ///
    /// # Specification
    /// - The signer shall be the guardian (`NotGuardian`).
    /// - The programs given shall be staking and market (`WrongProgram`).
    /// - The parameters given shall be theirs (`WrongAccounts`).
    /// - The program shall have operations that can be paused (`UnknownProgram`).
    ///
    /// # Arguments
    /// - `target` - number of a `Target`.
    pub fn lift_pause(ctx: &mut Context<Self>, target: u8) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let named = accounts.validate(target)?;
        accounts.params.lift_pause(named, now)?;
        accounts.set(named, 0, 0)?;
        emit(PauseLifted { target });
        Ok(())
    }
}
