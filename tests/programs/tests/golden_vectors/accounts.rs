//! Bytes of every account type.

use crate::{
    check,
    json::{hex, object, with_field, ToJson},
    key,
};
use anchor_lang::{
    bytemuck::{bytes_of, cast_slice, Pod},
    AccountDeserialize, Discriminator,
};
use assay_governance::state::{self as governance, Action, Side, Tally, MAX_ACTIONS};
use assay_market::state::{self as market, Job, Seat, SeatState, Segment, Work, SEGMENTS};
use assay_rewards::state as rewards;
use assay_staking::state::{self as staking, Bucket, BUCKETS};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;

#[derive(Serialize)]
struct Vector {
    program: &'static str,
    account: &'static str,
    fields: Value,
    /// Discriminator and fields.
    data: String,
}

/// Builds the vector of an account with these fields. The account must read back from its bytes.
fn vector<T: Pod + Discriminator + AccountDeserialize>(
    program: &'static str,
    account: &'static str,
    fields: Value,
    value: &T,
) -> Vector {
    let data = [T::DISCRIMINATOR, bytes_of(value)].concat();
    let read = T::try_deserialize(&mut data.as_slice());
    let read = read.unwrap_or_else(|error| panic!("{program} {account}: {error}"));
    assert_eq!(bytes_of(&read), bytes_of(value), "{program} {account}");
    Vector {
        program,
        account,
        fields,
        data: hex(data),
    }
}

/// Writes the fields of an account once: for its value and for the fixture.
macro_rules! account {
    ($module:ident :: $type:ident { $($field:ident: $value:expr),+ $(,)? }) => {{
        #[allow(clippy::useless_conversion, reason = "some values have the field's type already")]
        let value = $module::$type { $($field: ($value).into()),+ };
        let fields = object(&[$((stringify!($field), &value.$field as &dyn ToJson)),+]);
        vector(stringify!($module), stringify!($type), fields, &value)
    }};
}

fn staking_accounts() -> Vec<Vector> {
    let mut some_buckets = [Bucket::default(); BUCKETS];
    some_buckets[1] = Bucket {
        opened_at: 101.into(),
        closes_at: 102.into(),
        matures_at: 103.into(),
        tokens: 104.into(),
        shares: 105.into(),
    };
    vec![
        account!(staking::Params {
            authority: key(1),
            stake_mint: key(2),
            market_authority: key(3),
            slash_destination: key(4),
            min_self_stake: 5u64,
            unbonding_period: 6u64,
            exposure: 7u64,
        }),
        account!(staking::Provider {
            owner: key(1),
            node: key(2),
            active_tokens: 3u64,
            active_shares: 4u64,
            allocated: 5u64,
            buckets: some_buckets,
            generation: 6u32,
            cpu_cores: 7u16,
            memory_gib: 8u16,
            gpus: 9u16,
            region: 10u16,
            bump: 11u8,
            vault_bump: 12u8,
        }),
        account!(staking::Delegation {
            provider: key(1),
            owner: key(2),
            shares: 3u64,
            generation: 4u32,
            bump: 5u8,
        }),
        account!(staking::Ticket {
            provider: key(1),
            owner: key(2),
            shares: 3u64,
            matures_at: 4i64,
            nonce: u64::MAX,
            bucket: 6u8,
            bump: 7u8,
        }),
    ]
}

fn market_accounts() -> Vec<Vector> {
    let mut some_ring = [Work::default(); market::RING];
    some_ring[2] = Work {
        epoch: 101.into(),
        weight: 102.into(),
        tallied: 1,
    };
    vec![
        account!(market::Params {
            authority: key(1),
            genesis_time: -2i64,
            epoch_length: 3u64,
            fee_bps: 4u64,
            bond_bps: 5u64,
            reject_bps: 6u64,
            missed_bps: 7u64,
            ramp: 8u64,
            sortition_unit: 9u64,
            reveal_window: 10u64,
            max_claim_window: 11u64,
            max_run_window: 12u64,
            tally_window: 13u64,
        }),
        account!(market::PaymentMint {
            mint: key(1),
            token_program: key(2),
            fee_vault: key(3),
            stake_rate: 4u64,
            bump: 5u8,
        }),
        account!(market::Worker {
            provider: key(1),
            owner: key(2),
            node: key(3),
            free: 4u64,
            locked: 5u64,
            funded_at: 6i64,
            accepted: 7u64,
            rejected: 8u64,
            missed: 9u64,
            ring: some_ring,
            bump: 10u8,
        }),
        account!(market::EpochWork {
            epoch: 1u64,
            weight: 2u64,
            payer: key(3),
            shard: 4u8,
            bump: 5u8,
        }),
        job_with_seats(),
    ]
}

