//! Finds the results whose NaN bits a program can see.
//!
//! A value on WebAssembly's stack is used once. If its user is an operator for which all NaNs are the same, nobody sees the
//! bits. A value in a local is seen if any reader of this local sees it: the order of writes and reads does not count, so that
//! loops need no attention. What is on the stack at a jump counts as seen.

use crate::limits::ENGINE_LOCALS;
use crate::operators::{Class, Effect, Shape};
use crate::Error;

/// A result that may be a NaN with open bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpenResult {
    /// Offset of the next operator in the function's body.
    pub(crate) end: usize,
    pub(crate) shape: Shape,
    is_seen: bool,
    /// Whether it was written to a local.
    is_stored: bool,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// One of the open results.
    Result(usize),
    /// A local, which may hold open results.
    Local(usize),
    /// Anything else, which has no open bits.
    Other,
}

/// Follows the values of one function after the other.
#[derive(Default)]
pub(crate) struct Dataflow {
    /// In the order of the code.
    results: Vec<OpenResult>,
    /// Where the values in the upper part of the stack come from. What is below is not followed.
    stack: Vec<Source>,
    /// For each write to a local: the local, and where the value comes from.
    writes: Vec<(usize, Source)>,
    seen: SeenLocals,
}

impl Dataflow {
    /// Takes the function's next operator, which ends at the offset `end` of its body.
    ///
    /// # Errors
    /// [`Error::TooManyLocals`].
    pub(crate) fn step(&mut self, class: Class, end: usize) -> Result<(), Error> {
        match class.effect {
            Effect::Computes { takes, makes } => {
                self.use_by_value(class.pops, takes);
                self.stack.push(Source::Result(self.results.len()));
                self.results.push(OpenResult {
                    end,
                    shape: makes,
                    is_seen: false,
                    is_stored: false,
                });
            }
            Effect::Tells(shape) => {
                self.use_by_value(class.pops, shape);
                self.push_others(class.pushes);
            }
            Effect::Signs(shape) => {
                // The bits of the result are seen if and only if those of the operand are.
                let operand = self.stack.pop().unwrap_or(Source::Other);
                self.see(operand, Shapes::all_but(shape));
                self.stack.push(operand);
            }
            Effect::Drops => {
                self.stack.pop();
            }
            Effect::Keeps => {
                let rest = self.stack.len().saturating_sub(class.pops);
                self.see_from(rest);
                self.push_others(class.pushes);
            }
            Effect::Jumps => self.see_from(0),
            Effect::Reads(local) => {
                let local = checked(local)?;
                self.stack.push(Source::Local(local));
            }
            Effect::Writes(local) => {
                let value = self.stack.pop().unwrap_or(Source::Other);
                self.write(checked(local)?, value);
            }
            Effect::WritesAndKeeps(local) => {
                let value = self.stack.last().copied().unwrap_or(Source::Other);
                self.write(checked(local)?, value);
                if self.stack.is_empty() {
                    self.stack.push(Source::Other);
                }
            }
        }
        Ok(())
    }

    /// Ends the function. Returns the results whose bits may be seen, in the order of the code.
    pub(crate) fn finish(&mut self) -> Vec<OpenResult> {
        self.see_from(0);
        self.see_through_locals();
        self.writes.clear();
        self.seen.clear();
        let seen = self.results.iter().filter(|result| result.is_seen);
        let seen = seen.copied().collect();
        self.results.clear();
        seen
    }

    /// Pops operands of an operator that takes all NaNs of this shape for the same. A vector of another shape is another
    /// matter: two f32 NaNs may be the halves of a f64 that is a number.
    fn use_by_value(&mut self, count: usize, shape: Shape) {
        for _ in 0..count {
            let operand = self.stack.pop().unwrap_or(Source::Other);
            self.see(operand, Shapes::all_but(shape));
            self.forget_if_last(operand);
        }
    }

    /// Drops a result that nobody can see any more, so that a chain of operators takes no memory.
    fn forget_if_last(&mut self, used: Source) {
        let Source::Result(index) = used else {
            return;
        };
        let is_last = index.saturating_add(1) == self.results.len();
        if is_last
            && self
                .results
                .last()
                .is_some_and(|last| !last.is_seen && !last.is_stored)
        {
            self.results.pop();
        }
    }

