//! The network's heartbeat: one block per slot, on a schedule that does not drift.
//!
//! Surfpool advances `Clock::unix_timestamp` by exactly one slot time per block, whatever the wall clock says. Its own
//! ticker sleeps a slot after each block and so falls behind by every delay; programs that measure days by that clock need it to
//! keep step. So blocks are asked for at `start + n · slot`, and late ones are caught up with.

use std::time::{Duration, Instant};

use crossbeam_channel::{at, select, Receiver, Sender};
use surfpool_types::{SimnetCommand, SimnetEvent};

/// Commands waiting for Surfpool above which no further block is asked for: transactions in that queue come first, and the
/// schedule catches up when it is shorter.
const BACKLOG: usize = 64;
/// The RPC and the WebSocket server each report their end once.
const SERVERS: usize = 2;

/// How the pulse ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Asked to stop, and both servers have closed their ports.
    Stopped,
    /// Surfpool ended by itself, for the reason given.
    Died(String),
}

/// The channels of one running Surfpool and the beat it is given.
pub(crate) struct Pulse {
    pub commands: Sender<SimnetCommand>,
    pub events: Receiver<SimnetEvent>,
    /// Closed by the owner to stop the network.
    pub stop: Receiver<()>,
    /// When the chain's clock was read from the wall clock.
    pub start: Instant,
    pub slot: Duration,
}

impl Pulse {
    /// Beats until stopped. It also drains Surfpool's events, which would otherwise block its lifecycle messages.
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
                    if self.commands.len() > BACKLOG {
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
