//! Sends the cranks that are due in a job: expire, penalize, count, award, pay and close rounds.

use crate::{crank_sender::CrankSender, Result, Session};
use assay_client::{
    cranks::{due_cranks, TxPlan},
    Address, JobView, Keypair, RoundView,
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

/// Plans the transactions that are due now. Payouts wait until nothing else is due, because that can make more seats final.
fn plan(session: &Session, payer: &Address, job: &JobView) -> Result<Vec<TxPlan>> {
    let client = &session.client;
    let now = client.now()?;
    let mut plans = Vec::new();
    for crank in due_cranks(job, &rounds(session, job)?, now) {
        let plan = client.plan_crank(payer, job, crank)?;
        if !plan.is_empty() {
            plans.push(plan);
        }
    }
    if plans.is_empty() {
        plans = client.plan_payouts(payer, job, now)?;
    }
    Ok(plans)
}

/// Returns the accounts of the checks and rounds of a job.
pub fn rounds(session: &Session, job: &JobView) -> Result<Vec<RoundView>> {
    if job.header.open_rounds.get() == 0 {
        return Ok(Vec::new());
    }
    Ok(session.client.fetch_rounds(&job.address)?)
}
