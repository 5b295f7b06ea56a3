//! The end of a job: fees to the protocol, what is left and the rent to the requester.

use crate::{
    assay::units,
    batch::Batch,
    book::Book,
    cast::Cast,
    check,
    stage::{act, Stage},
};
use anyhow::Result;
use assay_client::{
    pda::{ata, market},
    Address, JobView, LAMPORTS_PER_SIGNATURE,
};
use assay_market::state::PaymentMint;

/// What closing moves, read before and after.
struct Holdings {
    fee_vault: u64,
    requester: u64,
    /// Of the requester.
    lamports: u64,
}

impl Holdings {
    fn of(stage: &Stage, cast: &Cast) -> Result<Self> {
        let (client, requester) = (&stage.client, &cast.requester.address);
        let tokens = client.token_balance(&ata(requester, &stage.tusd))?;
        Ok(Self {
            fee_vault: client.token_balance(&fee_vault(stage)?)?,
            requester: tokens,
            lamports: client.lamports(requester)?,
        })
    }
}

/// The token account that receives the protocol's fees in tUSD.
pub fn fee_vault(stage: &Stage) -> Result<Address> {
    let address = market::payment_mint(&stage.tusd);
    let allowed: PaymentMint = stage.client.fetch(&address)?;
    Ok(allowed.fee_vault)
}

/// Closes a job whose tasks were all accepted, `paid` base units of tUSD to its workers.
pub fn close(
    stage: &Stage,
    cast: &Cast,
    batch: &Batch,
    (job, paid): (&JobView, u64),
    book: &mut Book,
) -> Result<()> {
    act("closing the job: fees to the protocol, leftovers and rent to the requester");
    let (client, address) = (&stage.client, batch.job.to_string());
    let rent = client.lamports(&batch.job)? + client.lamports(&job.header.escrow)?;
    let before = Holdings::of(stage, cast)?;
    let arguments = ["job", "close", &address];
    let closed = stage.assay.call(Some(&cast.requester.file), &arguments)?;
    let after = Holdings::of(stage, cast)?;

    let tasks = u64::from(batch.tasks);
    let fees = batch.task.fee * tasks;
    let left = batch.task.escrow * tasks - paid - fees;
    check::change("fees to the vault", after.fee_vault, before.fee_vault, fees)?;
    check::change("leftovers", after.requester, before.requester, left)?;
    let printed = (units(&closed, "fees")?, units(&closed, "refunded")?);
    check::equal("fees and leftovers, as printed", printed, (fees, left))?;
    let spent = before.lamports - LAMPORTS_PER_SIGNATURE;
    check::change("rent, lamports", after.lamports, spent, rent)?;
    let gone =
        client.account(&batch.job)?.is_none() && client.account(&job.header.escrow)?.is_none();
    check::holds("the job and its escrow are gone", gone)?;
    book.fees += fees;
    Ok(())
}
