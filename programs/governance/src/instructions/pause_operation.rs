use crate::{
    addresses,
    cpi::{self, Authority},
    error::{GovernanceError, RuleResult},
    event::{emit, OperationPaused},
    state::{Params, Target},
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct PauseOperation {
    /// The guardian on record in `params`, who signs. Checked by `check_guardian`.
    pub guardian: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// Governance's authority, which signs calls of the other programs. Checked by its seeds.
    #[account(seeds = [b"authority"], bump)]
    pub authority: UncheckedAccount,
    /// The staking program. Checked by its address.
    #[account(address = assay_staking::ID @ GovernanceError::WrongProgram)]
    pub staking_program: UncheckedAccount,
    /// Staking's parameters. Checked by their address.
    #[account(mut, address = addresses::STAKING_PARAMS @ GovernanceError::WrongAccounts)]
    pub staking_params: UncheckedAccount,
    /// The market program. Checked by its address.
    #[account(address = assay_market::ID @ GovernanceError::WrongProgram)]
    pub market_program: UncheckedAccount,
    /// The market's parameters. Checked by their address.
    #[account(mut, address = addresses::MARKET_PARAMS @ GovernanceError::WrongAccounts)]
    pub market_params: UncheckedAccount,
}

impl PauseOperation {
    /// Checks that the signer is the guardian, and returns the program.
    pub(super) fn validate(&self, target: u8) -> RuleResult<Target> {
        self.params.check_guardian(self.guardian.address())?;
        Target::from_number(target).ok_or(GovernanceError::UnknownProgram)
    }

    /// Sets the bits of another program; governance's own stand in `params`.
    pub(super) fn set(&self, target: Target, bits: u64, until: i64) -> Result<()> {
        let authority = Authority {
            account: self.authority.account(),
            bump: self.params.authority_bump,
        };
        match target {
            Target::Staking => {
                cpi::pause_staking(authority, self.staking_params.account(), bits, until)
            }
            Target::Market => {
                cpi::pause_market(authority, self.market_params.account(), bits, until)
            }
            Target::Governance | Target::Rewards => Ok(()),
        }
    }

    /// Pauses operations for a bounded time. The pause ends by itself, and the next one of the same program must wait.
    ///
    /// # Specification
    /// - The signer shall be the guardian (`NotGuardian`).
    /// - The programs given shall be staking and market (`WrongProgram`).
    /// - The parameters given shall be theirs (`WrongAccounts`).
    /// - The program shall have operations that can be paused (`UnknownProgram`).
    /// - There shall be bits, and each shall mean something (`ParamOutOfBounds`).
    /// - The pause shall last at least a second and at most seven days (`PauseTooLong`).
    /// - Thirty days shall have passed since the end of the last pause of the program (`PauseTooSoon`).
    ///
    /// # Arguments
    /// - `target` - number of a `Target`.
    /// - `bits` - operations to pause, bits of that program.
    /// - `seconds` - length of the pause, seconds.
    pub fn pause_operation(
        ctx: &mut Context<Self>,
        target: u8,
        bits: u64,
        seconds: u64,
    ) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let accounts = &mut ctx.accounts;
        let named = accounts.validate(target)?;
        let until = accounts.params.begin_pause(named, bits, seconds, now)?;
        accounts.set(named, bits, until)?;
        emit(OperationPaused {
            bits: bits.into(),
            until: until.into(),
            target,
        });
        Ok(())
    }
}
