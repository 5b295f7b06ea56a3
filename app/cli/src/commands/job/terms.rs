//! Checks of a job's terms against the chain before it is posted: payment mint, rules and rent.

use crate::{CliError, Result, Session};
use assay_client::{format::format_duration, Address, JobView};
use assay_market::{
    error::MarketError,
    state::{JobTerms, Params, PaymentMint, MAX_REPLICAS, MAX_WIDTH, MIN_RUN_WINDOW},
};
use assay_shared::token::ACCOUNT_LEN;

/// Returns the payment mint `named`, or the only one there is.
///
/// # Errors
/// If jobs cannot be paid in that mint, or none is named and there is not exactly one.
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
                CliError::not_found(format!(
                    "jobs cannot be paid in {named}; allowed are {}",
                    names()
                ))
            }),
        (None, [only]) => Ok(*only),
        (None, []) => Err(CliError::failed(
            "no token is allowed for payments on this network yet",
        )),
        (None, _) => Err(CliError::usage(format!(
            "choose a token with --mint: {}",
            names()
        ))),
    }
}

/// Explains why the program would reject the terms, by the options of the command line.
pub fn explain_rejection(error: &MarketError, params: &Params) -> CliError {
    CliError::usage(match error {
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
            format_duration(params.max_claim_window.get()),
            format_duration(MIN_RUN_WINDOW),
            format_duration(params.max_run_window.get())
        ),
        other => format!("the terms are not valid: {other:?}"),
    })
}

/// The rent of the two accounts that a post creates.
pub struct PostRent {
    /// Size of the job's account, bytes.
    job_bytes: usize,
    /// Lamports for the job's account.
    job: u64,
    /// Lamports for the escrow.
    escrow: u64,
}

impl PostRent {
    /// Reads the rent of a job with these terms.
    ///
    /// # Errors
    /// `Usage` if no account can hold so many tasks.
    pub fn of(session: &Session, terms: &JobTerms) -> Result<Self> {
        let seats = terms.task_count.checked_mul(u32::from(terms.width()));
        let job_bytes = seats
            .and_then(JobView::space)
            .ok_or_else(|| CliError::usage("the job has more tasks than an account can hold"))?;
        Ok(Self {
            job_bytes,
            job: session.client.minimum_balance(job_bytes)?,
            escrow: session.client.minimum_balance(ACCOUNT_LEN)?,
        })
    }

    /// Returns the lamports for the account of this size, in bytes.
    pub fn of_account(&self, bytes: usize) -> u64 {
        if bytes == self.job_bytes {
            self.job
        } else {
            self.escrow
        }
    }

    /// Returns the lamports for both accounts.
    pub fn total(&self) -> u64 {
        self.job.saturating_add(self.escrow)
    }
}
