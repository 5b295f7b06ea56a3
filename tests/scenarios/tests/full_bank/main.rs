//! The life of the protocol on a full bank: from deployment over a job and its settlement to minted rewards, a vote that
//! changes the fee, and a provider who leaves. Every amount is exact, and every vault holds what the accounts say.

mod audit;
mod vote;

use assay_harness::{
    bank::{assay, payment, usd, Bank, EMISSION, GENESIS_SUPPLY, KAPPA_BPS, STAKE},
    instruction::{
        market::{self, JobAddresses, TaskSeat},
        rewards, staking,
    },
    keypairs::{address_of, provider_of, worker_of},
    market::{terms, BOND, COLLATERAL, TALLY_WINDOW},
    pda::{ata, market as market_at, rewards as rewards_at, staking as staking_at},
    DEPLOYER,
};
use assay_market::state::{EpochWork, Params, SHARDS};
use assay_rewards::{error::RewardsError, state::EpochRewards};
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
/// One seat at 1,000 and the fee of 500 basis points, base units of the payment mint.
const ESCROW_PER_TASK: u64 = 1_050;
const FEE: u64 = 50;
/// Half of what the price is worth, base units of the stake mint.
const SLASHED: u64 = 1_000;
/// The tasks and who works on them; eve misses her second deadline.
const WORK: [(u32, &str); 4] = [(0, "ada"), (1, "ada"), (2, "bob"), (3, "eve")];
const MISSED_TASK: u32 = 4;
const TASKS: u32 = 5;
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
    audit(&mut bank, &PROVIDERS, 0).await;

    let job = post_and_claim(&mut bank).await;
    contribute_and_open(&mut bank, &job).await;
    pay_and_close(&mut bank, &job).await;
    distribute_rewards(&mut bank).await;
    vote::lower_the_fee(&mut bank).await;
    check_new_fee(&mut bank).await;
    withdraw_rest_of_stake(&mut bank).await;
    audit(&mut bank, &PROVIDERS, SLASHED).await;
}

fn first_seat(task: u32) -> TaskSeat {
    TaskSeat { task, seat: 0 }
}

/// Posts a job of five tasks and lets the workers claim all of them.
async fn post_and_claim(bank: &mut Bank) -> JobAddresses {
    let tasks = u64::from(TASKS);
    bank.advance(1);
    let job = bank.post(0, TASKS, tasks * ESCROW_PER_TASK).await;
    assert_eq!(bank.usd_of("requester").await, 0);
    assert_eq!(bank.balance(&job.escrow).await, tasks * ESCROW_PER_TASK);
    let (header, seats) = bank.job(&job).await;
    assert_eq!((header.fee.get(), header.bond.get()), (FEE, BOND));
    assert_eq!(seats.len(), 5, "five tasks of one seat");

    for (task, name) in WORK {
        bank.claim(name, &job, first_seat(task)).await;
    }
    bank.claim("eve", &job, first_seat(MISSED_TASK)).await;
    let ada = bank.worker("ada").await;
    assert_eq!(ada.free.get(), COLLATERAL - 2 * BOND);
    assert_eq!(ada.locked.get(), 2 * BOND);
    audit_job(bank, &job, &PROVIDERS).await;
    job
}

/// Contributes and opens four tasks and waits until they are final.
async fn contribute_and_open(bank: &mut Bank, job: &JobAddresses) {
    for (task, name) in WORK {
        bank.contribute(name, job, first_seat(task), "42").await;
        bank.open(job, task, "42").await;
    }
    let hold = bank.job(job).await.0.hold.get();
    bank.advance(u64::from(hold));
    audit_job(bank, job, &PROVIDERS).await;
}

/// Pays the workers, penalizes eve and closes the job.
async fn pay_and_close(bank: &mut Bank, job: &JobAddresses) {
    bank.collect("ada", job, &[0, 1]).await;
    bank.collect("bob", job, &[2]).await;
    bank.collect("eve", job, &[3]).await;
    audit_job(bank, job, &PROVIDERS).await;
    let seat = first_seat(MISSED_TASK);
    bank.penalize_missed("eve", job, seat).await;
    audit_job(bank, job, &PROVIDERS).await;
    audit(bank, &PROVIDERS, SLASHED).await;
    for (name, earned) in [("ada", 2_000), ("bob", 1_000), ("eve", 1_000)] {
        assert_eq!(bank.usd_of(name).await, earned, "{name}");
    }
    let staked = bank.provider("eve").await.own.active.get();
    assert_eq!(staked, STAKE - SLASHED);
    let eve = bank.worker("eve").await;
    assert_eq!(eve.free.get(), COLLATERAL - SLASHED);
    assert_eq!((eve.accepted.get(), eve.missed.get()), (1, 1));
    assert_eq!(bank.worker("ada").await.accepted.get(), 2);

    bank.advance(u64::from(terms().claim_window));
    let expire = market::expire_task(job.address, MISSED_TASK, None);
    bank.send(&[expire], &["anyone"]).await;
    let rent = bank.lamports(&job.address).await + bank.lamports(&job.escrow).await;
    let before = bank.lamports(&job.requester).await;
    bank.close(job).await;
    let returned = bank.usd_of("requester").await;
    assert_eq!(returned, ESCROW_PER_TASK, "the task that nobody did");
    assert_eq!(bank.balance(&payment().fee_vault).await, 4 * FEE);
    assert_eq!(bank.lamports(&job.address).await, 0);
    assert_eq!(bank.lamports(&job.escrow).await, 0);
    let after = bank.lamports(&job.requester).await;
    assert_eq!(after, before + rent - TRANSACTION_FEE);
}

