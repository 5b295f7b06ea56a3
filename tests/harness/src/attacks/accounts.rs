//! Accounts that an honest cluster does not have.

use crate::{keypairs, Address, TestContext};
use anchor_lang::{AccountDeserialize, Discriminator};
use bytemuck::Pod;
use solana_account::Account;
use solana_builtins::BUILTINS;
use solana_slot_hashes::SlotHashes;

/// Offset in a token account of the byte that says whether it is initialized (1) or frozen (2).
const TOKEN_STATE: usize = 108;

impl TestContext {
    /// Changes the bytes of an account without asking its program.
    #[track_caller]
    pub fn edit_data(&mut self, address: &Address, change: impl FnOnce(&mut Vec<u8>)) {
        let mut account = self.existing(address);
        change(&mut account.data);
        self.put(address, account);
    }

    /// Changes the fields of a zero-copy account without asking its program.
    #[track_caller]
    pub fn edit_account<T: AccountDeserialize + Discriminator + Pod>(
        &mut self,
        address: &Address,
        change: impl FnOnce(&mut T),
    ) {
        let mut fields: T = self.account(address);
        change(&mut fields);
        self.edit_data(address, |data| {
            let body = &mut data[T::DISCRIMINATOR.len()..][..size_of::<T>()];
            body.copy_from_slice(bytemuck::bytes_of(&fields));
        });
    }

    /// Copies an account to the address of the actor `name`, with `owner` as its program. Returns the copy's address.
    #[track_caller]
    pub fn clone_with_owner(&mut self, address: &Address, name: &str, owner: &Address) -> Address {
        let copy = self.address_of(name);
        let mut account = self.existing(address);
        account.owner = *owner;
        self.put(&copy, account);
        copy
    }

    /// Makes another program the owner of an account.
    #[track_caller]
    pub fn set_owner(&mut self, address: &Address, owner: &Address) {
        let mut account = self.existing(address);
        account.owner = *owner;
        self.put(address, account);
    }

    /// Freezes a token account, as the mint's freeze authority would.
    #[track_caller]
    pub fn freeze(&mut self, account: &Address) {
        self.edit_data(account, |data| data[TOKEN_STATE] = 2);
    }

    /// Thaws a token account.
    #[track_caller]
    pub fn thaw(&mut self, account: &Address) {
        self.edit_data(account, |data| data[TOKEN_STATE] = 1);
    }

    /// Deploys a program that accepts every instruction and does nothing, at the address of the actor `name`. Returns the address.
    ///
    /// # Panics
    /// As [`Self::replace_by_yes_man`].
    pub fn deploy_yes_man(&mut self, name: &str) -> Address {
        let address = keypairs::address_of(name);
        self.replace_by_yes_man(&address);
        address
    }

    /// Puts a program that accepts every instruction and does nothing in the place of `program`. Its accounts stay as they are.
    ///
    /// # Panics
    /// If the runtime has lost the program of the compute budget, which does nothing and is taken for it.
    pub fn replace_by_yes_man(&mut self, program: &Address) {
        let mut programs = BUILTINS.iter();
        let idle = programs.find(|program| program.name == "compute_budget_program");
        let entrypoint = idle.expect("a program that does nothing").register_fn;
        self.svm.add_builtin(*program, entrypoint);
    }

    /// Empties the SlotHashes sysvar.
    pub fn clear_slot_hashes(&mut self) {
        self.svm.set_sysvar(&SlotHashes::new(&[]));
    }

    #[track_caller]
    fn existing(&self, address: &Address) -> Account {
        let account = self.svm.get_account(address);
        account.unwrap_or_else(|| panic!("no account at {address}"))
    }

    fn put(&mut self, address: &Address, account: Account) {
        self.svm
            .set_account(*address, account)
            .expect("the account is not executable");
    }
}
