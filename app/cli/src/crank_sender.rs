//! Steps that anyone may take, and that nodes take at the same time.

use crate::{Exit, Result, Session};
use assay_client::{Address, Instruction, Keypair, Signer as _};

/// How often on end others may be faster with the same step before its refusal is taken for the answer.
const MAX_LOST_RACES: usize = 8;

/// Sends such steps. Whatever the network refuses may have been done by somebody else in this moment, under many names: the
/// rule that no longer holds, an account that exists already, one that is gone. So the caller looks at the chain again, and
/// only a refusal that comes back is believed.
pub struct CrankSender<'a> {
    session: &'a Session,
    wallet: &'a Keypair,
    rejections: RejectionCounter,
}

impl<'a> CrankSender<'a> {
    pub fn new(session: &'a Session, wallet: &'a Keypair) -> Self {
        Self {
            session,
            wallet,
            rejections: RejectionCounter::default(),
        }
    }

    /// Who pays for the transactions.
    pub fn payer(&self) -> Address {
        self.wallet.pubkey()
    }

    /// As `Session::send`; answers whether it was done. When not, look again at what is still to do.
    pub fn send(&mut self, instructions: &[Instruction], rent: u64) -> Result<bool> {
        match self.session.send(instructions, &[self.wallet], rent) {
            Ok(_) => {
                self.rejections = RejectionCounter::default();
                Ok(true)
            }
            Err(failure) if failure.exit == Exit::Refused && !self.rejections.add(instructions) => {
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// What was refused last, and how often on end. Anything else in between means that the chain has moved on.
#[derive(Default)]
struct RejectionCounter {
    instructions: Vec<Instruction>,
    count: usize,
}

impl RejectionCounter {
    /// Counts one more; answers whether to believe it.
    fn add(&mut self, instructions: &[Instruction]) -> bool {
        if self.instructions != instructions {
            self.instructions = instructions.to_vec();
            self.count = 0;
        }
        self.count = self.count.saturating_add(1);
        self.count > MAX_LOST_RACES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_client::instruction::market::settle_task;

    fn step(task: u32) -> [Instruction; 1] {
        [settle_task(Address::default(), task)]
    }

    #[test]
    fn a_refusal_that_comes_back_is_believed() {
        let mut rejections = RejectionCounter::default();
        for _ in 0..MAX_LOST_RACES {
            assert!(!rejections.add(&step(1)));
        }
        assert!(rejections.add(&step(1)));
    }

    #[test]
    fn races_lost_over_other_steps_are_forgotten() {
        let mut rejections = RejectionCounter::default();
        for task in 0..100 {
            for _ in 0..MAX_LOST_RACES {
                assert!(!rejections.add(&step(task)), "{task}");
            }
        }
    }
}
