//! Sends cranks: transactions that anyone may send, and that nodes send at the same time.

use crate::{ExitCode, Result, Session};
use assay_client::{cranks::TxPlan, Address, Instruction, Keypair, Signer as _};

/// Consecutive lost races over the same instructions before the rejection is reported. A server that lags behind may show
/// a step as due for a while after it was done.
const MAX_LOST_RACES: usize = 8;
/// The same for other rejections. A race that is lost by an account which is gone, or exists already, has no name of its
/// own, but disappears when the chain is read again.
const MAX_OTHER_REJECTIONS: usize = 2;

/// Sends cranks and tolerates lost races: the caller reads the chain again and plans anew. A rejection that comes back for
/// the same instructions is reported.
pub struct CrankSender<'a> {
    session: &'a Session,
    wallet: &'a Keypair,
    rejections: RejectionCounter,
}

impl<'a> CrankSender<'a> {
    /// Returns a sender that signs and pays with `wallet`.
    pub fn new(session: &'a Session, wallet: &'a Keypair) -> Self {
        Self {
            session,
            wallet,
            rejections: RejectionCounter::default(),
        }
    }

    /// Returns the address that pays for the transactions.
    pub fn payer(&self) -> Address {
        self.wallet.pubkey()
    }

    /// Sends one planned transaction. Returns false if somebody else was faster: read again what is still to do.
    ///
    /// # Errors
    /// Those of [`Session::send`]; a rejection only after it came back.
    pub fn send(&mut self, plan: &TxPlan) -> Result<bool> {
        let sent = self
            .session
            .send(&plan.instructions, &[self.wallet], plan.rent);
        let Err(error) = sent else {
            self.rejections = RejectionCounter::default();
            return Ok(true);
        };
        let tolerated = if error.is_lost_race {
            MAX_LOST_RACES
        } else {
            MAX_OTHER_REJECTIONS
        };
        let is_rejected = error.exit_code == ExitCode::Rejected;
        if is_rejected && self.rejections.add(&plan.instructions) <= tolerated {
            return Ok(false);
        }
        Err(error)
    }
}

/// Counts consecutive rejections of the same instructions. Other instructions in between mean that the chain has moved on.
#[derive(Default)]
struct RejectionCounter {
    instructions: Vec<Instruction>,
    count: usize,
}

impl RejectionCounter {
    /// Counts one more rejection. Returns how many there were for these instructions, this one included.
    fn add(&mut self, instructions: &[Instruction]) -> usize {
        if self.instructions != instructions {
            self.instructions = instructions.to_vec();
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_client::instruction::market::expire_task;

    fn step(task: u32) -> [Instruction; 1] {
        [expire_task(Address::default(), task, None)]
    }

    #[test]
    fn a_rejection_that_comes_back_is_counted() {
        let mut rejections = RejectionCounter::default();
        for count in 1..=MAX_LOST_RACES {
            assert_eq!(rejections.add(&step(1)), count);
        }
        assert!(rejections.add(&step(1)) > MAX_LOST_RACES);
    }

    #[test]
    fn races_lost_over_other_steps_are_forgotten() {
        let mut rejections = RejectionCounter::default();
        for task in 0..100 {
            for _ in 0..MAX_LOST_RACES {
                assert!(rejections.add(&step(task)) <= MAX_LOST_RACES, "{task}");
            }
        }
    }
}
