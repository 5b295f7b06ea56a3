//! Accounts, read through the types of the crates that own them.

use super::TestContext;
use crate::Address;
use anchor_lang::AccountDeserialize;
use std::any::type_name;

impl TestContext {
    /// Returns the account at `address`.
    ///
    /// # Panics
    /// If there is no account or it has another type.
    #[track_caller]
    pub fn account<T: AccountDeserialize>(&self, address: &Address) -> T {
        let data = self.data(address);
        T::try_deserialize(&mut data.as_slice())
            .unwrap_or_else(|error| panic!("{address} is not a {}: {error}", type_name::<T>()))
    }

    /// Returns the raw bytes of an account.
    ///
    /// # Panics
    /// If there is no account.
    #[track_caller]
    pub fn data(&self, address: &Address) -> Vec<u8> {
        let account = self.svm.get_account(address);
        account
            .unwrap_or_else(|| panic!("no account at {address}"))
            .data
    }

    /// Returns the lamports that make an account of so many bytes rent-exempt.
    pub fn rent(&self, space: usize) -> u64 {
        self.svm.minimum_balance_for_rent_exemption(space)
    }

    /// Returns the program that owns an account, if there is one.
    pub fn owner(&self, address: &Address) -> Option<Address> {
        self.svm.get_account(address).map(|account| account.owner)
    }

    /// Returns true if there is an account at `address`.
    pub fn exists(&self, address: &Address) -> bool {
        self.lamports(address) > 0
    }

    /// Returns the lamports of an account: 0 if there is none.
    pub fn lamports(&self, address: &Address) -> u64 {
        self.svm.get_balance(address).unwrap_or(0)
    }
}
