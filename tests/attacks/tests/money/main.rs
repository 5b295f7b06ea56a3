//! Attacks on the money: the escrow of a job, frozen accounts, payment mints, the pot of a dispute, and the emission weight.

mod escrow;
mod frozen;
mod mints;
mod pot;
mod weight;

use assay_harness::{
    instruction::market::{JobAddresses, SeatPlace, TaskSeat},
    TestContext, TransactionFailure, TransactionResult,
};
use assay_market::state::{JobTerms, Source};

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };
const CHECK: SeatPlace = SeatPlace {
    task: 0,
    source: Source::Check,
    seat: 0,
};

/// Returns the base units of the job's mint that the actor holds.
fn money_of(context: &mut TestContext, name: &str, job: &JobAddresses) -> u64 {
    let owner = context.address_of(name);
    let ata = context.ata(&job.payment.mint, &owner);
    context.balance(&ata)
}

/// Posts a job of alice. These workers agree in every seat of its first task, and the hold is over.
fn finished(context: &mut TestContext, terms: JobTerms, names: &[&str]) -> JobAddresses {
    let job = context.post("alice", terms);
    context.complete_task(&job, 0, names, "42");
    context.end_hold(&job);
    job
}

/// Posts a job of alice with a check that is due. These workers agree in the seats of the account, carol in the check. The
/// result stands.
fn checked(context: &mut TestContext, terms: JobTerms, names: &[&str]) -> JobAddresses {
    let job = context.post("alice", terms);
    let answers: Vec<(&str, &str)> = names.iter().map(|name| (*name, "42")).collect();
    context.fill_seats(&job, 0, &answers);
    context.advance(1);
    context.open_check("anyone", &job, 0).unwrap();
    context.claim_round("carol", &job, CHECK).unwrap();
    context
        .contribute_round("carol", &job, CHECK, "42")
        .unwrap();
    context.open(&job, 0, "42").unwrap();
    job
}
