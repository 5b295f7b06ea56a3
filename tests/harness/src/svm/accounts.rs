//! Reading accounts through the types of the crates that own them.

use crate::{Address, TestContext};
use anchor_lang::AccountDeserialize;
use std::any::type_name;

impl TestContext {
    /// The account at `address`; panics when there is none or it is of another type.
    pub fn account<T: AccountDeserialize>(&self, address: &Address) -> T {
        let data = self.data(address);
        T::try_deserialize(&mut data.as_slice())
            .unwrap_or_else(|error| panic!("{address} is not a {}: {error}", type_name::<T>()))
    }

    /// The raw bytes of an account; panics when there is none.
    pub fn data(&self, address: &Address) -> Vec<u8> {
        let account = self.svm.get_account(address);
        account
            .unwrap_or_else(|| panic!("no account at {address}"))
            .data
    }

    /// Whether an account exists.
    pub fn exists(&self, address: &Address) -> bool {
        self.lamports(address) > 0
    }

    /// 0 when there is no account.
    pub fn lamports(&self, address: &Address) -> u64 {
        self.svm.get_balance(address).unwrap_or(0)
    }
}
