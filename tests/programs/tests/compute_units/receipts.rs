//! Receipts and the registry of modules.

use crate::{cost, Cost};
use assay_harness::{
    instruction::rewards, market::batch_terms, Instruction, Keypair, Signer, TestContext,
    TransactionFailure, TransactionResult,
};
use assay_rewards::state::{ReceiptArgs, MAX_INLINE_OUTPUT};

/// Tasks of a job in whose manifest the path to an input has 14 hashes.
const MANY: u32 = 1 << 14;
const HASH: [u8; 32] = [1; 32];

fn row(name: &'static str, result: Result<TransactionResult, TransactionFailure>) -> Cost {
    cost("rewards", name, result)
}

/// Returns the costs of the least receipt and the largest one, and of everything about a module.
pub fn costs() -> Vec<Cost> {
    let mut context = TestContext::with_workers();
    let mut costs = receipts(&mut context);
    costs.extend(modules(&mut context));
    costs
}

fn receipts(context: &mut TestContext) -> Vec<Cost> {
    let output = "x".repeat(MAX_INLINE_OUTPUT);
    let job = context.post("alice", batch_terms(MANY));
    context.complete_task(&job, 0, &["bob"], &output);
    context.end_hold(&job);
    let largest = context.receipt_args(&job, 0, MANY, &output);
    assert_eq!(largest.proof.len(), 14);
    let closes_after = u64::from(largest.lifetime);
    let bare = ReceiptArgs {
        output: None,
        ..largest.clone()
    };
    let written = context.write_receipt("carol", &job, 0, largest);
    let mut costs = vec![row("write_receipt (512 bytes, path of 14)", written)];
    let written = context.write_receipt("dave", &job, 0, bare);
    costs.push(row("write_receipt (path of 14)", written));

    let mut one = batch_terms(1);
    one.nonce = 1;
    let job = context.post("alice", one);
    context.complete_task(&job, 0, &["carol"], "42");
    context.end_hold(&job);
    let least = ReceiptArgs {
        output: None,
        ..context.receipt_args(&job, 0, 1, "42")
    };
    let written = context.write_receipt("erin", &job, 0, least);
    costs.push(row("write_receipt (no output)", written));
    let receipt = context.receipt_of("erin", &job, 0);
    context.advance(closes_after);
    let payer = context.address_of("erin");
    let closed = context.crank(rewards::close_receipt(payer, receipt));
    costs.push(row("close_receipt", closed));
    costs
}

fn modules(context: &mut TestContext) -> Vec<Cost> {
    let (author, heir) = (context.actor("author"), context.actor("heir"));
    let (owner, next) = (author.pubkey(), heir.pubkey());
    let steps: [(&'static str, Instruction, &Keypair); 4] = [
        (
            "register_module",
            rewards::register_module(owner, HASH, 250, [1; 96]),
            &author,
        ),
        (
            "offer_module",
            rewards::offer_module(owner, &HASH, next),
            &author,
        ),
        ("accept_module", rewards::accept_module(next, &HASH), &heir),
        (
            "retire_module",
            rewards::retire_module(next, owner, &HASH),
            &heir,
        ),
    ];
    let sent = steps.map(|(name, step, signer)| row(name, context.send(&[step], &[signer])));
    sent.into()
}
