//! An SVM that runs the conformance program.

use std::path::Path;

use assay_conformance::{compute, Check, Output};
use litesvm::LiteSVM;
use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::Message;
use solana_signer::Signer;
use solana_transaction::Transaction;
use solana_transaction_error::TransactionError;

/// Address of the program.
pub const PROGRAM: Address = Address::new_from_array([7; 32]);

const BYTECODE: &str = "../../target/conformance/assay_conformance.so";

pub struct Machine {
    svm: LiteSVM,
    payer: Keypair,
}

impl Machine {
    pub fn new() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(BYTECODE);
        let bytecode = std::fs::read(&path)
            .unwrap_or_else(|_| panic!("there is no bytecode yet: run `cargo xtask conformance`"));
        // A test sends thousands of equal transactions; signatures and history would only cost time.
        let mut svm = LiteSVM::new()
            .with_sigverify(false)
            .with_blockhash_check(false)
            .with_transaction_history(0);
        svm.add_program(PROGRAM, &bytecode)
            .expect("the SVM refuses the program");
        let payer = Keypair::new();
        svm.airdrop(&payer.pubkey(), 1_000_000_000)
            .expect("the airdrop fails");
        Self { svm, payer }
    }

    /// Returns the program's return data for this instruction data.
    pub fn call(&mut self, data: Vec<u8>) -> Result<Vec<u8>, TransactionError> {
        let instruction = Instruction {
            program_id: PROGRAM,
            accounts: vec![],
            data,
        };
        let message = Message::new(&[instruction], Some(&self.payer.pubkey()));
        match self
            .svm
            .send_transaction(Transaction::new_unsigned(message))
        {
            Ok(metadata) => Ok(metadata.return_data.data),
            Err(failure) => Err(failure.err),
        }
    }

    /// Returns the output of a check for an input.
    pub fn check(&mut self, check: Check, input: &[u8]) -> Result<Vec<u8>, TransactionError> {
        self.call([&[check as u8], input].concat())
    }

    /// Asserts that the SVM computes the same output as the host.
    pub fn agrees(&mut self, check: Check, input: &[u8]) {
        let mut expected = Output::new();
        assert!(compute(check, input, &mut expected));
        let actual = self.check(check, input);
        assert_eq!(
            actual.as_deref(),
            Ok(expected.bytes()),
            "{check:?} of {input:?}"
        );
    }
}
