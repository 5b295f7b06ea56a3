//! Every token of the simulated market: stake accounts, wallets and escrows, and the proof that they add up.

use crate::parameters::Parameters;
use assay_market::game::money::Backing;

/// Index of a stake account.
pub type AccountId = usize;
/// Index of an escrow.
pub type EscrowId = usize;

/// Stake that its owner asked back.
#[derive(Clone, Copy, Debug)]
struct Unbonding {
    tokens: u64,
    /// When it was asked back, ms.
    since: u64,
}

/// What a provider has staked, and what it earned. Stake base units except `pay`.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Collateral that backs nothing.
    pub free: u64,
    /// Collateral bound in seats.
    pub locked: u64,
    /// Fixed penalties of first seats that rounds decide about; part of `free`.
    pub accused: u64,
    /// Stake that is not collateral.
    pub idle: u64,
    unbonding: Vec<Unbonding>,
    /// Stake that left for good.
    pub withdrawn: u64,
    /// When collateral was last added, ms.
    pub added_at: u64,
    /// Pay received, base units of the payment mint.
    pub pay: u64,
    /// Pay of round seats, and bounties.
    pub rewards: u64,
    /// Taken for lies.
    pub penalties: u64,
    /// Part of the penalties for lies that nothing was left to take for.
    pub unpaid_penalties: u64,
    /// Taken for missed deadlines.
    pub missed: u64,
}

impl Account {
    /// The worker's whole collateral, which its rank depends on.
    pub fn collateral(&self) -> u64 {
        self.free + self.locked
    }

    /// What a claim looks at.
    pub fn backing(&self) -> Backing {
        Backing {
            free: self.free,
            locked: self.locked,
            accused: self.accused,
        }
    }

    /// All stake that is still at the provider.
    pub fn whole(&self) -> u64 {
        let unbonding: u64 = self.unbonding.iter().map(|ticket| ticket.tokens).sum();
        self.collateral() + self.idle + unbonding
    }
}

/// The escrow of one task, base units of the payment mint.
#[derive(Clone, Copy, Debug, Default)]
pub struct Escrow {
    /// Paid in by the requester.
    pub funded: u64,
    /// Paid to workers.
    pub paid: u64,
    /// Paid to the protocol.
    pub fee: u64,
    /// Returned to the requester.
    pub refunded: u64,
}

impl Escrow {
    /// What is still there.
    pub fn left(&self) -> u64 {
        self.funded - self.paid - self.fee - self.refunded
    }
}

/// All accounts of a market.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    accounts: Vec<Account>,
    escrows: Vec<Escrow>,
    /// Stake paid in, base units.
    deposited: u64,
    /// Penalties that nobody got, stake base units.
    pub burned: u64,
    /// Penalties that were collected and are still to be divided, stake base units.
    in_transit: u64,
}

impl Ledger {
    /// Opens a stake account with collateral that was there long before everything else.
    pub fn open_account(&mut self, collateral: u64) -> AccountId {
        self.deposited += collateral;
        self.accounts.push(Account {
            free: collateral,
            ..Account::default()
        });
        self.accounts.len() - 1
    }

    /// Returns an account.
    pub fn account(&self, id: AccountId) -> &Account {
        &self.accounts[id]
    }

    /// Returns all accounts.
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Stakes tokens that are not collateral yet.
    pub fn deposit(&mut self, id: AccountId, tokens: u64) {
        self.deposited += tokens;
        self.accounts[id].idle += tokens;
    }

    /// Makes stake collateral.
    ///
    /// # Panics
    /// When there is less.
    pub fn add_collateral(&mut self, id: AccountId, tokens: u64, now: u64) {
        let account = &mut self.accounts[id];
        account.idle = account.idle.checked_sub(tokens).expect("idle stake");
        account.free += tokens;
        account.added_at = now;
    }

    /// Takes back free collateral; it stays staked.
    ///
    /// # Panics
    /// When less is free.
    pub fn remove_collateral(&mut self, id: AccountId, tokens: u64) {
        let account = &mut self.accounts[id];
        account.free = account.free.checked_sub(tokens).expect("free collateral");
        account.idle += tokens;
    }

    /// Asks back stake that is not collateral.
    ///
    /// # Panics
    /// When there is less.
    pub fn unbond(&mut self, id: AccountId, tokens: u64, now: u64) {
        let account = &mut self.accounts[id];
        account.idle = account.idle.checked_sub(tokens).expect("idle stake");
        account.unbonding.push(Unbonding { tokens, since: now });
    }

