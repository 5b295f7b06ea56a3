//! Sends actions in as few transactions as possible.

use super::Node;
use crate::{
    action::{action_of, pack, Action},
    error::NodeError,
    policy::priority_fee,
};

impl Node<'_> {
    /// Sends these actions, unless all of them can wait. What fails is tried again in a later tick.
    ///
    /// # Errors
    /// Those of [`Self::record_attempt`].
    pub(super) fn send_actions(&mut self, mut actions: Vec<Action>) -> Result<(), NodeError> {
        // What can wait fills the transactions of the others.
        actions.sort_by_key(|action| action.can_wait);
        let payer = self.sender.node_key();
        let pays_priority = self.priority_fee(&actions) > 0;
        for transaction in pack(actions, &payer, pays_priority) {
            self.send_transaction(transaction)?;
        }
        Ok(())
    }

    /// Returns the priority fee of a transaction of these actions now, in lamports: that of the most urgent one.
    fn priority_fee(&self, actions: &[Action]) -> u64 {
        // Transactions before this one may have taken a minute.
        let elapsed = self.read_at.elapsed();
        let fees = actions.iter().filter_map(|action| {
            let time_left = action.time_left?.saturating_sub(elapsed);
            let max = self.config.max_priority_fee;
            Some(priority_fee(time_left, action.window?, max))
        });
        fees.max().unwrap_or(0)
    }

    /// Returns what the node key can pay of a priority fee beside the base fee, in lamports.
    fn affordable(&self, fee: u64) -> u64 {
        if fee == 0 {
            return 0;
        }
        let held = self.sender.client.lamports(&self.sender.node_key());
        held.map_or(fee, |held| fee.min(held.saturating_sub(self.min_balance())))
    }

    /// Sends one transaction. If the network rejects it for one action, sends it again without that one, so that an action
    /// that came too late does not cost the others.
    fn send_transaction(&mut self, mut actions: Vec<Action>) -> Result<(), NodeError> {
        while !actions.is_empty() {
            let fee = self.affordable(self.priority_fee(&actions));
            let sent = self.sender.send(&actions, fee);
            let failed = match &sent {
                Err(NodeError::Chain(error)) if error.is_rejected() && actions.len() > 1 => error
                    .failed_instruction()
                    .and_then(|index| action_of(&actions, index)),
                _ => None,
            };
            match (sent, failed) {
                (Err(error), Some(index)) => {
                    let action = actions.remove(index);
                    self.record_attempt_before::<()>(action.key, action.time_left, Err(error))?;
                }
                (Ok(()), _) => {
                    for action in &actions {
                        self.retries.clear(action.key);
                    }
                    return Ok(());
                }
                (Err(error), None) => {
                    let mut error = Some(error);
                    for action in actions.drain(..) {
                        match error.take() {
                            Some(error) => {
                                let (key, left) = (action.key, action.time_left);
                                self.record_attempt_before::<()>(key, left, Err(error))?;
                            }
                            None => self.retries.record_failure(
                                action.key,
                                action.time_left,
                                std::time::Instant::now(),
                            ),
                        }
                    }
                }
            }
        }
        Ok(())
    }
}
