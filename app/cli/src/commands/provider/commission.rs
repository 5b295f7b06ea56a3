//! `assay provider commission`: what the owner keeps of what its delegators' stake earns.

use super::find;
use crate::{output::format_time, CliError, Report, Result, Session};
use assay_client::{
    format::{format_amount, parse_amount},
    instruction::staking::set_commission,
    pda::staking,
    Signer as _,
};
use assay_staking::{
    error::StakingError,
    state::{Commission, Params, MAX_COMMISSION, MAX_RAISE},
};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "A change holds after the unbonding period and the claim span, so that delegators can leave before. One change raises it by 5% at
most, and the next one waits until every epoch from before the last has been claimed.

Example:
  assay --keypair owner.json provider commission 8%"
)]
pub struct Args {
    /// The owner's share of what delegators' stake earns, in percent.
    #[arg(value_parser = parse_commission, value_name = "PERCENT")]
    percent: u16,
}

/// Reads a share in percent, with at most two decimals, as basis points.
pub fn parse_commission(text: &str) -> core::result::Result<u16, String> {
    let wrong = || {
        let most = percent(MAX_COMMISSION);
        format!("`{text}` is not a commission from 0% to {most}, like 7.5%")
    };
    let number = text.strip_suffix('%').unwrap_or(text);
    let bps = parse_amount(number, 2).map_err(|_| wrong())?;
    match u16::try_from(bps) {
        Ok(bps) if bps <= MAX_COMMISSION => Ok(bps),
        _ => Err(wrong()),
    }
}

/// Writes basis points in percent.
fn percent(bps: u16) -> String {
    format!("{}%", format_amount(bps.into(), 2))
}

/// A provider's commission, today and announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CommissionReport {
    /// Today's, basis points.
    commission_bps: u16,
    /// The announced one; `None` if none is.
    next_commission_bps: Option<u16>,
    /// Time from which that holds, Unix seconds.
    next_commission_from: Option<i64>,
}

impl CommissionReport {
    /// Returns the commission at the Unix time `now`.
    pub fn of(commission: &Commission, now: i64) -> Self {
        let from = Some(commission.next_from.get()).filter(|from| *from > now);
        Self {
            commission_bps: commission.at(now),
            next_commission_bps: from.map(|_| commission.next_bps.get()),
            next_commission_from: from,
        }
    }
}

impl fmt::Display for CommissionReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", percent(self.commission_bps))?;
        match self.next_commission_bps.zip(self.next_commission_from) {
            Some((bps, from)) => write!(f, ", {} from {}", percent(bps), format_time(from)),
            None => Ok(()),
        }
    }
}

#[derive(Serialize)]
struct SetReport {
    provider: String,
    #[serde(flatten)]
    commission: CommissionReport,
    signature: String,
}

impl fmt::Display for SetReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "commission {}", self.commission)
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let wallet = session.wallet()?;
    let owner = wallet.pubkey();
    let mut commission = find(session, &owner)?.commission;
    let params: Params = session.client.fetch(&staking::params())?;
    let now = session.client.now()?;
    let (unbonding, span) = (params.unbonding_period.get(), params.claim_span.get());
    let before = commission;
    commission
        .set(args.percent, now, unbonding, span)
        .map_err(|error| explain(error, &before, now, span))?;
    let signature = session.send(&[set_commission(owner, args.percent)], &[&wallet], 0)?;
    Report::new(&SetReport {
        provider: staking::provider(&owner).to_string(),
        commission: CommissionReport::of(&commission, now),
        signature: signature.to_string(),
    })
}

fn explain(error: StakingError, commission: &Commission, now: i64, claim_span: u64) -> CliError {
    match error {
        StakingError::CommissionPending => {
            let next = commission
                .next_from
                .get()
                .saturating_add_unsigned(claim_span);
            CliError::unfinished(format!(
                "epochs from before the last change can still be claimed; the next change can be announced at {}",
                format_time(next)
            ))
        }
        StakingError::RaiseTooLarge => CliError::usage(format!(
            "one change may raise the commission by {} at most, so to {}",
            percent(MAX_RAISE),
            percent(commission.at(now).saturating_add(MAX_RAISE))
        )),
        other => CliError::rule(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ExitCode;

    #[test]
    fn a_commission_is_a_percentage_up_to_a_half() {
        for (text, bps) in [("7.5%", 750), ("7.5", 750), ("0%", 0), ("50%", 5_000)] {
            assert_eq!(parse_commission(text), Ok(bps), "{text}");
        }
        for text in ["50.01%", "1.005%", "", "-1%", "much"] {
            let error = parse_commission(text).unwrap_err();
            assert!(error.contains("0% to 50%"), "{error}");
        }
    }

    #[test]
    fn a_change_is_shown_until_it_holds() {
        let mut commission = Commission::new(300).unwrap();
        commission.set(800, 0, 1_000, 100).unwrap();
        let at = |now| CommissionReport::of(&commission, now).to_string();
        assert_eq!(at(1_099), "3%, 8% from 1970-01-01T00:18:20Z");
        assert_eq!(at(1_100), "8%");
    }

    #[test]
    fn a_change_that_cannot_be_is_explained() {
        let mut commission = Commission::new(300).unwrap();
        let raise = explain(StakingError::RaiseTooLarge, &commission, 0, 100);
        assert!(raise.message.contains("so to 8%"), "{raise}");
        commission.set(800, 0, 1_000, 100).unwrap();
        let early = explain(StakingError::CommissionPending, &commission, 0, 100);
        assert_eq!(early.exit_code, ExitCode::Unfinished);
        assert!(early.message.contains("1970-01-01T00:20:00Z"), "{early}");
    }
}
