//! The life of the protocol on a full bank: from deployment over a job and its verdict to minted rewards, a vote that
//! changes the fee, and a provider who leaves. Every amount is exact and every vault holds what the accounts say.

mod audit;
mod cluster;
mod deployment;
mod protocol;
mod token;
mod vote;
mod work;

use assay_client::{
    instruction::{
        market::{self, JobAddresses},
        rewards, staking,
    },
    pda::{ata, market as market_at, rewards as rewards_at, staking as staking_at},
};
use assay_market::{
    error::MarketError,
    state::{EpochWork, SeatState, SHARDS},
};
use assay_rewards::{error::RewardsError, state::EpochRewards};
use assay_staking::state::Ticket;
use cluster::{address_of, Cluster};
use protocol::{payment, EMISSION, EPOCH_LENGTH, GENESIS_SUPPLY, RAMP, TALLY_WINDOW};
use token::{assay, usd};
use work::{claim, provider_of, worker_of, COLLATERAL, STAKE};

const PROVIDERS: [&str; 3] = ["ada", "bob", "eve"];
/// Three replicas at 1,000 and the fee of 500 basis points.
const ESCROW_PER_TASK: u64 = 3_150;
const FEE: u64 = 150;
/// The price at two reward tokens each, one and a half times.
const BOND: u64 = 3_000;
/// Half of the bond.
const SLASHED: u64 = 1_500;
/// Lamports for one signature.
const TRANSACTION_FEE: u64 = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_job_is_paid_slashed_rewarded_and_voted_on() {
    let mut cluster = Cluster::start().await;
    cluster.initialize().await;
    assert_eq!(cluster.assay_mint().await.supply, GENESIS_SUPPLY);
    for name in PROVIDERS {
        cluster.join(name).await;
    }
    cluster.audit(&PROVIDERS).await;

    let job = posted_and_claimed(&mut cluster).await;
    judged(&mut cluster, &job).await;
    paid_and_closed(&mut cluster, &job).await;
    rewarded(&mut cluster).await;
    vote::lowers_the_fee(&mut cluster).await;
    the_next_job_pays_the_new_fee(&mut cluster).await;
    the_liar_leaves_with_the_rest(&mut cluster).await;
    cluster.audit(&PROVIDERS).await;
}

async fn posted_and_claimed(cluster: &mut Cluster) -> JobAddresses {
    let job = cluster.post(0, 2, 2 * ESCROW_PER_TASK).await;
    assert_eq!(cluster.usd_of("requester").await, 0);
    assert_eq!(cluster.balance(&job.escrow).await, 2 * ESCROW_PER_TASK);
    let (header, seats) = cluster.job(&job).await;
    assert_eq!((header.fee.get(), header.bond.get()), (FEE, BOND));
    assert_eq!(seats.len(), 8, "two tasks of three replicas and a spare");

    let early = claim("ada", &job, header.seed, (0, 0));
    cluster
        .refused(&[early], &["ada's node"], MarketError::NotDrawn)
        .await;
    cluster.advance(RAMP);
    for task in 0..2 {
        for (replica, name) in (0u8..).zip(PROVIDERS) {
            let claim = claim(name, &job, header.seed, (task, replica));
            cluster.send(&[claim], &[&format!("{name}'s node")]).await;
        }
    }
    let ada = cluster.worker("ada").await;
    assert_eq!(ada.free.get(), COLLATERAL - 2 * BOND);
    assert_eq!(ada.locked.get(), 2 * BOND);
    cluster.audit_job(&job, &PROVIDERS).await;
    job
}

/// All agree on the first task; eve lies about the second.
async fn judged(cluster: &mut Cluster, job: &JobAddresses) {
    let agreed = [("ada", "17"), ("bob", "17"), ("eve", "17")];
    let lied = [("ada", "42"), ("bob", "42"), ("eve", "41")];
    for (task, answers) in (0..).zip([agreed, lied]) {
        cluster.deliver(job, task, answers).await;
        cluster.settle(job, task).await;
    }
    use SeatState::{Accepted, Rejected, Untouched};
    let (header, seats) = cluster.job(job).await;
    let states: Vec<SeatState> = seats.iter().map(|seat| seat.state()).collect();
    assert_eq!(states[..4], [Accepted, Accepted, Accepted, Untouched]);
    assert_eq!(states[4..], [Accepted, Accepted, Rejected, Untouched]);
    assert_eq!(header.accepted_tasks.get(), 2);
    assert_eq!(header.fees_due.get(), 2 * FEE);
    cluster.audit_job(job, &PROVIDERS).await;
}

