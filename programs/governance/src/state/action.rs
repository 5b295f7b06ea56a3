use super::{
    kind::{field, Kind, Target},
    Param,
};
use crate::error::{GovernanceError, RuleResult};
use anchor_lang::prelude::*;
use assay_shared::param::Votable;
use bytemuck::{Pod, Zeroable};

/// Largest number of actions of a proposal.
pub const MAX_ACTIONS: usize = 8;
/// Longest time over which a grant vests, seconds: ten years.
pub const MAX_VESTING: u64 = 10 * 365 * 86_400;

/// An action as a proposer writes it. What it leaves out is zero.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType,
)]
pub struct ProposedAction {
    /// Number of a `Kind`.
    pub kind: u8,
    /// Number of a `Target`.
    pub target: u8,
    /// Number of a parameter of that program.
    pub param: u8,
    /// Bump of the address of the recipient's, or of the fee vault's, associated token account.
    pub bump: u8,
    /// Bump of the address of the treasury's associated token account; 0 for the treasury of the vote mint.
    pub source_bump: u8,
    /// Value of the parameter, amount in base units, rate, or 1 and 0.
    pub value: u64,
    /// Seconds over which a grant vests.
    pub extra: Option<u64>,
    /// Recipient, payment mint, guardian, or SHA-256 of the program's bytes.
    pub address: Option<Address>,
    /// Mint that is spent, or wallet that gets the buffer's rent.
    pub other: Option<Address>,
}

impl ProposedAction {
    fn of(kind: Kind) -> Self {
        Self {
            kind: kind as u8,
            ..Self::default()
        }
    }

    /// Returns the action that sets parameter `param` of `target` to `value`.
    pub fn set_param(target: Target, param: u8, value: u64) -> Self {
        Self {
            target: target as u8,
            param,
            value,
            ..Self::of(Kind::SetParam)
        }
    }

    /// Returns the action that pays `amount` base units of `mint` to the associated token account, with this bump, of `to`.
    pub fn transfer(to: Address, bump: u8, amount: u64, mint: Address, source_bump: u8) -> Self {
        Self {
            value: amount,
            address: Some(to),
            other: Some(mint),
            bump,
            source_bump,
            ..Self::of(Kind::Transfer)
        }
    }

    /// Returns the action that grants `amount` base units of `mint` to `to`, over `vesting` seconds.
    pub fn grant(to: Address, amount: u64, vesting: u64, mint: Address, source_bump: u8) -> Self {
        Self {
            value: amount,
            extra: Some(vesting),
            address: Some(to),
            other: Some(mint),
            source_bump,
            ..Self::of(Kind::Grant)
        }
    }

    /// Returns the action that allows `mint` at `rate`; `bump` is that of the fee vault's address.
    pub fn allow_mint(mint: Address, rate: u64, bump: u8) -> Self {
        Self {
            value: rate,
            address: Some(mint),
            bump,
            ..Self::of(Kind::AllowMint)
        }
    }

    /// Returns the action that sets the rate of the payment mint `mint`.
    pub fn set_rate(mint: Address, rate: u64) -> Self {
        Self {
            value: rate,
            address: Some(mint),
            ..Self::of(Kind::SetRate)
        }
    }

    /// Returns the action that opens the payment mint `mint` to new jobs or closes it.
    pub fn set_admits(mint: Address, admits: bool) -> Self {
        Self {
            value: u64::from(admits),
            address: Some(mint),
            ..Self::of(Kind::SetAdmits)
        }
    }

    /// Returns the action that dismisses the guardian and offers the office to `guardian`; zero for nobody.
    pub fn set_guardian(guardian: Address) -> Self {
        Self {
            address: Some(guardian),
            ..Self::of(Kind::SetGuardian)
        }
    }

    /// Returns the action that replaces the bytecode of `target` by the bytes with this SHA-256. The rent of the buffer that
    /// brings them goes to `rent_to`.
    pub fn upgrade(target: Target, hash: [u8; 32], rent_to: Address) -> Self {
        Self {
            target: target as u8,
            address: Some(Address::new_from_array(hash)),
            other: Some(rent_to),
            ..Self::of(Kind::Upgrade)
        }
    }

    /// Returns the action that ends a pause of `target`.
    pub fn unpause(target: Target) -> Self {
        Self {
            target: target as u8,
            ..Self::of(Kind::Unpause)
        }
    }

    /// Returns the action as a proposal keeps it, if its numbers are right.
    ///
    /// # Errors
    /// Those of [`Action::check`].
    pub fn checked(&self) -> RuleResult<Action> {
        let action = Action::from(self);
        action.check()?;
        Ok(action)
    }
}

/// In place of an address that is not given. A reference to it is chosen and 32 bytes copied at once: of two values the compiler
/// chooses byte by byte.
static NO_ADDRESS: Address = Address::new_from_array([0; 32]);

/// Does not check anything.
impl From<&ProposedAction> for Action {
    fn from(action: &ProposedAction) -> Self {
        Self {
            value: action.value.into(),
            extra: action.extra.unwrap_or(0).into(),
            address: *action.address.as_ref().unwrap_or(&NO_ADDRESS),
            other: *action.other.as_ref().unwrap_or(&NO_ADDRESS),
            kind: action.kind,
            target: action.target,
            param: action.param,
            bump: action.bump,
            source_bump: action.source_bump,
            ..Self::default()
        }
    }
}

