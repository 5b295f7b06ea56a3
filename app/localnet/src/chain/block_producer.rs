//! Produces one block a slot, on a schedule that does not drift.
//!
//! Surfpool advances `Clock::unix_timestamp` by exactly one slot time a block, whatever the wall clock says. Its own ticker
//! sleeps for a slot time after each block, so every delay makes the clock slow for good. Programs measure days by this
//! clock. So this module requests block `n` at `start + n · slot`, and requests late blocks at once.

use std::time::{Duration, Instant};

use crossbeam_channel::{at, select, Receiver, Sender};
use surfpool_types::{SimnetCommand, SimnetEvent};

/// Length of Surfpool's command queue above which no block is requested. The transactions in the queue come first; late
/// blocks follow when the queue is shorter.
const MAX_QUEUED_COMMANDS: usize = 64;
/// Servers that report their end: RPC and WebSocket, once each.
const SERVERS: usize = 2;

/// How the cluster ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It was asked to stop, and both servers have closed their ports.
    Stopped,
    /// Surfpool ended by itself, for this reason.
    Died(String),
}

/// Requests blocks from a running Surfpool.
pub(crate) struct BlockProducer {
    /// Commands to Surfpool.
    pub commands: Sender<SimnetCommand>,
    /// Events from Surfpool.
    pub events: Receiver<SimnetEvent>,
    /// The owner closes this channel to stop the network.
    pub stop: Receiver<()>,
    /// Time at which Surfpool set its clock from the wall clock.
    pub start: Instant,
    /// Time between blocks.
    pub slot: Duration,
}

impl BlockProducer {
    /// Requests blocks until the network ends. It also reads Surfpool's events: unread, they would block those that report
    /// the end.
    pub fn run(self) -> Ending {
        let mut due = self.start + self.slot;
        loop {
            select! {
                recv(self.stop) -> _ => return self.stop(),
                recv(self.events) -> event => match event {
                    Ok(SimnetEvent::Aborted(reason)) => return Ending::Died(reason),
                    Ok(SimnetEvent::Shutdown) => return Ending::Died("a server closed its port".into()),
                    Err(_) => return Ending::Died("its runtime is gone".into()),
                    Ok(_) => {}
                },
                recv(at(due)) -> _ => {
                    if self.commands.len() > MAX_QUEUED_COMMANDS {
                        std::thread::sleep(self.slot);
                        continue;
                    }
                    if self.commands.send(SimnetCommand::SlotForward(None)).is_err() {
                        return Ending::Died("its runtime is gone".into());
                    }
                    due += self.slot;
                }
            }
        }
    }

    fn stop(self) -> Ending {
        // A send fails only when the runtime has ended already, and then the event loop below ends too.
        let _ = self.commands.send(SimnetCommand::Terminate(None));
        let mut closed = 0;
        while closed < SERVERS {
            match self.events.recv() {
                Ok(SimnetEvent::Shutdown) => closed += 1,
                Ok(_) => {}
                Err(_) => return Ending::Died("its runtime was gone before it was stopped".into()),
            }
        }
        Ending::Stopped
    }
}
