//! A vote changes the fee of the next job, never that of a running one.

use super::STAKE;
use assay_governance::state::{ProposedAction, Target};
use assay_harness::{
    instruction::market::JobAddresses,
    market::{checked_terms, FEE_BPS, PRICE},
    pda::market,
    TestContext,
};
use assay_market::state::{JobTerms, Param, Params};

const TEAM: [&str; 3] = ["bob", "carol", "dave"];

/// Returns a market whose authority is the governance program, with the workers of bob, carol and dave.
fn governed() -> TestContext {
    let mut context = TestContext::governed();
    for name in TEAM {
        context.worker(name, STAKE);
    }
    context
}

#[test]
fn the_next_job_pays_the_new_fee_and_the_running_one_the_old() {
    // Given: a job posted under the old fee, opened but not final.
    let mut context = governed();
    let running = context.post("alice", checked_terms(20_000));
    context.complete_task(&running, 0, &TEAM, "42");
    let raised = FEE_BPS + 100;

    // When
    let action = ProposedAction::set_param(Target::Market, Param::FeeBps as u8, raised);
    context.enact(&[action]);

    // Then
    let params: Params = context.account(&market::params());
    assert_eq!(params.fee_bps.get(), raised);
    let next = context.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..checked_terms(20_000)
        },
    );
    let old_fee = 3 * PRICE * FEE_BPS / 10_000;
    let new_fee = 3 * PRICE * raised / 10_000;
    assert_eq!(context.job(&running).0.fee.get(), old_fee);
    assert_eq!(context.job(&next).0.fee.get(), new_fee);
    assert_eq!(context.balance(&next.escrow), 3 * PRICE + new_fee);

    pay_and_close(&mut context, &running);
    let treasury = context.fee_vault();
    assert_eq!(context.balance(&treasury), old_fee);
    context.complete_task(&next, 0, &TEAM, "42");
    context.end_hold(&next);
    pay_and_close(&mut context, &next);
    assert_eq!(context.balance(&treasury), old_fee + new_fee);
}

/// Pays the three seats of a job of one task and closes it.
fn pay_and_close(context: &mut TestContext, job: &JobAddresses) {
    for (seat, name) in (0..).zip(TEAM) {
        context.collect(name, job, &[seat]).unwrap();
    }
    context.close("alice", job).unwrap();
}