/// Builds the vector of a job: behind the header lie the number of its seats (u32, little-endian) and the seats.
fn job_with_seats() -> Vector {
    let mut some_segments = [Segment::default(); SEGMENTS];
    some_segments[1] = Segment {
        first_task: 101.into(),
        added_at: 102.into(),
        manifest: [103; 32],
    };
    let header = account!(market::Job {
        requester: key(1),
        mint: key(2),
        escrow: key(3),
        module: [4; 32],
        seed: [5; 32],
        store: [6; 64],
        segments: some_segments,
        funds: 7u64,
        fees_due: 8u64,
        price: 9u64,
        fee: 10u64,
        weight: 11u64,
        bond: 12u64,
        reject_cut: 13u64,
        missed_cut: 14u64,
        fuel: 15u64,
        memory_bytes: 16u64,
        output_bytes: 17u64,
        nonce: 18u64,
        posted_at: 19i64,
        claim_until: 20i64,
        run_window: 21u64,
        reveal_window: 22u64,
        ramp: 23u64,
        sortition_unit: 24u64,
        task_count: 25u32,
        open_tasks: 26u32,
        accepted_tasks: 27u32,
        refunded_tasks: 28u32,
        uncollected: 29u32,
        replicas: 30u8,
        quorum: 31u8,
        spares: 32u8,
        policy: 0u8,
        escrow_bump: 34u8,
    });
    let committed = Seat {
        worker: key(111),
        value: [112; 32],
        deadline: 113.into(),
        claimed_after: 114.into(),
        state: SeatState::Committed as u8,
        collected: 0,
    };
    let seats = vec![Seat::default(), committed];
    let count = u32::try_from(seats.len()).expect("two seats");
    let tail = [&count.to_le_bytes(), cast_slice(&seats)].concat();
    let data = header.data + &hex(tail);
    let bytes = hex::decode(&data).expect("hexadecimal digits");
    let (_, read) = Job::read(&bytes).expect("the account is a job");
    assert_eq!(read, seats);
    Vector {
        fields: with_field(header.fields, "seats", &seats),
        data,
        ..header
    }
}

fn rewards_accounts() -> Vec<Vector> {
    vec![
        account!(rewards::Emission {
            authority: key(1),
            mint: key(2),
            treasury: key(3),
            cap: 4u64,
            genesis_supply: 5u64,
            initial_emission: 6u64,
            halving_epochs: 7u64,
            minted: 8u64,
            next_epoch: 9u64,
            workers_bps: 10u64,
        }),
        account!(rewards::EpochRewards {
            epoch: 1u64,
            pot: key(2),
            amount: 3u64,
            claimed: 4u64,
            total_weight: 5u64,
            claimed_weight: 6u64,
            payer: key(7),
            bump: 8u8,
        }),
        account!(rewards::ClaimRecord {
            provider: key(1),
            payer: key(2),
            newest: 3u64,
            bitmap: 4u64,
            bump: 5u8,
        }),
    ]
}

fn governance_accounts() -> Vec<Vector> {
    let mut some_actions = [Action::default(); MAX_ACTIONS];
    some_actions[0] = Action {
        value: 101.into(),
        kind: 0,
        program: 2,
        param: 3,
    };
    let some_tally = Tally {
        yes: 111.into(),
        no: 112.into(),
        abstain: 113.into(),
    };
    vec![
        account!(governance::Params {
            vote_mint: key(1),
            treasury: key(2),
            total_weight: 3u64,
            proposal_count: 4u64,
            quorum_bps: 5u64,
            threshold: 6u64,
            voting_time: 7u64,
            hold_up: 8u64,
            execution_window: 9u64,
            proposal_deposit: 10u64,
            min_lock: 11u64,
            max_lock: 12u64,
            authority_bump: 13u8,
        }),
        account!(governance::Lock {
            owner: key(1),
            nonce: 2u64,
            amount: 3u64,
            weight: 4u64,
            duration: 5u64,
            first_proposal: 6u64,
            locked_at: 7i64,
            voting_until: 8i64,
            unlocks_at: 9i64,
            bump: 10u8,
            vault_bump: 11u8,
        }),
        account!(governance::Proposal {
            proposer: key(1),
            title: [2; 64],
            description: [3; 32],
            index: 4u64,
            total_weight: 5u64,
            quorum: 6u64,
            threshold: 7u64,
            opened_at: 8i64,
            ends_at: 9i64,
            executable_at: 10i64,
            expires_at: 11i64,
            executed_at: 12i64,
            deposit: 13u64,
            tally: some_tally,
            actions: some_actions,
            action_count: 1u8,
            bump: 15u8,
            vault_bump: 16u8,
        }),
        account!(governance::Vote {
            proposal: key(1),
            lock: key(2),
            owner: key(3),
            weight: 4u64,
            ends_at: 5i64,
            side: Side::Abstain,
            bump: 6u8,
        }),
    ]
}

fn vectors() -> Vec<Vector> {
    let mut vectors = staking_accounts();
    vectors.extend(market_accounts());
    vectors.extend(rewards_accounts());
    vectors.extend(governance_accounts());
    vectors
}

#[test]
fn accounts_are_those_of_the_fixture() {
    let description = "Data of one account of each type with these fields: 8 bytes of discriminator, then the fields in the \
        order of the IDL, integers little-endian, without padding. Behind the header of a Job lie the number of its seats \
        (4 bytes) and the seats.";
    check("accounts", description, vectors());
}

#[test]
fn no_two_account_types_share_a_discriminator_in_a_program() {
    let vectors = vectors();
    let of = |vector: &Vector| (vector.program, vector.data[..16].to_owned());
    let distinct: HashSet<_> = vectors.iter().map(of).collect();
    assert_eq!(distinct.len(), vectors.len());
}
