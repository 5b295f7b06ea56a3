//! Governance: initialized, with locks, proposals and votes.

use crate::{
    instruction::governance::{self, LockTerms},
    pda::governance as at,
    Address, Keypair, Receipt, Signer, TestContext, DAY, DEPLOYER,
};
use assay_governance::{
    instructions::GovernanceConfig,
    state::{Params, Proposal, ProposalDraft, ProposedAction, Side},
};

/// Seconds.
pub const VOTING_TIME: u64 = 3 * DAY;
/// Seconds.
pub const HOLD_UP: u64 = 2 * DAY;
/// Seconds.
pub const EXECUTION_WINDOW: u64 = 5 * DAY;
/// Least yes weight of a proposal.
pub const THRESHOLD: u64 = 1_000;
/// Base units.
pub const DEPOSIT: u64 = 500;
/// Seconds.
pub const MIN_LOCK: u64 = 7 * DAY;
/// Seconds.
pub const MAX_LOCK: u64 = 365 * DAY;

/// A configuration that all bounds admit; a proposal needs a tenth of all weight to vote.
pub const CONFIG: GovernanceConfig = GovernanceConfig {
    quorum_bps: 1_000,
    threshold: THRESHOLD,
    voting_time: VOTING_TIME,
    hold_up: HOLD_UP,
    execution_window: EXECUTION_WINDOW,
    proposal_deposit: DEPOSIT,
    min_lock: MIN_LOCK,
    max_lock: MAX_LOCK,
};

impl TestContext {
    /// The token that votes: the one that is staked.
    pub fn vote_mint(&mut self) -> Address {
        self.stake_mint()
    }

    /// The token account that receives forfeited deposits.
    pub fn deposit_treasury(&mut self) -> Address {
        let (mint, treasury) = (self.vote_mint(), self.address_of("treasury"));
        self.wallet(&mint, &treasury)
    }

    /// Initializes governance.
    pub fn governance_ready(&mut self) {
        let (mint, treasury) = (self.vote_mint(), self.deposit_treasury());
        let deployer = self.actor(DEPLOYER);
        let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
        self.send(&[initialize], &[&deployer])
            .expect("governance initializes");
    }

    /// Gives the owner `amount` base units and locks them. Answers the lock's address.
    pub fn lock(&mut self, owner: &Keypair, nonce: u64, amount: u64, duration: u64) -> Address {
        let mint = self.vote_mint();
        let wallet = self.give(&mint, &owner.pubkey(), amount);
        let terms = LockTerms {
            nonce,
            amount,
            duration,
        };
        let lock = governance::lock_tokens(owner.pubkey(), mint, wallet, terms);
        self.send(&[lock], &[owner]).expect("an owner locks");
        at::lock(&owner.pubkey(), nonce)
    }

    /// Gives the proposer the deposit and opens a proposal of these actions. Answers its address.
    pub fn propose(&mut self, proposer: &Keypair, actions: &[ProposedAction]) -> Address {
        let mint = self.vote_mint();
        let wallet = self.give(&mint, &proposer.pubkey(), DEPOSIT);
        let index = self.next_proposal();
        let draft = self.draft(actions);
        let propose = governance::propose(proposer.pubkey(), index, mint, wallet, draft);
        self.send(&[propose], &[proposer])
            .expect("a proposer proposes");
        at::proposal(index)
    }

    /// A draft of these actions with some text.
    pub fn draft(&self, actions: &[ProposedAction]) -> ProposalDraft {
        ProposalDraft {
            title: *b"Raise the fee to four per cent: workers agreed in the open forum",
            description: [7; 32],
            actions: actions.to_vec(),
        }
    }

    /// The index that the next proposal will have.
    pub fn next_proposal(&self) -> u64 {
        let params: Params = self.account(&at::params());
        params.proposal_count.get()
    }

    /// Votes with the owner's lock `nonce`.
    pub fn vote(&mut self, owner: &Keypair, nonce: u64, proposal: &Address, side: Side) -> Receipt {
        let vote = governance::cast_vote(owner.pubkey(), nonce, *proposal, side);
        self.send(&[vote], &[owner]).expect("a lock votes")
    }

    /// Opens a proposal, votes for it with enough weight and lets time pass until it can be executed.
    pub fn passed_proposal(&mut self, actions: &[ProposedAction]) -> Address {
        let (voter, proposer) = (self.actor("voter"), self.actor("proposer"));
        let nonce = self.next_proposal();
        self.lock(&voter, nonce, 100_000, MIN_LOCK);
        let proposal = self.propose(&proposer, actions);
        self.vote(&voter, nonce, &proposal, Side::Yes);
        let opened: Proposal = self.account(&proposal);
        self.advance_to(opened.executable_at.get());
        proposal
    }
}
