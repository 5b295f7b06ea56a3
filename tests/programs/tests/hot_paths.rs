//! Unrelated users never wait for each other: the transactions of their hot paths have no writable account in common.

use assay_harness::{
    instruction::market::{self, JobAddresses},
    market::{digest_of, salt_of, terms},
    Address, Instruction, Keypair, Signer, TestContext,
};
use assay_market::bytes;
use std::collections::HashSet;

/// Sends each instruction list as a transaction and gathers what its message locks for writing, the fee payer included.
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

/// A requester with the workers of three providers, from posting to collecting.
fn hot_path(
    context: &mut TestContext,
    requester: &str,
    team: [&str; 3],
) -> Vec<(&'static str, HashSet<Address>)> {
    for name in team {
        context.worker(name, 100_000);
    }
    let order = context.order(requester, terms());
    let posting = context.posting(order);
    let job = JobAddresses::new(order.requester, order.terms.nonce, order.payment);
    let owner = context.actor(requester);
    let nodes = team.map(|name| context.node(name));
    let workers = team.map(|name| context.worker_of(name));
    let wallets = team.map(|name| {
        let owner = context.address_of(name);
        context.wallet(&job.payment.mint, &owner)
    });
    let digest = digest_of("42");

    let mut recorder = Recorder {
        context,
        writable: Vec::new(),
    };
    recorder.send("post_job", &posting, &owner);
    let seed = recorder.context.job(&job).0.seed;
    for (replica, (node, worker)) in (0..).zip(nodes.iter().zip(workers)) {
        let seat = (0, replica);
        let claim = market::claim_task(node.pubkey(), worker, job.address, seed, seat);
        recorder.send("claim_task", &[claim], node);
    }
    for (replica, ((node, worker), name)) in (0..).zip(nodes.iter().zip(workers).zip(team)) {
        let sealed = bytes::commitment(&job.address, 0, &worker, &digest, &salt_of(name));
        let seat = (0, replica);
        let commit = market::commit_result(node.pubkey(), worker, job.address, seat, sealed);
        recorder.send("commit_result", &[commit], node);
    }
    for (replica, ((node, worker), name)) in (0..).zip(nodes.iter().zip(workers).zip(team)) {
        let (seat, salt) = ((0, replica), salt_of(name));
        let reveal = market::reveal_result(node.pubkey(), worker, job.address, seat, digest, salt);
        recorder.send("reveal_result", &[reveal], node);
    }
    recorder.send(
        "settle_task",
        &[market::settle_task(job.address, 0)],
        &nodes[0],
    );
    for (seat, (node, (worker, wallet))) in (0..).zip(nodes.iter().zip(workers.iter().zip(wallets)))
    {
        let collect = market::collect_pay(&job, *worker, wallet, vec![seat]);
        recorder.send("collect", &[collect], node);
    }
    recorder.writable
}

#[test]
fn two_disjoint_sets_of_users_share_no_writable_account() {
    // Given
    let mut context = TestContext::new();
    context.market_ready();

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
        "collect",
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