    /// Pops the stack down to this height. The bits of all these values are seen.
    fn see_from(&mut self, height: usize) {
        while self.stack.len() > height {
            if let Some(value) = self.stack.pop() {
                self.see(value, Shapes::ALL);
            }
        }
    }

    /// Marks the NaN bits of a value as seen, if it comes from a result of one of these shapes.
    fn see(&mut self, value: Source, shapes: Shapes) {
        match value {
            Source::Result(index) => {
                if let Some(result) = self.results.get_mut(index) {
                    result.is_seen |= shapes.contains(result.shape);
                }
            }
            Source::Local(local) => {
                self.seen.add(local, shapes);
            }
            Source::Other => {}
        }
    }

    fn write(&mut self, local: usize, value: Source) {
        match value {
            Source::Other => return,
            Source::Local(_) => {}
            Source::Result(index) => {
                if let Some(result) = self.results.get_mut(index) {
                    result.is_stored = true;
                }
            }
        }
        self.writes.push((local, value));
    }

    /// Marks what was written to locals whose bits are seen. Each local is looked at once a shape at most, so the time is linear
    /// in the writes but for sorting them.
    fn see_through_locals(&mut self) {
        let mut writes = std::mem::take(&mut self.writes);
        writes.sort_unstable_by_key(|(local, _)| *local);
        let mut unfinished = self.seen.all();
        while let Some((local, shapes)) = unfinished.pop() {
            let first = writes.partition_point(|(other, _)| *other < local);
            let to_local = writes.iter().skip(first);
            for (_, value) in to_local.take_while(|(other, _)| *other == local) {
                match value {
                    Source::Local(source) => {
                        let new = self.seen.add(*source, shapes);
                        if new != Shapes::NONE {
                            unfinished.push((*source, new));
                        }
                    }
                    _ => self.see(*value, shapes),
                }
            }
        }
        self.writes = writes;
    }

    fn push_others(&mut self, count: usize) {
        for _ in 0..count {
            self.stack.push(Source::Other);
        }
    }
}

/// Returns the index of a local, if engines accept it.
fn checked(local: u32) -> Result<usize, Error> {
    if local >= ENGINE_LOCALS {
        let locals = local.saturating_add(1);
        return Err(Error::TooManyLocals { locals });
    }
    usize::try_from(local).map_err(|_| Error::TooManyLocals { locals: local })
}

/// A set of shapes.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Shapes(u8);

impl Shapes {
    const NONE: Self = Self(0);
    const ALL: Self = Self(0b1111);

    fn of(shape: Shape) -> Self {
        Self(match shape {
            Shape::F32 => 0b0001,
            Shape::F64 => 0b0010,
            Shape::F32x4 => 0b0100,
            Shape::F64x2 => 0b1000,
        })
    }

    fn all_but(shape: Shape) -> Self {
        Self(Self::ALL.0 & !Self::of(shape).0)
    }

    fn contains(self, shape: Shape) -> bool {
        self.0 & Self::of(shape).0 != 0
    }
}

/// The shapes of results whose bits are seen if they are in a local. Clearing costs what has been added, not the number of
/// locals: a module may have many small functions with many locals each.
#[derive(Default)]
struct SeenLocals {
    by_local: Vec<Shapes>,
    added: Vec<usize>,
}

impl SeenLocals {
    /// Adds shapes and returns those that are new.
    fn add(&mut self, local: usize, shapes: Shapes) -> Shapes {
        if local >= self.by_local.len() {
            self.by_local.resize(local.saturating_add(1), Shapes::NONE);
        }
        let Some(seen) = self.by_local.get_mut(local) else {
            return Shapes::NONE;
        };
        if *seen == Shapes::NONE {
            self.added.push(local);
        }
        let new = Shapes(shapes.0 & !seen.0);
        seen.0 |= shapes.0;
        new
    }

    fn all(&self) -> Vec<(usize, Shapes)> {
        let shapes = |local: &usize| self.by_local.get(*local).copied().unwrap_or_default();
        let locals = self.added.iter();
        locals.map(|local| (*local, shapes(local))).collect()
    }

    fn clear(&mut self) {
        for local in self.added.drain(..) {
            if let Some(seen) = self.by_local.get_mut(local) {
                *seen = Shapes::NONE;
            }
        }
    }
}
