//! One past-tense event per state change, enough to rebuild the accounts from the logs.

use anchor_lang::prelude::*;

macro_rules! events {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)+ })+) => {
        $(
            $(#[$meta])*
            #[event(bytemuck)]
            #[repr(C)]
            pub struct $name { $($(#[$doc])* pub $field: $kind,)+ }
        )+
    };
}

events! {
    /// The parameters are in the transaction's instruction data.
    MarketInitialized { authority: Address, genesis_time: PodI64, epoch_length: PodU64, }
    AuthoritySet { authority: Address, }
    ParamSet { value: PodU64, param: u8, }
    MintAllowed { mint: Address, fee_vault: Address, stake_rate: PodU64, }
    WorkerOpened { worker: Address, provider: Address, node: Address, }
    WorkerSynced { worker: Address, node: Address, }
    /// `free` is what can back new claims afterwards, base units.
    CollateralAdded { worker: Address, amount: PodU64, free: PodU64, }
    CollateralRemoved { worker: Address, amount: PodU64, free: PodU64, }
    /// The terms are in the transaction's instruction data.
    JobPosted { job: Address, requester: Address, seed: [u8; 32], escrow: PodU64, tasks: PodU32, }
    JobExtended { job: Address, manifest: [u8; 32], first_task: PodU32, tasks: PodU32, }
    TasksCancelled { job: Address, first_task: PodU32, count: PodU32, cancelled: PodU32, }
    TaskClaimed { job: Address, worker: Address, commit_by: PodI64, task: PodU32, replica: u8, }
    /// `reveal_by` is zero until the last commitment of a task opens the reveals.
    ResultCommitted { job: Address, commitment: [u8; 32], reveal_by: PodI64, task: PodU32, replica: u8, }
    ResultRevealed { job: Address, digest: [u8; 32], task: PodU32, replica: u8, }
    TaskAccepted { job: Address, digest: [u8; 32], task: PodU32, }
    RoundOpened { job: Address, task: PodU32, spares: u8, }
    TaskRefunded { job: Address, task: PodU32, }
    SlotsExpired { job: Address, task: PodU32, missed: PodU32, }
    /// `paid` in base units of the payment mint, `weight` in stake base units.
    Collected { job: Address, worker: Address, paid: PodU64, weight: PodU64, epoch: PodU64, slots: PodU32, }
    /// `slashed` includes `compensation`, stake base units.
    Penalised { job: Address, worker: Address, slashed: PodU64, compensation: PodU64, slots: PodU32, }
    JobClosed { job: Address, fees: PodU64, refunded: PodU64, }
    WorkTallied { worker: Address, epoch: PodU64, weight: PodU64, shard: u8, }
    WorkClosed { epoch: PodU64, shard: u8, }
}
