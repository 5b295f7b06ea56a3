//! Governance: initialized with everything below it, with locks, proposals, votes, upgrades and grants.

use crate::{
    instruction::{
        governance::{self, Decision, LockTerms, Treasury},
        market as trading,
    },
    pda::{governance as at, market, rewards, staking},
    protocol::governance::{config, DEPOSIT, GUARDIAN, MAJORITY, MIN_LOCK},
    Address, Instruction, Keypair, Signer, TestContext, TransactionFailure, TransactionResult,
    DEPLOYER,
};
use assay_governance::state::{
    Params, Proposal, ProposalDraft, ProposedAction, Side, Status, Target,
};
use assay_market::instructions::MarketConfig;
use assay_rewards::instructions::RewardsConfig;
use assay_shared::token::TOKEN;
use assay_staking::instructions::StakingConfig;
use std::sync::OnceLock;

impl TestContext {
    /// Returns a cluster with the four programs as a deployment leaves them, under governance. The first call of a process
    /// prepares it.
    pub fn governed() -> Self {
        static TEMPLATE: OnceLock<TestContext> = OnceLock::new();
        let prepare = || {
            let mut context = TestContext::new();
            context.init_governance();
            context
        };
        TEMPLATE.get_or_init(prepare).clone()
    }

    /// Returns the mint of the token that votes, which is the one that is staked.
    pub fn vote_mint(&mut self) -> Address {
        self.stake_mint()
    }

    /// Initializes the four programs under governance. The market allows its payment mint first, whose fees go to the treasury.
    pub fn init_governance(&mut self) {
        self.init_governed_programs();
        let mint = self.vote_mint();
        let deployer = self.actor(DEPLOYER);
        let treasury = rewards::treasury();
        let initialize = governance::initialize(deployer.pubkey(), mint, treasury, config());
        self.send(&[initialize], &[&deployer])
            .expect("governance initializes");
        let accept = governance::accept_market();
        self.send(&[accept], &[&deployer])
            .expect("governance takes the market over");
    }

    /// Initializes rewards, staking and the market, whose authority is offered to governance.
    pub fn init_governed_programs(&mut self) {
        let power = at::authority();
        let config = RewardsConfig {
            authority: power,
            treasury_holder: at::treasury_authority(),
            ..self.rewards_config()
        };
        self.init_rewards_with(config);
        let config = StakingConfig {
            authority: power,
            market_authority: market::authority(),
            rewards_authority: rewards::funder(),
            ..self.staking_config()
        };
        self.init_staking_with(config);
        let config: MarketConfig = self.market_config();
        self.init_market_with(config);
        let (usd, actor) = (self.payment_mint(), self.actor("governance"));
        self.ata(&usd, &at::treasury_authority());
        let from = actor.pubkey();
        let steps = [
            trading::allow_mint(
                from,
                from,
                usd,
                &TOKEN,
                &at::treasury_authority(),
                crate::market::STAKE_RATE,
            ),
            trading::offer_authority(from, power),
        ];
        self.send(&steps, &[&actor])
            .expect("the market is set up and offered");
    }

    /// Returns governance's parameters.
    pub fn governance_params(&self) -> Params {
        self.account(&at::params())
    }

    /// Returns the first guardian.
    pub fn guardian(&mut self) -> Keypair {
        self.actor(GUARDIAN)
    }

