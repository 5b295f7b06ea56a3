use super::{params::seconds, Params, EXPOSED_LATE_SEATS, POLICY_ATTESTED, POLICY_CHECKED};
use crate::{
    error::{MarketError, RuleResult},
    game::{
        money::{Order, Tariff},
        Rules,
    },
};
use anchor_lang::prelude::*;

/// Most late seats of a task, basis points of one.
pub const MAX_CHECKS_BPS: u32 = 150_000;
/// Least and largest fixed part of the penalty for a lie, in prices.
pub const LIE_PRICES: core::ops::RangeInclusive<u16> = 20..=500;
/// Largest royalty, basis points of the price of all seats that a task has on average.
pub const MAX_ROYALTY_BPS: u16 = 2_000;
/// Shortest run window, seconds. In less time even a finished result may fail to be contributed.
pub const MIN_RUN_WINDOW: u32 = 10;
/// Basis points of one late seat.
const WHOLE_SEAT: u32 = 10_000;

/// What a requester asks for and pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct JobTerms {
    /// Number chosen by the requester; the job's address follows from it.
    pub nonce: u64,
    /// SHA-256 of the WebAssembly module.
    pub module: [u8; 32],
    /// SHA-256 of the manifest that names each task's input.
    pub manifest: [u8; 32],
    /// Base URI of module, manifest and inputs, UTF-8, padded with zeros. Only a hint, never trusted.
    pub store: [u8; 64],
    /// Names the runtime that the module must be run by: the first eight bytes of the hash of its fingerprint.
    pub runtime_id: [u8; 8],
    /// Pay of each seat, base units of the payment mint.
    pub price: u64,
    /// Largest amount of fuel a task may use.
    pub fuel: u64,
    /// Largest linear memory of a task, bytes.
    pub memory_bytes: u64,
    /// Largest output of a task, bytes written to standard output.
    pub output_bytes: u64,
    /// Number of tasks.
    pub task_count: u32,
    /// Late seats of a task on average, basis points: 1,500 is one with 15 %, 20,000 is always two.
    pub checks_bps: u32,
    /// Time in which first seats can be claimed, seconds.
    pub claim_window: u32,
    /// Time from a claim to its contribution, seconds.
    pub run_window: u32,
    /// Least collateral of a worker, base units of the stake mint; 0 for any.
    pub least_collateral: u64,
    /// Attester set that workers need a credential of; zero for none.
    pub credential_set: Address,
    /// Author of the module, who receives the royalty; zero for none.
    pub author: Address,
    /// Root of the Merkle tree over the manifest's input hashes (`assay_shared::merkle`).
    pub inputs: [u8; 32],
    /// What a lie costs beside the bond, in prices; 0 if the job is attested.
    pub lie_prices: u16,
    /// Royalty as a share of the price of all seats that a task has on average, basis points; 0 for none.
    pub royalty_bps: u16,
    /// Region that workers must be in, ISO 3166-1 numeric country code; 0 for any.
    pub region: u16,
    /// What the requirements bind: `GATE_EVERY_SEAT` or `GATE_FIRST_SEAT`.
    pub gate: u8,
    /// How results are verified: `POLICY_CHECKED` or `POLICY_ATTESTED`.
    pub policy: u8,
    /// Signatures that an attested result needs; 0 under the other policy.
    pub attestations: u8,
    /// Bump of the escrow authority's address, so that the program need not search for it.
    pub escrow_bump: u8,
}

/// Requirements bind every seat in the job's account.
pub const GATE_EVERY_SEAT: u8 = 0;
/// Requirements bind the first seat only; whoever checks it is anybody.
pub const GATE_FIRST_SEAT: u8 = 1;

impl JobTerms {
    /// Returns how many late seats every task has.
    pub fn late_seats(&self) -> u8 {
        let seats = self.checks_bps.checked_div(WHOLE_SEAT).unwrap_or(0);
        u8::try_from(seats).unwrap_or(u8::MAX)
    }

