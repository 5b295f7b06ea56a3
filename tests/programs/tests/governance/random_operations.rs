//! Random operations of a voter: after each, the total weight and the tallies are exact sums, every vault holds its lock, and the
//! events have told every change.

use crate::indexed::Index;
use assay_governance::state::{
    commitment, Lock, Proposal, ProposalDraft, ProposedAction, Side, Target, Vote,
};
use assay_harness::{
    governance::{MAX_LOCK, MIN_LOCK},
    instruction::governance::{self, LockTerms},
    pda::governance as at,
    Address, Instruction, Keypair, Signer, TestContext,
};
use proptest::prelude::*;
use std::sync::OnceLock;

/// Hides every secret vote here.
const SALT: [u8; 32] = [5; 32];

#[derive(Clone, Debug)]
enum Step {
    Lock { amount: u64, duration: u64 },
    BeginUnlock { lock: u64 },
    Withdraw { lock: u64 },
    Renew { lock: u64 },
    Vote { lock: u64, late: bool, side: Side },
    VoteSecretly { lock: u64, late: bool, side: Side },
    Reveal { lock: u64, late: bool, side: Side },
    Advance { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    let side = || prop_oneof![Just(Side::Yes), Just(Side::No), Just(Side::Abstain)];
    prop_oneof![
        2 => (1..10_000u64, MIN_LOCK..=MAX_LOCK)
            .prop_map(|(amount, duration)| Step::Lock { amount, duration }),
        1 => (0..6u64).prop_map(|lock| Step::BeginUnlock { lock }),
        1 => (0..6u64).prop_map(|lock| Step::Withdraw { lock }),
        1 => (0..6u64).prop_map(|lock| Step::Renew { lock }),
        4 => (0..6u64, any::<bool>(), side())
            .prop_map(|(lock, late, side)| Step::Vote { lock, late, side }),
        3 => (0..6u64, any::<bool>(), side())
            .prop_map(|(lock, late, side)| Step::VoteSecretly { lock, late, side }),
        3 => (0..6u64, any::<bool>(), side())
            .prop_map(|(lock, late, side)| Step::Reveal { lock, late, side }),
        2 => (0..300_000u64).prop_map(|seconds| Step::Advance { seconds }),
        1 => (0..10_000_000u64).prop_map(|seconds| Step::Advance { seconds }),
    ]
}

/// Alice's locks and two proposals. The second one opens after the first steps.
struct Run {
    context: TestContext,
    alice: Keypair,
    ata: Address,
    mint: Address,
    locks: u64,
    index: Index,
}

impl Run {
    fn new() -> Self {
        static PREPARED: OnceLock<TestContext> = OnceLock::new();
        let prepared = PREPARED.get_or_init(|| {
            let mut context = TestContext::governed();
            let (mint, alice) = (context.vote_mint(), context.address_of("alice"));
            context.mint_tokens(&mint, &alice, 1_000_000);
            context
        });
        let mut context = prepared.clone();
        let (mint, alice) = (context.vote_mint(), context.actor("alice"));
        Self {
            ata: context.ata(&mint, &alice.pubkey()),
            mint,
            alice,
            context,
            locks: 0,
            index: Index::default(),
        }
    }

    fn open_proposal(&mut self) {
        let proposer = self.context.actor("proposer");
        let action = ProposedAction::set_param(Target::Staking, 0, 400);
        let draft = ProposalDraft {
            secret: 1,
            ..self.context.draft(&[action])
        };
        let published = self.context.try_publish(&proposer, draft);
        self.index.follow(&published.expect("a proposal").logs);
        let count = self.context.governance_params().proposal_count.get();
        let opened = self.context.open_vote(&at::proposal(count - 1));
        self.index.follow(&opened.logs);
    }

