//! Unrelated users never wait for each other: their transactions from posting to payment lock no account in common.

use assay_harness::{
    instruction::market::{self, JobAddresses, TaskSeat},
    keypairs::address_of,
    market::{checked_terms, COLLATERAL},
    work, Address, Instruction, Keypair, Signer, TestContext,
};
use std::collections::HashSet;

/// Sends each list of instructions as a transaction and records the accounts that it locks for writing, the fee payer
/// included.
struct Recorder<'a> {
    context: &'a mut TestContext,
    writable: Vec<(&'static str, HashSet<Address>)>,
}

impl Recorder<'_> {
    fn send(&mut self, step: &'static str, instructions: &[Instruction], payer: &Keypair) {
        self.context
            .send(instructions, &[payer])
            .unwrap_or_else(|failure| panic!("{step}: {failure:?}"));
        let accounts = instructions.iter().flat_map(|i| &i.accounts);
        let locked = accounts.filter(|meta| meta.is_writable);
        let mut locked: HashSet<_> = locked.map(|meta| meta.pubkey).collect();
        locked.insert(payer.pubkey());
        self.writable.push((step, locked));
    }
}

/// Returns the accounts that each step locks, from posting a job of three seats to paying its workers.
fn hot_path(
    context: &mut TestContext,
    requester: &str,
    team: [&str; 3],
) -> Vec<(&'static str, HashSet<Address>)> {
    for name in team {
        context.worker(name, COLLATERAL);
    }
    let order = context.post_job_params(requester, checked_terms(20_000));
    let posting = context.post_job_instructions(order);
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let owner = context.actor(requester);
    for name in team {
        let owner = context.address_of(name);
        context.ata(&job.payment.mint, &owner);
    }

    let mut recorder = Recorder {
        context,
        writable: Vec::new(),
    };
    recorder.send("post_job", &posting, &owner);
    for (seat, name) in (0u8..).zip(team) {
        let place = TaskSeat { task: 0, seat };
        if seat > 0 {
            recorder.context.advance(1);
            let node = recorder.context.node(name);
            let draw = market::draw_seat(job.address, place, None);
            recorder.send("draw_seat", &[draw], &node);
        }
        recorder.context.wait_for_turn(name, &job, place);
        let node = recorder.context.node(name);
        let claim = recorder.context.claim_instruction(name, &job, place);
        recorder.send("claim_task", &[claim], &node);
        let contribute = recorder
            .context
            .contribute_instruction(name, &job, place, "42");
        recorder.send("contribute", &[contribute], &node);
    }
    let node = recorder.context.node(team[0]);
    let digest = work::digest_of(&recorder.context.job(&job).0.seed, "42");
    let open = market::open_task(job.address, 0, digest, None);
    recorder.send("open_task", &[open], &node);
    recorder.context.end_hold(&job);
    for (seat, name) in (0..).zip(team) {
        let (node, owner) = (recorder.context.node(name), address_of(name));
        let collect = market::collect_pay(&job, &owner, vec![seat]);
        recorder.send("collect_pay", &[collect], &node);
    }
    recorder.writable
}

#[test]
fn two_disjoint_sets_of_users_share_no_writable_account() {
    // Given
    let mut context = TestContext::new();
    context.init_market();

    // When
    let one = hot_path(&mut context, "alice", ["bob", "carol", "dave"]);
    let other = hot_path(&mut context, "zoe", ["yann", "xenia", "walt"]);

    // Then
    let steps = |path: &[(&'static str, HashSet<Address>)]| -> Vec<&'static str> {
        path.iter().map(|(step, _)| *step).collect()
    };
    assert_eq!(steps(&one), steps(&other));
    for step in [
        "post_job",
        "claim_task",
        "draw_seat",
        "contribute",
        "open_task",
        "collect_pay",
    ] {
        assert!(steps(&one).contains(&step), "{step} is part of the path");
    }
    for (step, mine) in &one {
        for (other_step, theirs) in &other {
            let common: Vec<_> = mine.intersection(theirs).collect();
            assert!(
                common.is_empty(),
                "{step} and {other_step} both write {common:?}"
            );
        }
    }
}
