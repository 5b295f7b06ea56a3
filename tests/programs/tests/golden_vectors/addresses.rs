//! Addresses of accounts that have no key.

use crate::{
    check,
    json::{hex, object, ToJson},
    key,
};
use assay_harness::{
    pda::{self, governance, market, rewards, staking},
    Address,
};
use assay_market::state::Source;
use assay_shared::token::{TOKEN, TOKEN_2022};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;

#[derive(Serialize)]
struct Vector {
    account: &'static str,
    inputs: Value,
    address: String,
    base58: String,
}

fn vector(account: &'static str, inputs: &[(&str, &dyn ToJson)], address: Address) -> Vector {
    Vector {
        account,
        inputs: object(inputs),
        address: hex(address),
        base58: address.to_string(),
    }
}

#[rustfmt::skip]
fn vectors() -> Vec<Vector> {
    let (owner, mint, provider, delegation) = (key(1), key(2), key(3), key(4));
    let (requester, job, lock, proposal) = (key(5), key(6), key(7), key(8));
    let (nonce, index, epoch, shard) = (0x0123_4567_89ab_cdefu64, 9u64, 10u64, 11u8);
    let (task, hash) = (12u32, [13u8; 32]);
    let matures_at = 0x0123_4567_89ab_cdefi64;
    let (grant, action) = (key(14), 3u8);
    vec![
        vector("program_data of staking", &[], pda::program_data(&assay_staking::ID)),
        vector("program_data of market", &[], pda::program_data(&assay_market::ID)),
        vector("program_data of rewards", &[], pda::program_data(&assay_rewards::ID)),
        vector("program_data of governance", &[], pda::program_data(&assay_governance::ID)),
        vector("associated token account", &[("owner", &owner), ("mint", &mint), ("token_program", &TOKEN)],
            pda::ata(&owner, &mint)),
        vector("associated token account", &[("owner", &owner), ("mint", &mint), ("token_program", &TOKEN_2022)],
            pda::ata_with_program(&owner, &mint, &TOKEN_2022)),
        vector("seeded mint", &[("authority", &owner), ("seed", &"tUSD")],
            pda::seeded_mint(&owner, "tUSD").expect("a short seed")),
        vector("staking.params", &[], staking::params()),
        vector("staking.provider", &[("owner", &owner)], staking::provider(&owner)),
        vector("staking.stake_vault", &[("provider", &provider)], staking::stake_vault(&provider)),
        vector("staking.delegation", &[("provider", &provider), ("owner", &owner)],
            staking::delegation(&provider, &owner)),
        vector("staking.reward_vault", &[("provider", &provider)], staking::reward_vault(&provider)),
        vector("staking.ticket", &[("delegation", &delegation), ("matures_at", &matures_at)],
            staking::ticket(&delegation, matures_at)),
        vector("staking.matured", &[("provider", &provider), ("matures_at", &matures_at)],
            staking::matured(&provider, matures_at)),
        vector("staking.attester_set", &[("authority", &owner), ("id", &task)], staking::attester_set(&owner, task)),
        vector("staking.credential", &[("set", &delegation), ("provider", &provider)],
            staking::credential(&delegation, &provider)),
        vector("market.params", &[], market::params()),
        vector("market.authority", &[], market::authority()),
        vector("market.totals", &[], market::totals()),
        vector("market.round", &[("job", &job), ("task", &task), ("source", &(Source::Check as u8))],
            market::round(&job, task, Source::Check)),
        vector("market.round", &[("job", &job), ("task", &task), ("source", &(Source::Dispute as u8))],
            market::round(&job, task, Source::Dispute)),
        vector("market.round", &[("job", &job), ("task", &task), ("source", &(Source::Appeal as u8))],
            market::round(&job, task, Source::Appeal)),
        vector("market.payment_mint", &[("mint", &mint)], market::payment_mint(&mint)),
        vector("market.worker", &[("provider", &provider)], market::worker(&provider)),
        vector("market.job", &[("requester", &requester), ("nonce", &nonce)], market::job(&requester, nonce)),
        vector("market.escrow", &[("requester", &requester), ("nonce", &nonce), ("token_program", &TOKEN)],
            market::escrow(&requester, nonce, &TOKEN)),
        vector("market.escrow", &[("requester", &requester), ("nonce", &nonce), ("token_program", &TOKEN_2022)],
            market::escrow(&requester, nonce, &TOKEN_2022)),
        vector("market.escrow_authority", &[("job", &job)], market::escrow_authority(&job).0),
        vector("market.epoch_work", &[("epoch", &epoch), ("shard", &shard)], market::epoch_work(epoch, shard)),
        vector("rewards.emission", &[], rewards::emission()),
        vector("rewards.mint", &[], rewards::mint()),
        vector("rewards.genesis_vault", &[], rewards::genesis_vault()),
        vector("rewards.treasury", &[], rewards::treasury()),
        vector("rewards.epoch", &[("epoch", &epoch)], rewards::epoch(epoch)),
        vector("rewards.pot", &[], rewards::pot()),
        vector("rewards.funder", &[], rewards::funder()),
        vector("rewards.claim_record", &[("provider", &provider)], rewards::claim_record(&provider)),
        vector("rewards.module", &[("hash", &hash)], rewards::module(&hash)),
        vector("rewards.receipt", &[("job_seed", &hash), ("task", &task), ("payer", &owner)],
            rewards::receipt(&hash, task, &owner)),
        vector("governance.params", &[], governance::params()),
        vector("governance.authority", &[], governance::authority()),
        vector("governance.treasury_authority", &[], governance::treasury_authority()),
        vector("governance.upgrade_authority", &[], governance::upgrade_authority()),
        vector("governance.lock", &[("owner", &owner), ("nonce", &nonce)], governance::lock(&owner, nonce)),
        vector("governance.lock_vault", &[("lock", &lock)], governance::lock_vault(&lock)),
        vector("governance.proposal", &[("index", &index)], governance::proposal(index)),
        vector("governance.deposit_vault", &[("proposal", &proposal)], governance::deposit_vault(&proposal)),
        vector("governance.vote", &[("proposal", &proposal), ("lock", &lock)], governance::vote(&proposal, &lock)),
        vector("governance.grant", &[("proposal", &index), ("action", &action)], governance::grant(index, action)),
        vector("governance.grant_vault", &[("grant", &grant)], governance::grant_vault(&grant)),
    ]
}

#[test]
fn addresses_are_those_of_the_fixture() {
    let description = "Addresses of accounts that follow from a program and seeds, for these inputs. `market.job`, \
        `market.escrow` and `seeded mint` are addresses with seed of the system program; all others are program-derived.";
    check("addresses", description, vectors());
}

#[test]
fn no_two_accounts_share_an_address() {
    let vectors = vectors();
    let distinct: HashSet<_> = vectors.iter().map(|vector| &vector.address).collect();
    assert_eq!(distinct.len(), vectors.len());
}
