//! Random programs that do little but compute with floats and look at the bits, in locals, globals, memory and results.

use rand_chacha::rand_core::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, Instruction as I, MemArg, MemorySection,
    MemoryType, Module, TypeSection, ValType,
};

use crate::{float_32, float_64, vector};

/// Functions of a program. Each may call those before it, and is exported.
const FUNCTIONS: u32 = 3;
/// Types of the parameters and of the results.
const SIGNATURE: [ValType; 3] = [ValType::F64, ValType::F32, ValType::V128];
/// Types of the values that programs compute with. Local `3 + 4 * n + t` has the type `t`, and so has global `t`.
const TYPES: [ValType; 4] = [ValType::F64, ValType::F32, ValType::V128, ValType::I32];
/// Locals of each type.
const LOCALS: u32 = 3;
/// First of the locals that count the rounds of loops, one a depth.
const COUNTERS: u32 = 3 + 4 * LOCALS;
const LOOP_DEPTH: u32 = 2;
const ROUNDS: i32 = 3;

const F64_UNARY: &[I<'_>] = &[
    I::F64Sqrt,
    I::F64Ceil,
    I::F64Floor,
    I::F64Trunc,
    I::F64Nearest,
    I::F64Neg,
    I::F64Abs,
];
const F64_BINARY: &[I<'_>] = &[
    I::F64Add,
    I::F64Sub,
    I::F64Mul,
    I::F64Div,
    I::F64Min,
    I::F64Max,
    I::F64Copysign,
];
const F32_UNARY: &[I<'_>] = &[
    I::F32Sqrt,
    I::F32Ceil,
    I::F32Floor,
    I::F32Trunc,
    I::F32Nearest,
    I::F32Neg,
    I::F32Abs,
];
const F32_BINARY: &[I<'_>] = &[
    I::F32Add,
    I::F32Sub,
    I::F32Mul,
    I::F32Div,
    I::F32Min,
    I::F32Max,
    I::F32Copysign,
];
const V128_UNARY: &[I<'_>] = &[
    I::F32x4Sqrt,
    I::F32x4Ceil,
    I::F32x4Floor,
    I::F32x4Trunc,
    I::F32x4Nearest,
    I::F32x4Neg,
    I::F32x4Abs,
    I::F64x2Sqrt,
    I::F64x2Ceil,
    I::F64x2Floor,
    I::F64x2Trunc,
    I::F64x2Nearest,
    I::F64x2Neg,
    I::F64x2Abs,
    I::F32x4DemoteF64x2Zero,
    I::F64x2PromoteLowF32x4,
    I::I32x4TruncSatF32x4S,
    I::I32x4TruncSatF64x2SZero,
    I::V128Not,
];
const V128_BINARY: &[I<'_>] = &[
    I::F32x4Add,
    I::F32x4Sub,
    I::F32x4Mul,
    I::F32x4Div,
    I::F32x4Min,
    I::F32x4Max,
    I::F32x4PMin,
    I::F32x4PMax,
    I::F32x4Lt,
    I::F64x2Add,
    I::F64x2Sub,
    I::F64x2Mul,
    I::F64x2Div,
    I::F64x2Min,
    I::F64x2Max,
    I::F64x2PMin,
    I::F64x2PMax,
    I::F64x2Ge,
    I::V128Xor,
    I::I32x4Add,
];
const I32_OF_F64: &[I<'_>] = &[I::F64Eq, I::F64Ne, I::F64Lt, I::F64Gt, I::F64Le, I::F64Ge];
const I32_OF_F32: &[I<'_>] = &[I::F32Eq, I::F32Ne, I::F32Lt, I::F32Gt, I::F32Le, I::F32Ge];

/// Makes a program. It is valid and ends.
pub fn program(seed: u64) -> Vec<u8> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut types = TypeSection::new();
    types.ty().function(SIGNATURE, SIGNATURE);
    let (mut functions, mut exports, mut code) = (
        FunctionSection::new(),
        ExportSection::new(),
        CodeSection::new(),
    );
    for index in 0..FUNCTIONS {
        functions.function(0);
        exports.export(&format!("f{index}"), ExportKind::Func, index);
        let mut body = Body {
            rng: &mut rng,
            code: Vec::new(),
            callees: index,
            loops: 0,
        };
        body.function();
        let mut function = Function::new(locals());
        body.code.iter().for_each(|instruction| {
            function.instruction(instruction);
        });
        code.function(&function);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: Some(1),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    exports.export("memory", ExportKind::Memory, 0);
    let mut globals = GlobalSection::new();
    for (index, val_type) in (0..).zip(TYPES) {
        exports.export(&format!("g{index}"), ExportKind::Global, index);
        globals.global(
            GlobalType {
                val_type,
                mutable: true,
                shared: false,
            },
            &zero(val_type),
        );
    }
    let mut data = DataSection::new();
    let floats: Vec<u8> = (0..16)
        .flat_map(|_| vector(&mut rng).to_le_bytes())
        .collect();
    data.active(0, &ConstExpr::i32_const(0), floats);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&globals);
    module.section(&exports).section(&code).section(&data);
    module.finish()
}

fn zero(val_type: ValType) -> ConstExpr {
    match val_type {
        ValType::F64 => ConstExpr::f64_const(0.0.into()),
        ValType::F32 => ConstExpr::f32_const(0.0.into()),
        ValType::V128 => ConstExpr::v128_const(0),
        _ => ConstExpr::i32_const(0),
    }
}

/// Locals after the three parameters: one of each type, a few times, then the counters.
fn locals() -> Vec<(u32, ValType)> {
    let values = (0..LOCALS)
        .flat_map(|_| TYPES)
        .map(|val_type| (1, val_type));
    values.chain([(LOOP_DEPTH, ValType::I32)]).collect()
}

/// A function as it is written.
struct Body<'a> {
    rng: &'a mut ChaCha8Rng,
    code: Vec<I<'static>>,
    /// Functions that it may call.
    callees: u32,
    /// Loops around the present place.
    loops: u32,
}

