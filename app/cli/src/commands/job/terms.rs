//! Checks of a job's terms against the chain before it is posted: payment mint, rules and rent.

use super::royalty::royalty_text;
use crate::{CliError, Result, Session};
use assay_client::{format::format_duration, Address, JobView};
use assay_market::{
    error::MarketError,
    state::{
        JobTerms, Params, PaymentMint, EXPOSED_LATE_SEATS, LIE_PRICES, MAX_CHECKS_BPS,
        MAX_ROYALTY_BPS, MIN_RUN_WINDOW,
    },
};
use assay_shared::token::ACCOUNT_LEN;

/// Returns the payment mint `named`, or the only one that takes new jobs.
///
/// # Errors
/// If jobs cannot be paid in that mint, or it takes no new ones, or none is named and there is not exactly one.
pub fn payment_mint(session: &Session, named: Option<Address>) -> Result<PaymentMint> {
    let mints = session.payment_mints()?;
    choose_mint(&mints, named)
}

fn choose_mint(mints: &[PaymentMint], named: Option<Address>) -> Result<PaymentMint> {
    let admitted: Vec<_> = mints.iter().filter(|mint| mint.is_admitted()).collect();
    let names = || {
        let names: Vec<_> = admitted.iter().map(|mint| mint.mint.to_string()).collect();
        names.join(", ")
    };
    match (named, admitted.as_slice()) {
        (Some(named), _) => match mints.iter().find(|mint| mint.mint == named) {
            Some(mint) if mint.is_admitted() => Ok(*mint),
            Some(_) => Err(CliError::failed(format!(
                "the token {named} takes no new jobs on this network; those that take some: {}",
                names()
            ))),
            None => Err(CliError::not_found(format!(
                "jobs cannot be paid in {named}; allowed are {}",
                names()
            ))),
        },
        (None, [only]) => Ok(**only),
        (None, []) if !mints.is_empty() => Err(CliError::failed(
            "no token takes new jobs on this network at present; see `assay params mints`",
        )),
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
        MarketError::TooManyChecks => format!(
            "--checks must be at most {}, and above {EXPOSED_LATE_SEATS} the checks, which run one after the other, must end before stake can be withdrawn: shorten --run-window",
            MAX_CHECKS_BPS / 10_000
        ),
        MarketError::BadPenalty => format!(
            "--lie-prices must be {} to {}",
            LIE_PRICES.start(),
            LIE_PRICES.end()
        ),
        MarketError::WrongRoyalty => format!(
            "the royalty of the module is more than {} of the price; pass --no-royalty",
            royalty_text(MAX_ROYALTY_BPS)
        ),
        MarketError::ZeroPrice => "--price must be greater than zero".to_owned(),
        MarketError::NoTasks => "a job needs at least one input".to_owned(),
        MarketError::BadLimits => {
            "--fuel, --memory and --max-output must be greater than zero".to_owned()
        }
        MarketError::BadWindow => format!(
            "--claim-window must be 1s to {}, and --run-window {} to {}",
            format_duration(params.max_claim_window.get()),
            format_duration(MIN_RUN_WINDOW.into()),
            format_duration(params.max_run_window.get())
        ),
        other => format!("the terms are not valid: {other:?}"),
    })
}

/// Returns the value of an option that is a time, as a job keeps it.
///
/// # Errors
/// `Usage` above 2³² seconds.
pub fn seconds(option: &str, time: u64) -> Result<u32> {
    u32::try_from(time).map_err(|_| {
        let most = format_duration(u32::MAX.into());
        CliError::usage(format!("{option} must be at most {most}"))
    })
}

/// Reads the name of a runtime: 16 hexadecimal digits.
pub fn parse_runtime(text: &str) -> core::result::Result<[u8; 8], String> {
    let mut id = [0; 8];
    hex::decode_to_slice(text, &mut id)
        .map_err(|_| format!("`{text}` is not the name of a runtime, 16 hexadecimal digits"))?;
    Ok(id)
}

/// Writes the name of a runtime.
pub fn runtime_text(id: &[u8; 8]) -> String {
    hex::encode(id)
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
        let seats = terms
            .task_count
            .checked_mul(u32::from(terms.late_seats()).saturating_add(1));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rejection_names_option_and_bound() {
        let mut params: Params = bytemuck::Zeroable::zeroed();
        params.max_claim_window = 86_400.into();
        params.max_run_window = 3_600.into();
        let text = |error| explain_rejection(&error, &params).message;
        for (error, parts) in [
            (
                MarketError::BadWindow,
                ["--run-window 10s to 1h", "1s to 1d"],
            ),
            (MarketError::BadPenalty, ["--lie-prices", "20 to 500"]),
            (MarketError::TooManyChecks, ["--checks", "at most 15"]),
            (MarketError::ZeroPrice, ["--price", "zero"]),
            (MarketError::BadLimits, ["--max-output", "zero"]),
        ] {
            let text = text(error);
            assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        }
    }

    #[test]
    fn only_a_mint_that_takes_new_jobs_is_chosen() {
        let mint = |byte, admits| {
            let mut mint: PaymentMint = bytemuck::Zeroable::zeroed();
            mint.mint = Address::new_from_array([byte; 32]);
            mint.admits = admits;
            mint
        };
        let mints = [mint(1, 0), mint(2, 1)];
        assert_eq!(choose_mint(&mints, None).unwrap().mint, mints[1].mint);
        let closed = choose_mint(&mints, Some(mints[0].mint)).err().unwrap();
        assert!(closed.message.contains("takes no new jobs"), "{closed}");
        let unknown = choose_mint(&mints, Some(Address::default())).err().unwrap();
        assert!(unknown.message.contains("cannot be paid"), "{unknown}");
        assert!(choose_mint(&mints[..1], None).is_err());
        assert!(choose_mint(&[mint(1, 1), mint(2, 1)], None).is_err());
    }

    #[test]
    fn a_runtime_is_sixteen_digits() {
        let id = parse_runtime("0123456789abcdef").unwrap();
        assert_eq!(runtime_text(&id), "0123456789abcdef");
        for text in ["", "0123", "0123456789abcdeg", "0123456789abcdef01"] {
            assert!(parse_runtime(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_fits_32_bits() {
        assert_eq!(seconds("--run-window", 5).unwrap(), 5);
        let error = seconds("--run-window", 1 << 32).unwrap_err();
        assert!(error.message.contains("--run-window"), "{error}");
    }
}
