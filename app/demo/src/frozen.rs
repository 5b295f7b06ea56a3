//! The issuer of tUSD freezes the protocol's fee vault. Nobody else waits for it: the author gets the royalties, the requester
//! what is left and the rent of the seats. The fees stay owed until the vault is thawed.

use crate::{
    check,
    close::{fee_vault, Holdings, Shares},
    environment::{log_step, Environment},
    expected::Expected,
    order::Order,
    participants::Participants,
    seats::JobSeats,
};
use anyhow::Result;
use assay_client::{instruction::token, JobView, Signer as _, LAMPORTS_PER_SIGNATURE};
use assay_harness::processes::json_units;

/// Closes a job whose tasks are all final while the fee vault is frozen, and again when it is thawed. Returns the royalties
/// that the author received meanwhile, base units of tUSD.
pub fn close_while_frozen(
    env: &Environment,
    participants: &Participants,
    (order, seats): (&Order, &JobSeats),
    expected: &mut Expected,
) -> Result<u64> {
    let (client, name) = (&env.client, order.name);
    let (issuer, vault, tusd) = (env.issuer()?, fee_vault(env)?, env.tusd());
    let shares = Shares::of(order, seats);
    let escrow = seats.job.header.escrow;
    log_step(&format!(
        "the issuer of tUSD freezes the fee vault; closing the {name} all the same"
    ));
    let freeze = token::freeze_account(&vault, &tusd, &issuer.pubkey());
    client.sign_send_confirm(&[freeze], &[&issuer])?;
    let before = Holdings::of(env, participants)?;
    let header = client.minimum_balance(JobView::space(0).unwrap_or(0))?;
    let rent_of_seats = client.lamports(&order.job)?.saturating_sub(header);
    let address = order.job.to_string();
    let arguments = ["job", "close", &address];
    let closed = participants.requester.cli.try_json(&arguments)?;
    let after = Holdings::of(env, participants)?;
    check::change("fees to the vault", after.fee_vault, before.fee_vault, 0)?;
    let royalties = shares.royalties;
    check::change("royalties", after.author, before.author, royalties)?;
    let received = after.author.saturating_sub(before.author);
    check::change("leftovers", after.requester, before.requester, shares.left)?;
    let spent = before.lamports - LAMPORTS_PER_SIGNATURE;
    let what = "rent of the seats, lamports";
    check::change(what, after.lamports, spent, rent_of_seats)?;
    let owing = client.fetch_job(&order.job)?;
    let owed = (owing.header.fees_due.get(), client.token_balance(&escrow)?);
    check::equal("owed, and in escrow", owed, (shares.fees, shares.fees))?;
    let printed = json_units(&closed["owed"], "fees")?;
    check::equal("owed, as printed", printed, shares.fees)?;

    log_step("the fee vault is thawed; anyone closes what was owed");
    let thaw = token::thaw_account(&vault, &tusd, &issuer.pubkey());
    client.sign_send_confirm(&[thaw], &[&issuer])?;
    let rest = client.lamports(&order.job)? + client.lamports(&escrow)?;
    participants.voter.cli.try_json(&arguments)?;
    let end = Holdings::of(env, participants)?;
    check::change(
        "fees to the vault",
        end.fee_vault,
        after.fee_vault,
        shares.fees,
    )?;
    check::change("rent, lamports", end.lamports, after.lamports, rest)?;
    let gone = client.account(&order.job)?.is_none() && client.account(&escrow)?.is_none();
    check::holds("the job and its escrow are gone", gone)?;
    expected.fees += shares.fees;
    Ok(received)
}