impl Body<'_> {
    fn function(&mut self) {
        for _ in 0..6 {
            self.statement(3);
        }
        for result in SIGNATURE {
            self.value(result, 4);
        }
        self.code.push(I::End);
    }

    fn below(&mut self, limit: u32) -> u32 {
        self.rng.next_u32() % limit
    }

    fn any(&mut self, instructions: &[I<'static>]) -> I<'static> {
        let index = self.below(u32::try_from(instructions.len()).unwrap());
        instructions[index as usize].clone()
    }

    fn any_type(&mut self) -> ValType {
        TYPES[self.below(4) as usize]
    }

    /// A local of this type; of a parameter's type, also the parameter.
    fn local(&mut self, val_type: ValType) -> u32 {
        let place = (0..)
            .zip(TYPES)
            .find(|(_, other)| *other == val_type)
            .unwrap()
            .0;
        match self.below(LOCALS + 1) {
            0 if place < 3 => place,
            0 => 3 + place,
            number => 3 + 4 * (number - 1) + place,
        }
    }

    fn global(val_type: ValType) -> u32 {
        (0..)
            .zip(TYPES)
            .find(|(_, other)| *other == val_type)
            .unwrap()
            .0
    }

    fn address(&mut self) -> MemArg {
        let offset = u64::from(self.below(32) * 8);
        self.code.push(I::I32Const(0));
        MemArg {
            offset,
            align: 0,
            memory_index: 0,
        }
    }

    fn statement(&mut self, depth: u32) {
        let val_type = self.any_type();
        match self.below(if depth == 0 { 4 } else { 7 }) {
            0 | 1 => {
                self.value(val_type, depth + 1);
                let local = self.local(val_type);
                self.code.push(I::LocalSet(local));
            }
            2 => {
                self.value(val_type, depth + 1);
                self.code.push(I::GlobalSet(Self::global(val_type)));
            }
            3 => {
                let address = self.address();
                self.value(val_type, depth + 1);
                self.code.push(match val_type {
                    ValType::F64 => I::F64Store(address),
                    ValType::F32 => I::F32Store(address),
                    ValType::V128 => I::V128Store(address),
                    _ => I::I32Store(address),
                });
            }
            4 => {
                self.value(ValType::I32, depth);
                self.code.push(I::If(BlockType::Empty));
                self.statement(depth - 1);
                self.code.push(I::Else);
                self.statement(depth - 1);
                self.code.push(I::End);
            }
            5 => {
                self.code.push(I::Block(BlockType::Empty));
                self.statement(depth - 1);
                self.value(ValType::I32, depth);
                self.code.push(I::BrIf(0));
                self.statement(depth - 1);
                self.code.push(I::End);
            }
            _ if self.loops < LOOP_DEPTH => self.repeat(depth),
            _ => self.statement(depth - 1),
        }
    }

    /// A loop of a few rounds.
    fn repeat(&mut self, depth: u32) {
        let counter = COUNTERS + self.loops;
        self.loops += 1;
        self.code.extend([
            I::I32Const(0),
            I::LocalSet(counter),
            I::Loop(BlockType::Empty),
        ]);
        self.statement(depth - 1);
        self.statement(depth - 1);
        self.code.extend([
            I::LocalGet(counter),
            I::I32Const(1),
            I::I32Add,
            I::LocalTee(counter),
        ]);
        self.code
            .extend([I::I32Const(ROUNDS), I::I32LtU, I::BrIf(0), I::End]);
        self.loops -= 1;
    }

    /// Pushes a value of this type.
    fn value(&mut self, val_type: ValType, depth: u32) {
        if depth == 0 {
            return self.leaf(val_type);
        }
        match self.below(10) {
            0 => self.leaf(val_type),
            1 => {
                self.value(val_type, depth - 1);
                let local = self.local(val_type);
                self.code.push(I::LocalTee(local));
            }
            2 => {
                self.value(val_type, depth - 1);
                self.value(val_type, depth - 1);
                self.value(ValType::I32, depth - 1);
                self.code.push(if val_type == ValType::V128 {
                    I::TypedSelect(val_type)
                } else {
                    I::Select
                });
            }
            3 => {
                self.value(ValType::I32, depth - 1);
                self.code.push(I::If(BlockType::Result(val_type)));
                self.value(val_type, depth - 1);
                self.code.push(I::Else);
                self.value(val_type, depth - 1);
                self.code.push(I::End);
            }
            4 if self.callees > 0 && self.loops == 0 => self.call(val_type, depth),
            _ => self.computation(val_type, depth),
        }
    }

    /// Calls a function and keeps the result of this type.
    fn call(&mut self, val_type: ValType, depth: u32) {
        for parameter in SIGNATURE {
            self.value(parameter, depth - 1);
        }
        let callee = self.below(self.callees);
        self.code.push(I::Call(callee));
        match val_type {
            ValType::V128 => {
                let local = self.local(val_type);
                self.code
                    .extend([I::LocalSet(local), I::Drop, I::Drop, I::LocalGet(local)]);
            }
            ValType::F32 => {
                let local = self.local(val_type);
                self.code
                    .extend([I::Drop, I::LocalSet(local), I::Drop, I::LocalGet(local)]);
            }
            ValType::F64 => self.code.extend([I::Drop, I::Drop]),
            _ => self.code.extend([
                I::Drop,
                I::I32ReinterpretF32,
                I::LocalSet(6),
                I::Drop,
                I::LocalGet(6),
            ]),
        }
    }

    fn leaf(&mut self, val_type: ValType) {
        let kind = self.below(6);
        let instruction = match (kind, val_type) {
            (0, ValType::F64) => I::F64Const(f64::from_bits(float_64(self.rng)).into()),
            (0, ValType::F32) => I::F32Const(f32::from_bits(float_32(self.rng)).into()),
            (0, ValType::V128) => I::V128Const(vector(self.rng).cast_signed()),
            (0, _) => I::I32Const(self.rng.next_u32().cast_signed() % 3),
            (1, _) => I::GlobalGet(Self::global(val_type)),
            (2, ValType::F64) => I::F64Load(self.address()),
            (2, ValType::F32) => I::F32Load(self.address()),
            (2, ValType::V128) => I::V128Load(self.address()),
            (2, _) => I::I32Load(self.address()),
            _ => I::LocalGet(self.local(val_type)),
        };
        self.code.push(instruction);
    }

    fn computation(&mut self, val_type: ValType, depth: u32) {
        let (operand, unary, binary) = match val_type {
            ValType::F64 => (val_type, F64_UNARY, F64_BINARY),
            ValType::F32 => (val_type, F32_UNARY, F32_BINARY),
            ValType::V128 => (val_type, V128_UNARY, V128_BINARY),
            _ if self.below(2) == 0 => (ValType::F64, &[I::I32TruncSatF64S][..], I32_OF_F64),
            _ => (
                ValType::F32,
                &[I::I32ReinterpretF32, I::I32TruncSatF32U][..],
                I32_OF_F32,
            ),
        };
        match self.below(6) {
            0 => self.conversion(val_type, depth),
            1 => {
                self.value(operand, depth - 1);
                let instruction = self.any(unary);
                self.code.push(instruction);
            }
            _ => {
                self.value(operand, depth - 1);
                self.value(operand, depth - 1);
                let instruction = self.any(binary);
                self.code.push(instruction);
            }
        }
    }

    /// Makes a value out of one of another type.
    fn conversion(&mut self, val_type: ValType, depth: u32) {
        let choice = self.below(2);
        let (operand, instruction) = match (val_type, choice) {
            (ValType::F64, 0) => (ValType::F32, I::F64PromoteF32),
            (ValType::F64, _) => (ValType::V128, I::F64x2ExtractLane(1)),
            (ValType::F32, 0) => (ValType::F64, I::F32DemoteF64),
            (ValType::F32, _) => (ValType::V128, I::F32x4ExtractLane(2)),
            (ValType::V128, 0) => (ValType::F64, I::F64x2Splat),
            (ValType::V128, _) => (ValType::F32, I::F32x4Splat),
            (_, 0) => (ValType::V128, I::I8x16Bitmask),
            _ => (ValType::V128, I::V128AnyTrue),
        };
        self.value(operand, depth - 1);
        self.code.push(instruction);
    }
}
