//! Delegations: tokens that others put behind a provider, what they earn and how they leave. A delegator is named by its actor.

use crate::{
    instruction::staking::{self, MaturedRecord, TicketAccounts},
    keypairs::address_of,
    pda::staking as at,
    Address, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_staking::state::{span_end, Delegation, Matured, Params, Ticket, DELEGATED_PARTS};

/// What a transaction led to.
type Sent = Result<TransactionResult, TransactionFailure>;

impl TestContext {
    /// Mints `amount` base units to the delegator and sets them aside for a provider.
    pub fn try_delegate(&mut self, name: &str, provider: &Address, amount: u64) -> Sent {
        let (owner, mint) = (self.actor(name), self.stake_mint());
        let source = self.mint_tokens(&mint, &owner.pubkey(), amount);
        let delegate = staking::delegate(owner.pubkey(), provider, source, amount);
        self.send(&[delegate], &[&owner])
    }

    /// As [`TestContext::try_delegate`]. Returns the delegation's address.
    pub fn delegate(&mut self, name: &str, provider: &Address, amount: u64) -> Address {
        self.try_delegate(name, provider, amount)
            .expect("a delegator delegates");
        at::delegation(provider, &address_of(name))
    }

    /// Lets what waits in a delegation join, as the actor "anyone".
    pub fn activate(&mut self, name: &str, provider: &Address) -> Sent {
        self.crank(staking::activate_delegation(&address_of(name), provider))
    }

    /// Lets what waits in a delegation join, as the delegator.
    pub fn activate_own(&mut self, name: &str, provider: &Address) -> Sent {
        let owner = self.actor(name);
        let activate = staking::activate_own_delegation(&owner.pubkey(), provider);
        self.send(&[activate], &[&owner])
    }

    /// Delegates `amount` base units, waits until they may join and lets them join. Returns the delegation's address.
    pub fn join(&mut self, name: &str, provider: &Address, amount: u64) -> Address {
        let delegation = self.delegate(name, provider, amount);
        self.await_joining(name, provider);
        self.activate(name, provider).expect("tokens join");
        delegation
    }

    /// Moves the clock to when what waits in a delegation may join.
    pub fn await_joining(&mut self, name: &str, provider: &Address) {
        let pending_from = self.delegation_of(name, provider).pending_from.get();
        self.advance_to(pending_from);
    }

    /// Returns what the actor has delegated to a provider.
    pub fn delegation_of(&self, name: &str, provider: &Address) -> Delegation {
        self.account(&at::delegation(provider, &address_of(name)))
    }

    /// Asks `shares` of a delegation back.
    pub fn ask_back(&mut self, name: &str, provider: &Address, shares: u64) -> Sent {
        let owner = self.actor(name);
        let request = staking::request_undelegation(owner.pubkey(), provider, shares);
        self.send(&[request], &[&owner])
    }

    /// Returns the Unix time at which what leaves now matures.
    pub fn delegated_maturity(&self) -> i64 {
        let params: Params = self.account(&at::params());
        let period = params.unbonding_period.get();
        let (_, matures_at) =
            span_end(self.now(), period, DELEGATED_PARTS).expect("a sane time and period");
        matures_at
    }

    /// Undelegates `shares` as the delegator, into the bucket of the running span.
    pub fn undelegate(&mut self, name: &str, provider: &Address, shares: u64) -> Sent {
        self.undelegate_as(name, name, provider, shares)
    }

    /// As [`TestContext::undelegate`], signed and paid for by the actor `payer`.
    pub fn undelegate_as(
        &mut self,
        payer: &str,
        name: &str,
        provider: &Address,
        shares: u64,
    ) -> Sent {
        let (payer, matures_at) = (self.actor(payer), self.delegated_maturity());
        let undelegate = staking::undelegate(
            payer.pubkey(),
            &address_of(name),
            provider,
            shares,
            matures_at,
        );
        self.send(&[undelegate], &[&payer])
    }

    /// Moves a matured bucket into a record of its own, at the cost of the actor "anyone".
    pub fn mature(&mut self, provider: &Address, matures_at: i64) -> Sent {
        let anyone = self.address_of("anyone");
        self.crank(staking::mature_bucket(anyone, provider, matures_at))
    }

    /// Returns the accounts with which a ticket is paid.
    pub fn ticket_accounts(
        &self,
        name: &str,
        provider: &Address,
        matures_at: i64,
    ) -> TicketAccounts {
        let owner = address_of(name);
        let ticket = at::ticket(&at::delegation(provider, &owner), matures_at);
        let ticket: Ticket = self.account(&ticket);
        let record = at::matured(provider, matures_at);
        TicketAccounts {
            owner,
            provider: *provider,
            matures_at,
            payer: ticket.payer,
            record: self.exists(&record).then(|| MaturedRecord {
                address: record,
                payer: self.account::<Matured>(&record).payer,
            }),
        }
    }

    /// Pays a ticket of the delegator to its ATA, as the actor "anyone".
    pub fn withdraw_ticket(&mut self, name: &str, provider: &Address, matures_at: i64) -> Sent {
        let mint = self.stake_mint();
        self.ata(&mint, &address_of(name));
        let accounts = self.ticket_accounts(name, provider, matures_at);
        self.crank(staking::withdraw_ticket(accounts, &mint))
    }

    /// Settles a delegation and pays its rewards to the delegator's ATA, as the actor "anyone".
    pub fn claim_delegated(&mut self, name: &str, provider: &Address) -> Sent {
        let mint = self.stake_mint();
        let owner = address_of(name);
        self.ata(&mint, &owner);
        self.crank(staking::claim_rewards(&owner, provider, &mint))
    }

    /// Settles a delegation, as the actor "anyone".
    pub fn settle(&mut self, name: &str, provider: &Address) -> TransactionResult {
        self.crank(staking::settle_rewards(&address_of(name), provider))
            .expect("anyone settles")
    }

    /// Puts rewards into a provider's reward vault and records them as the actor "rewards": `direct` base units for the owner at
    /// once, `streamed` over time.
    pub fn fund_stream(
        &mut self,
        provider: &Address,
        direct: u64,
        streamed: u64,
    ) -> TransactionResult {
        let (mint, rewards) = (self.stake_mint(), self.actor("rewards"));
        self.mint_to_account(&mint, &at::reward_vault(provider), direct + streamed);
        let fund = staking::fund_rewards(rewards.pubkey(), provider, direct, streamed);
        self.send(&[fund], &[&rewards]).expect("rewards are funded")
    }
}
