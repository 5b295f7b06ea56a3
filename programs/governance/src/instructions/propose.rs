#![allow(
    unused_variables,
    reason = "Anchor's derive binds the instruction's arguments in functions that do not use them"
)]

use crate::{
    addresses,
    error::{GovernanceError, RuleResult},
    event::{emit, ProposalPublished},
    state::{Action, Kind, Laws, Params, Proposal, ProposalDraft},
};
use alloc::boxed::Box;
use anchor_lang::{prelude::*, AnchorAccount};
use assay_market::{
    error::MarketError,
    state::{Params as MarketParams, PaymentMint},
};
use assay_rewards::state::Emission;
use assay_shared::token;
use assay_staking::state::Params as StakingParams;

/// For each action that allows a mint its mint, and for each that sets a rate the record of the payment mint follow as remaining
/// accounts, in the order of the actions. Checked by `check_mints`.
#[derive(Accounts)]
#[instruction(index: u64)]
pub struct Propose {
    /// The wallet that proposes, who signs and pays the rent.
    #[account(mut)]
    pub proposer: Signer,
    /// Governance's parameters. Checked by their seeds.
    #[account(mut, seeds = [b"params"], bump)]
    pub params: Box<Account<Params>>,
    /// The proposal, created here at the address of its index.
    #[account(
        init,
        payer = proposer,
        seeds = [b"proposal", &index.to_le_bytes()],
        bump
    )]
    pub proposal: Box<Account<Proposal>>,
    /// The proposal's deposit vault, created here.
    #[account(
        init,
        payer = proposer,
        space = token::ACCOUNT_LEN,
        owner = token::TOKEN,
        seeds = [b"deposit_vault", proposal.address().as_ref()],
        bump
    )]
    pub deposit_vault: UncheckedAccount,
    /// The vote mint on record in `params`. Checked by its address.
    #[account(address = params.vote_mint @ GovernanceError::WrongMint)]
    pub vote_mint: UncheckedAccount,
    /// The token account that pays. Mint, holder and balance are checked by the token program.
    #[account(mut)]
    pub source: UncheckedAccount,
    // Untyped: an interface description names a type once, and each program has parameters of its own.
    /// Staking's parameters. Checked by their address.
    #[account(address = addresses::STAKING_PARAMS @ GovernanceError::WrongAccounts)]
    pub staking_params: UncheckedAccount,
    /// The market's parameters. Checked by their address.
    #[account(address = addresses::MARKET_PARAMS @ GovernanceError::WrongAccounts)]
    pub market_params: UncheckedAccount,
    /// The emission account, which holds the parameters of rewards. Checked by its address.
    #[account(address = addresses::EMISSION @ GovernanceError::WrongAccounts)]
    pub emission: Box<Account<Emission>>,
    /// The classic token program. Checked by its address.
    #[account(address = token::TOKEN)]
    pub token_program: UncheckedAccount,
    /// The system program. Checked by its address.
    pub system_program: Program<System>,
}

impl Propose {
    /// Without this an index could be used twice, once the first proposal of that index is closed.
    fn validate(&self, index: u64) -> RuleResult<()> {
        if index != self.params.proposal_count.get() {
            return Err(GovernanceError::NotNextIndex);
        }
        Ok(())
    }

