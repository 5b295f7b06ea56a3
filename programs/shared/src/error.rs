//! Error enums of the programs, with code, name and message of each rule for host code.
//!
//! Anchor puts the messages into the IDL only. Clients link the program crates, so they need no IDL to explain an error.

/// The error enum of a program. Declare it with [`program_errors!`](crate::program_errors).
pub trait ProgramErrorCode: Copy + Sized + 'static {
    /// Code of the first rule. The programs' codes do not overlap.
    const FIRST_CODE: u32;
    /// Every rule of the program, in the order of their codes.
    const ALL: &'static [Self];
    /// Returns the custom error code that a transaction fails with.
    fn code(self) -> u32;
    /// Returns the name of the variant.
    fn name(self) -> &'static str;
    /// Returns one sentence that says which rule was broken.
    fn message(self) -> &'static str;

    /// Returns the rule with this code, or `None` if the code is not one of this program.
    fn from_code(code: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.code() == code)
    }
}

/// Declares a program's error enum as Anchor's `#[error_code]` does, and implements [`ProgramErrorCode`] for it.
#[macro_export]
macro_rules! program_errors {
    (
        $(#[doc = $doc:literal])*
        #[error_code(offset = $offset:tt)]
        #[derive($($derive:ident),+)]
        pub enum $name:ident {
            $( #[msg($message:tt)] $variant:ident, )+
        }
    ) => {
        $(#[doc = $doc])*
        #[error_code(offset = $offset)]
        #[derive($($derive),+)]
        pub enum $name { $( #[msg($message)] $variant, )+ }

        impl $crate::error::ProgramErrorCode for $name {
            const FIRST_CODE: u32 = $offset;
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn code(self) -> u32 { Self::FIRST_CODE.saturating_add(self as u32) }
            fn name(self) -> &'static str { match self { $(Self::$variant => stringify!($variant)),+ } }
            fn message(self) -> &'static str { match self { $(Self::$variant => $message),+ } }
        }
    };
}
