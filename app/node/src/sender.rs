//! Signs and sends the node's transactions: journals a step before it is sent, and reports it once the chain confirms it.

use crate::{
    action::Action,
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

    /// Signs a transaction of these actions, journals that it is about to be sent, sends it, waits for its confirmation, and
    /// records and reports what is true then. It pays a priority fee of at most `priority_fee` lamports, if it has room for that.
    ///
    /// # Errors
    /// [`NodeError::Journal`], with nothing sent, and [`NodeError::Chain`].
    pub fn send(&mut self, actions: &[Action], priority_fee: u64) -> Result<(), NodeError> {
        let instructions: Vec<Instruction> = actions
            .iter()
            .flat_map(|action| action.instructions.clone())
            .collect();
        let (client, node) = (&self.client, self.node_key());
        let instructions = client.prioritize(instructions, &node, priority_fee)?;
        let signed = self.client.sign(&instructions, &[&self.keypair])?;
        for step in [Step::Claimed, Step::Contributed, Step::Collected] {
            let steps = actions.iter().filter_map(|action| action.step);
            let seats: Vec<SeatId> = steps
                .filter(|(_, of)| *of == step)
                .map(|(seat, _)| seat)
                .collect();
            if !seats.is_empty() {
                let signature = signed.signature().to_string();
                self.journal.append(&Record::Sending {
                    step,
                    seats,
                    signature,
                })?;
            }
        }
        self.client.send_and_confirm(signed)?;
        for action in actions {
            if let Some((seat, step)) = action.step {
                self.record_step(seat, step, true)?;
            }
            for event in &action.events {
                self.emit(event.clone());
            }
        }
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

    /// Journals that the chain shows a seat at `step` and reports it, unless the journal has the step already. `accepted`
    /// says whether a collected seat was paid.
    ///
    /// # Errors
    /// [`NodeError::Journal`].
    pub fn record_step(
        &mut self,
        seat: SeatId,
        step: Step,
        accepted: bool,
    ) -> Result<(), NodeError> {
        if !self.journal.state().has_reached(&seat, step) {
            self.journal.append(&Record::Reached { seat, step })?;
            self.emit(match step {
                Step::Claimed => NodeEvent::Claimed { seat },
                Step::Contributed => NodeEvent::Contributed { seat },
                Step::Collected => NodeEvent::Collected { seat, accepted },
            });
        }
        Ok(())
    }
}
