//! What comes before a change of active stake, and after one that may have wiped delegators out; each with its event.

use crate::{
    event::{emit, GenerationEnded, RewardsSettled, StreamEnded},
    state::{Params, Provider},
};
use anchor_lang::prelude::*;

/// As [`Provider::settle`].
///
/// # Errors
/// `Overflow`.
#[inline(never)]
pub(crate) fn settle(provider: &mut Account<Provider>, now: i64) -> Result<()> {
    let settled = provider.settle(now)?;
    if settled.vested > 0 {
        emit(&RewardsSettled {
            provider: *provider.address(),
            vested: settled.vested.into(),
            own: settled.own.into(),
            acc: provider.accumulator.acc,
            carry: provider.accumulator.carry,
        });
    }
    Ok(())
}

/// Settles a pool that slashing wiped out, and ends it as [`Provider::end_diluted`] does. Does nothing to another.
///
/// # Errors
/// `Overflow`.
pub(crate) fn end_diluted(
    provider: &mut Account<Provider>,
    params: &Params,
    now: i64,
) -> Result<()> {
    if !provider.is_wiped_out(params) {
        return Ok(());
    }
    settle(provider, now)?;
    let Some(ended) = provider.end_diluted(params)? else {
        return Ok(());
    };
    let address = *provider.address();
    if ended.unvested > 0 {
        emit(&StreamEnded {
            provider: address,
            unvested: ended.unvested.into(),
        });
    }
    if let Some(left) = ended.left {
        emit(&GenerationEnded {
            provider: address,
            left: left.into(),
            generation: provider.generation,
            unsettled: provider.unsettled,
        });
    }
    Ok(())
}