    /// Takes out what was asked back at least `period` ms ago.
    pub fn withdraw(&mut self, id: AccountId, period: u64, now: u64) {
        let account = &mut self.accounts[id];
        let (ripe, rest) = account
            .unbonding
            .iter()
            .partition(|ticket| ticket.since + period <= now);
        account.unbonding = rest;
        let ripe: Vec<Unbonding> = ripe;
        account.withdrawn += ripe.iter().map(|ticket| ticket.tokens).sum::<u64>();
    }

    /// Binds the bond of a seat.
    ///
    /// # Panics
    /// When less is free: the caller has asked [`Backing::covers`].
    pub fn bind(&mut self, id: AccountId, bond: u64) {
        let account = &mut self.accounts[id];
        account.free = account.free.checked_sub(bond).expect("a covered bond");
        account.locked += bond;
    }

    /// Frees the bond of a seat.
    ///
    /// # Panics
    /// When less is bound.
    pub fn release(&mut self, id: AccountId, bond: u64) {
        let account = &mut self.accounts[id];
        account.locked = account.locked.checked_sub(bond).expect("a bound bond");
        account.free += bond;
    }

    /// Notes that a round was opened about a first seat, whose lie would cost this much beside the bond.
    pub fn accuse(&mut self, id: AccountId, lie: u64) {
        self.accounts[id].accused += lie;
    }

    /// Undoes [`Ledger::accuse`] when the seat is settled.
    ///
    /// # Panics
    /// When there was no such round.
    pub fn acquit(&mut self, id: AccountId, lie: u64) {
        let account = &mut self.accounts[id];
        account.accused = account.accused.checked_sub(lie).expect("an accusation");
    }

    /// Burns the penalty for a missed deadline and frees the rest of the bond.
    ///
    /// # Panics
    /// When the bond is not bound or smaller than the penalty.
    pub fn miss(&mut self, id: AccountId, bond: u64, missed: u64) {
        self.release(id, bond);
        let account = &mut self.accounts[id];
        account.free = account.free.checked_sub(missed).expect("missed ≤ bond");
        account.missed += missed;
        self.burned += missed;
    }

    /// Takes the penalty of a lie and returns what was taken: the whole bond and, as far as the provider still has it in
    /// free collateral, idle stake and unbonding tickets, the fixed part.
    ///
    /// # Panics
    /// When the bond is not bound.
    pub fn convict(&mut self, id: AccountId, bond: u64, lie: u64) -> u64 {
        let account = &mut self.accounts[id];
        account.locked = account.locked.checked_sub(bond).expect("a bound bond");
        let mut due = lie;
        take(&mut account.free, &mut due);
        take(&mut account.idle, &mut due);
        for ticket in &mut account.unbonding {
            take(&mut ticket.tokens, &mut due);
        }
        let taken = bond + lie - due;
        account.penalties += taken;
        account.unpaid_penalties += due;
        self.in_transit += taken;
        taken
    }

    /// Pays a member of a round or a bounty out of penalties.
    ///
    /// # Panics
    /// When more is paid than was collected.
    pub fn reward(&mut self, id: AccountId, amount: u64) {
        self.in_transit = self.in_transit.checked_sub(amount).expect("collected");
        self.accounts[id].rewards += amount;
    }

    /// Burns what is left of collected penalties.
    ///
    /// # Panics
    /// When more is burned than was collected.
    pub fn burn(&mut self, amount: u64) {
        self.in_transit = self.in_transit.checked_sub(amount).expect("collected");
        self.burned += amount;
    }

    /// Funds the escrow of a task.
    pub fn fund(&mut self, amount: u64) -> EscrowId {
        self.escrows.push(Escrow {
            funded: amount,
            ..Escrow::default()
        });
        self.escrows.len() - 1
    }

    /// Returns an escrow.
    pub fn escrow(&self, id: EscrowId) -> &Escrow {
        &self.escrows[id]
    }

    /// Pays a worker out of an escrow.
    ///
    /// # Panics
    /// When the escrow holds less.
    pub fn pay(&mut self, escrow: EscrowId, id: AccountId, amount: u64) {
        assert!(
            amount <= self.escrows[escrow].left(),
            "the escrow covers every seat"
        );
        self.escrows[escrow].paid += amount;
        self.accounts[id].pay += amount;
    }

    /// Pays the protocol's fee out of an escrow.
    ///
    /// # Panics
    /// When the escrow holds less.
    pub fn pay_fee(&mut self, escrow: EscrowId, amount: u64) {
        assert!(
            amount <= self.escrows[escrow].left(),
            "the escrow covers the fee"
        );
        self.escrows[escrow].fee += amount;
    }

    /// Returns what is left to the requester.
    pub fn refund(&mut self, escrow: EscrowId) {
        let escrow = &mut self.escrows[escrow];
        escrow.refunded += escrow.left();
    }

