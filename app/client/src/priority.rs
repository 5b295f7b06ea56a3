//! Priority fees: what a transaction pays beside the base fee for an earlier place in a block.

use crate::{transaction_size, Client, Error, Result, MAX_TRANSACTION_SIZE};
use anchor_lang::Address;
use base64::{prelude::BASE64_STANDARD, Engine as _};
use solana_compute_budget_interface::ComputeBudgetInstruction;
use solana_instruction::Instruction;
use solana_rpc_client_api::{
    config::RpcSimulateTransactionConfig, response::RpcSimulateTransactionResult,
};
use solana_transaction::Transaction;

/// Bytes by which a priority fee makes a transaction longer.
pub const PRIORITY_SIZE: usize = 52;

/// Compute units that one transaction may use at most.
const MAX_UNITS: u64 = 1_400_000;
/// Compute units that the network grants each instruction of a transaction that sets no limit.
const DEFAULT_UNITS: u64 = 200_000;
/// Compute units that are granted beside five quarters of what a simulation used: for the two instructions of the compute
/// budget, and for a state that has changed since.
const SPARE_UNITS: u64 = 2_000;
/// Micro-lamports, in which a compute unit is priced, in one lamport.
const MICRO: u128 = 1_000_000;

impl Client {
    /// Returns `instructions` with a priority fee of at most `fee` lamports. `payer` alone is to sign.
    ///
    /// The limit of compute units comes from a simulation; a server that does not simulate gives the network's usual limit. The
    /// instructions stay as they are if the fee is 0 or their transaction has no room for it.
    ///
    /// # Errors
    /// [`Error::Rejected`] if the network would reject the transaction. Nothing is sent.
    pub fn prioritize(
        &self,
        instructions: Vec<Instruction>,
        payer: &Address,
        fee: u64,
    ) -> Result<Vec<Instruction>> {
        if fee == 0 || !has_room(&instructions, payer) {
            return Ok(instructions);
        }
        let limit = match self.used_units(&instructions, payer) {
            Ok(used) => limit_of(used),
            Err(error) if error.is_rejected() => return Err(error),
            Err(_) => usual_limit(&instructions),
        };
        Ok(with_fee(instructions, payer, fee, limit))
    }

    /// Returns the compute units that a transaction of these instructions uses now.
    fn used_units(&self, instructions: &[Instruction], payer: &Address) -> Result<u64> {
        let used = self.simulate(instructions, payer)?.units_consumed;
        used.ok_or_else(|| Error::UnexpectedReply("no compute units".into()))
    }

    /// Returns the answer of a program to `version`, an instruction that asks for the number of its version. Sends nothing.
    ///
    /// # Errors
    /// [`Error::UnexpectedReply`] if the program does not answer with a number.
    pub fn version(&self, version: Instruction, payer: &Address) -> Result<u16> {
        let returned = self.simulate(&[version], payer)?.return_data;
        let bytes = returned.and_then(|returned| BASE64_STANDARD.decode(returned.data.0).ok());
        let number = bytes.and_then(|bytes| <[u8; 2]>::try_from(bytes).ok());
        let number = number.ok_or_else(|| Error::UnexpectedReply("no version".into()))?;
        Ok(u16::from_le_bytes(number))
    }

    /// Returns what a transaction of these instructions would do now.
    fn simulate(
        &self,
        instructions: &[Instruction],
        payer: &Address,
    ) -> Result<RpcSimulateTransactionResult> {
        let transaction = Transaction::new_with_payer(instructions, Some(payer));
        let config = RpcSimulateTransactionConfig {
            sig_verify: false,
            replace_recent_blockhash: true,
            commitment: Some(self.rpc().commitment()),
            ..RpcSimulateTransactionConfig::default()
        };
        let reply = self
            .rpc()
            .simulate_transaction_with_config(&transaction, config);
        let mut reply = reply.map_err(|e| self.error(e))?.value;
        match reply.err.take() {
            Some(error) => {
                let logs = reply.logs.unwrap_or_default();
                Err(Error::rejection(error.into(), logs))
            }
            None => Ok(reply),
        }
    }
}

/// Returns the limit of compute units for a transaction that used so many in a simulation.
fn limit_of(used: u64) -> u64 {
    let quarter = used.div_ceil(4);
    let limit = used.saturating_add(quarter).saturating_add(SPARE_UNITS);
    limit.min(MAX_UNITS)
}

/// Returns a limit of compute units that is no lower than without any, for instructions that nobody has simulated.
fn usual_limit(instructions: &[Instruction]) -> u64 {
    let count = u64::try_from(instructions.len()).unwrap_or(u64::MAX);
    count.saturating_mul(DEFAULT_UNITS).min(MAX_UNITS)
}

/// Returns whether a transaction of these instructions has room for a priority fee.
fn has_room(instructions: &[Instruction], payer: &Address) -> bool {
    let size = transaction_size(instructions, payer);
    size.saturating_add(PRIORITY_SIZE) <= MAX_TRANSACTION_SIZE
}

