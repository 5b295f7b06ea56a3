//! Every vault holds exactly what the accounts say.

use crate::{
    cluster::Cluster,
    work::{provider_of, worker_of},
};
use assay_client::{
    instruction::market::JobAddresses,
    pda::{rewards as rewards_at, staking as staking_at},
};
use assay_market::state::{Seat, SeatState, Worker};
use assay_rewards::state::{Emission, EpochRewards};

impl Cluster {
    /// Stake vaults, the collateral behind them and the supply of the reward token.
    pub async fn audit(&mut self, providers: &[&str]) {
        for name in providers {
            let provider = self.provider(name).await;
            let vault = staking_at::stake_vault(&provider_of(name));
            let held = self.balance(&vault).await;
            assert_eq!(
                Some(held),
                provider.vault_balance(),
                "stake vault of {name}"
            );
            let worker = self.worker(name).await;
            let collateral = worker.free.get() + worker.locked.get();
            assert_eq!(provider.allocated.get(), collateral, "collateral of {name}");
        }
        let emission: Emission = self.account(&rewards_at::emission()).await;
        let minted = emission.genesis_supply.get() + emission.minted.get();
        assert_eq!(self.assay_mint().await.supply, minted, "supply");
    }

    /// A job's escrow, and the collateral that its seats bind.
    pub async fn audit_job(&mut self, job: &JobAddresses, workers: &[&str]) {
        let (header, seats) = self.job(job).await;
        let held = self.balance(&job.escrow).await;
        assert_eq!(held, header.funds.get(), "escrow");
        for name in workers {
            let worker: Worker = self.account(&worker_of(name)).await;
            let binds = |seat: &&Seat| {
                seat.worker == worker_of(name)
                    && seat.collected == 0
                    && seat.state() != SeatState::Vacant
            };
            let bound = seats.iter().filter(binds).count() as u64;
            let locked = worker.locked.get();
            assert_eq!(locked, bound * header.bond.get(), "bonds of {name}");
        }
    }

    /// The pot of a finalized epoch.
    pub async fn audit_pot(&mut self, epoch: u64) {
        let rewards: EpochRewards = self.account(&rewards_at::epoch(epoch)).await;
        let held = self.balance(&rewards_at::pot(epoch)).await;
        let owed = rewards.amount.get() - rewards.claimed.get();
        assert_eq!(held, owed, "pot of epoch {epoch}");
    }
}
