use crate::{
    error::{RuleResult, StakingError},
    event::{emit, BeneficiarySet},
    state::Provider,
};
use alloc::boxed::Box;
use anchor_lang::prelude::*;

#[derive(Accounts)]
pub struct SetBeneficiary {
    /// The provider's owner, who signs. Checked by its address.
    #[account(address = provider.owner @ StakingError::NotOwner)]
    pub owner: Signer,
    /// Any provider. Checked by its program and its type.
    #[account(mut)]
    pub provider: Box<Account<Provider>>,
}

impl SetBeneficiary {
    fn validate(beneficiary: &Address) -> RuleResult<()> {
        if *beneficiary == Address::default() {
            return Err(StakingError::NoBeneficiary);
        }
        Ok(())
    }

    /// Pay follows once `sync_worker` has copied the beneficiary. Stake still goes to the owner.
    ///
    /// # Specification
    /// - The signer shall be the provider's owner (`NotOwner`).
    /// - The beneficiary shall not be the zero address (`NoBeneficiary`).
    ///
    /// # Arguments
    /// - `beneficiary` - wallet that receives pay and the owner's rewards from now on.
    pub fn set_beneficiary(ctx: &mut Context<Self>, beneficiary: Address) -> Result<()> {
        Self::validate(&beneficiary)?;
        let provider = &mut ctx.accounts.provider;
        provider.beneficiary = beneficiary;
        emit(&BeneficiarySet {
            provider: *provider.address(),
            beneficiary,
        });
        Ok(())
    }
}