/// Appends a limit of compute units, and the price of a unit at which they cost at most `fee` lamports, if there is room.
///
/// They stand behind the others. So every other instruction keeps its index, by which a rejection names it, and the
/// signatures of attesters stand directly before the instruction that takes them.
fn with_fee(
    mut instructions: Vec<Instruction>,
    payer: &Address,
    fee: u64,
    limit: u64,
) -> Vec<Instruction> {
    let limit = u32::try_from(limit.clamp(1, MAX_UNITS)).unwrap_or(u32::MAX);
    let price = u128::from(fee).saturating_mul(MICRO) / u128::from(limit);
    let price = u64::try_from(price).unwrap_or(u64::MAX);
    if price > 0 && has_room(&instructions, payer) {
        instructions.push(ComputeBudgetInstruction::set_compute_unit_limit(limit));
        instructions.push(ComputeBudgetInstruction::set_compute_unit_price(price));
    }
    instructions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::market::{submit_attested, AttesterSignature, MAX_SIGNATURES};
    use assay_market::state::Attestation;

    fn address(byte: u8) -> Address {
        Address::new_from_array([byte; 32])
    }

    /// An instruction with so many bytes of data.
    fn instruction(bytes: usize) -> Instruction {
        Instruction::new_with_bytes(address(9), &vec![0; bytes], Vec::new())
    }

    /// Returns the limit and the price of a compute unit, in micro-lamports, if the last two instructions set them.
    fn budget(instructions: &[Instruction]) -> Option<(u32, u64)> {
        let [.., limit, price] = instructions else {
            return None;
        };
        let limit = limit.data.strip_prefix(&[2])?.try_into().ok()?;
        let price = price.data.strip_prefix(&[3])?.try_into().ok()?;
        Some((u32::from_le_bytes(limit), u64::from_le_bytes(price)))
    }

    #[test]
    fn a_transaction_never_pays_more_than_its_priority_fee() {
        for fee in [2, 7, 4_999, 50_000, 1_000_000_007] {
            for used in [0, 150, 873, 21_900, 1_399_999, u64::MAX] {
                let limit = limit_of(used);
                let paying = with_fee(vec![instruction(1)], &address(1), fee, limit);
                let (units, price) = budget(&paying).unwrap();
                assert!(u64::from(units) == limit && limit > used.min(MAX_UNITS - 1));
                let paid = (u128::from(units) * u128::from(price)).div_ceil(MICRO);
                let lost = u128::from(units).div_ceil(MICRO);
                assert!(paid <= u128::from(fee) && paid + lost >= u128::from(fee));
            }
        }
        // Less than a micro-lamport a unit.
        let plain = with_fee(vec![instruction(1)], &address(1), 1, MAX_UNITS);
        assert_eq!(plain, [instruction(1)]);
    }

    #[test]
    fn what_nobody_has_simulated_keeps_the_usual_limit() {
        let limits = [1, 2, 8].map(|count| usual_limit(&vec![instruction(1); count]));
        assert_eq!(limits, [200_000, 400_000, 1_400_000]);
    }

    #[test]
    fn a_fee_that_does_not_fit_is_left_out() {
        let payer = address(1);
        let longest = (0..MAX_TRANSACTION_SIZE)
            .rev()
            .find(|bytes| has_room(&[instruction(*bytes)], &payer));
        let longest = longest.unwrap();
        let paying = with_fee(vec![instruction(longest)], &payer, 9, 9_000);
        assert_eq!(paying.len(), 3);
        assert_eq!(transaction_size(&paying, &payer), MAX_TRANSACTION_SIZE);
        let too_long = vec![instruction(longest + 1)];
        let plain = with_fee(too_long.clone(), &payer, 9, 9_000);
        assert_eq!(plain, too_long);
    }

    #[test]
    fn signatures_of_attesters_keep_their_place() {
        let node = address(200);
        let attestation = Attestation {
            genesis_hash: [0; 32],
            job: address(201),
            job_seed: [0; 32],
            task: 0,
            worker: address(202),
            set: address(203),
            digest: [0; 32],
            fuel_used: 0,
            energy_mj: 0,
            expires_at: 0,
        };
        let submit = |count: u8| {
            let one = |key| AttesterSignature {
                key: [key; 32],
                signature: [0; 64],
            };
            let signatures: Vec<_> = (1..=count).map(one).collect();
            submit_attested(node, &attestation, &signatures, Some(address(204)))
        };
        for count in 1..=MAX_SIGNATURES {
            let plain = submit(count);
            let paying = with_fee(plain.clone(), &node, 50_000, 9_000);
            assert_eq!(paying[..plain.len()], plain);
            assert!(budget(&paying).is_some(), "{count} signatures");
            assert!(transaction_size(&paying, &node) <= MAX_TRANSACTION_SIZE);
        }
        let too_many = submit(MAX_SIGNATURES + 1);
        let plain = with_fee(too_many.clone(), &node, 50_000, 9_000);
        assert_eq!(plain, too_many);
    }
}
