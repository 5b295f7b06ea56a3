//! What anyone may do to bring a job to its end: judge, end what is overdue, pay and penalise.

use super::payment;
use crate::{token::Token, Exit, Result, Session};
use assay_client::{
    address,
    due::{due, finished, TaskCrank},
    instruction::market::{collect, expire_task, penalise, settle_task},
    Address, Instruction, JobView, Keypair, Signer as _,
};
use assay_market::state::Worker;

/// Verdicts in one transaction.
const TASKS_AT_ONCE: usize = 8;
/// Slots in one transaction: four bytes each, and its size is limited.
const SLOTS_AT_ONCE: usize = 100;

/// How often others may be faster before their refusal is taken for the answer.
const MOST_OUTRUN: usize = 8;

/// Sends everything that is due in the job at its network's present time; answers how many transactions that took.
///
/// Nodes do the same at the same time: when one of them was faster, the job is looked at again.
pub fn settle(session: &Session, wallet: &Keypair, job: &Address) -> Result<usize> {
    let mut sent = 0usize;
    let mut outrun = 0usize;
    while let Some(view) = session.client.find_job(job)? {
        let due = transactions(session, wallet, &view)?;
        if due.is_empty() {
            break;
        }
        for instructions in due {
            match session.send(&instructions, &[wallet], 0) {
                Ok(_) => sent = sent.saturating_add(1),
                Err(failure) if failure.exit == Exit::Refused && outrun < MOST_OUTRUN => {
                    outrun = outrun.saturating_add(1);
                    break;
                }
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(sent)
}

/// What is due now, as transactions. Paying waits until the verdicts are in: each look at the job does one or the other.
fn transactions(
    session: &Session,
    wallet: &Keypair,
    job: &JobView,
) -> Result<Vec<Vec<Instruction>>> {
    let now = session.client.now()?;
    let verdict = |task| match due(job, task, now)? {
        TaskCrank::Settle => Some(settle_task(job.address, task)),
        TaskCrank::Expire => Some(expire_task(job.address, task)),
    };
    let verdicts: Vec<_> = (0..job.header.task_count.get())
        .filter_map(verdict)
        .collect();
    if !verdicts.is_empty() {
        let groups = verdicts.chunks(TASKS_AT_ONCE);
        return Ok(groups.map(<[_]>::to_vec).collect());
    }
    let mut payments = Vec::new();
    for (worker, slots) in finished(job) {
        let account: Worker = session.client.get("worker", &worker)?;
        for group in slots.earned.chunks(SLOTS_AT_ONCE) {
            payments.push(pay(session, wallet, job, (worker, &account), group)?);
        }
        for group in slots.lost.chunks(SLOTS_AT_ONCE) {
            payments.push(punish(session, wallet, job, &account, group)?);
        }
    }
    Ok(payments)
}

fn pay(
    session: &Session,
    wallet: &Keypair,
    job: &JobView,
    (worker, account): (Address, &Worker),
    slots: &[u32],
) -> Result<Vec<Instruction>> {
    let (handle, token) = payment(session, job)?;
    let destination = token.wallet(&account.owner);
    Ok(vec![
        token.create_wallet(&wallet.pubkey(), &account.owner),
        collect(&handle, worker, destination, slots.to_vec()),
    ])
}

fn punish(
    session: &Session,
    wallet: &Keypair,
    job: &JobView,
    worker: &Worker,
    slots: &[u32],
) -> Result<Vec<Instruction>> {
    let (assay, requester) = (Token::assay(), job.header.requester);
    let staking: assay_staking::state::Params = session
        .client
        .get("staking's parameters", &address::staking::params())?;
    let harmed = assay.wallet(&requester);
    let slots = slots.to_vec();
    Ok(vec![
        assay.create_wallet(&wallet.pubkey(), &requester),
        penalise(
            job.address,
            worker.provider,
            staking.slash_destination,
            harmed,
            slots,
        ),
    ])
}
