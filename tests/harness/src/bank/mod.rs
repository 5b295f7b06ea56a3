//! A full bank with the built programs, named actors and a clock that obeys.

use crate::deployment;
use anchor_lang::{AccountDeserialize, Address, Error as ProgramError};
use sha2::{Digest, Sha256};
use solana_account::Account;
use solana_clock::Clock;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_program_test::{BanksClientError, ProgramTest, ProgramTestContext};
use solana_signer::Signer;
use solana_system_interface::program as system_program;
use solana_transaction::Transaction;
use solana_transaction_error::TransactionError;
use std::any::type_name;

/// 2026-01-01, midnight UTC.
pub const START: i64 = 1_767_225_600;
pub const HOUR: u64 = 3_600;
pub const DAY: u64 = 24 * HOUR;

/// Everyone who signs anything in the story.
pub const ACTORS: &[&str] = &[
    "deployer",
    "requester",
    "ada",
    "ada's node",
    "bob",
    "bob's node",
    "eve",
    "eve's node",
    "voter",
    "proposer",
    "anyone",
];
const LAMPORTS: u64 = 1_000_000_000_000;

pub struct Cluster {
    context: ProgramTestContext,
    now: i64,
}

impl Cluster {
    /// Programs deployed, actors funded, nothing initialised.
    pub async fn start() -> Self {
        let mut genesis = ProgramTest::default();
        deployment::deploy(&mut genesis, actor("deployer").pubkey());
        for name in ACTORS {
            let wallet = Account::new(LAMPORTS, 0, &system_program::ID);
            genesis.add_account(actor(name).pubkey(), wallet);
        }
        let mut cluster = Self {
            context: genesis.start_with_context().await,
            now: START,
        };
        cluster.advance_to(START);
        cluster
    }

    pub fn advance(&mut self, seconds: u64) {
        self.advance_to(self.now.checked_add_unsigned(seconds).expect("a sane time"));
    }

    /// Sets the bank's clock to `time`, Unix seconds.
    pub fn advance_to(&mut self, time: i64) {
        assert!(time >= self.now, "time does not run backwards");
        self.now = time;
        self.context.set_sysvar(&Clock {
            slot: 1,
            unix_timestamp: time,
            ..Clock::default()
        });
    }

    /// Sends one transaction; the first signer pays.
    pub async fn try_send(
        &mut self,
        instructions: &[Instruction],
        signers: &[&str],
    ) -> Result<(), TransactionError> {
        let keys: Vec<Keypair> = signers.iter().map(|name| actor(name)).collect();
        let keys: Vec<&Keypair> = keys.iter().collect();
        // A new blockhash each time: the same crank may be sent twice.
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

    /// Sends one transaction that must succeed.
    #[track_caller]
    pub fn send<'a>(
        &'a mut self,
        instructions: &'a [Instruction],
        signers: &'a [&str],
    ) -> impl std::future::Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let sent = self.try_send(instructions, signers).await;
            sent.unwrap_or_else(|error| panic!("refused at {caller}: {error}"));
        }
    }

    /// Sends one transaction that exactly this rule must refuse.
    pub async fn refused(
        &mut self,
        instructions: &[Instruction],
        signers: &[&str],
        rule: impl Into<ProgramError>,
    ) {
        let error = match self.try_send(instructions, signers).await {
            Err(TransactionError::InstructionError(_, error)) => error,
            other => panic!("a program should have refused it, but: {other:?}"),
        };
        let broken = ProgramError::try_from(error).expect("a program's error");
        assert_eq!(broken, rule.into());
    }

    /// The account at `address`, as the type that its program keeps there.
    pub async fn account<T: AccountDeserialize>(&mut self, address: &Address) -> T {
        let data = self.data(address).await;
        T::try_deserialize(&mut data.as_slice())
            .unwrap_or_else(|error| panic!("{address} is not a {}: {error}", type_name::<T>()))
    }

    pub async fn data(&mut self, address: &Address) -> Vec<u8> {
        let found = self.find(address).await;
        found
            .unwrap_or_else(|| panic!("no account at {address}"))
            .data
    }

    /// 0 when there is no account.
    pub async fn lamports(&mut self, address: &Address) -> u64 {
        self.find(address).await.map_or(0, |found| found.lamports)
    }

    async fn find(&mut self, address: &Address) -> Option<Account> {
        let found = self.context.banks_client.get_account(*address).await;
        found.expect("the bank answers")
    }

    /// Lamports that keep an account of so many bytes alive, in the order of the sizes.
    pub async fn rent(&mut self) -> impl Fn(usize) -> u64 {
        let rent = self.context.banks_client.get_rent().await;
        let rent = rent.expect("the bank answers");
        move |space| rent.minimum_balance(space)
    }
}

/// The key of this name, in every run.
pub fn actor(name: &str) -> Keypair {
    let seed = Sha256::new()
        .chain_update("assay actor ")
        .chain_update(name);
    Keypair::new_from_array(seed.finalize().into())
}

/// The address of the actor of this name.
pub fn address_of(name: &str) -> Address {
    actor(name).pubkey()
}
