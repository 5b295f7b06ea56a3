//! The market's authority: parameters, payment mints, and the authority itself.

use super::{Entry, Topic};
use crate::{
    cast::{self, ADMIN},
    step::Unsent,
};
use assay_client::{instruction::market, pda};
use assay_market::state::{Param, Params, PaymentMint};
use assay_shared::param::Votable as _;

/// The entries of this topic.
pub const ENTRIES: &[Entry] = &[
    Entry {
        name: "market.set_params",
        topic: Topic::Admin,
        weight: 2,
        propose: |_, random| {
            let (param, value) = super::governance::market_change(random);
            Some((0, vec![param, value, ADMIN]))
        },
        build: |_, with| {
            let signer = cast::actor(with.at(2));
            let param = Param::from_number(with.u8(0)).unwrap_or(Param::FeeBps);
            let mut set = market::set_params(signer, param, with.at(1));
            // Numbers without a parameter, too.
            set.data[8] = with.u8(0);
            Some(Unsent::one(signer, set))
        },
    },
    Entry {
        name: "market.offer_authority",
        topic: Topic::Admin,
        weight: 1,
        propose: |scene, random| {
            let params: Params = scene.world.decoded(&pda::market::params())?;
            let now = cast::number_of(&params.authority)?;
            // The last number is governance, which does not give it back; so it comes late.
            let next = if random.percent(40) {
                cast::ACTORS
            } else {
                random.of(&[ADMIN, cast::ANYONE])
            };
            Some((0, vec![now, next]))
        },
        build: |_, with| {
            let signer = cast::actor(with.at(0));
            let next = if with.at(1) >= cast::ACTORS {
                pda::governance::authority()
            } else {
                cast::actor(with.at(1))
            };
            Some(Unsent::one(signer, market::offer_authority(signer, next)))
        },
    },
    Entry {
        name: "market.accept_authority",
        topic: Topic::Admin,
        weight: 1,
        propose: |scene, random| {
            let params: Params = scene.world.decoded(&pda::market::params())?;
            // Whoever is not the admin keeps the parameters as they are.
            let offered = cast::number_of(&params.offered)?;
            (offered == ADMIN || random.percent(10)).then(|| (0, vec![offered]))
        },
        build: |_, with| {
            let signer = cast::actor(with.at(0));
            Some(Unsent::one(signer, market::accept_authority(signer)))
        },
    },
    Entry {
        name: "market.set_pause",
        topic: Topic::Admin,
        weight: 1,
        propose: |_, random| {
            let seconds = random.of(&[0, 60, 600, 7_200]);
            Some((0, vec![random.below(16), seconds, ADMIN]))
        },
        build: |world, with| {
            let signer = cast::actor(with.at(2));
            let until = world.now.saturating_add_unsigned(with.at(1));
            let pause = market::set_pause(signer, with.at(0), until);
            Some(Unsent::one(signer, pause))
        },
    },
    Entry {
        name: "market.allow_mint",
        topic: Topic::Admin,
        weight: 1,
        propose: |_, random| {
            Some((
                0,
                vec![random.below(2), random.between(1, 3_000_000_000), ADMIN],
            ))
        },
        build: |_, with| {
            let (mint, signer) = (cast::mint(with.at(0)), cast::actor(with.at(2)));
            let (program, fees) = (cast::token_program(&mint), cast::actor(cast::TREASURY));
            let allow = market::allow_mint(signer, signer, mint, &program, &fees, with.at(1));
            Some(Unsent::one(signer, allow))
        },
    },
    Entry {
        name: "market.set_mint",
        topic: Topic::Admin,
        weight: 3,
        propose: |scene, random| {
            let mint = random.below(cast::MINTS);
            let at = pda::market::payment_mint(&cast::mint(mint));
            let allowed: PaymentMint = scene.world.decoded(&at)?;
            let rate = allowed.stake_rate.get();
            Some(match random.below(4) {
                0 => {
                    let value = random.of(&[rate * 2, rate.div_ceil(2), rate, rate / 3 * 4]);
                    let due = allowed.rate_changed_at.get() + assay_market::state::RATE_PAUSE;
                    (scene.until(due)?, vec![mint, 0, value, ADMIN])
                }
                1 if allowed.admits == 1 => {
                    (0, vec![mint, 1, u64::from(random.percent(60)), ADMIN])
                }
                1 | 2 => (0, vec![mint, 1, 1, ADMIN]),
                _ => (
                    0,
                    vec![
                        mint,
                        2,
                        random.of(&[cast::TREASURY, cast::TREASURY, 9]),
                        ADMIN,
                    ],
                ),
            })
        },
        build: |_, with| {
            let (mint, signer) = (cast::mint(with.at(0)), cast::actor(with.at(3)));
            let set = match with.at(1) {
                0 => market::set_mint_rate(signer, &mint, with.at(2)),
                1 => market::set_mint_admits(signer, &mint, with.at(2) != 0),
                _ => {
                    let (program, fees) = (cast::token_program(&mint), cast::actor(with.at(2)));
                    market::set_mint_fee_authority(signer, &mint, &program, &fees)
                }
            };
            Some(Unsent::one(signer, set))
        },
    },
];
