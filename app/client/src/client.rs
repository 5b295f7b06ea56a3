//! Reading the chain.

mod accounts;
mod tokens;

use crate::{Error, Result};
use anchor_lang::{system_program, Address};
use solana_account::Account;
use solana_clock::Clock;
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::client_error;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

/// One cluster as seen through one RPC server.
pub struct Client {
    rpc: RpcClient,
    url: String,
}

impl Client {
    /// Does not connect; the first call will.
    pub fn new(url: &str) -> Self {
        let commitment = CommitmentConfig::confirmed();
        Self {
            rpc: RpcClient::new_with_timeout_and_commitment(url, TIMEOUT, commitment),
            url: url.to_owned(),
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// The plain RPC client, for what this one does not cover.
    pub fn rpc(&self) -> &RpcClient {
        &self.rpc
    }

    pub(crate) fn error(&self, error: client_error::Error) -> Error {
        Error::rpc(&self.url, error)
    }

    /// The account at `address`, if there is one.
    ///
    /// Lamports alone are none: anyone can send some to where an account will be, and the programs make it all the same.
    pub fn account(&self, address: &Address) -> Result<Option<Account>> {
        let is_dust = |found: &Account| found.owner == system_program::ID && found.data.is_empty();
        Ok(self.read(address)?.filter(|found| !is_dust(found)))
    }

    /// Lamports at an address; 0 when there is nothing.
    pub fn lamports(&self, address: &Address) -> Result<u64> {
        Ok(self.read(address)?.map_or(0, |account| account.lamports))
    }

    fn read(&self, address: &Address) -> Result<Option<Account>> {
        // Asked for a single account, the RPC client calls every failure, an unreachable server too, "AccountNotFound".
        let answer = self
            .rpc
            .get_multiple_accounts_with_commitment(&[*address], self.rpc.commitment());
        let accounts = answer.map_err(|e| self.error(e))?.value;
        Ok(accounts.into_iter().next().flatten())
    }

    /// The cluster's unix time, which every deadline refers to.
    pub fn now(&self) -> Result<i64> {
        let address = solana_clock::sysvar::ID;
        let account = self.account(&address)?.ok_or_else(|| Error::NotFound {
            what: "clock".into(),
            address,
        })?;
        let clock: Clock = account
            .deserialize_data()
            .map_err(|e| Error::UnexpectedReply(format!("the clock does not decode: {e}")))?;
        Ok(clock.unix_timestamp)
    }

    /// Lamports that make an account of `bytes` rent-exempt.
    pub fn minimum_balance(&self, bytes: usize) -> Result<u64> {
        self.rpc
            .get_minimum_balance_for_rent_exemption(bytes)
            .map_err(|e| self.error(e))
    }

    /// The hash that tells this cluster from every other, in base58.
    pub fn genesis_hash(&self) -> Result<String> {
        let hash = self.rpc.get_genesis_hash().map_err(|e| self.error(e))?;
        Ok(hash.to_string())
    }
}
