//! Providers, the stake of their owners, and the collateral it backs.

use super::{Entry, Topic};
use crate::{
    cast::{self, ANYONE},
    step::Unsent,
};
use assay_client::{
    instruction::{market, staking},
    pda, Address,
};
use assay_shared::param::Votable as _;
use assay_staking::state::{Param, Params, Provider, ProviderProfile};

fn profile(node: u64) -> ProviderProfile {
    ProviderProfile {
        node: cast::node(node),
        cpu_cores: 8,
        memory_gib: 32,
        gpus: 1,
        region: 756,
    }
}

/// Returns the ATA of a wallet for the staked token.
pub fn stake_ata(owner: u64) -> Address {
    cast::ata(&cast::actor(owner), &cast::stake_mint())
}

/// Returns how much more stake the provider of an owner may bind, base units.
fn room(scene: &super::Scene<'_>, provider: &Provider) -> Option<u64> {
    let params: Params = scene.world.decoded(&pda::staking::params())?;
    let capacity = provider.capacity(&params).ok()?;
    Some(capacity.saturating_sub(provider.allocated.get()))
}

/// Returns when the first of an owner's buckets that are not empty matures, or now if something has.
pub fn due(scene: &super::Scene<'_>, owner: u64) -> Option<u64> {
    let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
    if provider.own.matured.get() > 0 {
        return Some(0);
    }
    let first = provider.own.buckets.iter().find(|b| b.tokens.get() > 0)?;
    scene.until(first.matures_at.get())
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
            let commission = random.of(&[0, 500, 5_000, 5_001]);
            is_new.then(|| (0, vec![owner, random.below(cast::OWNERS), commission]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let (mint, profile) = (cast::stake_mint(), profile(with.at(1)));
            let register = staking::register_provider(owner, mint, profile, with.u16(2));
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
        name: "staking.set_beneficiary",
        topic: Topic::Stake,
        weight: 1,
        propose: |_, random| {
            let owner = random.below(cast::OWNERS);
            Some((0, vec![owner, random.below(cast::VOTER)]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let set = staking::set_beneficiary(owner, cast::actor(with.at(1)));
            Some(Unsent::one(owner, set))
        },
    },
    Entry {
        name: "staking.set_commission",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            let now = provider.commission.at(scene.now);
            let next = random.of(&[0, now / 2, now, now + 499, now + 500, now + 501]);
            Some((0, vec![owner, u64::from(next)]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(
                owner,
                staking::set_commission(owner, with.u16(1)),
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
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            let active = provider.own.active.get();
            let free = room(scene, &provider)?.min(active);
            let mut amount = random.of(&[1, free / 3, free / 2, free, active]);
            if provider.is_retiring() {
                amount = active;
            }
            (amount > 0).then(|| (0, vec![owner, amount]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let begin = staking::begin_unbond(owner, with.at(1));
            Some(Unsent::one(owner, begin))
        },
    },
    Entry {
        name: "staking.cancel_unbond",
        topic: Topic::Stake,
        weight: 2,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            let is_open = |b: &&assay_staking::state::OwnBucket| scene.now < b.matures_at.get();
            let buckets = provider.own.buckets.iter().filter(is_open);
            let sum: u64 = buckets.map(|bucket| bucket.tokens.get()).sum();
            let amount = random.of(&[1, sum / 3, sum, sum + 1]);
            (sum > 0 && amount > 0).then(|| (0, vec![owner, amount]))
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
            let owner = random.below(cast::OWNERS);
            let wait = due(scene, owner)?;
            Some((wait, vec![owner, random.below(cast::ACTORS)]))
        },
        build: |_, with| {
            let sender = cast::actor(with.at(1));
            let withdraw = staking::withdraw_stake(cast::actor(with.at(0)), &cast::stake_mint());
            Some(Unsent::one(sender, withdraw))
        },
    },
    Entry {
        name: "staking.withdraw_stake to",
        topic: Topic::Stake,
        weight: 1,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let wait = due(scene, owner)?;
            Some((wait, vec![owner, random.below(cast::ACTORS)]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let withdraw = staking::withdraw_stake_to(owner, stake_ata(with.at(1)));
            Some(Unsent::one(owner, withdraw))
        },
    },
    Entry {
        name: "staking.claim_owner_rewards",
        topic: Topic::Stake,
        weight: 3,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            (provider.rewards_held.get() > 0).then(|| (0, vec![owner]))
        },
        build: |world, with| {
            let (owner, mint) = (cast::actor(with.at(0)), cast::stake_mint());
            let provider: Provider = world.decoded(&cast::provider(with.at(0)))?;
            let claim = staking::claim_owner_rewards(&owner, &provider.beneficiary, &mint);
            Some(Unsent::one(cast::actor(ANYONE), claim))
        },
    },
    Entry {
        name: "staking.claim_owner_rewards to",
        topic: Topic::Stake,
        weight: 1,
        propose: |_, random| {
            Some((
                0,
                vec![random.below(cast::OWNERS), random.below(cast::ACTORS)],
            ))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let claim = staking::claim_owner_rewards_to(owner, stake_ata(with.at(1)));
            Some(Unsent::one(owner, claim))
        },
    },
    Entry {
        name: "staking.begin_retirement",
        topic: Topic::Stake,
        weight: 2,
        propose: |scene, random| {
            let owner = random.below(cast::OWNERS);
            let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
            // Rarely: it ends the work of this owner.
            let is_idle = provider.allocated.get() == 0 && !provider.is_retiring();
            (is_idle && random.percent(40)).then(|| (0, vec![owner]))
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            Some(Unsent::one(owner, staking::begin_retirement(owner)))
        },
    },
    Entry {
        name: "staking.retire_provider",
        topic: Topic::Stake,
        weight: 6,
        propose: |scene, _| {
            let mut owners = 0..cast::OWNERS;
            owners.find_map(|owner| {
                let provider: Provider = scene.world.decoded(&cast::provider(owner))?;
                let retires_at = provider.retires_at.get();
                let wait = scene.until(retires_at)?;
                (retires_at != 0).then(|| (wait, vec![owner]))
            })
        },
        build: |_, with| {
            let owner = cast::actor(with.at(0));
            let retire = staking::retire_provider(owner, cast::stake_mint());
            Some(Unsent::one(cast::actor(ANYONE), retire))
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
                vec![random.below(cast::ACTORS), random.below(4), random.any()],
            ))
        },
        build: |_, with| {
            let signer = cast::actor(with.at(0));
            let param = Param::from_number(with.u8(1)).unwrap_or(Param::UnbondingPeriod);
            Some(Unsent::one(
                signer,
                staking::set_params(signer, param, with.at(2)),
            ))
        },
    },
    Entry {
        name: "staking.set_pause",
        topic: Topic::Stake,
        weight: 1,
        // Only governance can; this is for whoever tries without.
        propose: |_, random| Some((0, vec![random.below(cast::ACTORS), random.below(8)])),
        build: |world, with| {
            let signer = cast::actor(with.at(0));
            let until = world.now.saturating_add(3_600);
            let pause = staking::set_pause(signer, with.at(1), until);
            Some(Unsent::one(signer, pause))
        },
    },
    Entry {
        name: "staking.version",
        topic: Topic::Stake,
        weight: 1,
        propose: |_, random| Some((0, vec![random.below(cast::ACTORS)])),
        build: |_, with| Some(Unsent::one(cast::actor(with.at(0)), staking::version())),
    },
    Entry {
        name: "staking as another program",
        topic: Topic::Stake,
        weight: 1,
        // Whoever is not the market or rewards calls what only they may.
        propose: |_, random| {
            let with = [
                random.below(6),
                random.below(cast::ACTORS),
                random.below(cast::OWNERS),
            ];
            let amount = random.between(0, 10_000);
            Some((0, [with.as_slice(), &[amount]].concat()))
        },
        build: |world, with| {
            let (signer, owner, amount) = (cast::actor(with.at(1)), with.at(2), with.at(3));
            let provider = cast::provider(owner);
            let instruction = match with.at(0) % 6 {
                0 => staking::allocate_stake(signer, cast::actor(owner), amount),
                1 => staking::deallocate_stake(signer, provider, amount),
                2 => staking::set_exposure(signer, amount),
                3 => staking::yield_stake(signer, provider, amount),
                4 => staking::fund_rewards(signer, &provider, amount, amount),
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
                        free: 0,
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
            let free = room(scene, &provider)?;
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
    Entry {
        name: "market.yield_collateral",
        topic: Topic::Stake,
        weight: 3,
        propose: |_, random| Some((0, vec![random.below(cast::OWNERS)])),
        build: |_, with| {
            let crank = market::yield_collateral(cast::provider(with.at(0)));
            Some(Unsent::one(cast::actor(ANYONE), crank))
        },
    },
];
