//! The figures at the end.

use serde::Serialize;

/// Amounts in base units: tUSD for payments and fees, ASSAY for slashes and rewards. All but the fee after the vote and the
/// audit are of the jobs before it and their epoch; tasks, seats, fee and answer are of the batch.
#[derive(Serialize)]
pub struct Report {
    pub tasks_accepted: u32,
    pub tasks_total: u32,
    /// Seats of each task.
    pub replicas: u8,
    pub honest_paid: u64,
    pub liar_slashed: u64,
    pub liar_rejected: u64,
    /// True if a result that nobody had computed stood, and a watcher and a round overturned it.
    pub captured_overturned: bool,
    /// True if a worker that copied a hash was rejected for its seal.
    pub copier_caught: bool,
    /// True if a member of a round that ran nothing was rejected for the memory that it made up.
    pub lazy_seat_caught: bool,
    pub epoch_minted: u64,
    pub epoch_expected: u64,
    /// What the first epoch minted, as a share of what the fees in the fee vault were worth.
    pub mint_over_fees: f64,
    pub rewards_claimed: u64,
    /// Protocol fee of one task of the batch, and of the same task after the vote.
    pub fee_before: u64,
    pub fee_after: u64,
    /// Tasks whose result two of three attesters signed, as the chain counts them.
    pub attested_accepted: u32,
    /// What an example program paid because of a receipt, ASSAY.
    pub receipt_paid: u64,
    /// True if a receipt with too little behind it left that program's money where it was.
    pub weak_receipt_refused: bool,
    /// Royalties that the author of the batch's module received while the fee vault was frozen.
    pub royalty_paid: u64,
    /// What a delegator earned after the commission, ASSAY.
    pub delegator_earned: u64,
    /// What the recipient of a grant received, who had no token account before, ASSAY.
    pub treasury_granted: u64,
    /// True if a pause stopped a post, let a withdrawal pass, and was ended by the clock alone.
    pub pause_expired: bool,
    /// Yes of a secret ballot, as it was counted after it was revealed: the weight of the lock.
    pub secret_ballot: u64,
    /// The version that the rewards program answers with after a vote has replaced its bytecode.
    pub upgraded_by_vote: u16,
    /// True if every figure of every audit agreed.
    pub audit_ok: bool,
    /// Number of figures that the audits compared.
    pub audited: usize,
    pub answer: String,
    pub seconds: u64,
}

impl Report {
    pub fn print(&self, json: bool) {
        if self.audit_ok {
            eprintln!("==> all checked in {} s", self.seconds);
        }
        if json {
            println!("{}", serde_json::json!(self));
            return;
        }
        println!("{}", self.answer);
        println!(
            "{}/{} tasks final with {} seats each",
            self.tasks_accepted, self.tasks_total, self.replicas
        );
        println!(
            "honest providers were paid {} and the liar slashed {} (base units) for {} seats",
            self.honest_paid, self.liar_slashed, self.liar_rejected
        );
        println!(
            "captured result overturned: {}; copier caught by its seal: {}; lazy member of a round caught: {}",
            self.captured_overturned, self.copier_caught, self.lazy_seat_caught
        );
        println!(
            "the epoch minted {} of {} expected; {} were claimed",
            self.epoch_minted, self.epoch_expected, self.rewards_claimed
        );
        println!(
            "a vote changed the fee of a task from {} to {}",
            self.fee_before, self.fee_after
        );
        println!(
            "{:.4} of what the fees of the epoch are worth was minted",
            self.mint_over_fees
        );
        println!(
            "attested tasks accepted: {}; royalties of a module's author, paid while the fee vault was frozen: {}",
            self.attested_accepted, self.royalty_paid
        );
        println!(
            "a cover paid {} on a receipt; the weak receipt was refused: {}",
            self.receipt_paid, self.weak_receipt_refused
        );
        println!(
            "a delegator earned {}; a grant of {} reached its recipient by a secret ballot of weight {}",
            self.delegator_earned, self.treasury_granted, self.secret_ballot
        );
        println!(
            "a pause ended by the clock: {}; a vote upgraded a program to version {}",
            self.pause_expired, self.upgraded_by_vote
        );
        if self.audit_ok {
            println!(
                "audit: every vault and escrow holds exactly what the accounts say ({} figures)",
                self.audited
            );
        } else {
            println!("audit: some figures do not agree; they are marked WRONG above");
        }
    }
}
