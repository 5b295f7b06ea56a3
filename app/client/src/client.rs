//! Reading the chain.

use crate::{decode, Error, JobView, Result};
use anchor_lang::{bytemuck::Pod, Address, Discriminator};
use assay_ledger::token::TokenAccount;
use solana_account::Account;
use solana_clock::Clock;
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::{
    client_error,
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig},
    filter::{Memcmp, RpcFilterType},
};
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
    pub fn raw(&self, address: &Address) -> Result<Option<Account>> {
        // Asked for a single account, the RPC client calls every failure, an unreachable server too, "AccountNotFound".
        let answer = self
            .rpc
            .get_multiple_accounts_with_commitment(&[*address], self.rpc.commitment());
        let accounts = answer.map_err(|e| self.error(e))?.value;
        Ok(accounts.into_iter().next().flatten())
    }

    /// The `what` at `address`, if there is an account.
    ///
    /// Errors: `NotA` when it is something else.
    pub fn find<T: Pod + Discriminator>(&self, what: &str, address: &Address) -> Result<Option<T>> {
        let Some(account) = self.raw(address)? else {
            return Ok(None);
        };
        match decode(&account.data) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::NotA {
                what: what.to_owned(),
                address: *address,
            }),
        }
    }

    /// The `what` at `address`.
    ///
    /// Errors: `NotFound`, `NotA`.
    pub fn get<T: Pod + Discriminator>(&self, what: &str, address: &Address) -> Result<T> {
        self.find(what, address)?.ok_or_else(|| Error::NotFound {
            what: what.to_owned(),
            address: *address,
        })
    }

    /// Every account of type `T` of `program`.
    pub fn list<T: Pod + Discriminator>(&self, program: &Address) -> Result<Vec<(Address, T)>> {
        let accounts = self.accounts_of(program, T::DISCRIMINATOR)?;
        let decoded = accounts
            .into_iter()
            .filter_map(|(address, data)| Some((address, decode(&data)?)));
        Ok(decoded.collect())
    }

    fn accounts_of(&self, program: &Address, tag: &[u8]) -> Result<Vec<(Address, Vec<u8>)>> {
        let config = RpcProgramAccountsConfig {
            filters: Some(vec![RpcFilterType::Memcmp(Memcmp::new_raw_bytes(
                0,
                tag.to_vec(),
            ))]),
            account_config: RpcAccountInfoConfig {
                encoding: Some(solana_rpc_client_api::config::UiAccountEncoding::Base64),
                commitment: Some(self.rpc.commitment()),
                ..RpcAccountInfoConfig::default()
            },
            ..RpcProgramAccountsConfig::default()
        };
        let accounts = self
            .rpc
            .get_program_ui_accounts_with_config(program, config)
            .map_err(|e| self.error(e))?;
        accounts
            .into_iter()
            .map(|(address, account)| match account.data.decode() {
                Some(data) => Ok((address, data)),
                None => Err(Error::Protocol(format!("account {address} is not base64"))),
            })
            .collect()
    }

    /// The job at `address`, if it was not closed.
    pub fn find_job(&self, address: &Address) -> Result<Option<JobView>> {
        let Some(account) = self.raw(address)? else {
            return Ok(None);
        };
        let view = JobView::read(*address, &account.data);
        view.map(Some).ok_or_else(|| Error::NotA {
            what: "job".into(),
            address: *address,
        })
    }

    /// The job at `address`.
    ///
    /// Errors: `NotFound` also when it was closed.
    pub fn job(&self, address: &Address) -> Result<JobView> {
        self.find_job(address)?.ok_or_else(|| Error::NotFound {
            what: "open job".into(),
            address: *address,
        })
    }

    /// Every job that was not closed.
    pub fn jobs(&self) -> Result<Vec<JobView>> {
        let tag = assay_market::state::Job::DISCRIMINATOR;
        let accounts = self.accounts_of(&assay_market::ID, tag)?;
        let views = accounts
            .into_iter()
            .filter_map(|(address, data)| JobView::read(address, &data));
        Ok(views.collect())
    }

    /// The token account at `address`, if there is one, under either token program.
    pub fn token_account(&self, address: &Address) -> Result<Option<TokenAccount>> {
        let account = self.raw(address)?;
        Ok(account.and_then(|account| TokenAccount::parse(&account.data)))
    }

    /// Base units in a token account; 0 when it does not exist.
    pub fn token_balance(&self, address: &Address) -> Result<u64> {
        Ok(self.token_account(address)?.map_or(0, |a| a.amount))
    }

    /// Lamports of an account; 0 when it does not exist.
    pub fn lamports(&self, address: &Address) -> Result<u64> {
        Ok(self.raw(address)?.map_or(0, |account| account.lamports))
    }

    /// The cluster's unix time, which every deadline refers to.
    pub fn now(&self) -> Result<i64> {
        let address = solana_clock::sysvar::ID;
        let account = self.raw(&address)?.ok_or_else(|| Error::NotFound {
            what: "clock".into(),
            address,
        })?;
        let clock: Clock = account
            .deserialize_data()
            .map_err(|e| Error::Protocol(format!("the clock does not decode: {e}")))?;
        Ok(clock.unix_timestamp)
    }

    /// Lamports that make an account of `bytes` rent-exempt.
    pub fn rent(&self, bytes: usize) -> Result<u64> {
        self.rpc
            .get_minimum_balance_for_rent_exemption(bytes)
            .map_err(|e| self.error(e))
    }
}
