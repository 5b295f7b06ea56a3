//! The programs on a full bank of `solana-program-test`: named actors and a clock that tests set.

mod deployment;
mod initialize;
mod token;
mod work;

pub use initialize::{payment, EMISSION, GENESIS_SUPPLY, KAPPA_BPS};
pub use token::{assay, usd};
pub use work::STAKE;

use crate::{
    keypairs::{self, keypair, LAMPORTS},
    time::START,
    Address, Instruction, Keypair, ProgramError, Signer,
};
use anchor_lang::AccountDeserialize;
use solana_account::Account;
use solana_clock::Clock;
use solana_program_test::{BanksClientError, ProgramTest, ProgramTestContext};
use solana_system_interface::program as system_program;
use solana_transaction::Transaction;
use solana_transaction_error::TransactionError;
use std::{any::type_name, future::Future, panic::Location};

/// A bank with the Assay programs deployed.
pub struct Bank {
    context: ProgramTestContext,
    now: i64,
}

impl Bank {
    /// Starts a bank with the programs deployed, these actors funded with SOL and nothing initialized.
    ///
    /// # Panics
    /// If the programs are not built.
    pub async fn start(actors: &[&str]) -> Self {
        let mut genesis = ProgramTest::default();
        deployment::deploy(&mut genesis);
        for name in actors {
            let account = Account::new(LAMPORTS, 0, &system_program::ID);
            genesis.add_account(keypairs::address_of(name), account);
        }
        let mut bank = Self {
            context: genesis.start_with_context().await,
            now: START,
        };
        bank.advance_to(START);
        bank
    }

    /// Moves the clock forward by `seconds`.
    pub fn advance(&mut self, seconds: u64) {
        self.advance_to(self.now.checked_add_unsigned(seconds).expect("a sane time"));
    }

    /// Sets the clock to `time`, Unix seconds.
    ///
    /// # Panics
    /// If `time` is past.
    pub fn advance_to(&mut self, time: i64) {
        assert!(time >= self.now, "time does not run backwards");
        self.now = time;
        self.context.set_sysvar(&Clock {
            slot: 1,
            unix_timestamp: time,
            ..Clock::default()
        });
    }

    /// Sends one transaction, signed by these actors. The first one pays the fee.
    pub async fn try_send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&str],
    ) -> Result<(), TransactionError> {
        let keys: Vec<Keypair> = signers.iter().map(|name| keypair(name)).collect();
        let keys: Vec<&Keypair> = keys.iter().collect();
        // A new blockhash each time, so that the same instruction may be sent twice.
        let blockhash = self.context.get_new_latest_blockhash().await;
        let blockhash = blockhash.expect("the bank makes blockhashes");
        let payer = keys[0].pubkey();
        let sent = Transaction::new_signed_with_payer(instructions, Some(&payer), &keys, blockhash);
        match self.context.banks_client.process_transaction(sent).await {
            Ok(()) => Ok(()),
            Err(BanksClientError::TransactionError(error)) => Err(error),
            Err(error) => panic!("the bank cannot be reached: {error}"),
        }
    }

    /// Sends one transaction that must be accepted.
    #[track_caller]
    pub fn send<'a>(
        &'a mut self,
        instructions: &'a [Instruction],
        signers: &'a [&str],
    ) -> impl Future<Output = ()> + 'a {
        let caller = Location::caller();
        async move {
            let sent = self.try_send(instructions, signers).await;
            sent.unwrap_or_else(|error| panic!("rejected at {caller}: {error}"));
        }
    }

    /// Sends one transaction that must be rejected with exactly this error of a program.
    pub async fn assert_fails(
        &mut self,
        instructions: &[Instruction],
        signers: &[&str],
        expected: impl Into<ProgramError>,
    ) {
        let error = match self.try_send(instructions, signers).await {
            Err(TransactionError::InstructionError(_, error)) => error,
            other => panic!("a program should have rejected it, but: {other:?}"),
        };
        let error = ProgramError::try_from(error).expect("a program's error");
        assert_eq!(error, expected.into());
    }

    /// Returns the account at `address`.
    ///
    /// # Panics
    /// If there is no account or it has another type.
    pub async fn account<T: AccountDeserialize>(&mut self, address: &Address) -> T {
        let data = self.data(address).await;
        T::try_deserialize(&mut data.as_slice())
            .unwrap_or_else(|error| panic!("{address} is not a {}: {error}", type_name::<T>()))
    }

    /// Returns the raw bytes of an account.
    ///
    /// # Panics
    /// If there is no account.
    pub async fn data(&mut self, address: &Address) -> Vec<u8> {
        let found = self.find(address).await;
        found
            .unwrap_or_else(|| panic!("no account at {address}"))
            .data
    }

    /// Returns the lamports of an account: 0 if there is none.
    pub async fn lamports(&mut self, address: &Address) -> u64 {
        self.find(address).await.map_or(0, |found| found.lamports)
    }

    async fn find(&mut self, address: &Address) -> Option<Account> {
        let found = self.context.banks_client.get_account(*address).await;
        found.expect("the bank answers")
    }

    /// Returns the function from the size of an account in bytes to the lamports that make it rent-exempt.
    pub async fn rent(&mut self) -> impl Fn(usize) -> u64 {
        let rent = self.context.banks_client.get_rent().await;
        let rent = rent.expect("the bank answers");
        move |space| rent.minimum_balance(space)
    }
}