    /// Returns the chance of one more late seat, basis points.
    pub fn check_bps(&self) -> u16 {
        let rest = self.checks_bps.checked_rem(WHOLE_SEAT).unwrap_or(0);
        u16::try_from(rest).unwrap_or(u16::MAX)
    }

    /// Returns whether the job requires anything of its workers.
    pub fn has_requirements(&self) -> bool {
        let asks_for_credential = self.credential_set != Address::default();
        asks_for_credential || self.region != 0 || self.least_collateral != 0
    }

    /// Returns what the amounts of a task follow from.
    pub fn order(&self) -> Order {
        Order {
            price: self.price,
            checks_bps: self.checks_bps,
            lie_prices: u64::from(self.lie_prices),
            royalty_bps: u64::from(self.royalty_bps),
        }
    }

    /// Returns what parameters and payment mint add to the amounts of a task. Where attesters sign nothing is bound.
    pub fn tariff(&self, params: &Params, stake_rate: u64) -> Tariff {
        let is_bonded = self.policy == POLICY_CHECKED;
        Tariff {
            fee_bps: params.fee_bps.get(),
            bond_bps: if is_bonded { params.bond_bps.get() } else { 0 },
            missed_bps: params.missed_bps.get(),
            stake_rate,
        }
    }

    /// Returns the rules that a job with these terms is posted under.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn rules(&self, params: &Params, total_collateral: u64) -> RuleResult<Rules> {
        Ok(Rules {
            late_seats: self.late_seats(),
            check_bps: self.check_bps(),
            run_window: self.run_window,
            hold: seconds(params.hold(u64::from(self.run_window)))?,
            open_window: seconds(params.open_window.get())?,
            step: seconds(params.step.get())?,
            claim_until: self.claim_window,
            total_collateral,
        })
    }

    /// Checks the terms against the limits of the market and its parameters.
    ///
    /// # Errors
    /// `NoTasks`, `BadPolicy`, `TooManyChecks`, `BadPenalty`, `WrongRoyalty`, `BadRequirement`, `ZeroPrice`, `BadLimits`, `BadWindow`,
    /// `Overflow`.
    pub fn validate(&self, params: &Params, rules: &Rules) -> RuleResult<()> {
        if self.task_count == 0 {
            return Err(MarketError::NoTasks);
        }
        if self.checks_bps > MAX_CHECKS_BPS {
            return Err(MarketError::TooManyChecks);
        }
        match self.policy {
            POLICY_CHECKED if self.attestations == 0 => {
                if !LIE_PRICES.contains(&self.lie_prices) {
                    return Err(MarketError::BadPenalty);
                }
            }
            // Nobody claims, checks or lies under a bond: signatures decide.
            POLICY_ATTESTED if self.checks_bps == 0 && self.lie_prices == 0 => {}
            _ => return Err(MarketError::BadPolicy),
        }
        let pays_royalty = self.author != Address::default();
        if (self.royalty_bps > 0) != pays_royalty || self.royalty_bps > MAX_ROYALTY_BPS {
            return Err(MarketError::WrongRoyalty);
        }
        if self.gate > GATE_FIRST_SEAT {
            return Err(MarketError::BadRequirement);
        }
        if self.price == 0 {
            return Err(MarketError::ZeroPrice);
        }
        if self.fuel == 0 || self.memory_bytes == 0 || self.output_bytes == 0 {
            return Err(MarketError::BadLimits);
        }
        let claim = 1..=seconds(params.max_claim_window.get())?;
        let run = MIN_RUN_WINDOW..=seconds(params.max_run_window.get())?;
        if !claim.contains(&self.claim_window) || !run.contains(&self.run_window) {
            return Err(MarketError::BadWindow);
        }
        // Late seats follow one another: many of them with long runs would outlast the stake's unbonding.
        let late = u32::from(rules.late_seats).saturating_add(u32::from(rules.check_bps > 0));
        if late > EXPOSED_LATE_SEATS && rules.exposure(late) > params.exposure()? {
            return Err(MarketError::TooManyChecks);
        }
        Ok(())
    }
}
