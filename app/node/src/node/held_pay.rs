//! Pay that lies with the worker's own account, because the token account of its beneficiary was frozen: moves it there when it can.

use super::Node;
use crate::{error::NodeError, event::NodeEvent, retry::RetryKey};
use assay_client::{instruction::market::PaymentMintInfo, pda};
use assay_market::state::PaymentMint;
use std::time::{Duration, Instant};

/// Time between two looks at what the worker's account holds.
const INTERVAL: Duration = Duration::from_secs(30);

impl Node<'_> {
    /// Moves what the worker's account holds of each payment mint to its beneficiary, at the start and every [`INTERVAL`], unless
    /// the beneficiary's account is still frozen. Others do not move it for us: it is our money and costs a fee.
    ///
    /// # Errors
    /// [`NodeError::Chain`].
    pub(super) fn collect_held_pay(&mut self) -> Result<(), NodeError> {
        let last = self.looked_for_held_pay_at;
        if last.is_some_and(|at| at.elapsed() < INTERVAL) {
            return Ok(());
        }
        let mints = self.sender.client.fetch_all::<PaymentMint>()?;
        self.looked_for_held_pay_at = Some(Instant::now());
        for (_, allowed) in mints {
            let payment = PaymentMintInfo::from(&allowed);
            let (mint, key) = (payment.mint, RetryKey::CollectHeld(payment.mint));
            if !self.is_ready(key, Duration::ZERO) {
                continue;
            }
            let moved = self.move_held_pay(&payment);
            if let Some(Some(amount)) = self.record_attempt(key, moved)? {
                self.sender.emit(NodeEvent::HeldCollected { mint, amount });
            }
        }
        Ok(())
    }

    /// Moves what the worker's account holds of a mint. Returns the amount, or `None` if it holds nothing that can be moved.
    fn move_held_pay(&mut self, payment: &PaymentMintInfo) -> Result<Option<u64>, NodeError> {
        let (mint, program) = (&payment.mint, &payment.token_program);
        let (client, node) = (&self.sender.client, self.sender.node_key());
        let plan = client.plan_collect_held(&node, &self.worker, mint, program)?;
        if plan.is_empty() {
            return Ok(None);
        }
        let held = pda::ata_with_program(&self.sender.worker, mint, program);
        let amount = client.token_balance(&held)?;
        self.sender.send_idempotent(&plan.instructions)?;
        Ok(Some(amount))
    }
}
