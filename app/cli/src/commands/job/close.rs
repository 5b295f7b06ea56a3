//! `assay job close`: settles a job and closes its account.

use super::{
    find,
    progress::Progress,
    settle::{rounds, settle},
};
use crate::{
    amount::{MintInfo, TokenAmount},
    keypair::parse_address,
    output::format_time,
    CliError, ExitCode, Report, Result, Session,
};
use assay_client::{Address, JobView, Keypair, Signer as _};
use serde::Serialize;
use std::fmt;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "First sends the cranks that are due: it ends what is overdue, pays and penalizes workers, and closes checks and rounds. The
requester may close a job as soon as every task has ended, anyone else some time after its last deadline. The royalties go to the author of the module,
the remaining money and the rent to the requester. The wallet pays the rent of a token account that one of them lacks.
An account that the token's issuer has frozen is paid nothing: what is owed to it stays, and anyone closes the job again later.
Fetch the results first: a closed job no longer names them.

Example:
  assay job close JOB"
)]
pub struct Args {
    /// The job's address.
    #[arg(value_parser = parse_address)]
    job: Address,
}

#[derive(Serialize)]
struct CloseReport {
    job: String,
    /// `None` if a node closed the job before this command read its last state.
    #[serde(flatten)]
    end: Option<End>,
}

/// The last state of a job.
#[derive(Serialize)]
struct End {
    /// Tasks with a verified result.
    accepted: u32,
    /// Tasks with a result that was paid and not verified.
    unproven: u32,
    /// Tasks without a result.
    refunded_tasks: u32,
    /// Tasks that the requester took back.
    cancelled: u32,
    #[serde(flatten)]
    closing: Closing,
}

/// What closing a job has paid.
#[derive(Serialize)]
pub struct Closing {
    /// Amount returned to the requester.
    pub refunded: TokenAmount,
    /// Fees paid to the protocol.
    fees: TokenAmount,
    /// Royalties paid to the author of the module.
    royalties: TokenAmount,
    /// What accounts did not take; `None` if nothing is left of the job.
    pub owed: Option<Owed>,
}

impl fmt::Display for Closing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            refunded,
            fees,
            royalties,
            owed,
        } = self;
        write!(f, "{fees} of fees")?;
        if royalties.units > 0 {
            write!(f, " and {royalties} of royalties")?;
        }
        write!(f, " paid, {refunded} returned")?;
        match owed {
            Some(owed) => write!(f, "; {owed}"),
            None => Ok(()),
        }
    }
}

/// What a closed job still owes, because accounts refuse transfers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Owed {
    fees: TokenAmount,
    royalties: TokenAmount,
    refund: TokenAmount,
    /// The accounts that refuse, one sentence each; none if all take transfers by now.
    reasons: Vec<String>,
}

impl Owed {
    /// Returns what a job of which only the header is left still owes; `None` for any other.
    pub fn of(session: &Session, job: &JobView, mint: &MintInfo) -> Result<Option<Self>> {
        let header = &job.header;
        if !header.is_cut() {
            return Ok(None);
        }
        let (fees, royalties) = (header.fees_due.get(), header.royalties_due.get());
        let refund = header.funds.get().saturating_sub(fees);
        let refund = refund.saturating_sub(royalties);
        let parties = [
            ("the escrow", header.escrow, 1),
            (
                "the fee vault",
                session.client.job_addresses(job)?.payment.fee_vault,
                fees,
            ),
            (
                "the account of the author",
                mint.ata(&header.author),
                royalties,
            ),
            (
                "the account of the requester",
                mint.ata(&header.requester),
                refund,
            ),
        ];
        let mut reasons = Vec::new();
        for (name, account, amount) in parties {
            if amount > 0 && session.client.refuses_transfers(&account)? {
                reasons.push(format!("{name} {account} takes no transfers"));
            }
        }
        Ok(Some(Self {
            fees: mint.amount(fees),
            royalties: mint.amount(royalties),
            refund: mint.amount(refund),
            reasons,
        }))
    }
}

impl fmt::Display for Owed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            fees,
            royalties,
            refund,
            reasons,
        } = self;
        let amounts = [
            (fees, "of fees"),
            (royalties, "of royalties"),
            (refund, "to return"),
        ];
        let owed = amounts.iter().filter(|(amount, _)| amount.units > 0);
        let owed: Vec<_> = owed
            .map(|(amount, what)| format!("{amount} {what}"))
            .collect();
        write!(f, "it still owes {}", owed.join(", "))?;
        if reasons.is_empty() {
            return write!(f, ", which can be paid now; close the job again");
        }
        write!(
            f,
            ": {}; close the job again when that is over",
            reasons.join(", ")
        )
    }
}

impl fmt::Display for CloseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { job, end } = self;
        match end {
            None => write!(
                f,
                "job {job} was closed by a node meanwhile; its money and rent are back"
            ),
            Some(end) => {
                write!(f, "job {job} is closed: {} tasks final", end.accepted)?;
                let others = [
                    (end.unproven, "unproven"),
                    (end.refunded_tasks, "refunded"),
                    (end.cancelled, "cancelled"),
                ];
                for (count, name) in others.iter().filter(|(count, _)| *count > 0) {
                    write!(f, ", {count} {name}")?;
                }
                write!(f, "; {}", end.closing)
            }
        }
    }
}

