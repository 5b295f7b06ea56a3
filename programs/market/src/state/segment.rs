//! The manifests of a job and the tasks that each of them names.

use super::{job_books::plus, Job};
use crate::error::{MarketError, RuleResult};
use anchor_lang::prelude::*;
use bytemuck::{Pod, Zeroable};

/// Number of manifests that a job can hold: the first and three extensions.
pub const SEGMENTS: usize = 4;

/// The manifest of the tasks from `first_task` on. It is never replaced: with a changed input, honest results would differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Pod, Zeroable, IdlType)]
#[repr(C)]
pub struct Segment {
    /// Index in the job of the segment's first task.
    pub first_task: PodU32,
    /// Unix time from which its tasks can be claimed, seconds.
    pub added_at: PodI64,
    /// SHA-256 of the manifest; zero if the segment is unused.
    pub manifest: [u8; 32],
    /// Root of the Merkle tree over the manifest's input hashes. A receipt proves a task's input by it; workers refuse a
    /// manifest that has another.
    pub inputs: [u8; 32],
}

impl Job {
    /// Appends tasks with a manifest of their own.
    ///
    /// # Errors
    /// `NoTasks`, `TooManySegments`, `Overflow`.
    pub fn extend(
        &mut self,
        tasks: u32,
        manifest: [u8; 32],
        inputs: [u8; 32],
        now: i64,
    ) -> RuleResult<()> {
        if tasks == 0 {
            return Err(MarketError::NoTasks);
        }
        let first_task = self.task_count;
        let unused = self
            .segments
            .iter_mut()
            .skip(1)
            .find(|segment| segment.first_task.get() == 0)
            .ok_or(MarketError::TooManySegments)?;
        *unused = Segment {
            first_task,
            added_at: now.into(),
            manifest,
            inputs,
        };
        self.task_count = plus(first_task.get(), tasks)?.into();
        self.open_tasks = plus(self.open_tasks.get(), tasks)?.into();
        Ok(())
    }

    /// Returns the manifest that names a task's input, and the task's line in it. Returns `None` if there is no such task.
    pub fn manifest_of(&self, task: u32) -> Option<([u8; 32], u32)> {
        if task >= self.task_count.get() {
            return None;
        }
        let segment = self.segment_of(task);
        let line = task.checked_sub(segment.first_task.get())?;
        Some((segment.manifest, line))
    }

    /// Returns the number of tasks that the segment of a task names.
    pub fn segment_tasks(&self, task: u32) -> u32 {
        let first = self.segment_of(task).first_task.get();
        let later = |s: &&Segment| s.first_task.get() > first;
        let next = self.segments.iter().filter(later);
        let end = next.map(|s| s.first_task.get()).min();
        end.unwrap_or(self.task_count.get()).saturating_sub(first)
    }

    /// Returns the segment of a task: the last one that begins at the task or before. An unused segment has `first_task` 0.
    pub fn segment_of(&self, task: u32) -> &Segment {
        let [first, further @ ..] = &self.segments;
        let began = |s: &&Segment| s.first_task.get() != 0 && s.first_task.get() <= task;
        further.iter().rev().find(began).unwrap_or(first)
    }
}
