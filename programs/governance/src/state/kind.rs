//! What an action does, and which of its fields count.

/// The kind of an action. New kinds go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// Sets one parameter of one program.
    SetParam = 0,
    /// Pays tokens of the treasury to the associated token account of a wallet.
    Transfer = 1,
    /// Sets tokens of the treasury aside for a wallet, which may take them over time.
    Grant = 2,
    /// Allows jobs to be paid in a mint.
    AllowMint = 3,
    /// Changes what a payment mint is worth.
    SetRate = 4,
    /// Opens a payment mint to new jobs, or closes it.
    SetAdmits = 5,
    /// Dismisses the guardian and offers the office to another wallet, or to nobody.
    SetGuardian = 6,
    /// Replaces the bytecode of a program.
    Upgrade = 7,
    /// Ends a pause of a program.
    Unpause = 8,
}

/// The fields of an action, one bit each.
pub(super) mod field {
    pub const VALUE: u8 = 1;
    pub const EXTRA: u8 = 2;
    pub const ADDRESS: u8 = 4;
    pub const OTHER: u8 = 8;
    pub const TARGET: u8 = 16;
    pub const PARAM: u8 = 32;
    pub const BUMP: u8 = 64;
    pub const SOURCE_BUMP: u8 = 128;
}

impl Kind {
    /// Every kind, ordered by number.
    pub const ALL: &'static [Self] = &[
        Self::SetParam,
        Self::Transfer,
        Self::Grant,
        Self::AllowMint,
        Self::SetRate,
        Self::SetAdmits,
        Self::SetGuardian,
        Self::Upgrade,
        Self::Unpause,
    ];

    /// Returns the kind with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Returns whether the kind spends what the treasury holds.
    pub fn spends(self) -> bool {
        matches!(self, Self::Transfer | Self::Grant)
    }

    /// Returns whether such an action is the only one of its proposal. A guardian cannot veto its own dismissal, so nothing
    /// else may hide in that proposal; and an upgrade is executed by an instruction of its own.
    pub fn stands_alone(self) -> bool {
        matches!(self, Self::SetGuardian | Self::Upgrade)
    }

    /// Returns the fields that count, bits of [`field`]. The others are zero, so that two equal actions are equal bytes.
    pub(super) fn fields(self) -> u8 {
        use field::{ADDRESS, BUMP, EXTRA, OTHER, PARAM, SOURCE_BUMP, TARGET, VALUE};
        match self {
            Self::SetParam => TARGET | PARAM | VALUE,
            Self::Transfer => ADDRESS | OTHER | VALUE | BUMP | SOURCE_BUMP,
            Self::Grant => ADDRESS | OTHER | VALUE | EXTRA | SOURCE_BUMP,
            Self::AllowMint => ADDRESS | VALUE | BUMP,
            Self::SetRate | Self::SetAdmits => ADDRESS | VALUE,
            Self::SetGuardian => ADDRESS,
            Self::Upgrade => TARGET | ADDRESS | OTHER,
            Self::Unpause => TARGET,
        }
    }
}

/// A program that a vote can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Target {
    /// This program.
    Governance = 0,
    /// The staking program.
    Staking = 1,
    /// The market program.
    Market = 2,
    /// The rewards program.
    Rewards = 3,
}

impl Target {
    /// Every program, ordered by number.
    pub const ALL: &'static [Self] =
        &[Self::Governance, Self::Staking, Self::Market, Self::Rewards];

    /// Returns the program with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Returns the program with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|t| t.name() == name)
    }

    /// Returns the program's name, as people type it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Staking => "staking",
            Self::Market => "market",
            Self::Rewards => "rewards",
        }
    }

    /// Returns whether the program has operations that a guardian can pause. Rewards has none: its clocks do not stop.
    pub fn is_pausable(self) -> bool {
        !matches!(self, Self::Rewards)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_every_program_is_found_by_its_number_and_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_number(*kind as u8), Some(*kind));
        }
        assert_eq!(Kind::from_number(9), None);
        for target in Target::ALL {
            assert_eq!(Target::from_number(*target as u8), Some(*target));
            assert_eq!(Target::from_name(target.name()), Some(*target));
        }
        assert_eq!(Target::from_number(4), None);
    }
}
