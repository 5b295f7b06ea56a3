//! Unrelated users never wait for each other: their transactions from posting to payment lock no account in common.

use assay_harness::{
    instruction::market::{self, JobAddresses},
    keypairs::worker_of,
    market::terms,
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

/// Returns the accounts that each step locks, from posting a job to paying its three workers.
fn hot_path(
    context: &mut TestContext,
    requester: &str,
    team: [&str; 3],
) -> Vec<(&'static str, HashSet<Address>)> {
    for name in team {
        context.worker(name, 100_000);
    }
    let order = context.post_job_params(requester, terms());
    let posting = context.post_job_instructions(order);
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let owner = context.actor(requester);
    let nodes = team.map(|name| context.node(name));
    let atas = team.map(|name| {
        let owner = context.address_of(name);
        context.ata(&job.payment.mint, &owner)
    });

    let mut recorder = Recorder {
        context,
        writable: Vec::new(),
    };
    recorder.send("post_job", &posting, &owner);
    let seed = recorder.context.job(&job).0.seed;
    let seats = || (0u8..).zip(team).zip(&nodes);
    for ((replica, name), node) in seats() {
        let claim = work::claim(name, &job, seed, (0, replica));
        recorder.send("claim_task", &[claim], node);
    }
    for ((replica, name), node) in seats() {
        let commit = work::commit(name, &job, (0, replica), "42");
        recorder.send("commit_result", &[commit], node);
    }
    for ((replica, name), node) in seats() {
        let reveal = work::reveal(name, &job, (0, replica), "42");
        recorder.send("reveal_result", &[reveal], node);
    }
    recorder.send(
        "settle_task",
        &[market::settle_task(job.address, 0)],
        &nodes[0],
    );
    for (((seat, name), node), ata) in (0..).zip(team).zip(&nodes).zip(atas) {
        let collect = market::collect_pay(&job, worker_of(name), ata, vec![seat]);
        recorder.send("collect_pay", &[collect], node);
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
        "commit_result",
        "reveal_result",
        "settle_task",
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
