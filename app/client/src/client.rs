//! Reads the chain through one RPC server: clock, balances and accounts.

use crate::{
    account::{
        decode, read_owned, read_token_account, refuses_transfers, MintAccount, ProgramAccount,
    },
    job_view::{JobView, RoundView},
    receipt_view::ReceiptView,
    Error, Result,
};
use anchor_lang::{system_program, Address, Discriminator as _};
use assay_market::state::{Job, RoundHeader};
use assay_rewards::state::Receipt;
use assay_shared::token::TokenAccount;
use solana_account::Account;
use solana_clock::Clock;
use solana_commitment_config::CommitmentConfig;
use solana_rpc_client::rpc_client::RpcClient;
use solana_rpc_client_api::{
    client_error,
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig, UiAccountEncoding},
    filter::{Memcmp, RpcFilterType},
};
use std::{mem::offset_of, time::Duration};

/// Time limit of one request to the RPC server.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A connection to one RPC server of a cluster. Everything is read with the commitment `confirmed`.
///
/// Every method that asks the server fails with [`Error::Unreachable`] if it does not answer, and with
/// [`Error::UnexpectedReply`] if it answers with an error or with something that cannot be read.
pub struct Client {
    rpc: RpcClient,
    url: String,
}

impl Client {
    /// Returns a client of the RPC server at `url`. Does not connect; the first call does.
    pub fn new(url: &str) -> Self {
        let commitment = CommitmentConfig::confirmed();
        Self {
            rpc: RpcClient::new_with_timeout_and_commitment(url, TIMEOUT, commitment),
            url: url.to_owned(),
        }
    }

    /// Returns the URL of the RPC server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the underlying RPC client, for requests that this type does not cover.
    pub fn rpc(&self) -> &RpcClient {
        &self.rpc
    }

    pub(crate) fn error(&self, error: client_error::Error) -> Error {
        Error::rpc(&self.url, error)
    }

    /// Returns the cluster's time, Unix seconds. Every deadline refers to this clock.
    pub fn now(&self) -> Result<i64> {
        let address = solana_clock::sysvar::ID;
        let account = self.account(&address)?;
        let account = account.ok_or(Error::NotFound {
            name: "clock",
            address,
        })?;
        let clock: Clock = account
            .deserialize_data()
            .map_err(|e| Error::UnexpectedReply(format!("the clock does not decode: {e}")))?;
        Ok(clock.unix_timestamp)
    }

    /// Returns the lamports that make an account of `bytes` bytes rent-exempt.
    pub fn minimum_balance(&self, bytes: usize) -> Result<u64> {
        self.rpc
            .get_minimum_balance_for_rent_exemption(bytes)
            .map_err(|e| self.error(e))
    }

    /// Returns the lamports that make an account of `bytes` bytes rent-exempt, or 0 if there is an account at `address`.
    pub fn rent_if_missing(&self, address: &Address, bytes: usize) -> Result<u64> {
        match self.account(address)? {
            Some(_) => Ok(0),
            None => self.minimum_balance(bytes),
        }
    }

    /// Returns the genesis hash. It tells this cluster from every other.
    pub fn genesis_hash(&self) -> Result<[u8; 32]> {
        let hash = self.rpc.get_genesis_hash().map_err(|e| self.error(e))?;
        Ok(hash.to_bytes())
    }
}

/// Accounts of any program.
impl Client {
    /// Returns the account at `address`, or `None` if there is none.
    ///
    /// An address that only holds lamports counts as empty. Anyone can send lamports to an address before its account is
    /// created, and the programs create the account all the same.
    pub fn account(&self, address: &Address) -> Result<Option<Account>> {
        Ok(self.read(address)?.filter(|found| !is_dust(found)))
    }

    /// Returns the lamports at an address; 0 if there is no account.
    pub fn lamports(&self, address: &Address) -> Result<u64> {
        Ok(self.read(address)?.map_or(0, |account| account.lamports))
    }

    /// Returns the token account at `address` under either token program, or `None` if there is none.
    pub fn token_account(&self, address: &Address) -> Result<Option<TokenAccount>> {
        Ok(self.account(address)?.as_ref().and_then(read_token_account))
    }

    /// Returns whether the programs cannot pay into the token account at `address`: the mint's freeze authority has frozen it,
    /// or its holder asks for a memo. An account that does not exist can be created, so it does not refuse.
    pub fn refuses_transfers(&self, address: &Address) -> Result<bool> {
        Ok(self
            .account(address)?
            .as_ref()
            .is_some_and(refuses_transfers))
    }

