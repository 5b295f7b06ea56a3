//! The life of the protocol on a full bank: from deployment over a job and its settlement to minted rewards, a vote that
//! changes the fee, and a provider who leaves. Every amount is exact, and every vault holds what the accounts say.

mod audit;
mod vote;

use assay_harness::{
    bank::{assay, payment, usd, Bank, COLLATERAL, EMISSION, GENESIS_SUPPLY, STAKE},
    instruction::{
        market::{self, JobAddresses},
        rewards, staking,
    },
    keypairs::{address_of, node_of, provider_of, worker_of},
    market::{EPOCH_LENGTH, RAMP, TALLY_WINDOW},
    pda::{ata, market as market_at, rewards as rewards_at, staking as staking_at},
    work, DEPLOYER,
};
use assay_market::{
    error::MarketError,
    state::{EpochWork, SeatState, SHARDS},
};
use assay_rewards::{error::RewardsError, state::EpochRewards};
use assay_staking::state::Ticket;
use audit::{audit, audit_job, audit_pot};

/// Everyone who signs anything.
const ACTORS: &[&str] = &[
    DEPLOYER,
    "requester",
    "ada",
    "ada's node",
    "bob",
    "bob's node",
    "eve",
    "eve's node",
    "voter",
    "proposer",
    "anyone",
];
const PROVIDERS: [&str; 3] = ["ada", "bob", "eve"];
/// Three replicas at 1,000 and the fee of 500 basis points, base units of the payment mint.
const ESCROW_PER_TASK: u64 = 3_150;
const FEE: u64 = 150;
/// The price at two stake tokens each, times one and a half, base units of the stake mint.
const BOND: u64 = 3_000;
/// Half of the bond, base units of the stake mint.
const SLASHED: u64 = 1_500;
/// Lamports for one signature.
const TRANSACTION_FEE: u64 = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_job_is_paid_slashed_rewarded_and_voted_on() {
    let mut bank = Bank::start(ACTORS).await;
    bank.initialize().await;
    assert_eq!(bank.assay_mint().await.supply, GENESIS_SUPPLY);
    for name in PROVIDERS {
        bank.join(name).await;
    }
    audit(&mut bank, &PROVIDERS).await;

    let job = post_and_claim(&mut bank).await;
    complete_and_settle(&mut bank, &job).await;
    pay_and_close(&mut bank, &job).await;
    distribute_rewards(&mut bank).await;
    vote::lower_the_fee(&mut bank).await;
    check_new_fee(&mut bank).await;
    withdraw_rest_of_stake(&mut bank).await;
    audit(&mut bank, &PROVIDERS).await;
}

/// Posts a job of two tasks and lets the three workers claim all replicas.
async fn post_and_claim(bank: &mut Bank) -> JobAddresses {
    let job = bank.post(0, 2, 2 * ESCROW_PER_TASK).await;
    assert_eq!(bank.usd_of("requester").await, 0);
    assert_eq!(bank.balance(&job.escrow).await, 2 * ESCROW_PER_TASK);
    let (header, seats) = bank.job(&job).await;
    assert_eq!((header.fee.get(), header.bond.get()), (FEE, BOND));
    assert_eq!(seats.len(), 8, "two tasks of three replicas and a spare");

    let early = work::claim("ada", &job, header.seed, (0, 0));
    bank.assert_fails(&[early], &["ada's node"], MarketError::NotDrawn)
        .await;
    bank.advance(RAMP);
    for task in 0..2 {
        for (replica, name) in (0u8..).zip(PROVIDERS) {
            let claim = work::claim(name, &job, header.seed, (task, replica));
            bank.send(&[claim], &[&node_of(name)]).await;
        }
    }
    let ada = bank.worker("ada").await;
    assert_eq!(ada.free.get(), COLLATERAL - 2 * BOND);
    assert_eq!(ada.locked.get(), 2 * BOND);
    audit_job(bank, &job, &PROVIDERS).await;
    job
}

/// Completes and settles both tasks. All workers agree on the first one; eve lies about the second one.
async fn complete_and_settle(bank: &mut Bank, job: &JobAddresses) {
    let agreed = [("ada", "17"), ("bob", "17"), ("eve", "17")];
    let lied = [("ada", "42"), ("bob", "42"), ("eve", "41")];
    for (task, answers) in (0..).zip([agreed, lied]) {
        bank.complete_task(job, task, answers).await;
        bank.settle(job, task).await;
    }
    use SeatState::{Accepted, Rejected, Untouched};
    let (header, seats) = bank.job(job).await;
    let states: Vec<SeatState> = seats.iter().map(|seat| seat.state()).collect();
    assert_eq!(states[..4], [Accepted, Accepted, Accepted, Untouched]);
    assert_eq!(states[4..], [Accepted, Accepted, Rejected, Untouched]);
    assert_eq!(header.accepted_tasks.get(), 2);
    assert_eq!(header.fees_due.get(), 2 * FEE);
    audit_job(bank, job, &PROVIDERS).await;
}