    /// Proves that nothing was made or lost: stake paid in is still there, was withdrawn, paid out or burned; every
    /// escrow was paid out to the last unit; nothing is bound any more.
    ///
    /// # Panics
    /// When something does not add up.
    pub fn audit(&self) {
        let mut held = self.burned;
        let mut paid = 0u64;
        for account in &self.accounts {
            held += account.whole() + account.withdrawn + account.rewards;
            paid += account.pay;
            assert_eq!(account.locked, 0, "a bond is still bound");
            assert_eq!(account.accused, 0, "a round is still open");
        }
        assert_eq!(self.in_transit, 0, "penalties are still to be divided");
        assert_eq!(held, self.deposited, "stake does not add up");
        let mut pay = 0u64;
        for escrow in &self.escrows {
            assert_eq!(escrow.left(), 0, "an escrow is not empty");
            pay += escrow.paid;
        }
        assert_eq!(pay, paid, "pay does not add up");
    }
}

fn take(from: &mut u64, due: &mut u64) {
    let part = (*from).min(*due);
    *from -= part;
    *due -= part;
}

/// Whether an account may take a seat of this kind.
pub fn covers(
    account: &Account,
    parameters: &Parameters,
    kind: SeatKind,
    bond: u64,
    lie: u64,
) -> bool {
    let backing = account.backing();
    match kind {
        SeatKind::First => backing.covers(bond, lie, parameters.reserve),
        SeatKind::Later => backing.covers_later(bond, lie),
        SeatKind::Challenge => backing.covers_challenge(bond, lie),
    }
}

/// What a seat is claimed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatKind {
    /// The first seat of a task.
    First,
    /// A late seat, a check, or a seat of a round.
    Later,
    /// The contradiction of a standing result.
    Challenge,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_penalty_reaches_free_idle_and_unbonding_stake() {
        let mut ledger = Ledger::default();
        let id = ledger.open_account(130);
        ledger.bind(id, 5);
        ledger.remove_collateral(id, 115);
        ledger.unbond(id, 60, 1);
        assert_eq!(ledger.convict(id, 5, 100), 105);
        assert_eq!(ledger.account(id).whole(), 25);
        ledger.burn(105);
        ledger.audit();
    }

    #[test]
    fn a_penalty_takes_no_more_than_there_is() {
        let mut ledger = Ledger::default();
        let id = ledger.open_account(110);
        ledger.bind(id, 5);
        ledger.bind(id, 5);
        assert_eq!(ledger.convict(id, 5, 100), 105);
        assert_eq!(ledger.convict(id, 5, 100), 5);
        assert_eq!(ledger.account(id).unpaid_penalties, 100);
        ledger.burn(110);
        ledger.audit();
    }

    #[test]
    fn what_matured_is_out_of_reach() {
        let mut ledger = Ledger::default();
        let id = ledger.open_account(100);
        ledger.bind(id, 5);
        ledger.remove_collateral(id, 95);
        ledger.unbond(id, 95, 10);
        ledger.withdraw(id, 100, 109);
        assert_eq!(ledger.account(id).withdrawn, 0);
        ledger.withdraw(id, 100, 110);
        assert_eq!(ledger.account(id).withdrawn, 95);
        assert_eq!(ledger.convict(id, 5, 100), 5);
        ledger.burn(5);
        ledger.audit();
    }

    #[test]
    fn a_missed_deadline_is_burned_and_the_bond_returns() {
        let mut ledger = Ledger::default();
        let id = ledger.open_account(10);
        ledger.bind(id, 5);
        ledger.miss(id, 5, 1);
        assert_eq!((ledger.account(id).free, ledger.burned), (9, 1));
        ledger.audit();
    }

    #[test]
    fn an_escrow_ends_empty() {
        let mut ledger = Ledger::default();
        let id = ledger.open_account(0);
        let escrow = ledger.fund(10);
        ledger.pay(escrow, id, 4);
        ledger.pay_fee(escrow, 1);
        ledger.refund(escrow);
        assert_eq!(ledger.escrow(escrow).refunded, 5);
        ledger.audit();
    }

    #[test]
    #[should_panic(expected = "the escrow covers every seat")]
    fn an_escrow_pays_no_more_than_it_holds() {
        let mut ledger = Ledger::default();
        let id = ledger.open_account(0);
        let escrow = ledger.fund(3);
        ledger.pay(escrow, id, 4);
    }

    #[test]
    #[should_panic(expected = "stake does not add up")]
    fn stake_that_was_lost_is_noticed() {
        let mut ledger = Ledger::default();
        let id = ledger.open_account(10);
        ledger.accounts[id].free = 9;
        ledger.audit();
    }
}
