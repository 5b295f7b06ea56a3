//! Votable parameters as a table: one line says the number, name, bounds, unit and field of each.
//!
//! Every program keeps its parameters in its own `Params` account and changes one at a time by number, so that
//! governance can store, check and execute a change without knowing its meaning.

/// One votable parameter: a stable number, a name people type, hard bounds that no vote can cross.
pub trait Votable: Copy + Sized + 'static {
    /// Every parameter of the program, in the order of their numbers.
    const ALL: &'static [Self];
    /// The number used in instructions and proposals. Never reused.
    fn number(self) -> u8;
    /// The field's name, as people type it.
    fn name(self) -> &'static str;
    /// The unit of the value, for people.
    fn unit(self) -> &'static str;
    /// Smallest and largest value that `set_params` accepts.
    fn bounds(self) -> (u64, u64);

    /// The parameter with this number.
    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.number() == number)
    }
    /// The parameter with this name.
    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.name() == name)
    }
    /// Whether `value` lies within the hard bounds.
    fn admits(self, value: u64) -> bool {
        let (low, high) = self.bounds();
        low <= value && value <= high
    }
}

/// Declares a program's votable parameters and the access to the `PodU64` fields that hold them.
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
            /// The value of one votable parameter.
            pub fn get(&self, param: $name) -> u64 { match param { $($name::$variant => self.$field.get()),+ } }
            /// Writes one votable parameter. The caller has checked its bounds.
            pub fn put(&mut self, param: $name, value: u64) {
                match param { $($name::$variant => self.$field = value.into()),+ }
            }
        }
    };
}
