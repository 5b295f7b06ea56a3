//! Who takes part, what everybody's vaults must hold, and what the audits found so far.

use crate::{
    audit::AuditReport, environment::Environment, expected::Expected, participants::Participants,
};
use anyhow::Result;

pub struct Books {
    pub participants: Participants,
    pub expected: Expected,
    pub audits: AuditReport,
}

impl Books {
    /// Creates, funds and registers everybody.
    pub fn open(env: &Environment) -> Result<Self> {
        let participants = Participants::register(env)?;
        let expected = Expected::new(&participants, &env.formulas)?;
        Ok(Self {
            participants,
            expected,
            audits: AuditReport::default(),
        })
    }
}
