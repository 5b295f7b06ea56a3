//! The check of the functions' code, together with its validation.

use assay_canonical_nan::{may_need_check, Width};
use wasmparser::{
    BlockType, FuncToValidate, FuncValidator, FuncValidatorAllocations, FunctionBody, ModuleArity,
    Operator, OperatorsReader, OperatorsReaderAllocations, ValidatorResources, WasmFeatures,
};

use super::limits;
use super::{Measure, ModuleError, PROPOSALS};

/// What is read: exceptions too, so that they are refused by name.
const READ: WasmFeatures = PROPOSALS
    .union(WasmFeatures::EXCEPTIONS)
    .union(WasmFeatures::LEGACY_EXCEPTIONS);

/// Buffers of the validator, used again for each function.
#[derive(Default)]
struct Buffers {
    validator: FuncValidatorAllocations,
    reader: OperatorsReaderAllocations,
}

/// Checks functions one after the other.
#[derive(Default)]
pub(super) struct FunctionCheck {
    buffers: Buffers,
    /// Bytes of the code section.
    code_bytes: u64,
    /// Of all functions so far.
    squared_branches: u64,
    values: u64,
    block_values: u64,
    carried: u64,
    nan_checks: u64,
}

impl FunctionCheck {
    /// Tells the size of the code section, in bytes, which decides how much the functions may have together.
    pub(super) fn begin(&mut self, code_bytes: u32) {
        self.code_bytes = code_bytes.into();
    }

    /// Checks and validates one function.
    ///
    /// # Errors
    /// [`ModuleError`].
    pub(super) fn check(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody<'_>,
    ) -> Result<(), ModuleError> {
        let mut tally = Tally {
            function: function.index,
            ..Tally::default()
        };
        tally.within(Measure::Bytes, body.range().len() as u64)?;
        let Buffers { validator, reader } = std::mem::take(&mut self.buffers);
        let mut validator = function.into_validator(validator);
        let mut code = body.get_binary_reader();
        validator.read_locals(&mut code)?;
        tally.locals = validator.len_locals().into();
        tally.within(Measure::Locals, tally.locals)?;
        // Some encodings are valid only with a proposal that is off.
        code.set_features(READ);
        let mut operators = OperatorsReader::new_with_allocs(code, reader);
        while !operators.eof() {
            let offset = operators.original_position();
            let operator = operators.read()?;
            tally.count(&operator, &validator)?;
            validator.op(offset, &operator)?;
        }
        operators.finish()?;
        self.buffers = Buffers {
            validator: validator.into_allocations(),
            reader: operators.into_allocations(),
        };
        self.sum(&tally)
    }

    /// Adds what a function has to what all have, and checks it.
    fn sum(&mut self, tally: &Tally) -> Result<(), ModuleError> {
        let squared = tally.branches.saturating_mul(tally.branches);
        for (sum, more, limit) in [
            (
                &mut self.squared_branches,
                squared,
                &limits::SQUARED_BRANCHES,
            ),
            (&mut self.values, tally.values, &limits::VALUES),
            (
                &mut self.block_values,
                tally.block_values,
                &limits::BLOCK_VALUES,
            ),
            (&mut self.carried, tally.carried, &limits::CARRIED),
            (&mut self.nan_checks, tally.nan_checks, &limits::NAN_CHECKS),
        ] {
            *sum = sum.saturating_add(more);
            limit.check_for(*sum, self.code_bytes)?;
        }
        Ok(())
    }
}

/// What was counted in one function so far.
#[derive(Default)]
struct Tally {
    function: u32,
    locals: u64,
    /// For each block around the next instruction, whether it is a loop.
    blocks: Vec<bool>,
    /// Loops around the next instruction.
    loops: u64,
    targets: u64,
    branches: u64,
    values: u64,
    block_values: u64,
    carried: u64,
    nan_checks: u64,
}

impl Tally {
    /// Counts an instruction, before it is validated. `validator` knows what is on the stacks.
    fn count(
        &mut self,
        operator: &Operator<'_>,
        validator: &FuncValidator<ValidatorResources>,
    ) -> Result<(), ModuleError> {
        if is_exception(operator) {
            return Err(ModuleError::Exceptions);
        }
        // An instruction that is invalid may have no arity. The validator says why.
        let (taken, given) = operator.operator_arity(validator).unwrap_or_default();
        let (taken, given) = (u64::from(taken), u64::from(given));
        self.add_values(taken.saturating_add(given))?;
        match operator {
            Operator::Block { blockty } | Operator::If { blockty } => {
                self.enter(false)?;
                self.add_block_values(*blockty, validator)?;
            }
            Operator::Loop { blockty } => {
                self.enter(true)?;
                self.add_block_values(*blockty, validator)?;
            }
            Operator::End => self.leave(),
            Operator::BrTable { targets } => {
                let count = u64::from(targets.len());
                self.targets = self.targets.saturating_add(count);
                self.within(Measure::Targets, self.targets)?;
                self.add_values(count.saturating_mul(taken))?;
            }
            _ => {}
        }
        self.nan_check(operator, validator)?;
        self.branch(operator, validator)
    }