/// Ends the epoch and claims its rewards. Of the epoch's weight of 400, ada has 200, bob and eve 100 each.
async fn distribute_rewards(bank: &mut Bank) {
    let params: Params = bank.account(&market_at::params()).await;
    let end = params.epoch_end(0).expect("a sane epoch");
    bank.advance_to(end);
    let anyone = address_of("anyone");
    for name in PROVIDERS {
        let tally = market::tally_work(anyone, worker_of(name), 0);
        bank.send(&[tally], &["anyone"]).await;
    }
    assert_eq!(tallied(bank, 0).await, 400);

    let finalize = [rewards::finalize_epoch(anyone, 0)];
    bank.assert_fails(&finalize, &["anyone"], RewardsError::TallyOpen)
        .await;
    bank.advance(TALLY_WINDOW);
    bank.send(&finalize, &["anyone"]).await;
    let pot: EpochRewards = bank.account(&rewards_at::epoch(0)).await;
    // The schedule has far more; the fees are worth 400.
    let minted = 400 * KAPPA_BPS / 10_000;
    assert!(minted < EMISSION);
    let divided = (pot.amount.get(), pot.stakers.get());
    assert_eq!((minted, divided), (199, (178, 59)), "each rounded down");
    let treasury = rewards_at::treasury();
    assert_eq!(bank.balance(&treasury).await, 21);
    let supply = bank.assay_mint().await.supply;
    assert_eq!(supply, GENESIS_SUPPLY + minted - SLASHED);

    for (name, share) in [("ada", 89), ("bob", 44), ("eve", 45)] {
        let provider = provider_of(name);
        let claim = [
            rewards::open_claim_record(anyone, &provider),
            rewards::claim_epochs(&provider, &[0]),
        ];
        bank.send(&claim, &["anyone"]).await;
        let vault = staking_at::reward_vault(&provider);
        assert_eq!(bank.balance(&vault).await, share, "{name}");
        audit_pot(bank, 0).await;
    }
    assert_eq!(bank.balance(&rewards_at::pot()).await, 0);
    audit(bank, &PROVIDERS, SLASHED).await;
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
    let job = bank.post(1, 1, 1_040).await;
    let (header, _) = bank.job(&job).await;
    assert_eq!(header.fee.get(), 40);
    audit_job(bank, &job, &PROVIDERS).await;

    let cancel = market::cancel_job(job.requester, job.address, 0, 1);
    bank.send(&[cancel], &["requester"]).await;
    bank.close(&job).await;
    assert_eq!(bank.usd_of("requester").await, ESCROW_PER_TASK + 1_040);
    assert_eq!(bank.balance(&payment().fee_vault).await, 4 * FEE);
}

/// Lets eve withdraw the stake that was not slashed.
async fn withdraw_rest_of_stake(bank: &mut Bank) {
    let eve = address_of("eve");
    let leave = [
        market::remove_collateral(eve, COLLATERAL - SLASHED),
        staking::begin_unbond(eve, STAKE - SLASHED),
    ];
    bank.send(&leave, &["eve"]).await;
    audit(bank, &PROVIDERS, SLASHED).await;
    let [bucket, ..] = bank.provider("eve").await.own.buckets;

    let had = bank.assay_of("eve").await;
    let withdraw = [staking::withdraw_stake(eve, &assay())];
    bank.advance_to(bucket.matures_at.get());
    bank.send(&withdraw, &["anyone"]).await;
    assert_eq!(bank.assay_of("eve").await, had + STAKE - SLASHED);
    let vault = staking_at::stake_vault(&provider_of("eve"));
    assert_eq!(bank.balance(&vault).await, 0);
    assert_eq!(bank.balance(&ata(&eve, &usd())).await, 1_000);
}
