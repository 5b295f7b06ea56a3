//! Signs and sends the node's transactions: journals a step before it is sent, and reports it once the chain confirms it.

use crate::{
    error::NodeError,
    event::NodeEvent,
    journal::{Journal, Record, Step},
    seat_id::SeatId,
};
use assay_client::{Address, Client, Instruction, Keypair, Signer as _};

/// The node's key with what sending needs: client, journal, and the receiver of events.
pub struct TxSender<'a> {
    pub client: Client,
    keypair: Keypair,
    /// Address of the worker that the node acts for.
    pub worker: Address,
    pub journal: Journal,
    log: &'a mut dyn FnMut(&NodeEvent),
}

impl<'a> TxSender<'a> {
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

    /// Returns the address of the node key.
    pub fn node_key(&self) -> Address {
        self.keypair.pubkey()
    }

    /// Reports an event.
    pub fn emit(&mut self, event: NodeEvent) {
        (self.log)(&event);
    }

    /// Signs the transaction that takes `seats` to `step`, journals that it is about to be sent, sends it and waits for
    /// its confirmation.
    ///
    /// # Errors
    /// [`NodeError::Journal`], with nothing sent, and [`NodeError::Chain`].
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

    /// Sends instructions that are safe to send twice, such as cranks, and waits for their confirmation. They need no
    /// journal: after a restart the chain says whether they are still due.
    ///
    /// # Errors
    /// [`NodeError::Chain`].
    pub fn send_idempotent(&mut self, instructions: &[Instruction]) -> Result<(), NodeError> {
        self.client
            .sign_send_confirm(instructions, &[&self.keypair])?;
        Ok(())
    }

    /// Journals that the chain shows a seat at `step` and reports `event`, unless the journal has the step already.
    ///
    /// # Errors
    /// [`NodeError::Journal`].
    pub fn record_step(
        &mut self,
        seat: SeatId,
        step: Step,
        event: NodeEvent,
    ) -> Result<(), NodeError> {
        if !self.journal.state().has_reached(&seat, step) {
            self.journal.append(&Record::Reached { seat, step })?;
            self.emit(event);
        }
        Ok(())
    }
}
