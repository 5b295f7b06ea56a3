//! What the chain has to say about a job before it is posted: its token, its rules, its rent.

use crate::{Exit, Failure, Result, Session};
use assay_client::{format::format_duration, Address, JobView};
use assay_market::{
    error::MarketError,
    state::{JobTerms, Params, PaymentMint, MAX_REPLICAS, MAX_WIDTH, MIN_RUN_WINDOW},
};
use assay_shared::token::ACCOUNT_LEN;

/// The allowed mint that is named, or the only one there is.
pub fn payment_mint(session: &Session, named: Option<Address>) -> Result<PaymentMint> {
    let mints = session.payment_mints()?;
    let names = || {
        let names: Vec<_> = mints.iter().map(|mint| mint.mint.to_string()).collect();
        names.join(", ")
    };
    match (named, mints.as_slice()) {
        (Some(named), all) => all
            .iter()
            .find(|mint| mint.mint == named)
            .copied()
            .ok_or_else(|| {
                Failure::not_found(format!(
                    "jobs cannot be paid in {named}; allowed are {}",
                    names()
                ))
            }),
        (None, [only]) => Ok(*only),
        (None, []) => Err(Failure::new(
            Exit::Failed,
            "no token is allowed for payments on this network yet",
        )),
        (None, _) => Err(Failure::usage(format!(
            "choose a token with --mint: {}",
            names()
        ))),
    }
}

/// A broken rule of the program, in the words of the command line.
pub fn refused(error: &MarketError, params: &Params) -> Failure {
    let within = |seconds: u64| format_duration(seconds);
    Failure::usage(match error {
        MarketError::BadCommittee => {
            format!("--replicas must be 1 to {MAX_REPLICAS}, and --replicas plus --spares at most {MAX_WIDTH}")
        }
        MarketError::BadQuorum => {
            "--quorum must be more than half of --replicas and no more than all of them".to_owned()
        }
        MarketError::BadLimits => {
            "--fuel, --memory and --max-output must be greater than zero".to_owned()
        }
        MarketError::BadWindow => format!(
            "--claim-window must be 1s to {}, and --run-window {} to {}",
            within(params.max_claim_window.get()),
            within(MIN_RUN_WINDOW),
            within(params.max_run_window.get())
        ),
        other => format!("the terms are not valid: {other:?}"),
    })
}

/// Lamports for the two accounts that a job needs.
pub struct Rent {
    job_bytes: usize,
    job: u64,
    escrow: u64,
}

impl Rent {
    pub fn of(session: &Session, terms: &JobTerms) -> Result<Self> {
        let seats = terms.task_count.checked_mul(u32::from(terms.width()));
        let job_bytes = seats
            .and_then(JobView::space)
            .ok_or_else(|| Failure::usage("the job has more tasks than an account can hold"))?;
        Ok(Self {
            job_bytes,
            job: session.client.minimum_balance(job_bytes)?,
            escrow: session.client.minimum_balance(ACCOUNT_LEN)?,
        })
    }

    pub fn of_account(&self, bytes: usize) -> u64 {
        match bytes == self.job_bytes {
            true => self.job,
            false => self.escrow,
        }
    }

    pub fn total(&self) -> u64 {
        self.job.saturating_add(self.escrow)
    }
}