pub fn run(args: &Args, session: &Session) -> Result<Report> {
    let job = find(session, &args.job)?;
    let wallet = session.wallet()?;
    let (from, now) = (job.header.anyone_closes_from(), session.client.now()?);
    let is_stranger = wallet.pubkey() != job.header.requester;
    if is_stranger && !job.header.is_cut() && now < from {
        let (until, requester) = (format_time(from), job.header.requester);
        return Err(CliError::usage(format!(
            "until {until} only the job's requester {requester} may close it, so that its results can be fetched"
        )));
    }
    let sent = settle(session, &wallet, &args.job)?;
    if sent > 0 {
        session
            .printer
            .status(format!("settled what was left in {sent} transactions"));
    }
    let end = match session.client.try_fetch_job(&args.job)? {
        Some(job) => Some(close(session, &wallet, &job)?),
        None => None,
    };
    Report::new(&CloseReport {
        job: args.job.to_string(),
        end,
    })
}

/// Closes the job.
///
/// # Errors
/// `Unfinished` if tasks are open.
fn close(session: &Session, wallet: &Keypair, job: &JobView) -> Result<End> {
    let progress = Progress::of(job, &rounds(session, job)?, session.client.now()?);
    let closing =
        close_if_finished(session, wallet, job)?.ok_or_else(|| unfinished(job, &progress))?;
    Ok(End {
        // The tasks themselves may be cut off already.
        accepted: job.header.proven_tasks.get(),
        unproven: job.header.unproven_tasks.get(),
        refunded_tasks: progress.refunded,
        cancelled: progress.cancelled,
        closing,
    })
}

fn unfinished(job: &JobView, progress: &Progress) -> CliError {
    let header = &job.header;
    let until = format_time(header.unix_time(header.claim_window.get()));
    let open = progress.open;
    CliError::unfinished(match (open, progress.is_delivered()) {
        (0, _) => format!("not everything is settled yet ({progress}); close the job a little later"),
        (_, true) => format!(
            "{open} tasks have a result that stands and may still be contradicted; see `assay job show` for the end of each hold, and close the job then"
        ),
        _ => format!(
            "{open} tasks are open ({progress}); they can be claimed until {until}, and results are due later: close the job then, or cancel the tasks that nobody has claimed"
        ),
    })
}

/// Closes the job if nothing is left to do in it. Returns what that paid, or `None` if the job is not finished.
pub fn close_if_finished(
    session: &Session,
    wallet: &Keypair,
    job: &JobView,
) -> Result<Option<Closing>> {
    if !job.header.is_finished() {
        return Ok(None);
    }
    let client = &session.client;
    let mint = session.mint_info(&job.header.mint)?;
    let addresses = client.job_addresses(job)?;
    let held = client.token_balance(&addresses.escrow)?;
    let (fees, royalties) = (job.header.fees_due.get(), job.header.royalties_due.get());
    let refund = held.saturating_sub(fees).saturating_sub(royalties);
    let plan = client.plan_close_job(&wallet.pubkey(), &addresses)?;
    if plan.rent > 0 {
        let rent = TokenAmount::sol(plan.rent);
        session.printer.status(format!(
            "whoever is paid has no token account yet; the wallet {} pays its rent of {rent}",
            wallet.pubkey()
        ));
    }
    if let Err(error) = session.send(&plan.instructions, &[wallet], plan.rent) {
        // If the job no longer exists, a node closed it first, and the requester has the money all the same.
        let is_gone = || Ok::<_, CliError>(client.try_fetch_job(&job.address)?.is_none());
        if error.exit_code != ExitCode::Rejected || !is_gone()? {
            return Err(error);
        }
    }
    let after = session.best_effort(client.try_fetch_job(&job.address));
    let owed = match after.flatten() {
        Some(after) if after.header.seed == job.header.seed => {
            session.best_effort(Owed::of(session, &after, &mint))
        }
        _ => None,
    };
    let owed = owed.flatten();
    let unpaid = |of: fn(&Owed) -> &TokenAmount| owed.as_ref().map_or(0, |owed| of(owed).units);
    Ok(Some(Closing {
        refunded: mint.amount(refund.saturating_sub(unpaid(|owed| &owed.refund))),
        fees: mint.amount(fees.saturating_sub(unpaid(|owed| &owed.fees))),
        royalties: mint.amount(royalties.saturating_sub(unpaid(|owed| &owed.royalties))),
        owed,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owed(reasons: &[&str]) -> Owed {
        let mint = MintInfo::assay();
        Owed {
            fees: mint.amount(0),
            royalties: mint.amount(1_500_000_000),
            refund: mint.amount(2_000_000_000),
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        }
    }

    #[test]
    fn what_stays_owed_is_said_with_its_reason() {
        assert_eq!(
            owed(&["the escrow E takes no transfers"]).to_string(),
            "it still owes 1.5 ASSAY of royalties, 2 ASSAY to return: the escrow E takes no transfers; close the job again when that is over"
        );
        assert!(owed(&[]).to_string().contains("can be paid now"));
    }
}
