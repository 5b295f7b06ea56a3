use crate::{
    bytes::commitment,
    error::MarketError,
    event::ResultRevealed,
    state::{check_holder, task_of, JobAccount, SlotState, Worker},
};
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct RevealResult {
    #[account(address = worker.node @ MarketError::NotNode)]
    pub node: Signer,
    pub worker: Account<Worker>,
    #[account(mut)]
    pub job: JobAccount,
}

impl RevealResult {
    /// Slot rules, in order: `NoSuchTask`, `RevealNotOpen`, `NoSuchSlot`, `NotSlotHolder`, `NotCommitted`,
    /// `DeadlinePassed`, `WrongReveal`.
    pub fn reveal_result(
        &mut self,
        task: u32,
        replica: u8,
        digest: [u8; 32],
        salt: [u8; 32],
    ) -> Result<()> {
        let now = Clock::get()?.unix_timestamp;
        let job = *self.job.address();
        let opening = commitment(&job, task, self.worker.address(), &digest, &salt);
        let slots = task_of(&mut self.job, task)?;
        if !slots.is_sealed() {
            return Err(MarketError::RevealNotOpen.into());
        }
        let slot = slots
            .slots
            .get_mut(usize::from(replica))
            .ok_or(MarketError::NoSuchSlot)?;
        check_holder(slot, &self.worker)?;
        if slot.state() != SlotState::Committed {
            return Err(MarketError::NotCommitted.into());
        }
        if slot.deadline.get() < now {
            return Err(MarketError::DeadlinePassed.into());
        }
        if slot.value != opening {
            return Err(MarketError::WrongReveal.into());
        }
        slot.value = digest;
        slot.set_state(SlotState::Revealed);
        emit!(ResultRevealed {
            job,
            digest,
            task: task.into(),
            replica,
        });
        Ok(())
    }
}
