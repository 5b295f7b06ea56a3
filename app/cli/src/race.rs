//! Steps that anyone may take, and that nodes take at the same time.

use crate::{Exit, Result, Session};
use assay_client::{Address, Instruction, Keypair, Signer as _};

/// How often others may be faster before their refusal is taken for the answer.
const MOST_OUTRUN: usize = 8;

/// Sends such steps. Whatever the network refuses may have been done by somebody else in this moment, under many names: the
/// rule that no longer holds, an account that exists already, one that is gone. So the caller looks at the chain again, and
/// only a refusal that comes back is believed.
pub struct Race<'a> {
    session: &'a Session,
    wallet: &'a Keypair,
    outrun: usize,
}

impl<'a> Race<'a> {
    pub fn new(session: &'a Session, wallet: &'a Keypair) -> Self {
        Self {
            session,
            wallet,
            outrun: 0,
        }
    }

    /// Who pays for the transactions.
    pub fn payer(&self) -> Address {
        self.wallet.pubkey()
    }

    /// As `Session::send`; answers whether it was done. When not, look again at what is still to do.
    pub fn send(&mut self, instructions: &[Instruction], rent: u64) -> Result<bool> {
        match self.session.send(instructions, &[self.wallet], rent) {
            Ok(_) => Ok(true),
            Err(failure) if failure.exit == Exit::Refused && self.outrun < MOST_OUTRUN => {
                self.outrun = self.outrun.saturating_add(1);
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }
}
