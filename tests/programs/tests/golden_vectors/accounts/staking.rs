//! Accounts of staking.

use super::{vector, Vector};
use crate::{
    json::{object, ToJson},
    key,
};
use assay_staking::state::{
    self as staking, Accumulator, Bucket, Commission, OwnBucket, OwnStake, Stream, BUCKETS,
    MAX_ATTESTERS,
};

#[allow(clippy::too_many_lines, reason = "one literal for each account type")]
pub fn accounts() -> Vec<Vector> {
    let mut some_buckets = [Bucket::default(); BUCKETS];
    some_buckets[1] = Bucket {
        closes_at: 102.into(),
        matures_at: 103.into(),
        tokens: 104.into(),
        shares: 105.into(),
    };
    let mut some_own = OwnStake {
        active: 111.into(),
        matured: 112.into(),
        ..OwnStake::default()
    };
    some_own.buckets[1] = OwnBucket {
        closes_at: 113.into(),
        matures_at: 114.into(),
        tokens: 115.into(),
    };
    let some_commission = Commission {
        bps: 121.into(),
        next_bps: 122.into(),
        next_from: 123.into(),
    };
    let some_stream = Stream {
        left: 131.into(),
        updated_at: 132.into(),
        finish: 133.into(),
    };
    let some_accumulator = Accumulator {
        acc: (141 << 64).into(),
        carry: 142.into(),
    };
    let mut some_keys = [[0; 32]; MAX_ATTESTERS];
    some_keys[0] = [106; 32];
    some_keys[1] = [107; 32];
    vec![
        account!(staking::Params {
            version: 1u8,
            bump: 2u8,
            authority: key(3),
            stake_mint: key(4),
            market_authority: key(5),
            rewards_authority: key(6),
            min_self_stake: 7u64,
            unbonding_period: 8u64,
            min_delegation: 9u64,
            leverage: 10u64,
            exposure: 11u64,
            claim_span: 12u64,
            paused: 13u64,
            paused_until: 14i64,
            reserved: [0; 32],
        }),
        account!(staking::Provider {
            version: 1u8,
            bump: 2u8,
            cpu_cores: 3u16,
            memory_gib: 4u16,
            gpus: 5u16,
            region: 6u16,
            commission: some_commission,
            owner: key(7),
            node: key(8),
            beneficiary: key(9),
            stake_vault: key(10),
            reward_vault: key(11),
            own: some_own,
            active_tokens: 12u64,
            active_shares: 13u64,
            requested_shares: 14u64,
            buckets: some_buckets,
            matured_tokens: 15u64,
            pending_tokens: 16u64,
            generation: 17u32,
            holders: 18u32,
            unsettled: 19u32,
            delegations: 20u32,
            records: 21u32,
            allocated: 22u64,
            retires_at: 23i64,
            owner_rewards: 24u64,
            rewards_held: 25u64,
            stream: some_stream,
            accumulator: some_accumulator,
            reserved: [0; 32],
        }),
        account!(staking::Delegation {
            version: 1u8,
            bump: 2u8,
            provider: key(3),
            owner: key(4),
            shares: 5u64,
            requested: 6u64,
            pending: 7u64,
            pending_from: 8i64,
            generation: 9u32,
            paid: 10u128 << 64,
            fraction: 11u64,
            rewards: 12u64,
            reserved: [0; 32],
        }),
        account!(staking::Ticket {
            version: 1u8,
            bump: 2u8,
            provider: key(3),
            delegation: key(4),
            owner: key(5),
            payer: key(6),
            matures_at: 7i64,
            shares: 8u64,
            reserved: [0; 32],
        }),
        account!(staking::Matured {
            version: 1u8,
            bump: 2u8,
            provider: key(3),
            payer: key(4),
            matures_at: 5i64,
            tokens: 6u64,
            shares: 7u64,
            reserved: [0; 32],
        }),
        account!(staking::AttesterSet {
            version: 1,
            bump: 2u8,
            count: 2u8,
            id: 3u32,
            authority: key(4),
            payer: key(5),
            identity: [6; 32],
            keys: some_keys,
            reserved: [0; 32],
        }),
        account!(staking::Credential {
            version: 1,
            bump: 2u8,
            region: 3u16,
            set: key(4),
            authority: key(5),
            provider: key(6),
            payer: key(7),
            expires_at: 8i64,
            reserved: [0; 32],
        }),
    ]
}