/// Pays the workers, penalizes eve and closes the job.
async fn pay_and_close(bank: &mut Bank, job: &JobAddresses) {
    bank.collect("ada", job, &[0, 4]).await;
    bank.collect("bob", job, &[1, 5]).await;
    bank.collect("eve", job, &[2]).await;
    audit_job(bank, job, &PROVIDERS).await;
    let treasury = rewards_at::treasury();
    bank.penalize("eve", job, &[6]).await;
    audit_job(bank, job, &PROVIDERS).await;
    audit(bank, &PROVIDERS).await;
    for (name, earned) in [("ada", 2_000), ("bob", 2_000), ("eve", 1_000)] {
        assert_eq!(bank.usd_of(name).await, earned, "{name}");
    }
    assert_eq!(bank.balance(&treasury).await, SLASHED);
    assert_eq!(
        bank.provider("eve").await.active_tokens.get(),
        STAKE - SLASHED
    );
    let eve = bank.worker("eve").await;
    assert_eq!(eve.free.get(), COLLATERAL - SLASHED);
    assert_eq!((eve.accepted.get(), eve.rejected.get()), (1, 1));
    assert_eq!(bank.worker("ada").await.accepted.get(), 2);

    let rent = bank.lamports(&job.address).await + bank.lamports(&job.escrow).await;
    let before = bank.lamports(&job.requester).await;
    bank.close(job).await;
    assert_eq!(bank.usd_of("requester").await, 1_000, "the liar's price");
    assert_eq!(bank.balance(&payment().fee_vault).await, 2 * FEE);
    assert_eq!(bank.lamports(&job.address).await, 0);
    assert_eq!(bank.lamports(&job.escrow).await, 0);
    let after = bank.lamports(&job.requester).await;
    assert_eq!(after, before + rent - TRANSACTION_FEE);
}

/// Ends the epoch and claims its rewards. Of the epoch's weight of 600, ada and bob have 250 each and eve 100.
async fn distribute_rewards(bank: &mut Bank) {
    bank.advance(EPOCH_LENGTH);
    let anyone = address_of("anyone");
    for name in PROVIDERS {
        let tally = market::tally_work(anyone, worker_of(name), 0);
        bank.send(&[tally], &["anyone"]).await;
    }
    assert_eq!(tallied(bank, 0).await, 600);

    let finalize = [rewards::finalize_epoch(anyone, 0)];
    bank.assert_fails(&finalize, &["anyone"], RewardsError::TallyOpen)
        .await;
    bank.advance(TALLY_WINDOW);
    bank.send(&finalize, &["anyone"]).await;
    let pot: EpochRewards = bank.account(&rewards_at::epoch(0)).await;
    assert_eq!(
        pot.amount.get(),
        900_002,
        "nine tenths of {EMISSION}, rounded down"
    );
    let treasury = rewards_at::treasury();
    assert_eq!(bank.balance(&treasury).await, SLASHED + 100_001);
    let supply = bank.assay_mint().await.supply;
    assert_eq!(supply, GENESIS_SUPPLY + EMISSION);

    for (name, share) in [("ada", 375_000), ("bob", 375_001), ("eve", 150_001)] {
        let to = ata(&address_of(name), &assay());
        let claim = rewards::claim_epoch(anyone, &provider_of(name), 0, to);
        bank.send(&[claim], &["anyone"]).await;
        assert_eq!(bank.assay_of(name).await, share, "{name}");
        audit_pot(bank, 0).await;
    }
    assert_eq!(bank.balance(&rewards_at::pot(0)).await, 0);
    audit(bank, &PROVIDERS).await;
}

/// Returns the weight of all work records of an epoch.
async fn tallied(bank: &mut Bank, epoch: u64) -> u64 {
    let mut sum = 0;
    for shard in 0..SHARDS {
        let record = market_at::epoch_work(epoch, shard);
        if bank.lamports(&record).await > 0 {
            let work: EpochWork = bank.account(&record).await;
            sum += work.weight.get();
        }
    }
    sum
}

/// Posts a job, which must pay the new fee, cancels it and closes it.
async fn check_new_fee(bank: &mut Bank) {
    let job = bank.post(1, 1, 3_120).await;
    let (header, _) = bank.job(&job).await;
    assert_eq!(header.fee.get(), 120);
    audit_job(bank, &job, &PROVIDERS).await;

    let cancel = market::cancel_job(job.requester, job.address, 0, 1);
    bank.send(&[cancel], &["requester"]).await;
    bank.close(&job).await;
    assert_eq!(bank.usd_of("requester").await, 1_000 + 3_120);
    assert_eq!(bank.balance(&payment().fee_vault).await, 2 * FEE);
}

/// Lets eve withdraw the stake that was not slashed.
async fn withdraw_rest_of_stake(bank: &mut Bank) {
    let eve = address_of("eve");
    let leave = [
        market::remove_collateral(eve, COLLATERAL - SLASHED),
        staking::begin_unbond(eve, 0, STAKE),
    ];
    bank.send(&leave, &["eve"]).await;
    audit(bank, &PROVIDERS).await;
    let delegation = staking_at::delegation(&provider_of("eve"), &eve);
    let ticket: Ticket = bank.account(&staking_at::ticket(&delegation, 0)).await;

    let had = bank.assay_of("eve").await;
    let withdraw = [staking::withdraw_stake(eve, 0, ata(&eve, &assay()))];
    bank.advance_to(ticket.matures_at.get());
    bank.send(&withdraw, &["anyone"]).await;
    assert_eq!(bank.assay_of("eve").await, had + STAKE - SLASHED);
    let vault = staking_at::stake_vault(&provider_of("eve"));
    assert_eq!(bank.balance(&vault).await, 0);
    assert_eq!(bank.balance(&ata(&eve, &usd())).await, 1_000);
}
