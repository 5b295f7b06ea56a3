//! Closes a job and checks that the protocol gets the fees, and the requester what is left and the rent.

use crate::{
    batch::Batch,
    check,
    environment::{log_step, Environment},
    expected::Expected,
    participants::Participants,
};
use anyhow::Result;
use assay_client::{
    pda::{ata, market},
    Address, JobView, LAMPORTS_PER_SIGNATURE,
};
use assay_harness::processes::json_units;
use assay_market::state::PaymentMint;

/// The balances that closing changes, base units of tUSD.
struct Holdings {
    fee_vault: u64,
    requester: u64,
    /// Lamports of the requester.
    lamports: u64,
}

impl Holdings {
    fn of(env: &Environment, participants: &Participants) -> Result<Self> {
        let (client, requester) = (&env.client, &participants.requester.address);
        let tokens = client.token_balance(&ata(requester, &env.tusd()))?;
        Ok(Self {
            fee_vault: client.token_balance(&fee_vault(env)?)?,
            requester: tokens,
            lamports: client.lamports(requester)?,
        })
    }
}

/// Returns the token account that receives the protocol's fees in tUSD.
pub fn fee_vault(env: &Environment) -> Result<Address> {
    let address = market::payment_mint(&env.tusd());
    let allowed: PaymentMint = env.client.fetch(&address)?;
    Ok(allowed.fee_vault)
}

/// Closes a job whose tasks were all accepted and whose workers were paid `paid` base units of tUSD in all.
pub fn check_close(
    env: &Environment,
    participants: &Participants,
    batch: &Batch,
    (job, paid): (&JobView, u64),
    expected: &mut Expected,
) -> Result<()> {
    log_step("closing the job: fees to the protocol, leftovers and rent to the requester");
    let (client, address) = (&env.client, batch.job.to_string());
    let rent = client.lamports(&batch.job)? + client.lamports(&job.header.escrow)?;
    let before = Holdings::of(env, participants)?;
    let arguments = ["job", "close", &address];
    let closed = participants.requester.cli.try_json(&arguments)?;
    let after = Holdings::of(env, participants)?;

    let tasks = u64::from(batch.tasks);
    let fees = batch.task.fee * tasks;
    let left = batch.task.escrow * tasks - paid - fees;
    check::change("fees to the vault", after.fee_vault, before.fee_vault, fees)?;
    check::change("leftovers", after.requester, before.requester, left)?;
    let printed = (
        json_units(&closed, "fees")?,
        json_units(&closed, "refunded")?,
    );
    check::equal("fees and leftovers, as printed", printed, (fees, left))?;
    let spent = before.lamports - LAMPORTS_PER_SIGNATURE;
    check::change("rent, lamports", after.lamports, spent, rent)?;
    let gone =
        client.account(&batch.job)?.is_none() && client.account(&job.header.escrow)?.is_none();
    check::holds("the job and its escrow are gone", gone)?;
    expected.fees += fees;
    Ok(())
}
