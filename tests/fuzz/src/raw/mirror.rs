//! Every account that transactions have written, before and after each of them.

use super::{is_token_program, Holding, Program, Record, Supply};
use assay_client::Address;
use solana_account::{AccountSharedData, ReadableAccount};
use std::collections::BTreeMap;

/// The accounts of the four programs and of the token programs.
#[derive(Clone, Default)]
pub struct Mirror {
    accounts: BTreeMap<Address, AccountSharedData>,
}

impl Mirror {
    /// Takes over what a transaction left, or what was there at the beginning.
    pub fn put(&mut self, address: Address, account: Option<AccountSharedData>) {
        let kept = account.filter(|account| {
            let owner = account.owner();
            Program::at(owner).is_some() || is_token_program(owner)
        });
        match kept {
            Some(account) => self.accounts.insert(address, account),
            None => self.accounts.remove(&address),
        };
    }

    /// Returns an account.
    pub fn get(&self, address: &Address) -> Option<&AccountSharedData> {
        self.accounts.get(address)
    }

    /// Returns every account, by address.
    pub fn all(&self) -> impl Iterator<Item = (&Address, &AccountSharedData)> {
        self.accounts.iter()
    }

    /// Returns an account of one of the four programs.
    pub fn record(&self, address: &Address) -> Option<Record<'_>> {
        let account = self.accounts.get(address)?;
        Record::read(account.owner(), account.data())
    }

    /// Returns every account of this type.
    pub fn records<'a>(
        &'a self,
        program: Program,
        name: &'a str,
    ) -> impl Iterator<Item = (&'a Address, Record<'a>)> {
        let id = program.id();
        self.accounts
            .iter()
            .filter(move |(_, account)| *account.owner() == id)
            .filter_map(move |(address, account)| {
                let record = Record::read(account.owner(), account.data())?;
                record.is(name).then_some((address, record))
            })
    }

    /// Returns the one account of a type of which there is one.
    pub fn only(&self, program: Program, name: &str) -> Option<Record<'_>> {
        let id = program.id();
        let mut own = self.accounts.values().filter(|a| *a.owner() == id);
        own.find_map(|account| {
            Record::read(account.owner(), account.data()).filter(|record| record.is(name))
        })
    }

    /// Returns a token account.
    pub fn holding(&self, address: &Address) -> Option<Holding> {
        self.accounts.get(address).and_then(Holding::read)
    }

    /// Returns what a mint says.
    pub fn supply(&self, address: &Address) -> Option<Supply> {
        self.accounts.get(address).and_then(Supply::read)
    }
}

/// What one transaction did to the accounts that it could write.
#[derive(Clone, Default)]
pub struct Change {
    /// Address, account before, account after; every address once.
    pub written: Vec<(
        Address,
        Option<AccountSharedData>,
        Option<AccountSharedData>,
    )>,
}

impl Change {
    /// Returns an account as it was before.
    pub fn before(&self, address: &Address) -> Option<&AccountSharedData> {
        let entry = self.written.iter().find(|(own, ..)| own == address);
        entry.and_then(|(_, before, _)| before.as_ref())
    }

    /// Returns an account of the programs as it was before.
    pub fn record_before(&self, address: &Address) -> Option<Record<'_>> {
        let account = self.before(address)?;
        Record::read(account.owner(), account.data())
    }

    /// Returns the accounts of a type that were written: as they were before and are after. Either may be missing.
    pub fn records<'a>(
        &'a self,
        program: Program,
        name: &'a str,
    ) -> impl Iterator<Item = (&'a Address, Option<Record<'a>>, Option<Record<'a>>)> {
        let id = program.id();
        let read = move |account: &'a Option<AccountSharedData>| {
            let account = account.as_ref().filter(|a| *a.owner() == id)?;
            Record::read(account.owner(), account.data()).filter(|record| record.is(name))
        };
        self.written
            .iter()
            .map(move |(address, before, after)| (address, read(before), read(after)))
            .filter(|(_, before, after)| before.is_some() || after.is_some())
    }

    /// Returns the token accounts that were written: as they were before and are after.
    pub fn holdings(&self) -> impl Iterator<Item = (&Address, Option<Holding>, Option<Holding>)> {
        self.written
            .iter()
            .map(|(address, before, after)| {
                let read =
                    |account: &Option<AccountSharedData>| account.as_ref().and_then(Holding::read);
                (address, read(before), read(after))
            })
            .filter(|(_, before, after)| before.is_some() || after.is_some())
    }

    /// Returns by how much a token account grew, base units; negative if it shrank.
    pub fn gain(&self, address: &Address) -> i128 {
        let entry = self.holdings().find(|(own, ..)| *own == address);
        entry.map_or(0, |(_, before, after)| {
            let amount = |holding: Option<Holding>| holding.map_or(0, |h| i128::from(h.amount));
            amount(after) - amount(before)
        })
    }
}
