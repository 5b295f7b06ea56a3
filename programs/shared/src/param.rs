//! Votable parameters as a table: one line states the number, the field, the bounds and the unit of each.
//!
//! Every program keeps its parameters in an account of its own and changes one at a time by its number. So governance can
//! store, check and execute a change without knowing its meaning.

/// A parameter that a vote can change. It has a fixed number, a name that people type, and hard bounds for every vote.
pub trait Votable: Copy + Sized + 'static {
    /// Every parameter of the program, ordered by number.
    const ALL: &'static [Self];
    /// Returns the number used in instructions and proposals. A number is never reused.
    fn number(self) -> u8;
    /// Returns the field's name, as people type it.
    fn name(self) -> &'static str;
    /// Returns the unit of the value, as people read it.
    fn unit(self) -> &'static str;
    /// Returns the smallest and the largest value that `set_params` accepts.
    fn bounds(self) -> (u64, u64);

    /// Returns the parameter with this number.
    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.number() == number)
    }
    /// Returns the parameter with this name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.name() == name)
    }
    /// Returns whether `value` lies within the hard bounds.
    fn admits(self, value: u64) -> bool {
        let (low, high) = self.bounds();
        low <= value && value <= high
    }
}

/// Declares a program's votable parameters and the methods that read and write the `PodU64` fields that hold them.
#[macro_export]
macro_rules! votable_params {
    ($(#[$meta:meta])* $vis:vis enum $name:ident of $params:ty {
        $( $(#[$doc:meta])* $variant:ident = $number:literal => $field:ident, $low:expr, $high:expr, $unit:literal; )+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        $vis enum $name { $( $(#[$doc])* $variant = $number, )+ }

        impl $crate::param::Votable for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn number(self) -> u8 { self as u8 }
            fn name(self) -> &'static str { match self { $(Self::$variant => stringify!($field)),+ } }
            fn unit(self) -> &'static str { match self { $(Self::$variant => $unit),+ } }
            fn bounds(self) -> (u64, u64) { match self { $(Self::$variant => ($low, $high)),+ } }
        }

        impl $params {
            /// Returns the value of a votable parameter.
            pub fn get(&self, param: $name) -> u64 { match param { $($name::$variant => self.$field.get()),+ } }
            /// Writes a votable parameter. The caller has checked its bounds.
            pub fn put(&mut self, param: $name, value: u64) {
                match param { $($name::$variant => self.$field = value.into()),+ }
            }
        }
    };
}
