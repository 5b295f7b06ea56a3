//! Accounts of our programs, by address and by what they hold.

use super::Client;
use crate::{decode, Error, JobView, ProgramAccount, Result};
use anchor_lang::{Address, Discriminator as _};
use assay_market::state::Job;
use solana_account::Account;
use solana_rpc_client_api::{
    config::{RpcAccountInfoConfig, RpcProgramAccountsConfig, UiAccountEncoding},
    filter::{Memcmp, RpcFilterType},
};
use std::mem::offset_of;

impl Client {
    /// The `what` at `address`, if there is an account.
    ///
    /// Errors: `WrongAccountType` when it is something else, or another program's.
    pub fn try_fetch<T: ProgramAccount>(&self, what: &str, address: &Address) -> Result<Option<T>> {
        self.try_fetch_as(what, address, &T::OWNER, |data| decode(data))
    }

    /// The `what` at `address`.
    ///
    /// Errors: `NotFound`, `WrongAccountType`.
    pub fn fetch<T: ProgramAccount>(&self, what: &str, address: &Address) -> Result<T> {
        self.try_fetch(what, address)?
            .ok_or_else(|| Error::NotFound {
                what: what.to_owned(),
                address: *address,
            })
    }

    /// Every account of type `T`.
    pub fn fetch_all<T: ProgramAccount>(&self) -> Result<Vec<(Address, T)>> {
        self.fetch_all_where(0, &[])
    }

    /// Every account of type `T` with `bytes` at `offset` of `T`, as in
    /// `fetch_all_where::<Lock>(offset_of!(Lock, owner), owner.as_ref())`. The server does the searching.
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

    /// The job at `address`, if it was not closed.
    ///
    /// Errors: `WrongAccountType` when it is something else, or another program's.
    pub fn try_fetch_job(&self, address: &Address) -> Result<Option<JobView>> {
        self.try_fetch_as("job", address, &assay_market::ID, |data| {
            JobView::read(*address, data)
        })
    }

    /// The job at `address`.
    ///
    /// Errors: `NotFound` also when it was closed.
    pub fn fetch_job(&self, address: &Address) -> Result<JobView> {
        self.try_fetch_job(address)?.ok_or_else(|| Error::NotFound {
            what: "open job".into(),
            address: *address,
        })
    }

    /// Every job that was not closed.
    pub fn fetch_jobs(&self) -> Result<Vec<JobView>> {
        self.jobs_where(0, &[])
    }

    /// Every job of `requester` that was not closed.
    pub fn fetch_jobs_of(&self, requester: &Address) -> Result<Vec<JobView>> {
        self.jobs_where(offset_of!(Job, requester), requester.as_ref())
    }

    fn jobs_where(&self, offset: usize, bytes: &[u8]) -> Result<Vec<JobView>> {
        let accounts = self.accounts_of(&assay_market::ID, Job::DISCRIMINATOR, offset, bytes)?;
        let views = accounts
            .into_iter()
            .filter_map(|(address, data)| JobView::read(address, &data));
        Ok(views.collect())
    }

    fn try_fetch_as<T>(
        &self,
        what: &str,
        address: &Address,
        program: &Address,
        read: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(account) = self.account(address)? else {
            return Ok(None);
        };
        let value = read_owned(&account, program, read);
        value.map(Some).ok_or_else(|| Error::WrongAccountType {
            what: what.to_owned(),
            address: *address,
        })
    }

    /// Accounts of `program` that begin with `tag` and have `bytes` at `offset` behind it.
    fn accounts_of(
        &self,
        program: &Address,
        tag: &[u8],
        offset: usize,
        bytes: &[u8],
    ) -> Result<Vec<(Address, Vec<u8>)>> {
        let same = |offset, bytes: &[u8]| {
            RpcFilterType::Memcmp(Memcmp::new_raw_bytes(offset, bytes.to_vec()))
        };
        let mut filters = vec![same(0, tag)];
        if !bytes.is_empty() {
            filters.push(same(tag.len() + offset, bytes));
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

/// Bytes mean something only under the program that wrote them: anyone can put the same ones elsewhere.
fn read_owned<T>(
    account: &Account,
    program: &Address,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Option<T> {
    match account.owner == *program {
        true => read(&account.data),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assay_market::state::PaymentMint;

    #[test]
    fn the_same_bytes_under_another_program_are_something_else() {
        let mut data = PaymentMint::DISCRIMINATOR.to_vec();
        data.resize(crate::account_size::<PaymentMint>(), 0);
        let under = |owner| Account {
            data: data.clone(),
            owner,
            ..Account::default()
        };
        let read = |account| read_owned::<PaymentMint>(&account, &assay_market::ID, decode);
        assert!(read(under(assay_market::ID)).is_some());
        assert!(read(under(assay_staking::ID)).is_none());
    }
}
