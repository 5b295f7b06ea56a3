//! Closes a job and checks that the protocol gets the fees, and the requester what is left and the rent.

use crate::{
    check,
    environment::{log_step, Environment},
    expected::Expected,
    order::Order,
    participants::Participants,
    seats::JobSeats,
};
use anyhow::Result;
use assay_client::{
    pda::{ata, market},
    Address, LAMPORTS_PER_SIGNATURE,
};
use assay_harness::processes::json_units;
use assay_market::{game::SeatState, state::PaymentMint};

/// The balances that closing changes, base units of tUSD.
pub struct Holdings {
    pub fee_vault: u64,
    pub requester: u64,
    /// Of the author of a module.
    pub author: u64,
    /// Lamports of the requester.
    pub lamports: u64,
}

impl Holdings {
    pub fn of(env: &Environment, participants: &Participants) -> Result<Self> {
        let (client, requester) = (&env.client, &participants.requester.address);
        let held = |wallet: &Address| client.token_balance(&ata(wallet, &env.tusd()));
        Ok(Self {
            fee_vault: client.token_balance(&fee_vault(env)?)?,
            requester: held(requester)?,
            author: held(&participants.author.address)?,
            lamports: client.lamports(requester)?,
        })
    }
}

/// What the end of a job pays by the formulas, base units of tUSD.
pub struct Shares {
    pub fees: u64,
    pub royalties: u64,
    /// What is left for the requester.
    pub left: u64,
}

impl Shares {
    pub fn of(order: &Order, seats: &JobSeats) -> Self {
        // A task pays its fee if at least one of its own seats was right; a round alone earns the protocol nothing.
        let right = |task| {
            let own = seats.job.task(task).iter();
            own.filter(|seat| seat.state() == SeatState::Accepted)
                .count() as u64
        };
        let proven = seats.tasks().filter(|task| right(*task) > 0).count() as u64;
        let (fees, royalties) = (order.task.fee * proven, order.task.royalty * proven);
        let paid = order.task.price * seats.tasks().map(right).sum::<u64>();
        let escrow = order.task.escrow * u64::from(order.tasks);
        Self {
            fees,
            royalties,
            left: escrow - paid - fees - royalties,
        }
    }
}

/// Returns the token account that receives the protocol's fees in tUSD.
pub fn fee_vault(env: &Environment) -> Result<Address> {
    let address = market::payment_mint(&env.tusd());
    let allowed: PaymentMint = env.client.fetch(&address)?;
    Ok(allowed.fee_vault)
}

/// Closes a job whose tasks are all final.
pub fn check_close(
    env: &Environment,
    participants: &Participants,
    (order, seats): (&Order, &JobSeats),
    expected: &mut Expected,
) -> Result<()> {
    let name = order.name;
    log_step(&format!(
        "closing the {name}: fees to the protocol, leftovers and rent to the requester"
    ));
    let (client, address, job) = (&env.client, order.job.to_string(), &seats.job);
    let rent = client.lamports(&order.job)? + client.lamports(&job.header.escrow)?;
    let before = Holdings::of(env, participants)?;
    let arguments = ["job", "close", &address];
    let closed = participants.requester.cli.try_json(&arguments)?;
    let after = Holdings::of(env, participants)?;

    let Shares {
        fees,
        royalties,
        left,
    } = Shares::of(order, seats);
    check::change("fees to the vault", after.fee_vault, before.fee_vault, fees)?;
    check::change("royalties", after.author, before.author, royalties)?;
    check::change("leftovers", after.requester, before.requester, left)?;
    let printed = (
        json_units(&closed, "fees")?,
        json_units(&closed, "refunded")?,
    );
    check::equal("fees and leftovers, as printed", printed, (fees, left))?;
    let spent = before.lamports - LAMPORTS_PER_SIGNATURE;
    check::change("rent, lamports", after.lamports, spent, rent)?;
    let gone =
        client.account(&order.job)?.is_none() && client.account(&job.header.escrow)?.is_none();
    check::holds("the job and its escrow are gone", gone)?;
    expected.fees += fees;
    Ok(())
}
