//! What this node's worker can show to jobs with requirements: its collateral, its region and its credentials.

use super::Node;
use crate::{error::NodeError, posting::Posting};
use assay_client::{pda::staking, Address, JobView};
use assay_staking::state::Credential;
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

/// Time after which credentials are read again.
const REFRESH: Duration = Duration::from_secs(30);
/// Most accounts that one request reads.
const BATCH: usize = 100;

/// The credentials of this node's provider, by attester set; `None` where it has none.
#[derive(Default)]
pub(super) struct Credentials {
    by_set: HashMap<Address, Option<Credential>>,
    read_at: Option<Instant>,
}

impl Credentials {
    fn of_set(&self, set: &Address) -> Option<&Credential> {
        self.by_set.get(set)?.as_ref()
    }
}

impl Node<'_> {
    /// Reads the provider's credentials of the sets that jobs name, when a new set is named and every [`REFRESH`].
    ///
    /// # Errors
    /// [`NodeError::Chain`].
    pub(super) fn read_credentials(&mut self, postings: &[Posting]) -> Result<(), NodeError> {
        let named = postings.iter().map(|one| one.job.header.credential_set);
        let mut sets: HashSet<Address> = named.collect();
        sets.remove(&Address::default());
        let known = &self.credentials;
        let is_fresh = known.read_at.is_some_and(|at| at.elapsed() < REFRESH);
        if is_fresh && sets.iter().all(|set| known.by_set.contains_key(set)) {
            return Ok(());
        }
        let provider = self.worker.provider;
        let addresses: Vec<_> = sets
            .iter()
            .map(|set| staking::credential(set, &provider))
            .collect();
        let mut by_set: HashMap<_, _> = sets.into_iter().map(|set| (set, None)).collect();
        for batch in addresses.chunks(BATCH) {
            for credential in self.sender.client.fetch_existing::<Credential>(batch)? {
                by_set.insert(credential.set, Some(credential));
            }
        }
        self.credentials = Credentials {
            by_set,
            read_at: Some(Instant::now()),
        };
        Ok(())
    }

    /// Returns whether this worker meets the requirements of a job.
    pub(super) fn meets_requirements(&self, job: &JobView) -> bool {
        let header = &job.header;
        let credential = self.credentials.of_set(&header.credential_set);
        header.is_met_by(&self.worker, credential, self.now)
    }

    /// Returns the address of the provider's credential of a set, as instructions name it; `None` if it has none.
    pub(super) fn credential_of(&self, set: &Address) -> Option<Address> {
        let credential = self.credentials.of_set(set)?;
        Some(staking::credential(set, &credential.provider))
    }
}