    /// Enters a block.
    fn enter(&mut self, is_loop: bool) -> Result<(), ModuleError> {
        self.blocks.push(is_loop);
        self.within(Measure::Depth, self.blocks.len() as u64)?;
        self.loops = self.loops.saturating_add(u64::from(is_loop));
        self.within(Measure::LoopDepth, self.loops)
    }

    /// Leaves a block, or the function.
    fn leave(&mut self) {
        if self.blocks.pop() == Some(true) {
            self.loops = self.loops.saturating_sub(1);
        }
    }

    /// Counts the blocks of code that begin at an instruction, and what is alive there.
    fn branch(
        &mut self,
        operator: &Operator<'_>,
        validator: &FuncValidator<ValidatorResources>,
    ) -> Result<(), ModuleError> {
        let branches = branches(operator);
        if branches == 0 {
            return Ok(());
        }
        self.branches = self.branches.saturating_add(branches);
        self.within(Measure::Branches, self.branches)?;
        // What changes in a loop is passed on through each loop around it.
        let times = match operator {
            Operator::Loop { .. } => self.loops,
            _ => 1,
        };
        self.carry(times, validator)
    }

    /// Counts the check that may be added after a float operator. It is a branch, but the time of these branches does not grow
    /// with their square: nothing else jumps to where they end.
    fn nan_check(
        &mut self,
        operator: &Operator<'_>,
        validator: &FuncValidator<ValidatorResources>,
    ) -> Result<(), ModuleError> {
        let weight = match may_need_check(operator) {
            None => return Ok(()),
            Some(Width::Scalar) => 1,
            Some(Width::Vector) => 2,
        };
        self.nan_checks = self.nan_checks.saturating_add(weight);
        self.within(Measure::NanChecks, self.nan_checks)?;
        self.carry(weight, validator)
    }

    /// Counts what may be alive at a branch, so many times.
    fn carry(
        &mut self,
        times: u64,
        validator: &FuncValidator<ValidatorResources>,
    ) -> Result<(), ModuleError> {
        let stack = u64::from(validator.operand_stack_height());
        let live = self.locals.saturating_add(stack);
        let carried = live.saturating_mul(times);
        self.carried = self.carried.saturating_add(carried);
        self.within(Measure::Carried, self.carried)
    }

    fn add_values(&mut self, count: u64) -> Result<(), ModuleError> {
        self.values = self.values.saturating_add(count);
        self.within(Measure::Values, self.values)
    }

    /// Counts the parameters and results of a block.
    fn add_block_values(
        &mut self,
        block: BlockType,
        validator: &FuncValidator<ValidatorResources>,
    ) -> Result<(), ModuleError> {
        let (params, results) = validator.block_type_arity(block).unwrap_or_default();
        let count = u64::from(params).saturating_add(results.into());
        self.block_values = self.block_values.saturating_add(count);
        self.within(Measure::BlockValues, self.block_values)
    }

    /// Checks a count against the limit.
    fn within(&self, measure: Measure, found: u64) -> Result<(), ModuleError> {
        let limit = measure.limit();
        if found > limit {
            return Err(ModuleError::FunctionTooLarge {
                function: self.function,
                measure,
                found,
                limit,
            });
        }
        Ok(())
    }
}

/// Returns whether an instruction is of the exceptions, standard or legacy.
fn is_exception(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Throw { .. }
            | Operator::ThrowRef
            | Operator::TryTable { .. }
            | Operator::Try { .. }
            | Operator::Catch { .. }
            | Operator::CatchAll
            | Operator::Delegate { .. }
            | Operator::Rethrow { .. }
    )
}

/// Returns how many branches an instruction counts for. The weights are measured times.
fn branches(operator: &Operator<'_>) -> u64 {
    match operator {
        Operator::Loop { .. } => 4,
        // They fill an entry of the table before they use it.
        Operator::CallIndirect { .. }
        | Operator::ReturnCallIndirect { .. }
        | Operator::TableGet { .. } => 2,
        Operator::Block { .. }
        | Operator::If { .. }
        | Operator::Else
        | Operator::BrIf { .. }
        | Operator::BrTable { .. }
        // They are loops that look at the fuel.
        | Operator::MemoryInit { .. }
        | Operator::MemoryCopy { .. }
        | Operator::MemoryFill { .. }
        | Operator::TableInit { .. }
        | Operator::TableCopy { .. }
        | Operator::TableFill { .. }
        | Operator::TableGrow { .. } => 1,
        _ => 0,
    }
}
