//! What anyone may do to bring a job to its end: judge, end what is overdue, pay and penalize.

use super::payment;
use crate::{crank_sender::CrankSender, token::Token, Result, Session};
use assay_client::{
    cranks::{due, finished, TaskCrank},
    instruction::market::{collect_pay, expire_task, penalize_worker, settle_task},
    pda, Address, Instruction, JobView, Keypair, Signer as _,
};
use assay_market::state::Worker;

/// Verdicts in one transaction.
const TASKS_AT_ONCE: usize = 8;
/// Seats in one transaction: four bytes each, and its size is limited.
const SEATS_AT_ONCE: usize = 100;

/// One transaction.
struct Step {
    instructions: Vec<Instruction>,
    /// Lamports for the accounts that it creates.
    rent: u64,
}

/// Sends everything that is due in the job at its network's present time; answers how many transactions that took.
///
/// Nodes do the same at the same time: when one of them was faster, the job is looked at again.
pub fn settle(session: &Session, wallet: &Keypair, job: &Address) -> Result<usize> {
    let mut sent = 0usize;
    let mut sender = CrankSender::new(session, wallet);
    while let Some(view) = session.client.try_fetch_job(job)? {
        let due = transactions(session, wallet, &view)?;
        if due.is_empty() {
            break;
        }
        for step in due {
            if !sender.send(&step.instructions, step.rent)? {
                break;
            }
            sent = sent.saturating_add(1);
        }
    }
    Ok(sent)
}

/// What is due now, as transactions. Paying waits until the verdicts are in: each look at the job does one or the other.
fn transactions(session: &Session, wallet: &Keypair, job: &JobView) -> Result<Vec<Step>> {
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
        let step = |group: &[Instruction]| Step {
            instructions: group.to_vec(),
            rent: 0,
        };
        return Ok(groups.map(step).collect());
    }
    let mut payments = Vec::new();
    for (worker, seats) in finished(job) {
        let account: Worker = session.client.fetch("worker", &worker)?;
        for group in seats.earned.chunks(SEATS_AT_ONCE) {
            payments.push(pay(session, wallet, job, (worker, &account), group)?);
        }
        for group in seats.lost.chunks(SEATS_AT_ONCE) {
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
    seats: &[u32],
) -> Result<Step> {
    let (handle, token) = payment(session, job)?;
    let destination = token.ata(&account.owner);
    Ok(Step {
        rent: session.ata_rent(&token, &account.owner)?,
        instructions: vec![
            token.create_ata(&wallet.pubkey(), &account.owner),
            collect_pay(&handle, worker, destination, seats.to_vec()),
        ],
    })
}

fn punish(
    session: &Session,
    wallet: &Keypair,
    job: &JobView,
    worker: &Worker,
    seats: &[u32],
) -> Result<Step> {
    let (assay, requester) = (Token::assay(), job.header.requester);
    let staking: assay_staking::state::Params = session
        .client
        .fetch("staking's parameters", &pda::staking::params())?;
    let harmed = assay.ata(&requester);
    let seats = seats.to_vec();
    Ok(Step {
        rent: session.ata_rent(&assay, &requester)?,
        instructions: vec![
            assay.create_ata(&wallet.pubkey(), &requester),
            penalize_worker(
                job.address,
                worker.provider,
                staking.slash_destination,
                harmed,
                seats,
            ),
        ],
    })
}
