//! A task whose result attesters vouch for ends in one step.

use super::{flag, Phase, Rule, Task};
use crate::{
    error::MarketError,
    game::{Moment, SeatState},
};
use anchor_lang::prelude::Address;

impl Task<'_> {
    /// Checks that an attested result can be taken now.
    ///
    /// # Errors
    /// `TaskDecided`, `ClaimingOver`.
    pub fn check_attested(&self, now: Moment, until: u32) -> Rule<()> {
        if self.phase() != Phase::Running {
            return Err(MarketError::TaskDecided);
        }
        if now.time >= until {
            return Err(MarketError::ClaimingOver);
        }
        Ok(())
    }

    /// Takes an attested result of `worker`: the task is final.
    ///
    /// # Errors
    /// `NoSuchTask`.
    pub fn attest(&mut self, worker: &Address, digest: &[u8; 32], now: Moment) -> Rule<()> {
        let first = self.first_mut()?;
        first.claim(worker, now);
        first.hash = *digest;
        first.set_state(SeatState::Accepted);
        first.winners = 1;
        first.flags |= flag::OPEN;
        self.enter(Phase::Final, now.time)
    }
}
