//! How values are written: see [`crate::NOTATION`].

use anchor_lang::prelude::{PodI64, PodU128, PodU16, PodU32, PodU64};
use assay_governance::{
    instructions::{FloorsConfig, GovernanceConfig},
    state::{Action, Ballot, Floors, PodBallot, ProposalDraft, ProposedAction, Side, Tally, SLOTS},
};
use assay_harness::Address;
use assay_market::{
    game::{Round, Seat},
    instructions::{AttestedResult, ChallengeArgs, MarketConfig, Opening, WorkerSettings},
    state::{JobTerms, Limits, Segment, Work},
};
use assay_rewards::{instructions::RewardsConfig, state::ReceiptArgs};
use assay_staking::{
    instructions::StakingConfig,
    state::{
        Accumulator, Bucket, Commission, OwnBucket, OwnStake, ProviderProfile, Stream,
        MAX_ATTESTERS,
    },
};
use serde_json::Value;
use std::collections::BTreeMap;

/// A value that can be written to a fixture.
pub trait ToJson {
    fn to_json(&self) -> Value;
}

/// Writes bytes as a hexadecimal string.
pub fn hex(bytes: impl AsRef<[u8]>) -> String {
    hex::encode(bytes)
}

/// Writes values under their names, in alphabetical order.
pub fn object(fields: &[(&str, &dyn ToJson)]) -> Value {
    let fields = fields
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_json()));
    sorted(fields)
}

/// Returns the object with one more field.
pub fn with_field(object: Value, name: &str, value: &dyn ToJson) -> Value {
    let Value::Object(fields) = object else {
        panic!("{object} has no fields");
    };
    sorted(
        fields
            .into_iter()
            .chain([(name.to_owned(), value.to_json())]),
    )
}

/// A `Map` is sorted or not, depending on the features of the build. Sorted fields are written alike in both.
fn sorted(fields: impl Iterator<Item = (String, Value)>) -> Value {
    let fields: BTreeMap<_, _> = fields.collect();
    Value::Object(fields.into_iter().collect())
}

macro_rules! written {
    ($($type:ty: |$value:ident| $json:expr;)+) => {$(
        impl ToJson for $type {
            fn to_json(&self) -> Value {
                let $value = self;
                $json
            }
        }
    )+};
}

written! {
    u8: |n| Value::from(*n);
    u16: |n| Value::from(*n);
    u32: |n| Value::from(*n);
    u64: |n| Value::from(n.to_string());
    i64: |n| Value::from(n.to_string());
    PodU16: |n| n.get().to_json();
    PodU32: |n| n.get().to_json();
    PodU64: |n| n.get().to_json();
    PodU128: |n| Value::from(n.get().to_string());
    PodI64: |n| n.get().to_json();
    PodBallot: |ballot| Value::from(Ballot::from(*ballot) as u8);
    Side: |side| Value::from(*side as u8);
    Address: |address| Value::from(hex(address));
    &str: |text| Value::from(*text);
    Vec<u8>: |bytes| Value::from(hex(bytes));
    Vec<[u8; 32]>: |list| list.iter().map(ToJson::to_json).collect();
    [[u8; 32]; MAX_ATTESTERS]: |list| list.iter().map(ToJson::to_json).collect();
    Vec<u32>: |list| list.iter().map(ToJson::to_json).collect();
    Vec<ProposedAction>: |list| list.iter().map(ToJson::to_json).collect();
    [PodU32; SLOTS]: |list| list.iter().map(ToJson::to_json).collect();
    [PodI64; 3]: |list| list.iter().map(ToJson::to_json).collect();
    Vec<Seat>: |list| list.iter().map(ToJson::to_json).collect();
}

/// `null` where there is none.
impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToJson::to_json)
    }
}

impl<const N: usize> ToJson for [u8; N] {
    fn to_json(&self) -> Value {
        Value::from(hex(self))
    }
}

/// Writes each struct as an object with all its fields, and each array of one as a list. A new field does not compile until
/// it is named here.
macro_rules! structs {
    ($($type:ident { $($field:ident),+ $(,)? })+) => {$(
        impl ToJson for $type {
            fn to_json(&self) -> Value {
                let $type { $($field),+ } = self;
                object(&[$((stringify!($field), $field)),+])
            }
        }

        impl<const N: usize> ToJson for [$type; N] {
            fn to_json(&self) -> Value {
                self.iter().map(ToJson::to_json).collect()
            }
        }
    )+};
}

structs! {
    StakingConfig {
        authority, market_authority, rewards_authority, min_self_stake, unbonding_period, min_delegation, leverage, claim_span,
    }
    ProviderProfile { node, cpu_cores, memory_gib, gpus, region }
    Bucket { closes_at, matures_at, tokens, shares }
    OwnBucket { closes_at, matures_at, tokens }
    OwnStake { active, matured, buckets }
    Commission { bps, next_bps, next_from }
    Stream { left, updated_at, finish }
    Accumulator { acc, carry }
    MarketConfig {
        authority, genesis_hash, genesis_time, epoch_length, fee_bps, bond_bps, missed_bps, reserve, step, min_hold, open_window,
        max_claim_window, max_run_window, tally_window,
    }
    JobTerms {
        nonce, module, manifest, store, runtime_id, price, fuel, memory_bytes, output_bytes, task_count, checks_bps,
        claim_window, run_window, least_collateral, credential_set, author, inputs, lie_prices, royalty_bps, region, gate,
        policy, attestations, escrow_bump,
    }
    AttestedResult { digest, fuel_used, energy_mj, expires_at }
    ReceiptArgs { exit_code, fuel_used, output_hash, memory, input, proof, output, lifetime }
    WorkerSettings { seat_bond, locked, daily_misses, encryption_key, read_url }
    Limits { seat_bond, locked, daily_misses }
    Opening { digest, memory }
    ChallengeArgs { seed, hash, seal }
    Seat {
        worker, hash, seal, claimed_at, free_since, slot, until, state, misses, drawn, settled, phase, rounds, flags,
        winners,
    }
    Round { seed, first_hash, challenger, digest, opened_at, slot, drawn, blind, verdict }
    Segment { first_task, added_at, manifest, inputs }
    Work { epoch, weight, tallied }
    RewardsConfig {
        authority, treasury_holder, genesis_holder, cap, genesis_supply, initial_emission, halving_epochs, workers_bps,
        stakers_bps, kappa_bps,
    }
    FloorsConfig { notice, voting_time, hold_up, execution_window, threshold }
    GovernanceConfig {
        quorum_bps, threshold, voting_time, hold_up, execution_window, proposal_deposit, min_lock, max_lock, notice,
        spend_bps, floors, floor_bps, guardian,
    }
    Floors { notice, voting_time, hold_up, execution_window, threshold }
    ProposalDraft { title, description, secret, actions }
    ProposedAction { kind, target, param, bump, source_bump, value, extra, address, other }
    Action { value, extra, address, other, kind, target, param, bump, source_bump, padding, reserved }
    Tally { yes, no, abstain }
}
