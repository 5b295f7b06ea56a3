//! The code that replaces a NaN on top of the stack by the canonical one.

use wasm_encoder::{BlockType, Encode, Ieee32, Ieee64, Instruction, ValType};

use crate::operators::Shape;

/// The canonical NaN of 32 bits.
const NAN_32: u32 = 0x7fc0_0000;
/// The canonical NaN of 64 bits.
const NAN_64: u64 = 0x7ff8_0000_0000_0000;
/// Four canonical NaNs of 32 bits.
const NAN_32X4: i128 = i128::from_le_bytes([
    0, 0, 0xc0, 0x7f, 0, 0, 0xc0, 0x7f, 0, 0, 0xc0, 0x7f, 0, 0, 0xc0, 0x7f,
]);
/// Two canonical NaNs of 64 bits.
const NAN_64X2: i128 =
    i128::from_le_bytes([0, 0, 0, 0, 0, 0, 0xf8, 0x7f, 0, 0, 0, 0, 0, 0, 0xf8, 0x7f]);

/// A check, ready to be inserted.
pub(crate) struct Check {
    pub(crate) code: Vec<u8>,
    /// Offset of its branch in `code`.
    pub(crate) branch: usize,
    /// Whether the branch's condition is usually true.
    pub(crate) is_usual: bool,
}

/// Returns the type of the local that a check of this shape needs.
pub(crate) fn local_type(shape: Shape) -> ValType {
    match shape {
        Shape::F32 => ValType::F32,
        Shape::F64 => ValType::F64,
        Shape::F32x4 | Shape::F64x2 => ValType::V128,
    }
}

impl Check {
    /// Returns the check of a value of this shape on top of the stack. It overwrites `local`.
    pub(crate) fn new(shape: Shape, local: u32) -> Self {
        match shape {
            Shape::F32 => {
                let nan = Instruction::F32Const(Ieee32::new(NAN_32));
                Self::scalar(local, &Instruction::F32Ge, &nan)
            }
            Shape::F64 => {
                let nan = Instruction::F64Const(Ieee64::new(NAN_64));
                Self::scalar(local, &Instruction::F64Ge, &nan)
            }
            Shape::F32x4 => Self::vector(local, &Instruction::F32x4Ne, NAN_32X4),
            Shape::F64x2 => Self::vector(local, &Instruction::F64x2Ne, NAN_64X2),
        }
    }

    /// A number is greater than or equal to itself, a NaN is not. Processors have one jump for this condition on floats, but
    /// need two for "not equal".
    fn scalar(local: u32, is_number: &Instruction<'_>, nan: &Instruction<'_>) -> Self {
        let condition = [
            &Instruction::LocalTee(local),
            &Instruction::LocalGet(local),
            is_number,
        ];
        let branch = [
            &Instruction::If(BlockType::Empty),
            &Instruction::Else,
            nan,
            &Instruction::LocalSet(local),
            &Instruction::End,
            &Instruction::LocalGet(local),
        ];
        Self::encode(&condition, &branch, true)
    }

    /// Branches if any lane is a NaN, and then replaces those that are.
    fn vector(local: u32, is_nan: &Instruction<'_>, nan: i128) -> Self {
        let condition = [
            &Instruction::LocalTee(local),
            &Instruction::LocalGet(local),
            is_nan,
            &Instruction::V128AnyTrue,
        ];
        let branch = [
            &Instruction::If(BlockType::Empty),
            &Instruction::V128Const(nan),
            &Instruction::LocalGet(local),
            &Instruction::LocalGet(local),
            &Instruction::LocalGet(local),
            is_nan,
            &Instruction::V128Bitselect,
            &Instruction::LocalSet(local),
            &Instruction::End,
            &Instruction::LocalGet(local),
        ];
        Self::encode(&condition, &branch, false)
    }

    fn encode(condition: &[&Instruction<'_>], branch: &[&Instruction<'_>], is_usual: bool) -> Self {
        let mut code = Vec::new();
        for instruction in condition {
            instruction.encode(&mut code);
        }
        let offset = code.len();
        for instruction in branch {
            instruction.encode(&mut code);
        }
        Self {
            code,
            branch: offset,
            is_usual,
        }
    }
}