/// An action of a proposal, checked when it was proposed. Fields that its kind does not use are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Action {
    /// Value of the parameter, amount in base units, rate, or 1 and 0.
    pub value: PodU64,
    /// Seconds over which a grant vests.
    pub extra: PodU64,
    /// Recipient, payment mint, guardian, or SHA-256 of the program's bytes.
    pub address: Address,
    /// Mint that is spent, or wallet that gets the buffer's rent.
    pub other: Address,
    /// Number of a `Kind`.
    pub kind: u8,
    /// Number of a `Target`.
    pub target: u8,
    /// Number of a parameter of that program.
    pub param: u8,
    /// Bump of the address of the recipient's, or of the fee vault's, associated token account.
    pub bump: u8,
    /// Bump of the address of the treasury's associated token account; 0 for the treasury of the vote mint.
    pub source_bump: u8,
    /// Fills the fields up to a multiple of eight bytes; zero.
    pub padding: [u8; 3],
    /// For later versions; zero.
    pub reserved: [u8; 16],
}

impl Action {
    /// Returns the kind of the action.
    ///
    /// # Errors
    /// `UnknownAction`.
    pub fn kind(&self) -> RuleResult<Kind> {
        Kind::from_number(self.kind).ok_or(GovernanceError::UnknownAction)
    }

    /// Returns the program that the action changes.
    ///
    /// # Errors
    /// `UnknownProgram`.
    pub fn target(&self) -> RuleResult<Target> {
        Target::from_number(self.target).ok_or(GovernanceError::UnknownProgram)
    }

    /// Returns whether the action is of this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.kind == kind as u8
    }

    /// Returns whether the proposal needs a higher quorum and twice as much yes as no: it spends, admits a token that work is
    /// paid in, names who may veto, replaces code, or changes the rules of voting.
    pub fn is_heavy(&self) -> bool {
        match Kind::from_number(self.kind) {
            Some(Kind::SetParam) => self.target == Target::Governance as u8,
            Some(Kind::SetRate | Kind::SetAdmits | Kind::Unpause) => false,
            _ => true,
        }
    }

    /// Checks what can be said about the action alone, without any account.
    ///
    /// # Errors
    /// `UnknownAction`, `UnusedField`, `UnknownProgram`, `UnknownParam`, `ParamOutOfBounds`, `BadAction`.
    pub fn check(&self) -> RuleResult<()> {
        let kind = self.kind()?;
        let (value, filled) = (self.value.get(), self.filled());
        if filled & !kind.fields() != 0 {
            return Err(GovernanceError::UnusedField);
        }
        let has = |fields: u8| filled & fields == fields;
        let is_sound = match kind {
            Kind::SetParam => return admits(self.target()?, self.param, value),
            Kind::Transfer => has(field::VALUE | field::ADDRESS | field::OTHER),
            Kind::Grant => {
                let vesting = self.extra.get();
                has(field::VALUE | field::ADDRESS | field::OTHER) && vesting <= MAX_VESTING
            }
            Kind::AllowMint | Kind::SetRate => has(field::VALUE | field::ADDRESS),
            Kind::SetAdmits => value <= 1 && has(field::ADDRESS),
            Kind::SetGuardian => true,
            Kind::Upgrade => {
                self.target()?;
                has(field::ADDRESS | field::OTHER)
            }
            Kind::Unpause if !self.target()?.is_pausable() => {
                return Err(GovernanceError::UnknownProgram)
            }
            Kind::Unpause => true,
        };
        is_sound.then_some(()).ok_or(GovernanceError::BadAction)
    }

    /// Returns the fields that are not zero, bits of [`field`].
    fn filled(&self) -> u8 {
        let zero = Address::default();
        let bit = |bit: u8, is_set: bool| if is_set { bit } else { 0 };
        bit(field::VALUE, self.value.get() != 0)
            | bit(field::EXTRA, self.extra.get() != 0)
            | bit(field::ADDRESS, self.address != zero)
            | bit(field::OTHER, self.other != zero)
            | bit(field::TARGET, self.target != 0)
            | bit(field::PARAM, self.param != 0)
            | bit(field::BUMP, self.bump != 0)
            | bit(field::SOURCE_BUMP, self.source_bump != 0)
    }
}

/// Checks that the program has this parameter and that its hard bounds admit `value`.
fn admits(target: Target, param: u8, value: u64) -> RuleResult<()> {
    match target {
        Target::Governance => admitted::<Param>(param, value),
        Target::Staking => admitted::<assay_staking::state::Param>(param, value),
        Target::Market => admitted::<assay_market::state::Param>(param, value),
        Target::Rewards => admitted::<assay_rewards::state::Param>(param, value),
    }
}

fn admitted<P: Votable>(param: u8, value: u64) -> RuleResult<()> {
    let param = P::from_number(param).ok_or(GovernanceError::UnknownParam)?;
    if !param.admits(value) {
        return Err(GovernanceError::ParamOutOfBounds);
    }
    Ok(())
}

#[cfg(test)]
#[path = "action_tests.rs"]
mod tests;
