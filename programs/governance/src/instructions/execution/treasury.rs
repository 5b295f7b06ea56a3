//! Actions that spend what the treasury holds.

use super::execute_proposal::{ExecuteProposal, Rest};
use crate::{
    error::GovernanceError,
    event::{emit, Spent},
    payee::is_ata,
    spend::{check_cap, taken_before, Treasury},
    state::{grant_address, grant_vault_address, Action, Grant},
};
use anchor_lang::{prelude::*, AccountInitialize};
use assay_shared::token;

impl ExecuteProposal {
    fn treasury<'a>(&'a self, token_program: &'a AccountView) -> Treasury<'a> {
        Treasury {
            authority: self.treasury_authority.account(),
            bump: self.params.treasury_bump,
            token_program,
        }
    }

    /// Checks source and amount of the spending action at `place`.
    fn check_spending(
        &self,
        treasury: Treasury<'_>,
        action: &Action,
        place: usize,
        source: &AccountView,
    ) -> Result<()> {
        let balance = treasury.balance(&self.params, action, source)?;
        let taken = taken_before(self.proposal.actions(), place);
        let bps = self.params.spend_bps.get();
        check_cap(balance, taken, action.value.get(), bps)?;
        Ok(())
    }

    fn report(&self, action: &Action, grant: u8) {
        emit(Spent {
            proposal: *self.proposal.address(),
            mint: action.other,
            to: action.address,
            amount: action.value,
            grant,
        });
    }

    #[inline(never)]
    pub(super) fn transfer(
        &mut self,
        action: &Action,
        place: usize,
        rest: &mut Rest<'_>,
    ) -> Result<()> {
        let (source, destination, token_program) = (rest.take()?, rest.take()?, rest.take()?);
        let treasury = self.treasury(token_program);
        self.check_spending(treasury, action, place, source)?;
        let (to, mint) = (&action.address, &action.other);
        let program = token_program.address();
        if !is_ata(destination, to, mint, program, action.bump) {
            return Err(GovernanceError::WrongTokenAccount.into());
        }
        treasury.pay(source, destination, action.value.get())?;
        self.report(action, 0);
        Ok(())
    }

    /// The recipient needs no account of the mint: the grant holds the tokens until it has one.
    #[inline(never)]
    pub(super) fn grant(
        &mut self,
        action: &Action,
        place: usize,
        rest: &mut Rest<'_>,
        now: i64,
    ) -> Result<()> {
        let source = rest.take()?;
        let (grant, vault) = (rest.take()?, rest.take()?);
        let (mint, token_program) = (rest.take()?, rest.take()?);
        if *mint.address() != action.other {
            return Err(GovernanceError::WrongAccounts.into());
        }
        let treasury = self.treasury(token_program);
        self.check_spending(treasury, action, place, source)?;
        let number = u8::try_from(place).map_err(|_| GovernanceError::Overflow)?;
        let mut created = self.create_grant(grant, vault, token_program, number)?;
        created.mint = action.other;
        created.recipient = action.address;
        created.amount = action.value;
        created.starts_at = now.into();
        created.ends_at = now
            .checked_add_unsigned(action.extra.get())
            .ok_or(GovernanceError::Overflow)?
            .into();
        let program = token_program.address();
        token::initialize_account(program, vault, mint, grant.address())?;
        treasury.pay(source, vault, action.value.get())?;
        self.report(action, 1);
        Ok(())
    }

    /// Creates the accounts of the grant that action `number` makes, at the executor's expense.
    fn create_grant(
        &self,
        grant: &AccountView,
        vault: &AccountView,
        token_program: &AccountView,
        number: u8,
    ) -> Result<Account<Grant>> {
        let executor = self.executor.account();
        let (expected, bump) = grant_address(self.proposal.index.get(), number);
        let (expected_vault, vault_bump) = grant_vault_address(grant.address());
        if *grant.address() != expected || *vault.address() != expected_vault {
            return Err(GovernanceError::WrongAccounts.into());
        }
        let space = <Account<Grant> as Space>::INIT_SPACE;
        let index = self.proposal.index.get().to_le_bytes();
        let signer: [&[u8]; 4] = [b"grant", &index, &[number], &[bump]];
        let mut created = Account::<Grant>::create_and_initialize(
            executor,
            grant,
            space,
            &crate::ID,
            &(),
            Some(&signer),
            None,
        )?;
        let program = token_program.address();
        let signer: [&[u8]; 3] = [b"grant_vault", grant.address().as_ref(), &[vault_bump]];
        create_account_signed(executor, vault, token::ACCOUNT_LEN, program, &signer)?;
        created.version = 1;
        created.bump = bump;
        created.vault_bump = vault_bump;
        created.action = number;
        created.proposal = self.proposal.index;
        created.token_program = *program;
        created.payer = *executor.address();
        Ok(created)
    }
}
