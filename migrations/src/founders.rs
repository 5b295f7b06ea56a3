//! The locks of the founders. They are made before governance gets any power: until somebody has locked, whoever locks first
//! decides alone.

use crate::{cluster::FounderLock, past::Past, ClusterConfig, Error, Keys, Result};
use assay_client::{
    instruction::{
        governance::{self, LockTerms},
        token,
    },
    pda::{ata, governance as at, rewards},
    Address, Client, Instruction, Keypair, Signer as _,
};
use assay_governance::state::{factor_bps, floor_weight, weight, Lock};
use assay_shared::token::TOKEN;

/// A founder's lock as it is to be on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Planned {
    /// The lock's address.
    pub address: Address,
    /// Wallet that owns it.
    pub owner: Address,
    /// What is locked and for how long.
    pub amount: u64,
    pub duration: u64,
    /// Number that tells the owner's locks apart: its place in the file.
    pub nonce: u64,
}

/// Returns the founders' locks of a cluster file, in its order.
pub(crate) fn planned(cluster: &ClusterConfig, deployer: &Address) -> Vec<Planned> {
    let plan = |(nonce, lock): (u64, &FounderLock)| {
        let owner = lock.owner.resolve(deployer);
        Planned {
            address: at::lock(&owner, nonce),
            owner,
            amount: lock.amount.0,
            duration: lock.duration.0,
            nonce,
        }
    };
    (0..).zip(&cluster.governance.founders).map(plan).collect()
}

/// Returns the weight of all founders' locks, or `None` if a duration is not allowed or the sum does not fit 64 bits.
pub(crate) fn total_weight(cluster: &ClusterConfig) -> Option<u64> {
    let (min, max) = (cluster.governance.min_lock.0, cluster.governance.max_lock.0);
    let mut locks = cluster.governance.founders.iter();
    locks.try_fold(0u64, |sum, lock| {
        let factor = factor_bps(lock.duration.0, min, max)?;
        sum.checked_add(weight(lock.amount.0, factor)?)
    })
}

/// Returns the least yes weight while only the genesis supply exists.
pub(crate) fn needed_weight(cluster: &ClusterConfig) -> Option<u64> {
    floor_weight(
        cluster.rewards.genesis_supply.0,
        cluster.governance.floor_bps,
    )
}

impl Planned {
    /// Returns the instructions that make the lock and the keys that sign them. The genesis holder's own locks are paid out of the
    /// genesis vault; what others lock is transferred to them first.
    ///
    /// # Errors
    /// [`Error::NoKey`].
    pub(crate) fn instructions<'a>(
        &self,
        keys: &Keys<'a>,
        genesis_holder: &Address,
    ) -> Result<(Vec<Instruction>, Vec<&'a Keypair>)> {
        let owner = keys.find(&self.owner, "a founders' lock")?;
        let (mint, vault) = (rewards::mint(), rewards::genesis_vault());
        let terms = LockTerms {
            nonce: self.nonce,
            amount: self.amount,
            duration: self.duration,
        };
        let mut signers = vec![keys.deployer];
        let mut steps = Vec::new();
        let source = if self.owner == *genesis_holder {
            vault
        } else {
            let holder = keys.find(genesis_holder, "the genesis supply")?;
            let source = ata(&self.owner, &mint);
            let payer = keys.deployer.pubkey();
            steps.push(token::create_ata(&payer, &self.owner, &mint, &TOKEN));
            steps.push(token::transfer(
                &vault,
                &source,
                genesis_holder,
                self.amount,
            ));
            signers.push(holder);
            source
        };
        steps.push(governance::lock_tokens(self.owner, mint, source, terms));
        signers.push(owner);
        signers.sort_by_key(|key| key.pubkey() != keys.deployer.pubkey());
        signers.dedup_by_key(|key| key.pubkey());
        Ok((steps, signers))
    }

    /// Checks that the lock on chain is this one and has its weight.
    ///
    /// # Errors
    /// [`Error::FounderLock`].
    pub(crate) fn check(&self, found: Option<&Lock>) -> Result<()> {
        let found = match found {
            None => "missing".into(),
            Some(lock) if lock.is_unlocking() => "unlocking".into(),
            Some(lock) => describe(lock.amount.get(), lock.duration.get()),
        };
        let expected = describe(self.amount, self.duration);
        if found == expected {
            return Ok(());
        }
        Err(Error::FounderLock {
            lock: self.address,
            found,
            expected,
        })
    }

    /// Returns whether the lock must be made now. One that exists is compared, before governance gets anything.
    ///
    /// # Errors
    /// [`Error::FounderLock`] if it is another one.
    pub(crate) fn is_due(&self, client: &Client, past: Past) -> Result<bool> {
        if past.has_votes() {
            return Ok(false);
        }
        let found = client.try_fetch(&self.address)?;
        if found.is_some() {
            self.check(found.as_ref())?;
        }
        Ok(found.is_none())
    }
}

