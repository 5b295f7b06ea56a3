//! What each operator does with NaNs: the one place where that is decided.

use wasmparser::Operator;

/// How a value is divided into floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    F32,
    F64,
    F32x4,
    F64x2,
}

/// What an operator does with the NaNs among its operands, and whether it makes new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Takes operands of one shape and returns a result of another or the same. If the result is a NaN, WebAssembly leaves its
    /// bits open. The bits of a NaN operand decide nothing else.
    Computes { takes: Shape, makes: Shape },
    /// Takes operands of this shape and returns no float. Which NaN an operand is decides nothing.
    Tells(Shape),
    /// Changes or clears the sign, nothing else, also of a NaN.
    Signs(Shape),
    /// Takes an operand and forgets it.
    Drops,
    /// Pushes the value of a local.
    Reads(u32),
    /// Writes an operand to a local.
    Writes(u32),
    /// Writes an operand to a local and pushes it again.
    WritesAndKeeps(u32),
    /// May show the bits of a NaN, by storing, moving or reinterpreting it. Makes no NaN whose bits are open.
    Keeps,
    /// May do the same, and other operators may follow than the next one, with other operands.
    Jumps,
}

/// How much a check has to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// One float.
    Scalar,
    /// The lanes of a vector.
    Vector,
}

/// Returns whether [`canonicalize`](crate::canonicalize) may have to add a check after an operator, and of what. It adds none
/// where nothing can tell one NaN from another.
pub fn may_need_check(operator: &Operator<'_>) -> Option<Width> {
    match float_effect(operator) {
        Some(Effect::Computes { makes, .. }) => Some(match makes {
            Shape::F32 | Shape::F64 => Width::Scalar,
            Shape::F32x4 | Shape::F64x2 => Width::Vector,
        }),
        _ => None,
    }
}

/// An operator as the rewriting sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Class {
    pub(crate) effect: Effect,
    /// Operands. Not known for [`Effect::Jumps`].
    pub(crate) pops: usize,
    /// Results. Not known for [`Effect::Jumps`].
    pub(crate) pushes: usize,
}

/// Returns what an operator does, or `None` if it belongs to a proposal that is not supported.
pub(crate) fn classify(operator: &Operator<'_>) -> Option<Class> {
    let (is_supported, arity) = describe(operator)?;
    if !is_supported {
        return None;
    }
    let (pops, pushes) = arity.unwrap_or((0, 0));
    let effect = match (float_effect(operator), operator) {
        (Some(effect), _) => effect,
        (None, Operator::Drop) => Effect::Drops,
        (None, Operator::LocalGet { local_index }) => Effect::Reads(*local_index),
        (None, Operator::LocalSet { local_index }) => Effect::Writes(*local_index),
        (None, Operator::LocalTee { local_index }) => Effect::WritesAndKeeps(*local_index),
        // What follows these is never run, so the validator lets it have any operands.
        (None, Operator::Unreachable | Operator::ThrowRef) => Effect::Jumps,
        (None, _) if arity.is_none() => Effect::Jumps,
        (None, _) => Effect::Keeps,
    };
    Some(Class {
        effect,
        pops,
        pushes,
    })
}

/// Lists the operators that touch floats, by effect.
macro_rules! float_operators {
    ($($effect:expr => $($name:ident)+;)+) => {
        /// Returns what an operator does with floats, or `None` if it has none: then it only moves bits, or has integers.
        fn float_effect(operator: &Operator<'_>) -> Option<Effect> {
            match operator {
                $($(Operator::$name { .. })|+ => Some($effect),)+
                _ => None,
            }
        }

        #[cfg(test)]
        const FLOAT_OPERATORS: &[&str] = &[$($(stringify!($name),)+)+];
    };
}

