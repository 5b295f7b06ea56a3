//! Governance: initialized, with locks, proposals and votes.

use crate::{
    instruction::governance::{self, LockTerms},
    pda::governance as at,
    protocol::governance::{CONFIG, DEPOSIT, MIN_LOCK},
    Address, Keypair, Signer, TestContext, TransactionResult, DEPLOYER,
};
use assay_governance::state::{Params, Proposal, ProposalDraft, ProposedAction, Side};

impl TestContext {
    /// Returns the mint of the token that votes, which is the one that is staked.
    pub fn vote_mint(&mut self) -> Address {
        self.stake_mint()
    }

    /// Returns the token account that receives forfeited deposits.
    pub fn deposit_treasury(&mut self) -> Address {
        let (mint, treasury) = (self.vote_mint(), self.address_of("treasury"));
        self.ata(&mint, &treasury)
    }

    /// Initializes governance.
    pub fn init_governance(&mut self) {
        let (mint, treasury) = (self.vote_mint(), self.deposit_treasury());
        let deployer = self.actor(DEPLOYER);
        let initialize = governance::initialize(deployer.pubkey(), mint, treasury, CONFIG);
        self.send(&[initialize], &[&deployer])
            .expect("governance initializes");
    }

    /// Mints `amount` base units to the owner and locks them for `duration` seconds. Returns the lock's address.
    pub fn lock(&mut self, owner: &Keypair, nonce: u64, amount: u64, duration: u64) -> Address {
        let mint = self.vote_mint();
        let source = self.mint_tokens(&mint, &owner.pubkey(), amount);
        let terms = LockTerms {
            nonce,
            amount,
            duration,
        };
        let lock = governance::lock_tokens(owner.pubkey(), mint, source, terms);
        self.send(&[lock], &[owner]).expect("an owner locks");
        at::lock(&owner.pubkey(), nonce)
    }

    /// Mints the deposit to the proposer and opens a proposal of these actions. Returns its address.
    pub fn propose(&mut self, proposer: &Keypair, actions: &[ProposedAction]) -> Address {
        let mint = self.vote_mint();
        let source = self.mint_tokens(&mint, &proposer.pubkey(), DEPOSIT);
        let index = self.next_proposal();
        let draft = self.draft(actions);
        let propose = governance::propose(proposer.pubkey(), index, mint, source, draft);
        self.send(&[propose], &[proposer])
            .expect("a proposer proposes");
        at::proposal(index)
    }

    /// Returns a draft of these actions with some text.
    pub fn draft(&self, actions: &[ProposedAction]) -> ProposalDraft {
        ProposalDraft {
            title: *b"Raise the fee to four per cent: workers agreed in the open forum",
            description: [7; 32],
            actions: actions.to_vec(),
        }
    }

    /// Returns the index that the next proposal will have.
    pub fn next_proposal(&self) -> u64 {
        let params: Params = self.account(&at::params());
        params.proposal_count.get()
    }

    /// Votes with the owner's lock `nonce`.
    pub fn vote(
        &mut self,
        owner: &Keypair,
        nonce: u64,
        proposal: &Address,
        side: Side,
    ) -> TransactionResult {
        let vote = governance::cast_vote(owner.pubkey(), nonce, *proposal, side);
        self.send(&[vote], &[owner]).expect("a lock votes")
    }

    /// Opens a proposal, votes for it with enough weight and moves the clock to when it can be executed.
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