fn describe(amount: u64, duration: u64) -> String {
    format!("{amount} base units for {duration} seconds")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anchor_lang::bytemuck::Zeroable as _;

    fn devnet() -> ClusterConfig {
        ClusterConfig::named("devnet").unwrap().unwrap()
    }

    #[test]
    fn a_lock_on_chain_is_the_one_of_the_file_or_is_reported() {
        let planned = planned(&devnet(), &Address::default())[0];
        let lock = Lock {
            amount: planned.amount.into(),
            duration: planned.duration.into(),
            ..Lock::zeroed()
        };
        assert!(planned.check(Some(&lock)).is_ok());
        let other = Lock {
            amount: 1.into(),
            ..lock
        };
        let unlocking = Lock {
            unlocks_at: 1.into(),
            ..lock
        };
        for (found, word) in [
            (None, "missing"),
            (Some(&unlocking), "unlocking"),
            (Some(&other), "1 base units"),
        ] {
            let error = planned.check(found).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn the_deployers_own_lock_comes_out_of_the_genesis_vault() {
        let deployer = Keypair::new();
        let address = deployer.pubkey();
        let planned = planned(&devnet(), &address)[0];
        assert_eq!(planned.owner, address);
        let keys = Keys::of(&deployer);
        let (steps, signers) = planned.instructions(&keys, &address).unwrap();
        assert_eq!((steps.len(), signers.len()), (1, 1));
        let vault = rewards::genesis_vault();
        assert!(steps[0].accounts.iter().any(|meta| meta.pubkey == vault));
    }

    #[test]
    fn what_another_founder_locks_is_transferred_first_and_all_three_sign() {
        let (deployer, others) = (Keypair::new(), [Keypair::new(), Keypair::new()]);
        let (holder, founder) = (others[0].pubkey(), others[1].pubkey());
        let planned = Planned {
            address: at::lock(&founder, 0),
            owner: founder,
            amount: 5,
            duration: 7,
            nonce: 0,
        };
        let keys = Keys {
            deployer: &deployer,
            others: &others,
        };
        let (steps, signers) = planned.instructions(&keys, &holder).unwrap();
        assert_eq!(steps.len(), 3);
        let signers: Vec<_> = signers.iter().map(|key| key.pubkey()).collect();
        assert_eq!(signers, [deployer.pubkey(), holder, founder]);
        let alone = planned.instructions(&Keys::of(&deployer), &holder);
        assert!(matches!(alone, Err(Error::NoKey { .. })));
    }

    #[test]
    fn the_founders_of_every_network_of_value_pass_a_vote_by_themselves() {
        for name in ["devnet", "mainnet"] {
            let cluster = ClusterConfig::named(name).unwrap().unwrap();
            let (locked, needed) = (total_weight(&cluster), needed_weight(&cluster));
            assert!(locked.is_some() && locked >= needed, "{name}");
        }
    }
}
