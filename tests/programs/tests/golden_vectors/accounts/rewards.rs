//! Accounts of rewards.

use super::{data_of, vector, Vector};
use crate::{
    json::{hex, object, with_field, ToJson},
    key,
};
use assay_rewards::state as rewards;

pub fn accounts() -> Vec<Vector> {
    vec![
        account!(rewards::Emission {
            version: 1,
            bump: 2u8,
            authority_bump: 3u8,
            funder_bump: 4u8,
            authority: key(5),
            mint: key(6),
            treasury: key(7),
            pot: key(8),
            cap: 9u64,
            genesis_supply: 10u64,
            initial_emission: 11u64,
            halving_epochs: 12u64,
            minted: 13u64,
            next_epoch: 14u64,
            workers_bps: 15u64,
            stakers_bps: 16u64,
            kappa_bps: 17u64,
            reserved: [0; 32],
        }),
        account!(rewards::EpochRewards {
            version: 1,
            bump: 2u8,
            epoch: 3u64,
            amount: 4u64,
            stakers: 5u64,
            claimed: 6u64,
            total_weight: 7u64,
            claimed_weight: 8u64,
            payer: key(9),
            reserved: [0; 32],
        }),
        account!(rewards::ClaimRecord {
            version: 1,
            bump: 2u8,
            provider: key(3),
            payer: key(4),
            newest: 5u64,
            bitmap: 6u64,
            reserved: [0; 32],
        }),
        account!(rewards::Module {
            version: 1,
            bump: 2u8,
            royalty_bps: 3u16,
            hash: [4; 32],
            author: key(5),
            offered_to: key(6),
            payer: key(7),
            uri: [8; 96],
            reserved: [0; 32],
        }),
        receipt_with_output(),
    ]
}

/// Behind the header of a receipt lie the number of bytes of the output (u32, little-endian) and the output.
fn receipt_with_output() -> Vector {
    let header = account!(rewards::Receipt {
        version: 1,
        policy: 0u8,
        gate: 1u8,
        agreed: 2u8,
        rounds: 1u8,
        checked: 1u8,
        has_output: 1u8,
        region: 3u16,
        task: 4u32,
        exit_code: 5u32,
        job: key(6),
        job_seed: [7; 32],
        requester: key(8),
        module: [9; 32],
        input: [10; 32],
        digest: [11; 32],
        output: [12; 32],
        mint: key(13),
        credential_set: key(14),
        attesters: [15; 32],
        author: key(16),
        fuel_used: 17u64,
        price: 18u64,
        bond: 19u64,
        lie: 20u64,
        least_collateral: 21u64,
        runtime_id: [22; 8],
        fuel: 23u64,
        memory_bytes: 24u64,
        output_bytes: 25u64,
        run_window: 26u32,
        finalized_at: 27i64,
        closes_at: 28i64,
        payer: key(29),
        reserved: [0; 32],
    });
    let output: Vec<u8> = vec![30, 31, 32];
    let count = u32::try_from(output.len()).expect("three bytes");
    let vector = Vector {
        fields: with_field(header.fields, "kept_output", &output),
        data: header.data + &hex([&count.to_le_bytes()[..], &output].concat()),
        ..header
    };
    let bytes = data_of(&vector);
    let (_, kept) = rewards::Receipt::read(&bytes).expect("the account is a receipt");
    assert_eq!(kept, Some(&output[..]));
    vector
}