    /// Publishes a proposal. Its vote opens after the notice, so that who sees it can lock tokens before the snapshot. Every action
    /// is checked against the parameters of today, and again at the execution.
    ///
    /// # Specification
    /// - The mint shall be the vote mint (`WrongMint`).
    /// - The parameters of the other programs shall be theirs (`WrongAccounts`).
    /// - The index shall be that of the next proposal (`NotNextIndex`).
    /// - The proposal shall have an action (`NoActions`).
    /// - The proposal shall not have more actions than it can hold (`TooManyActions`).
    /// - Every action shall be of a known kind (`UnknownAction`).
    /// - Every field that an action's kind does not use shall be zero (`UnusedField`).
    /// - Every action shall name a known program, and a pausable one to unpause (`UnknownProgram`).
    /// - Every parameter shall be one of its program (`UnknownParam`).
    /// - Every value shall lie within the parameter's hard bounds (`ParamOutOfBounds`).
    /// - Every amount, address and time shall mean something for its kind (`BadAction`).
    /// - A change of the guardian or an upgrade shall be the only action (`MustStandAlone`).
    /// - No two actions shall change the same (`DuplicateAction`).
    /// - No value shall lie below its floor (`BelowFloor`).
    /// - The unbonding period shall cover the market's windows after every action (`StakingError::UnbondingTooShort`).
    /// - A seat shall be open to all within the longest claim window after every action (`MarketError::AdmissionTooSlow`).
    /// - Workers and stakers shall not receive more than the whole after every action (`RewardsError::SplitTooLarge`).
    /// - A mint to allow shall have no extension but those that describe it (`MarketError::UnsupportedMint`).
    /// - A rate shall at most double or halve that of today (`MarketError::RateChangeTooLarge`).
    /// - The mints of such actions shall follow, in their order and no others (`WrongAccounts`).
    ///
    /// # Arguments
    /// - `index` - index of the new proposal: the number of proposals published so far.
    /// - `draft` - title, hash of the text, whether votes may be secret, and the actions.
    pub fn propose(ctx: &mut Context<Self>, index: u64, draft: ProposalDraft) -> Result<()> {
        ctx.accounts.validate(index)?;
        let mints = ctx.remaining_accounts()?;
        let (bump, vault_bump) = (ctx.bumps.proposal, ctx.bumps.deposit_vault);
        let accounts = &mut ctx.accounts;
        let address = *accounts.proposal.address();
        let proposal: &mut Proposal = &mut accounts.proposal;
        proposal.set_content(&draft)?;
        let laws = Laws {
            staking: &*Account::<StakingParams>::load(*accounts.staking_params.account())?,
            market: &*Account::<MarketParams>::load(*accounts.market_params.account())?,
            emission: &accounts.emission,
        };
        laws.check(proposal.actions(), &accounts.params)?;
        check_mints(proposal.actions(), &mints)?;
        let now = Clock::get()?.unix_timestamp;
        proposal.publish(&mut accounts.params, now)?;
        proposal.version = 1;
        proposal.bump = bump;
        proposal.vault_bump = vault_bump;
        proposal.proposer = *accounts.proposer.address();
        token::open_account(
            [
                accounts.deposit_vault.account(),
                accounts.vote_mint.account(),
                accounts.source.account(),
                accounts.proposer.account(),
            ],
            &address,
            proposal.deposit.get(),
        );
        emit(ProposalPublished {
            proposal: address,
            proposer: proposal.proposer,
            index: proposal.index,
            opens_at: proposal.opens_at,
            open_until: proposal.open_until,
            deposit: proposal.deposit,
            heavy: proposal.heavy,
            secret: proposal.secret,
        });
        Ok(())
    }
}

/// Checks the mints that actions allow and the rates that they set, with the rules of the market.
#[inline(never)]
fn check_mints(actions: &[Action], accounts: &[AccountView]) -> Result<()> {
    let mut rest = accounts.iter();
    for action in actions {
        let (allows, rates) = (action.is(Kind::AllowMint), action.is(Kind::SetRate));
        if !allows && !rates {
            continue;
        }
        let account = rest.next().ok_or(GovernanceError::WrongAccounts)?;
        let is_named = if allows {
            if !token::is_plain_mint(account) {
                return Err(MarketError::UnsupportedMint.into());
            }
            *account.address() == action.address
        } else {
            let mut copy = *Account::<PaymentMint>::load(*account)?;
            // At the end of time a day lies behind every change: only the size of this one counts here.
            copy.set_rate(action.value.get(), i64::MAX)?;
            copy.mint == action.address
        };
        if !is_named {
            return Err(GovernanceError::WrongAccounts.into());
        }
    }
    if rest.next().is_some() {
        return Err(GovernanceError::WrongAccounts.into());
    }
    Ok(())
}