    /// Returns the treasury's ATA of the payment mint.
    pub fn fee_vault(&mut self) -> Address {
        let usd = self.payment_mint();
        self.ata(&usd, &at::treasury_authority())
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

    /// Mints the deposit to the proposer and publishes a proposal of these actions. Returns its address.
    pub fn publish(&mut self, proposer: &Keypair, actions: &[ProposedAction]) -> Address {
        let draft = self.draft(actions);
        self.try_publish(proposer, draft)
            .expect("a proposer proposes");
        at::proposal(self.next_proposal() - 1)
    }

    /// Mints the deposit to the proposer and publishes a proposal.
    pub fn try_publish(
        &mut self,
        proposer: &Keypair,
        draft: ProposalDraft,
    ) -> Result<TransactionResult, TransactionFailure> {
        let mint = self.vote_mint();
        let source = self.mint_tokens(&mint, &proposer.pubkey(), DEPOSIT);
        let index = self.next_proposal();
        let propose = governance::propose(proposer.pubkey(), index, mint, source, draft);
        self.send(&[propose], &[proposer])
    }

    /// Waits for the end of a proposal's notice and opens its vote as the actor "anyone".
    pub fn open_vote(&mut self, proposal: &Address) -> TransactionResult {
        let published: Proposal = self.account(proposal);
        if self.now() < published.opens_at.get() {
            self.advance_to(published.opens_at.get());
        }
        self.try_open_vote(proposal).expect("a vote opens")
    }

    /// Opens the vote on a proposal as the actor "anyone".
    pub fn try_open_vote(
        &mut self,
        proposal: &Address,
    ) -> Result<TransactionResult, TransactionFailure> {
        let (mint, anyone) = (self.vote_mint(), self.actor("anyone"));
        self.send(&[governance::open_vote(*proposal, mint)], &[&anyone])
    }

    /// Publishes a proposal of these actions, waits for its notice and opens its vote. Returns its address.
    pub fn propose(&mut self, proposer: &Keypair, actions: &[ProposedAction]) -> Address {
        let proposal = self.publish(proposer, actions);
        self.open_vote(&proposal);
        proposal
    }

    /// As [`TestContext::propose`], and votes may be secret.
    pub fn propose_secretly(&mut self, proposer: &Keypair, actions: &[ProposedAction]) -> Address {
        let draft = ProposalDraft {
            secret: 1,
            ..self.draft(actions)
        };
        self.try_publish(proposer, draft)
            .expect("a proposer proposes");
        let proposal = at::proposal(self.next_proposal() - 1);
        self.open_vote(&proposal);
        proposal
    }

    /// Returns a draft of these actions with some text.
    pub fn draft(&self, actions: &[ProposedAction]) -> ProposalDraft {
        ProposalDraft {
            title: *b"Raise the fee to four per cent: workers agreed in the open forum",
            description: [7; 32],
            secret: 0,
            actions: actions.to_vec(),
        }
    }

    /// Returns the index that the next proposal will have.
    pub fn next_proposal(&self) -> u64 {
        self.governance_params().proposal_count.get()
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

    /// Opens a proposal and votes for it with enough weight. The clock stands at the opening.
    pub fn supported_proposal(&mut self, actions: &[ProposedAction]) -> Address {
        let (voter, proposer) = (self.actor("voter"), self.actor("proposer"));
        let nonce = self.next_proposal();
        self.lock(&voter, nonce, MAJORITY, MIN_LOCK);
        let proposal = self.propose(&proposer, actions);
        self.vote(&voter, nonce, &proposal, Side::Yes);
        proposal
    }

    /// Opens a proposal, votes for it with enough weight and moves the clock to when it can be executed.
    pub fn passed_proposal(&mut self, actions: &[ProposedAction]) -> Address {
        let proposal = self.supported_proposal(actions);
        self.await_execution(&proposal);
        proposal
    }

    /// Moves the clock to when an opened proposal can be executed.
    pub fn await_execution(&mut self, proposal: &Address) {
        let opened: Proposal = self.account(proposal);
        self.advance_to(opened.executable_at.get());
        let status = opened.status(self.now());
        assert!(matches!(status, Status::Executable | Status::Defeated));
    }

    /// Returns the instruction with which the actor "anyone" executes a proposal. The mints are those of the classic token program.
    pub fn execute_instruction(&mut self, proposal: &Address) -> Instruction {
        let opened: Proposal = self.account(proposal);
        let decision = Decision {
            index: opened.index.get(),
            actions: opened.actions(),
        };
        let treasury = Treasury::from(&self.governance_params());
        let anyone = self.address_of("anyone");
        governance::execute_proposal(anyone, decision, &treasury, |_| TOKEN)
    }

    /// Executes a proposal as the actor "anyone".
    pub fn execute(&mut self, proposal: &Address) -> Result<TransactionResult, TransactionFailure> {
        let execute = self.execute_instruction(proposal);
        let anyone = self.actor("anyone");
        self.send(&[execute], &[&anyone])
    }

    /// Passes and executes a proposal of these actions.
    pub fn enact(&mut self, actions: &[ProposedAction]) -> TransactionResult {
        let proposal = self.passed_proposal(actions);
        self.execute(&proposal).expect("a decision is executed")
    }

    /// Puts `amount` base units of the vote mint into the treasury.
    pub fn fill_treasury(&mut self, amount: u64) {
        let mint = self.vote_mint();
        self.mint_to_account(&mint, &rewards::treasury(), amount);
    }

    /// Returns the action that pays `amount` base units of the vote mint out of the treasury to a wallet, whose ATA it creates.
    pub fn pay_action(&mut self, to: &Address, amount: u64) -> ProposedAction {
        let mint = self.vote_mint();
        self.ata(&mint, to);
        let (_, bump) = crate::pda::ata_and_bump(to, &mint, &TOKEN);
        ProposedAction::transfer(*to, bump, amount, mint, 0)
    }

    /// Pauses operations as the guardian.
    pub fn pause(
        &mut self,
        target: Target,
        bits: u64,
        seconds: u64,
    ) -> Result<TransactionResult, TransactionFailure> {
        let guardian = self.guardian();
        let pause = governance::pause_operation(guardian.pubkey(), target, bits, seconds);
        self.send(&[pause], &[&guardian])
    }

    /// Vetoes a proposal as the guardian.
    pub fn veto(&mut self, proposal: &Address) -> Result<TransactionResult, TransactionFailure> {
        let guardian = self.guardian();
        let veto = governance::veto_proposal(guardian.pubkey(), *proposal);
        self.send(&[veto], &[&guardian])
    }

    /// Returns staking's parameters.
    pub fn staking_params(&self) -> assay_staking::state::Params {
        self.account(&staking::params())
    }

    /// Returns the market's parameters.
    pub fn market_params(&self) -> assay_market::state::Params {
        self.account(&market::params())
    }
}
