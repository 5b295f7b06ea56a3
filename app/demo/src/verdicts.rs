//! Who was paid and who was slashed, against the job's slots and the formulas.

use crate::{
    audit::Balances,
    cast::{Cast, Provider},
    check,
    stage::{act, Stage},
};
use anyhow::Result;
use assay_client::JobView;
use assay_market::state::{Slot, SlotState};

pub struct Verdicts {
    /// Base units of tUSD paid to the honest providers.
    pub honest_paid: u64,
    /// Base units of ASSAY taken from the liar.
    pub liar_slashed: u64,
    /// The liar's rejected replicas.
    pub liar_rejected: u64,
}

impl Verdicts {
    pub fn check(stage: &Stage, cast: &Cast, job: &JobView, before: &Balances) -> Result<Self> {
        act("checking who was paid and who was slashed");
        let header = &job.header;
        let (accepted, total) = (header.accepted_tasks.get(), header.task_count.get());
        check::equal("tasks accepted", accepted, total)?;
        let after = Balances::of(stage, cast)?;
        let mut honest_paid = 0u64;
        for provider in cast.honest() {
            let won = count(job, provider, SlotState::Accepted);
            let paid = after.earned(before, provider);
            let name = provider.name;
            check::equal(
                &format!("{name} was paid for {won} replicas"),
                paid,
                won.saturating_mul(header.price.get()),
            )?;
            check::equal(
                &format!("{name} lost stake"),
                after.lost(before, provider),
                0,
            )?;
            honest_paid = honest_paid.saturating_add(paid);
        }
        let liar = cast.liar();
        let rejected = count(job, liar, SlotState::Rejected);
        check::holds("mallory was caught at least once", rejected > 0)?;
        check::equal("mallory was paid", after.earned(before, liar), 0)?;
        let slashed = after.lost(before, liar);
        let due = rejected.saturating_mul(header.reject_cut.get());
        check::equal(
            &format!("mallory was slashed for {rejected} replicas"),
            slashed,
            due,
        )?;
        let received = after.treasury.saturating_sub(before.treasury);
        check::equal("the slashed stake reached the treasury", received, due)?;
        Ok(Self {
            honest_paid,
            liar_slashed: slashed,
            liar_rejected: rejected,
        })
    }
}

fn count(job: &JobView, provider: &Provider, state: SlotState) -> u64 {
    let of = |slot: &&Slot| slot.worker == provider.worker && slot.state() == state;
    job.slots.iter().filter(of).count() as u64
}
