use super::{Claimed, Executed};
use crate::{
    desk::Desk,
    error::NodeError,
    event::NodeEvent,
    journal::{Record, Sealed},
    outputs::Outputs,
};
use assay_market::bytes::result_digest;
use assay_runner::RunOutput;
use std::time::Duration;

impl Claimed {
    /// Fixes `outcome` as the seat's only result: output and journal are on disk before anything of it can be sent.
    pub fn seal(
        self,
        outcome: &RunOutput,
        took: Duration,
        now: i64,
        outputs: &Outputs,
        desk: &mut Desk,
    ) -> Result<Executed, NodeError> {
        let Self { seat } = self;
        let exit_code = outcome.exit.code();
        let digest = result_digest(exit_code, &outcome.output);
        let sealed = Sealed {
            digest,
            salt: salt()?,
            exit_code,
        };
        outputs.keep(&seat, &outcome.output)?;
        let at = now;
        desk.journal.append(&Record::Result { seat, sealed, at })?;
        desk.tell(NodeEvent::Executed {
            seat,
            exit_code,
            digest,
            fuel_used: outcome.fuel_used,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        });
        Ok(Executed { seat, sealed })
    }
}

/// 32 random bytes: without them, a digest with few possible values could be guessed from its commitment.
fn salt() -> Result<[u8; 32], NodeError> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|error| NodeError::Random(error.to_string()))?;
    Ok(salt)
}
