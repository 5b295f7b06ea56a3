//! Checks that every vault holds exactly what the accounts say.

use assay_harness::{
    bank::Bank,
    instruction::market::JobAddresses,
    keypairs::{provider_of, worker_of},
    pda::{market as market_at, rewards as rewards_at, staking as staking_at},
};
use assay_market::{
    game::{Seat, SeatState},
    state::{Totals, Worker},
};
use assay_rewards::state::{Emission, EpochRewards};

/// Checks stake vaults, the collateral that they back, its sum, and the supply of the reward token, of which `burned` base
/// units were slashed.
pub async fn audit(bank: &mut Bank, providers: &[&str], burned: u64) {
    let mut sum = 0;
    for name in providers {
        let provider = bank.provider(name).await;
        let vault = staking_at::stake_vault(&provider_of(name));
        let held = bank.balance(&vault).await;
        assert_eq!(
            Some(held),
            provider.stake_balance(),
            "stake vault of {name}"
        );
        let vault = staking_at::reward_vault(&provider_of(name));
        let held = bank.balance(&vault).await;
        let owed = provider.rewards_held.get();
        assert_eq!(held, owed, "reward vault of {name}");
        let worker = bank.worker(name).await;
        let collateral = worker.free.get() + worker.locked.get();
        assert_eq!(provider.allocated.get(), collateral, "collateral of {name}");
        sum += collateral;
    }
    let totals: Totals = bank.account(&market_at::totals()).await;
    assert_eq!(totals.collateral.get(), sum, "collateral of all");
    let emission: Emission = bank.account(&rewards_at::emission()).await;
    let minted = emission.genesis_supply.get() + emission.minted.get();
    let supply = bank.assay_mint().await.supply;
    assert_eq!(supply, minted - burned, "supply");
}

/// Checks a job's escrow and the collateral that its seats lock.
pub async fn audit_job(bank: &mut Bank, job: &JobAddresses, workers: &[&str]) {
    let (header, seats) = bank.job(job).await;
    let held = bank.balance(&job.escrow).await;
    assert_eq!(held, header.funds.get(), "escrow");
    for name in workers {
        let worker: Worker = bank.account(&worker_of(name)).await;
        let binds = |seat: &&Seat| {
            seat.worker == worker_of(name) && !seat.is_settled() && seat.state() != SeatState::Free
        };
        let bound = seats.iter().filter(binds).count() as u64;
        let locked = worker.locked.get();
        assert_eq!(locked, bound * header.bond.get(), "bonds of {name}");
    }
}

/// Checks the pot while `epoch` is the only finalized one.
pub async fn audit_pot(bank: &mut Bank, epoch: u64) {
    let rewards: EpochRewards = bank.account(&rewards_at::epoch(epoch)).await;
    let held = bank.balance(&rewards_at::pot()).await;
    let owed = rewards.amount.get() - rewards.claimed.get();
    assert_eq!(held, owed, "pot of epoch {epoch}");
}
