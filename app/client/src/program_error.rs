//! The rules of the four programs as one type: from the error code of a failed transaction to the variant of a program's
//! error enum.

use assay_governance::error::GovernanceError;
use assay_market::error::MarketError;
use assay_rewards::error::RewardsError;
use assay_shared::error::ProgramErrorCode;
use assay_staking::error::StakingError;

/// Declares [`ProgramError`] from the error enums of the programs.
macro_rules! program_error {
    ($($program:ident($errors:ty) = $name:literal,)+) => {
        /// A rule of one of the four programs that a transaction broke.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProgramError {
            $(#[doc = concat!("A rule of the ", $name, " program.")] $program($errors),)+
        }

        impl ProgramError {
            /// Returns the rule with this custom error code, or `None` if the code is not one of our programs.
            pub fn from_code(code: u32) -> Option<Self> {
                None$(.or_else(|| <$errors>::from_code(code).map(Self::$program)))+
            }

            /// Returns every rule of the four programs.
            pub fn all() -> impl Iterator<Item = Self> {
                std::iter::empty()$(.chain(<$errors>::ALL.iter().copied().map(Self::$program)))+
            }

            /// Returns the program's name in lower case, such as `market`.
            pub fn program(self) -> &'static str {
                match self { $(Self::$program(_) => $name,)+ }
            }

            /// Returns the custom error code that a transaction fails with.
            pub fn code(self) -> u32 {
                match self { $(Self::$program(error) => error.code(),)+ }
            }

            /// Returns the name of the variant in the program's error enum.
            pub fn name(self) -> &'static str {
                match self { $(Self::$program(error) => error.name(),)+ }
            }

            /// Returns one sentence that says which rule was broken.
            pub fn message(self) -> &'static str {
                match self { $(Self::$program(error) => error.message(),)+ }
            }
        }

        $(impl From<$errors> for ProgramError {
            fn from(error: $errors) -> Self {
                Self::$program(error)
            }
        })+
    };
}

program_error! {
    Staking(StakingError) = "staking",
    Market(MarketError) = "market",
    Rewards(RewardsError) = "rewards",
    Governance(GovernanceError) = "governance",
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// Checks one program: the code is the one that Anchor returns, and the code leads back to the same variant.
    fn assert_round_trip<E>(program: &str)
    where
        E: ProgramErrorCode + Into<ProgramError> + Into<anchor_lang::Error> + std::fmt::Debug,
    {
        assert!(!E::ALL.is_empty(), "{program}");
        for (code, error) in (E::FIRST_CODE..).zip(E::ALL.iter().copied()) {
            let name = format!("{error:?}");
            let rule: ProgramError = error.into();
            assert_eq!(rule.code(), code, "{name}");
            let returned: anchor_lang::Error = error.into();
            assert_eq!(returned, anchor_lang::Error::Custom(code), "{name}");
            assert_eq!(ProgramError::from_code(code), Some(rule));
            assert_eq!((rule.program(), rule.name()), (program, name.as_str()));
            assert!(!rule.message().is_empty(), "{name}");
        }
    }

    #[test]
    fn every_rule_is_found_by_its_code() {
        assert_round_trip::<StakingError>("staking");
        assert_round_trip::<MarketError>("market");
        assert_round_trip::<RewardsError>("rewards");
        assert_round_trip::<GovernanceError>("governance");
    }

    #[test]
    fn no_two_rules_share_a_code() {
        let codes: HashSet<u32> = ProgramError::all().map(ProgramError::code).collect();
        assert_eq!(codes.len(), ProgramError::all().count());
    }

    #[test]
    fn codes_of_others_are_no_rules() {
        for code in [0, 1, 2_012, 5_999, 6_499, u32::MAX] {
            assert_eq!(ProgramError::from_code(code), None, "{code}");
        }
    }
}
