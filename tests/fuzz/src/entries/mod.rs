//! Every instruction that a step can send: how numbers become a transaction, and which numbers may succeed now.
//!
//! One entry is one instruction, or one way to call it. An entry only proposes; whether the programs accept is theirs to say.

mod admin;
mod ballots;
mod collect;
pub mod decisions;
mod delegation;
pub mod earning;
mod epochs;
mod frozen;
mod genesis;
mod governance;
mod guardian;
mod jobs;
pub mod leaving;
mod proofs;
mod rounds;
mod scene;
mod staking;
mod tasks;
mod tokens;
mod upgrades;
mod workers;

pub use genesis::{create_payment_mints, opening};
pub use jobs::closing_wait;
pub use scene::{Live, Scene};
pub use tokens::is_outside;
pub use upgrades::write_buffers;

use crate::{random::Random, step::Unsent, world::World};
use std::{collections::HashMap, sync::OnceLock};

/// What an instruction is about. A search stays with one topic for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Once per deployment.
    Genesis,
    /// Parameters, mints and authorities.
    Admin,
    /// Providers and their stake.
    Stake,
    /// Jobs as requesters see them.
    Job,
    /// Seats, checks and rounds.
    Work,
    /// Pay, penalties and awards.
    Pay,
    /// Epochs and rewards.
    Epoch,
    /// Locks, proposals and votes.
    Vote,
    /// What happens without the four programs.
    Outside,
}

/// The wait in seconds and the numbers of a step.
pub type Proposal = (u64, Vec<u64>);

/// One instruction that a step can send.
pub struct Entry {
    /// Its name in steps: that of the instruction, or with a suffix another way to call it.
    pub name: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// How often it is tried, against others.
    pub weight: u64,
    /// Returns numbers that may succeed; `None` if nothing like it is possible now.
    pub propose: fn(&Scene<'_>, &mut Random) -> Option<Proposal>,
    /// Builds the transaction; `None` if the numbers name nothing.
    pub build: fn(&World, &Numbers<'_>) -> Option<Unsent>,
}

/// The numbers of a step; those that are missing are 0.
pub struct Numbers<'a>(&'a [u64]);

impl Numbers<'_> {
    /// Returns a number.
    pub fn at(&self, place: usize) -> u64 {
        self.0.get(place).copied().unwrap_or(0)
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns a number of 32 bits, cut off.
    pub fn u32(&self, place: usize) -> u32 {
        u32::try_from(self.at(place) & u64::from(u32::MAX)).unwrap_or(0)
    }

    /// Returns a number of 16 bits, cut off.
    pub fn u16(&self, place: usize) -> u16 {
        u16::try_from(self.at(place) & u64::from(u16::MAX)).unwrap_or(0)
    }

    /// Returns a number of 8 bits, cut off.
    pub fn u8(&self, place: usize) -> u8 {
        u8::try_from(self.at(place) & u64::from(u8::MAX)).unwrap_or(0)
    }
}

/// Returns the number by which a step names an account that nothing else names: the beginning of its address.
pub fn name_of(address: &assay_client::Address) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&address.as_ref()[..8]);
    u64::from_le_bytes(first)
}

/// Returns every entry.
pub fn all() -> &'static [&'static Entry] {
    static ALL: OnceLock<Vec<&'static Entry>> = OnceLock::new();
    ALL.get_or_init(|| {
        let topics = [
            genesis::ENTRIES,
            admin::ENTRIES,
            staking::ENTRIES,
            delegation::ENTRIES,
            workers::ENTRIES,
            jobs::ENTRIES,
            tasks::ENTRIES,
            rounds::ENTRIES,
            collect::ENTRIES,
            frozen::ENTRIES,
            proofs::ENTRIES,
            epochs::ENTRIES,
            governance::ENTRIES,
            ballots::ENTRIES,
            guardian::ENTRIES,
            upgrades::ENTRIES,
            tokens::ENTRIES,
        ];
        topics.into_iter().flatten().collect()
    })
}

/// Builds the transaction of a step; `None` if there is no such entry, or the numbers name nothing.
pub fn build(world: &World, call: &str, with: &[u64]) -> Option<Unsent> {
    static BY_NAME: OnceLock<HashMap<&str, &Entry>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| all().iter().map(|entry| (entry.name, *entry)).collect());
    let entry = by_name.get(call)?;
    (entry.build)(world, &Numbers(with))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::instruction_names;

    /// Instructions of staking that only the market and rewards call.
    const CALLED: [&str; 6] = [
        "staking.allocate_stake",
        "staking.deallocate_stake",
        "staking.slash_stake",
        "staking.yield_stake",
        "staking.set_exposure",
        "staking.fund_rewards",
    ];

    #[test]
    fn every_instruction_has_an_entry_and_names_are_unique() {
        let names: Vec<&str> = all().iter().map(|entry| entry.name).collect();
        for name in instruction_names() {
            assert!(names.contains(&name) || CALLED.contains(&name), "{name}");
        }
        let mut unique = names.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
    }
}
