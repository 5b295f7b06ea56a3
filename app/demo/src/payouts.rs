//! Checks who was paid, who was penalized and who got a part of the penalties.

use crate::{
    balances::Balances,
    check,
    dues::Dues,
    environment::{log_step, Environment},
    expected::Expected,
    participants::{Participants, Role},
};
use anyhow::Result;
use assay_market::state::Worker;

pub struct Payouts {
    /// Base units of tUSD paid to the honest providers.
    pub honest_paid: u64,
    /// Base units of ASSAY taken from the liar.
    pub liar_slashed: u64,
    /// Number of the liar's rejected seats.
    pub liar_rejected: u64,
}

impl Payouts {
    /// Compares everyone's balances with those from `before` the jobs were posted.
    pub fn check(
        env: &Environment,
        participants: &Participants,
        dues: &Dues,
        before: &Balances,
        expected: &mut Expected,
    ) -> Result<Self> {
        log_step("checking who was paid, who was penalized and who shares the penalties");
        let after = Balances::of(env, participants)?;
        let mut payouts = Self {
            honest_paid: 0,
            liar_slashed: 0,
            liar_rejected: 0,
        };
        for provider in &participants.providers {
            let (name, due) = (provider.name, dues.of_worker(&provider.worker));
            let (right, wrong) = (due.accepted, due.rejected);
            eprintln!("  {name}: {right} seats accepted, {wrong} rejected");
            after.check(before, provider, &due)?;
            let worker: Worker = env.client.fetch(&provider.worker)?;
            let what = format!("{name}'s bound collateral");
            check::equal(&what, (worker.locked.get(), worker.accused.get()), (0, 0))?;
            expected.penalize(provider, due.lost);
            let honest = matches!(provider.role, Role::Honest | Role::Lab);
            if honest {
                check::equal(&format!("{name}'s rejected seats"), due.rejected, 0)?;
                payouts.honest_paid += due.paid;
            } else {
                check::equal(&format!("{name}'s pay"), due.paid, 0)?;
            }
            if provider.role == Role::Liar {
                payouts.liar_slashed += due.lost;
                payouts.liar_rejected += due.rejected;
            }
        }
        expected.burned += dues.burned;
        Ok(payouts)
    }
}
