//! States that an honest cluster would not produce.

use crate::{Address, TestContext};
use anchor_lang::{AccountDeserialize, Discriminator};
use bytemuck::Pod;
use solana_slot_hashes::SlotHashes;

impl TestContext {
    /// Changes the bytes of an account behind the back of its program.
    pub fn tamper(&mut self, address: &Address, change: impl FnOnce(&mut Vec<u8>)) {
        let account = self.svm.get_account(address);
        let mut account = account.unwrap_or_else(|| panic!("no account at {address}"));
        change(&mut account.data);
        self.svm
            .set_account(*address, account)
            .expect("the account is not executable");
    }

    /// Changes the fields of a zero-copy account behind the back of its program.
    pub fn edit<T: AccountDeserialize + Discriminator + Pod>(
        &mut self,
        address: &Address,
        change: impl FnOnce(&mut T),
    ) {
        let mut fields: T = self.account(address);
        change(&mut fields);
        self.tamper(address, |data| {
            let body = &mut data[T::DISCRIMINATOR.len()..][..size_of::<T>()];
            body.copy_from_slice(bytemuck::bytes_of(&fields));
        });
    }

    /// Copies an account to the address of the actor `name`, with another owner. Answers the copy's address.
    pub fn copy_owned_by(&mut self, address: &Address, name: &str, owner: &Address) -> Address {
        let copy = self.address_of(name);
        let account = self.svm.get_account(address);
        let mut account = account.unwrap_or_else(|| panic!("no account at {address}"));
        account.owner = *owner;
        self.svm
            .set_account(copy, account)
            .expect("the account is not executable");
        copy
    }

    /// Makes another program the owner of an account.
    pub fn hand_over(&mut self, address: &Address, owner: &Address) {
        let account = self.svm.get_account(address);
        let mut account = account.unwrap_or_else(|| panic!("no account at {address}"));
        account.owner = *owner;
        self.svm
            .set_account(*address, account)
            .expect("the account is not executable");
    }

    /// Empties the SlotHashes sysvar.
    pub fn forget_slot_hashes(&mut self) {
        self.svm.set_sysvar(&SlotHashes::new(&[]));
    }

    /// The hash that a job posted now is seeded with.
    pub fn newest_slot_hash(&self) -> [u8; 32] {
        let hashes: SlotHashes = self.svm.get_sysvar();
        let (_, hash) = hashes.first().expect("the clock has started");
        hash.to_bytes()
    }
}
