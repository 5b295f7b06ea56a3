//! Sends the cranks that are due in a job: settle, expire, collect and penalize.

use crate::{crank_sender::CrankSender, Result, Session};
use assay_client::{
    cranks::{plan_task_cranks, TxPlan},
    Address, JobView, Keypair,
};

/// Sends everything that is due in the job at its network's present time. Returns the number of transactions sent.
///
/// Nodes do the same at the same time. When one of them was faster, the job is read and planned again.
pub fn settle(session: &Session, wallet: &Keypair, job: &Address) -> Result<usize> {
    let mut sent = 0usize;
    let mut sender = CrankSender::new(session, wallet);
    while let Some(view) = session.client.try_fetch_job(job)? {
        let plans = plan(session, &sender.payer(), &view)?;
        if plans.is_empty() {
            break;
        }
        for plan in plans {
            if !sender.send(&plan)? {
                break;
            }
            sent = sent.saturating_add(1);
        }
    }
    Ok(sent)
}

/// Plans the transactions that are due now. Payouts wait until no task has to be settled or expired, because that makes
/// more seats final.
fn plan(session: &Session, payer: &Address, job: &JobView) -> Result<Vec<TxPlan>> {
    let tasks = plan_task_cranks(job, session.client.now()?);
    if tasks.is_empty() {
        Ok(session.client.plan_payouts(payer, job)?)
    } else {
        Ok(tasks)
    }
}