float_operators! {
    Effect::Computes { takes: Shape::F32, makes: Shape::F32 } =>
        F32Add F32Sub F32Mul F32Div F32Min F32Max F32Sqrt F32Ceil F32Floor F32Trunc F32Nearest;
    Effect::Computes { takes: Shape::F64, makes: Shape::F64 } =>
        F64Add F64Sub F64Mul F64Div F64Min F64Max F64Sqrt F64Ceil F64Floor F64Trunc F64Nearest;
    Effect::Computes { takes: Shape::F64, makes: Shape::F32 } => F32DemoteF64;
    Effect::Computes { takes: Shape::F32, makes: Shape::F64 } => F64PromoteF32;
    Effect::Computes { takes: Shape::F32x4, makes: Shape::F32x4 } =>
        F32x4Add F32x4Sub F32x4Mul F32x4Div F32x4Min F32x4Max F32x4Sqrt F32x4Ceil F32x4Floor F32x4Trunc F32x4Nearest;
    Effect::Computes { takes: Shape::F64x2, makes: Shape::F64x2 } =>
        F64x2Add F64x2Sub F64x2Mul F64x2Div F64x2Min F64x2Max F64x2Sqrt F64x2Ceil F64x2Floor F64x2Trunc F64x2Nearest;
    Effect::Computes { takes: Shape::F64x2, makes: Shape::F32x4 } => F32x4DemoteF64x2Zero;
    Effect::Computes { takes: Shape::F32x4, makes: Shape::F64x2 } => F64x2PromoteLowF32x4;

    // A NaN compares as unordered, traps, or becomes 0, whatever its bits.
    Effect::Tells(Shape::F32) =>
        F32Eq F32Ne F32Lt F32Gt F32Le F32Ge
        I32TruncF32S I32TruncF32U I64TruncF32S I64TruncF32U
        I32TruncSatF32S I32TruncSatF32U I64TruncSatF32S I64TruncSatF32U;
    Effect::Tells(Shape::F64) =>
        F64Eq F64Ne F64Lt F64Gt F64Le F64Ge
        I32TruncF64S I32TruncF64U I64TruncF64S I64TruncF64U
        I32TruncSatF64S I32TruncSatF64U I64TruncSatF64S I64TruncSatF64U;
    Effect::Tells(Shape::F32x4) =>
        F32x4Eq F32x4Ne F32x4Lt F32x4Gt F32x4Le F32x4Ge I32x4TruncSatF32x4S I32x4TruncSatF32x4U;
    Effect::Tells(Shape::F64x2) =>
        F64x2Eq F64x2Ne F64x2Lt F64x2Gt F64x2Le F64x2Ge I32x4TruncSatF64x2SZero I32x4TruncSatF64x2UZero;

    Effect::Signs(Shape::F32) => F32Abs F32Neg;
    Effect::Signs(Shape::F64) => F64Abs F64Neg;
    Effect::Signs(Shape::F32x4) => F32x4Abs F32x4Neg;
    Effect::Signs(Shape::F64x2) => F64x2Abs F64x2Neg;

    // The bits go on as they are: out of a constant or the memory, into it, or into another register.
    Effect::Keeps =>
        F32Const F64Const F32Load F64Load F32Store F64Store
        F32ReinterpretI32 F64ReinterpretI64 I32ReinterpretF32 I64ReinterpretF64
        F32x4Splat F64x2Splat F32x4ExtractLane F64x2ExtractLane F32x4ReplaceLane F64x2ReplaceLane;
    // The sign of the second operand shows, even of a NaN.
    Effect::Keeps => F32Copysign F64Copysign;
    // Defined as a comparison and a selection: the result is one of the operands, bit for bit.
    Effect::Keeps => F32x4PMin F32x4PMax F64x2PMin F64x2PMax;
    // No integer becomes a NaN.
    Effect::Keeps =>
        F32ConvertI32S F32ConvertI32U F32ConvertI64S F32ConvertI64U
        F64ConvertI32S F64ConvertI32U F64ConvertI64S F64ConvertI64U
        F32x4ConvertI32x4S F32x4ConvertI32x4U F64x2ConvertLowI32x4S F64x2ConvertLowI32x4U;
}

/// Whether operators of a proposal are supported. Those of another proposal may make NaNs that nobody has thought about.
macro_rules! is_supported {
    (mvp) => {
        true
    };
    (sign_extension) => {
        true
    };
    (saturating_float_to_int) => {
        true
    };
    (bulk_memory) => {
        true
    };
    (reference_types) => {
        true
    };
    (simd) => {
        true
    };
    (tail_call) => {
        true
    };
    (exceptions) => {
        true
    };
    ($other:ident) => {
        false
    };
}

/// The numbers of operands and results, if they do not depend on the module.
macro_rules! arity {
    (arity custom) => {
        None
    };
    (arity $pops:literal -> $pushes:literal) => {
        Some(($pops, $pushes))
    };
}

macro_rules! describe_operators {
    ($(@$proposal:ident $name:ident $({ $($field:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*))*) => {
        /// Returns whether an operator's proposal is supported, and the numbers of its operands and results. `None` for an
        /// operator that wasmparser does not list.
        fn describe(operator: &Operator<'_>) -> Option<(bool, Option<(usize, usize)>)> {
            match operator {
                $(Operator::$name { .. } => Some((is_supported!($proposal), arity!($($arity)*))),)*
                _ => None,
            }
        }

        #[cfg(test)]
        const SUPPORTED_OPERATORS: &[(&str, bool)] = &[$((stringify!($name), is_supported!($proposal)),)*];
    };
}

wasmparser::for_each_operator!(describe_operators);

#[cfg(test)]
mod tests {
    use super::*;

    /// Supported operators of wasmparser 0.254.
    const SUPPORTED: usize = 172 + 5 + 8 + 7 + 10 + 2 + 236 + 3;

    #[test]
    fn every_supported_operator_with_floats_is_listed_once() {
        let names: Vec<&str> = SUPPORTED_OPERATORS
            .iter()
            .filter(|(_, is_supported)| *is_supported)
            .map(|(name, _)| *name)
            .collect();
        let mut with_floats: Vec<&str> = names
            .iter()
            .filter(|name| name.contains("F32") || name.contains("F64"))
            .copied()
            .collect();
        let mut listed = FLOAT_OPERATORS.to_vec();
        with_floats.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, with_floats);
        // An operator that an upgrade adds to a supported proposal has to be looked at.
        assert_eq!(names.len(), SUPPORTED);
    }

    #[test]
    fn operators_of_other_proposals_are_not_classified() {
        for operator in [
            Operator::F32x4RelaxedMadd,
            Operator::RefEq,
            Operator::AtomicFence,
            Operator::I64Add128,
            Operator::CatchAll,
        ] {
            assert!(classify(&operator).is_none(), "{operator:?}");
        }
    }
}