    /// Returns the balance of a token account, base units; 0 if it does not exist.
    pub fn token_balance(&self, address: &Address) -> Result<u64> {
        Ok(self.token_account(address)?.map_or(0, |a| a.amount))
    }

    /// Returns the mint at `address`, or `None` if there is no account.
    ///
    /// # Errors
    /// [`Error::WrongAccountType`] if the account is not a mint of a token program.
    pub fn mint(&self, address: &Address) -> Result<Option<MintAccount>> {
        let Some(account) = self.account(address)? else {
            return Ok(None);
        };
        let mint = MintAccount::read(*address, &account);
        mint.map(Some).ok_or(Error::WrongAccountType {
            name: MintAccount::NAME,
            address: *address,
        })
    }

    fn read(&self, address: &Address) -> Result<Option<Account>> {
        Ok(self.read_many(&[*address])?.pop().flatten())
    }

    /// Reads at most 100 accounts at one moment, in the order of `addresses`.
    fn read_many(&self, addresses: &[Address]) -> Result<Vec<Option<Account>>> {
        // Also used for a single account: asked for one, the RPC client reports every failure as "AccountNotFound", an
        // unreachable server too.
        let reply = self
            .rpc
            .get_multiple_accounts_with_commitment(addresses, self.rpc.commitment());
        Ok(reply.map_err(|e| self.error(e))?.value)
    }
}

/// Accounts of the four programs.
impl Client {
    /// Returns the account of type `T` at `address`, or `None` if there is no account.
    ///
    /// # Errors
    /// [`Error::WrongAccountType`] if the account is of another type or of another program.
    pub fn try_fetch<T: ProgramAccount>(&self, address: &Address) -> Result<Option<T>> {
        let account = self.account(address)?;
        account
            .map(|account| expect_type(T::NAME, *address, &account, &T::OWNER, decode))
            .transpose()
    }

    /// Returns the account of type `T` at `address`.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no account; [`Error::WrongAccountType`] if it is of another type or of another
    /// program.
    pub fn fetch<T: ProgramAccount>(&self, address: &Address) -> Result<T> {
        self.try_fetch(address)?.ok_or(Error::NotFound {
            name: T::NAME,
            address: *address,
        })
    }

    /// Returns the accounts of type `T` at these addresses, at most 100, as they are at one moment. Addresses without an
    /// account are left out.
    ///
    /// # Errors
    /// [`Error::WrongAccountType`] if an account is of another type or of another program.
    pub fn fetch_existing<T: ProgramAccount>(&self, addresses: &[Address]) -> Result<Vec<T>> {
        let accounts = self.read_many(addresses)?;
        let found = addresses.iter().zip(accounts);
        found
            .filter_map(|(address, account)| Some((address, account.filter(|a| !is_dust(a))?)))
            .map(|(address, account)| expect_type(T::NAME, *address, &account, &T::OWNER, decode))
            .collect()
    }

    /// Returns every account of type `T`, with its address.
    pub fn fetch_all<T: ProgramAccount>(&self) -> Result<Vec<(Address, T)>> {
        self.fetch_all_where(0, &[])
    }

    /// Returns every account of type `T` that has `bytes` at `offset` of `T`, with its address. The server does the
    /// searching. Example: `fetch_all_where::<Lock>(offset_of!(Lock, owner), owner.as_ref())`.
    pub fn fetch_all_where<T: ProgramAccount>(
        &self,
        offset: usize,
        bytes: &[u8],
    ) -> Result<Vec<(Address, T)>> {
        let accounts = self.accounts_of(&T::OWNER, T::DISCRIMINATOR, offset, bytes)?;
        let decoded = accounts
            .into_iter()
            .filter_map(|(address, data)| Some((address, decode(&data)?)));
        Ok(decoded.collect())
    }

    /// Returns the job at `address`, or `None` if there is none or it was closed.
    ///
    /// # Errors
    /// [`Error::WrongAccountType`] if the account is of another type or of another program.
    pub fn try_fetch_job(&self, address: &Address) -> Result<Option<JobView>> {
        let account = self.account(address)?;
        let read = |data: &[u8]| JobView::read(*address, data);
        account
            .map(|account| expect_type(JobView::NAME, *address, &account, &assay_market::ID, read))
            .transpose()
    }

