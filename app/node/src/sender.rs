//! Where the node signs: what is about to be sent is journaled, what was confirmed is journaled and told.

use crate::{
    error::NodeError,
    event::NodeEvent,
    journal::{Journal, Record, Step},
    seat_id::SeatId,
};
use assay_client::{Address, Client, Instruction, Keypair, Signer as _};

/// The node's key, its journal and its voice.
pub struct Desk<'a> {
    pub client: Client,
    keypair: Keypair,
    pub worker: Address,
    pub journal: Journal,
    log: &'a mut dyn FnMut(&NodeEvent),
}

impl<'a> Desk<'a> {
    pub fn new(
        client: Client,
        keypair: Keypair,
        worker: Address,
        journal: Journal,
        log: &'a mut dyn FnMut(&NodeEvent),
    ) -> Self {
        Self {
            client,
            keypair,
            worker,
            journal,
            log,
        }
    }

    /// The hot key's address.
    pub fn node(&self) -> Address {
        self.keypair.pubkey()
    }

    pub fn tell(&mut self, event: NodeEvent) {
        (self.log)(&event);
    }

    /// Signs a step of these seats, journals that it is about to be sent, sends it and waits for the confirmation.
    pub fn send(
        &mut self,
        step: Step,
        seats: &[SeatId],
        instructions: &[Instruction],
    ) -> Result<(), NodeError> {
        let signed = self.client.sign(instructions, &[&self.keypair])?;
        self.journal.append(&Record::Sending {
            step,
            seats: seats.to_vec(),
            signature: signed.signature().to_string(),
        })?;
        self.client.send_and_confirm(signed)?;
        Ok(())
    }

    /// Sends what anyone may send, and what is the same however often it is sent: nothing to journal.
    pub fn crank(&mut self, instructions: &[Instruction]) -> Result<(), NodeError> {
        self.client
            .sign_send_confirm(instructions, &[&self.keypair])?;
        Ok(())
    }

    /// Journals and tells that the chain shows a seat at `step`, unless that was done before.
    pub fn reach(&mut self, seat: SeatId, step: Step, event: NodeEvent) -> Result<(), NodeError> {
        if !self.journal.book().has_reached(&seat, step) {
            self.journal.append(&Record::Reached { seat, step })?;
            self.tell(event);
        }
        Ok(())
    }
}
