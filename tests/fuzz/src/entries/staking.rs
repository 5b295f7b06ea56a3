//! Providers and their stake.

use super::{Entry, Topic};
use crate::{cast, raw::Program, step::Unsent};
use assay_client::{
    instruction::{market, staking},
    pda, Address,
};
use assay_staking::state::{Delegation, Param, Provider, ProviderProfile, Ticket};

fn profile(node: u64) -> ProviderProfile {
    ProviderProfile {
        node: cast::node(node),
        cpu_cores: 8,
        memory_gib: 32,
        gpus: 1,
        region: 756,
    }
}

fn stake_ata(owner: u64) -> Address {
    cast::ata(&cast::actor(owner), &cast::stake_mint())
}

/// Returns a ticket that matures soon enough, and the seconds until then.
fn matured(
    scene: &super::Scene<'_>,
    random: &mut crate::random::Random,
) -> Option<(u64, u64, u64)> {
    let mut tickets: Vec<(Address, u64, i64)> = scene
        .world
        .mirror
        .records(Program::Staking, "Ticket")
        .map(|(_, t)| (t.address("owner"), t.u64("nonce"), t.i64("matures_at")))
        .collect();
    random.shuffle(&mut tickets);
    tickets.into_iter().find_map(|(owner, nonce, matures)| {
        Some((cast::number_of(&owner)?, nonce, scene.until(matures)?))
    })
}

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "staking.register_provider",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let is_new = !scene.world.exists(&cast::provider(owner));
            is_new.then(|| (0, vec![owner, random.below(cast::OWNERS)]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let register =
                staking::register_provider(owner, cast::stake_mint(), profile(with.at(1)));
            Some(Unsent::one(owner, register))
        },
    },
    Entry {
        name: "staking.update_provider",
        topic: Topic::Stake,
        weight: 1,
        propose: |_, random| {
            let owner = random.below(cast::OWNERS);
            // Mostly its own key, so that most can go on working.
            let node = if random.percent(70) {
                owner
            } else {
                random.below(cast::OWNERS)
            };
            Some((0, vec![owner, node]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(
                owner,
                staking::update_provider(owner, profile(with.at(1))),
            ))
        },
    },
    Entry {
        name: "staking.deposit_stake",
        topic: Topic::Stake,
        weight: 3,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let held = scene.world.balance(&stake_ata(owner));
            let amount = random.of(&[1, 1_000, held / 3, held / 2, held]);
            (amount > 0).then(|| (0, vec![owner, amount]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let deposit = staking::deposit_stake(owner, stake_ata(with.at(0)), with.at(1));
            Some(Unsent::one(owner, deposit))
        },
    },
    Entry {
        name: "staking.begin_unbond",
        topic: Topic::Stake,
        weight: 3,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let nonce = (0..cast::LOCKS).find(|n| !scene.world.exists(&cast::ticket(owner, *n)))?;
            let own = pda::staking::delegation(&cast::provider(owner), &cast::actor(owner));
            let held: Delegation = scene.world.decoded(&own)?;
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            let free = provider.unallocated().min(held.shares.get());
            let shares = random.of(&[1, free / 3, free / 2, free, held.shares.get()]);
            (shares > 0).then(|| (0, vec![owner, nonce, shares]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let begin = staking::begin_unbond(owner, with.at(1), with.at(2));
            Some(Unsent::one(owner, begin))
        },
    },
    Entry {
        name: "staking.cancel_unbond",
        topic: Topic::Stake,
        weight: 2,
        propose: |scene, random| {
            let (owner, nonce) = (random.below(cast::OWNERS), random.below(cast::LOCKS));
            let ticket: Ticket = scene.world.decoded(&cast::ticket(owner, nonce))?;
            (scene.now < ticket.matures_at.get()).then(|| (0, vec![owner, nonce]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(
                owner,
                staking::cancel_unbond(owner, with.at(1)),
            ))
        },
    },
    Entry {
        name: "staking.withdraw_stake",
        topic: Topic::Stake,
        weight: 3,
        propose: |scene, random| {
            let (owner, nonce, wait) = matured(scene, random)?;
            Some((wait, vec![owner, nonce, random.below(cast::ACTORS)]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let sender = cast::actor(with.at(2));
            let withdraw = staking::withdraw_stake(owner, with.at(1), &cast::stake_mint());
            Some(Unsent::one(sender, withdraw))
        },
    },
    Entry {
        name: "staking.withdraw_stake to",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let (owner, nonce, wait) = matured(scene, random)?;
            Some((wait, vec![owner, nonce, random.below(cast::ACTORS)]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let to = cast::ata(&cast::actor(with.at(2)), &cast::stake_mint());
            let withdraw = staking::withdraw_stake_to(owner, with.at(1), to);
            Some(Unsent::one(owner, withdraw))
        },
    },
    Entry {
        name: "staking.set_params",
        topic: Topic::Stake,
        weight: 1,
        // Only a vote can; this is for whoever tries without.
        propose: |_, random| {
            Some((
                0,
                vec![random.below(cast::ACTORS), random.below(2), random.any()],
            ))
        },
        build: |_, with| {
            let signer = cast::actor(with.at(0));
            let param = if with.at(1) == 0 {
                Param::MinSelfStake
            } else {
                Param::UnbondingPeriod
            };
            Some(Unsent::one(
                signer,
                staking::set_params(signer, param, with.at(2)),
            ))
        },
    },
    Entry {
        name: "staking as the market",
        topic: Topic::Stake,
        weight: 1,
        // Whoever is not the market calls what only the market may.
        propose: |_, random| {
            let with = [
                random.below(4),
                random.below(cast::ACTORS),
                random.below(cast::OWNERS),
            ];
            let amount = random.between(0, 10_000);
            Some((0, [with.as_slice(), &[amount]].concat()))
        },
        build: |world, with| {
            let (signer, owner, amount) = (cast::actor(with.at(1)), with.at(2), with.at(3));
            let provider = cast::provider(owner);
            let instruction = match with.at(0) % 4 {
                0 => staking::allocate_stake(signer, cast::actor(owner), amount),
                1 => staking::deallocate_stake(signer, provider, amount),
                2 => staking::set_exposure(signer, amount),
                _ => {
                    let accounts = staking::SlashAccounts {
                        market_authority: signer,
                        provider,
                        stake_mint: cast::stake_mint(),
                        award_account: stake_ata(with.at(1)),
                    };
                    let amounts = staking::SlashAmounts {
                        amount,
                        award: amount / 2,
                        release: 0,
                        infraction_time: world.now,
                    };
                    staking::slash_stake(accounts, amounts)
                }
            };
            let mut unsent = Unsent::one(signer, instruction);
            for meta in &mut unsent.instructions[0].accounts {
                // The owner does not sign for a stranger.
                meta.is_signer &= meta.pubkey == signer;
            }
            Some(unsent)
        },
    },
    Entry {
        name: "market.add_collateral",
        topic: Topic::Stake,
        weight: 4,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            let free = provider.unallocated();
            let amount = random.of(&[1, free / 2, free, free]);
            (amount > 0).then(|| (0, vec![owner, amount]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(
                owner,
                market::add_collateral(owner, with.at(1)),
            ))
        },
    },
    Entry {
        name: "market.remove_collateral",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let free = scene.world.worker(owner)?.free.get();
            let amount = random.of(&[1, free / 20, free / 5, free]);
            (amount > 0).then(|| (0, vec![owner, amount]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(
                owner,
                market::remove_collateral(owner, with.at(1)),
            ))
        },
    },
];