async fn paid_and_closed(cluster: &mut Cluster, job: &JobAddresses) {
    cluster.collect("ada", job, &[0, 4]).await;
    cluster.collect("bob", job, &[1, 5]).await;
    cluster.collect("eve", job, &[2]).await;
    cluster.audit_job(job, &PROVIDERS).await;
    let treasury = rewards_at::treasury();
    cluster.penalize("eve", job, &[6]).await;
    cluster.audit_job(job, &PROVIDERS).await;
    cluster.audit(&PROVIDERS).await;
    for (name, earned) in [("ada", 2_000), ("bob", 2_000), ("eve", 1_000)] {
        assert_eq!(cluster.usd_of(name).await, earned, "{name}");
    }
    assert_eq!(cluster.balance(&treasury).await, SLASHED);
    assert_eq!(
        cluster.provider("eve").await.active_tokens.get(),
        STAKE - SLASHED
    );
    let eve = cluster.worker("eve").await;
    assert_eq!(eve.free.get(), COLLATERAL - SLASHED);
    assert_eq!((eve.accepted.get(), eve.rejected.get()), (1, 1));
    assert_eq!(cluster.worker("ada").await.accepted.get(), 2);

    let rent = cluster.lamports(&job.address).await + cluster.lamports(&job.escrow).await;
    let before = cluster.lamports(&job.requester).await;
    cluster.close(job).await;
    assert_eq!(cluster.usd_of("requester").await, 1_000, "the liar's price");
    assert_eq!(cluster.balance(&payment().fee_vault).await, 2 * FEE);
    assert_eq!(cluster.lamports(&job.address).await, 0);
    assert_eq!(cluster.lamports(&job.escrow).await, 0);
    let after = cluster.lamports(&job.requester).await;
    assert_eq!(after, before + rent - TRANSACTION_FEE);
}

/// Ada and bob did 250 of the epoch's weight of 600 each, eve 100.
async fn rewarded(cluster: &mut Cluster) {
    cluster.advance(EPOCH_LENGTH);
    let anyone = address_of("anyone");
    for name in PROVIDERS {
        let tally = market::tally_work(anyone, worker_of(name), 0);
        cluster.send(&[tally], &["anyone"]).await;
    }
    assert_eq!(tallied(cluster, 0).await, 600);

    let finalize = [rewards::finalize_epoch(anyone, 0)];
    cluster
        .refused(&finalize, &["anyone"], RewardsError::TallyOpen)
        .await;
    cluster.advance(TALLY_WINDOW);
    cluster.send(&finalize, &["anyone"]).await;
    let pot: EpochRewards = cluster.account(&rewards_at::epoch(0)).await;
    assert_eq!(
        pot.amount.get(),
        900_002,
        "nine tenths of {EMISSION}, rounded down"
    );
    let treasury = rewards_at::treasury();
    assert_eq!(cluster.balance(&treasury).await, SLASHED + 100_001);
    let supply = cluster.assay_mint().await.supply;
    assert_eq!(supply, GENESIS_SUPPLY + EMISSION);

    for (name, share) in [("ada", 375_000), ("bob", 375_001), ("eve", 150_001)] {
        let to = ata(&address_of(name), &assay());
        let claim = rewards::claim_epoch(anyone, &provider_of(name), 0, to);
        cluster.send(&[claim], &["anyone"]).await;
        assert_eq!(cluster.assay_of(name).await, share, "{name}");
        cluster.audit_pot(0).await;
    }
    assert_eq!(cluster.balance(&rewards_at::pot(0)).await, 0);
    cluster.audit(&PROVIDERS).await;
}

/// Weight of all work records of an epoch.
async fn tallied(cluster: &mut Cluster, epoch: u64) -> u64 {
    let mut sum = 0;
    for shard in 0..SHARDS {
        let record = market_at::epoch_work(epoch, shard);
        if cluster.lamports(&record).await > 0 {
            let work: EpochWork = cluster.account(&record).await;
            sum += work.weight.get();
        }
    }
    sum
}

async fn the_next_job_pays_the_new_fee(cluster: &mut Cluster) {
    let job = cluster.post(1, 1, 3_120).await;
    let (header, _) = cluster.job(&job).await;
    assert_eq!(header.fee.get(), 120);
    cluster.audit_job(&job, &PROVIDERS).await;

    let cancel = market::cancel_job(job.requester, job.address, 0, 1);
    cluster.send(&[cancel], &["requester"]).await;
    cluster.close(&job).await;
    assert_eq!(cluster.usd_of("requester").await, 1_000 + 3_120);
    assert_eq!(cluster.balance(&payment().fee_vault).await, 2 * FEE);
}

async fn the_liar_leaves_with_the_rest(cluster: &mut Cluster) {
    let eve = address_of("eve");
    let leave = [
        market::remove_collateral(eve, COLLATERAL - SLASHED),
        staking::begin_unbond(eve, 0, STAKE),
    ];
    cluster.send(&leave, &["eve"]).await;
    cluster.audit(&PROVIDERS).await;
    let delegation = staking_at::delegation(&provider_of("eve"), &eve);
    let ticket: Ticket = cluster.account(&staking_at::ticket(&delegation, 0)).await;

    let had = cluster.assay_of("eve").await;
    let withdraw = [staking::withdraw_stake(eve, 0, ata(&eve, &assay()))];
    cluster.advance_to(ticket.matures_at.get());
    cluster.send(&withdraw, &["anyone"]).await;
    assert_eq!(cluster.assay_of("eve").await, had + STAKE - SLASHED);
    let vault = staking_at::stake_vault(&provider_of("eve"));
    assert_eq!(cluster.balance(&vault).await, 0);
    assert_eq!(cluster.balance(&ata(&eve, &usd())).await, 1_000);
}