    fn take(&mut self, step: &Step) {
        let owner = self.alice.pubkey();
        match *step {
            Step::Lock { amount, duration } => self.lock(amount, duration),
            Step::BeginUnlock { lock } => {
                self.send(governance::begin_unlock(owner, lock));
            }
            Step::Withdraw { lock } => {
                self.send(governance::withdraw_lock(owner, lock, &self.mint));
            }
            Step::Vote { lock, late, side } => {
                let proposal = at::proposal(u64::from(late));
                self.send(governance::cast_vote(owner, lock, proposal, side));
            }
            Step::VoteSecretly { lock, late, side } => {
                let (proposal, address) = (at::proposal(u64::from(late)), at::lock(&owner, lock));
                let hidden = commitment(&proposal, &address, &owner, side, &SALT);
                let vote = governance::cast_secret_vote(owner, lock, proposal, hidden);
                self.send(vote);
            }
            Step::Reveal { lock, late, side } => {
                let (proposal, address) = (at::proposal(u64::from(late)), at::lock(&owner, lock));
                self.send(governance::reveal_vote(proposal, address, side, SALT));
            }
            Step::Renew { lock } => {
                self.send(governance::renew_lock(owner, lock));
            }
            Step::Advance { seconds } => self.context.advance(seconds),
        }
    }

    /// Locks tokens, which must be accepted.
    fn lock(&mut self, amount: u64, duration: u64) {
        let mint = self.context.vote_mint();
        let terms = LockTerms {
            nonce: self.locks,
            amount,
            duration,
        };
        let lock = governance::lock_tokens(self.alice.pubkey(), mint, self.ata, terms);
        assert!(self.send(lock), "a lock is refused");
        self.locks += 1;
    }

    /// Returns true if the instruction was accepted. A rejection must come from governance.
    fn send(&mut self, instruction: Instruction) -> bool {
        let result = self.context.send(&[instruction], &[&self.alice]);
        match result {
            Ok(result) => {
                self.index.follow(&result.logs);
                true
            }
            Err(failure) => {
                let by_governance = failure.program == Some(assay_governance::ID);
                assert!(by_governance, "refused by something else: {failure:?}");
                false
            }
        }
    }

    fn live_locks(&self) -> Vec<(Address, Lock)> {
        (0..self.locks)
            .map(|nonce| at::lock(&self.alice.pubkey(), nonce))
            .filter(|address| self.context.exists(address))
            .map(|address| (address, self.context.account(&address)))
            .collect()
    }

    fn check(&self) {
        let locks = self.live_locks();
        let total: u64 = locks.iter().map(|(_, lock)| lock.weight.get()).sum();
        let params = self.context.governance_params();
        assert_eq!(params.total_weight.get(), total, "total weight");
        for (address, lock) in &locks {
            let vault = self.context.balance(&at::lock_vault(address));
            assert_eq!(vault, lock.amount.get(), "lock vault");
        }
        for index in 0..params.proposal_count.get() {
            let address = at::proposal(index);
            let proposal: Proposal = self.context.account(&address);
            let tally = proposal.tally;
            let mut cast = [0u64; 3];
            for nonce in 0..self.locks {
                let vote = at::vote(&address, &at::lock(&self.alice.pubkey(), nonce));
                if self.context.exists(&vote) {
                    let vote: Vote = self.context.account(&vote);
                    let ballot = vote.previous().expect("it was cast");
                    cast[ballot.side() as usize] += vote.weight.get();
                }
            }
            assert_eq!(
                cast,
                [tally.yes, tally.no, tally.abstain].map(|side| side.get())
            );
            assert!(tally.turnout() <= proposal.total_weight.get(), "turnout");
        }
        self.index.check(&self.context);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn weights_and_tallies_are_exact_sums_and_events_tell_every_change(
        early in prop::collection::vec(step(), 1..10), late in prop::collection::vec(step(), 1..30),
    ) {
        let mut run = Run::new();
        for step in &early {
            run.take(step);
            run.check();
        }
        run.open_proposal();
        run.lock(5_000, MIN_LOCK);
        run.open_proposal();
        for step in &late {
            run.take(step);
            run.check();
        }
    }
}
