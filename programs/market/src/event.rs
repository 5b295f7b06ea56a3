//! One past-tense event per state change. With the arguments of the instruction that emitted it, which are not repeated
//! here, it is enough to rebuild the accounts. Amounts are base units of the job's mint, bonds, cuts and weights are base
//! units of the stake mint, times are unix seconds.

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
    MarketInitialized { authority: Address, genesis_time: PodI64, epoch_length: PodU64, }
    AuthoritySet { authority: Address, }
    ParamSet { value: PodU64, param: u8, }
    MintAllowed { mint: Address, fee_vault: Address, stake_rate: PodU64, }
    WorkerOpened { worker: Address, provider: Address, node: Address, }
    WorkerSynced { worker: Address, node: Address, }
    /// `amount` and what is `free` to back new claims afterwards are base units of the stake mint.
    CollateralAdded { worker: Address, amount: PodU64, free: PodU64, }
    /// As `CollateralAdded`.
    CollateralRemoved { worker: Address, amount: PodU64, free: PodU64, }
    /// `funds` is the job's money in escrow; fee and weight are those of an accepted task, bond and cuts those of a seat.
    JobPosted {
        job: Address, requester: Address, seed: [u8; 32], posted_at: PodI64, funds: PodU64, fee: PodU64, weight: PodU64,
        bond: PodU64, reject_cut: PodU64, missed_cut: PodU64, tasks: PodU32,
    }
    JobExtended { job: Address, manifest: [u8; 32], first_task: PodU32, tasks: PodU32, }
    /// Those tasks of the range that nobody had claimed.
    TasksCancelled { job: Address, first_task: PodU32, count: PodU32, cancelled: PodU32, }
    TaskClaimed { job: Address, worker: Address, commit_by: PodI64, task: PodU32, replica: u8, }
    /// `reveal_by` is zero until the last commitment of a task opens the reveals.
    ResultCommitted { job: Address, commitment: [u8; 32], reveal_by: PodI64, task: PodU32, replica: u8, }
    ResultRevealed { job: Address, digest: [u8; 32], task: PodU32, replica: u8, }
    /// `missed` and `closed` here and below are sets of seats, bit *i* for seat *i* of the task. Revealed seats with this
    /// digest are accepted, those with another are rejected.
    TaskAccepted { job: Address, digest: [u8; 32], task: PodU32, missed: PodU32, }
    RoundOpened { job: Address, task: PodU32, missed: PodU32, spares: u8, }
    /// What was delivered is void.
    TaskRefunded { job: Address, task: PodU32, missed: PodU32, }
    /// `reveal_by` is zero unless the last seat to wait for expired and so opened the reveals.
    SeatsExpired {
        job: Address, reveal_by: PodI64, task: PodU32, missed: PodU32, closed: PodU32, spares: u8,
    }
    Collected { job: Address, worker: Address, paid: PodU64, weight: PodU64, epoch: PodU64, seats: PodU32, }
    /// `slashed` includes `compensation`.
    Penalized { job: Address, worker: Address, slashed: PodU64, compensation: PodU64, seats: PodU32, }
    JobClosed { job: Address, fees: PodU64, refunded: PodU64, }
    WorkTallied { worker: Address, epoch: PodU64, weight: PodU64, shard: u8, }
    WorkClosed { epoch: PodU64, shard: u8, }
}