    /// Returns the job at `address`.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none or it was closed; [`Error::WrongAccountType`] if the account is of another type
    /// or of another program.
    pub fn fetch_job(&self, address: &Address) -> Result<JobView> {
        self.try_fetch_job(address)?.ok_or(Error::NotFound {
            name: JobView::NAME,
            address: *address,
        })
    }

    /// Returns every job that was not closed.
    pub fn fetch_jobs(&self) -> Result<Vec<JobView>> {
        self.fetch_jobs_where(0, &[])
    }

    /// Returns every job of `requester` that was not closed.
    pub fn fetch_jobs_of(&self, requester: &Address) -> Result<Vec<JobView>> {
        self.fetch_jobs_where(offset_of!(Job, requester), requester.as_ref())
    }

    fn fetch_jobs_where(&self, offset: usize, bytes: &[u8]) -> Result<Vec<JobView>> {
        let accounts = self.accounts_of(&assay_market::ID, Job::DISCRIMINATOR, offset, bytes)?;
        let views = accounts
            .into_iter()
            .filter_map(|(address, data)| JobView::read(address, &data));
        Ok(views.collect())
    }

    /// Returns the accounts of the checks and rounds of a job.
    pub fn fetch_rounds(&self, job: &Address) -> Result<Vec<RoundView>> {
        self.fetch_rounds_where(offset_of!(RoundHeader, job), job.as_ref())
    }

    /// Returns the accounts of the checks and rounds of all jobs.
    pub fn fetch_all_rounds(&self) -> Result<Vec<RoundView>> {
        self.fetch_rounds_where(0, &[])
    }

    fn fetch_rounds_where(&self, offset: usize, bytes: &[u8]) -> Result<Vec<RoundView>> {
        let disc = RoundHeader::DISCRIMINATOR;
        let accounts = self.accounts_of(&assay_market::ID, disc, offset, bytes)?;
        let views = accounts
            .into_iter()
            .filter_map(|(address, data)| RoundView::read(address, &data));
        Ok(views.collect())
    }

    /// Returns the receipt at `address`, or `None` if there is none or it was closed.
    ///
    /// # Errors
    /// [`Error::WrongAccountType`] if the account is of another type or of another program.
    pub fn try_fetch_receipt(&self, address: &Address) -> Result<Option<ReceiptView>> {
        let (name, program) = (ReceiptView::NAME, assay_rewards::ID);
        let read = |data: &[u8]| ReceiptView::read(*address, data);
        self.account(address)?
            .map(|account| expect_type(name, *address, &account, &program, read))
            .transpose()
    }

    /// Returns the receipts of the tasks of a job, which may be closed.
    pub fn fetch_receipts_of(&self, job: &Address) -> Result<Vec<ReceiptView>> {
        let (disc, offset) = (Receipt::DISCRIMINATOR, offset_of!(Receipt, job));
        let accounts = self.accounts_of(&assay_rewards::ID, disc, offset, job.as_ref())?;
        let views = accounts
            .into_iter()
            .filter_map(|(address, data)| ReceiptView::read(address, &data));
        Ok(views.collect())
    }

    /// Returns the data of the accounts of `program` that begin with `discriminator` and have `bytes` at `offset` behind it.
    fn accounts_of(
        &self,
        program: &Address,
        discriminator: &[u8],
        offset: usize,
        bytes: &[u8],
    ) -> Result<Vec<(Address, Vec<u8>)>> {
        let same = |offset, bytes: &[u8]| {
            RpcFilterType::Memcmp(Memcmp::new_raw_bytes(offset, bytes.to_vec()))
        };
        let mut filters = vec![same(0, discriminator)];
        if !bytes.is_empty() {
            filters.push(same(discriminator.len() + offset, bytes));
        }
        let config = RpcProgramAccountsConfig {
            filters: Some(filters),
            account_config: RpcAccountInfoConfig {
                encoding: Some(UiAccountEncoding::Base64),
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
                None => Err(Error::UnexpectedReply(format!(
                    "account {address} is not base64"
                ))),
            })
            .collect()
    }
}

/// Returns true for an address that only holds lamports.
fn is_dust(account: &Account) -> bool {
    account.owner == system_program::ID && account.data.is_empty()
}

/// Reads an account that must belong to `program`.
fn expect_type<T>(
    name: &'static str,
    address: Address,
    account: &Account,
    program: &Address,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<T> {
    read_owned(account, program, read).ok_or(Error::WrongAccountType { name, address })
}
