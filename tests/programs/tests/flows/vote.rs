//! A vote changes what the next job costs, never a running one.

use super::{wallet_balance, STAKE};
use assay_governance::state::{ProposedAction, Target};
use assay_market::state::{JobTerms, Param, Params};
use assay_staking::instructions::StakingConfig;
use assay_world::{
    address::{governance, market},
    instruction::{governance as governing, market as trading},
    market::{terms, FEE_BPS, PRICE},
    Signer, World,
};

/// A market whose authority is the governance program, with the workers of bob, carol and dave.
fn governed() -> World {
    let mut world = World::new();
    world.governance_ready();
    let config = StakingConfig {
        authority: governance::authority(),
        market_authority: market::authority(),
        ..world.staking_config()
    };
    world.initialize_staking(config);
    let config = world.market_config();
    world.initialize_market(config);
    let payment = world.payment();
    world.allow_mint(payment);
    let actor = world.actor("governance");
    let hand_over = trading::set_authority(actor.pubkey(), governance::authority());
    world.send(&[hand_over], &[&actor]).unwrap();
    for name in ["bob", "carol", "dave"] {
        world.worker(name, STAKE);
    }
    world
}

#[test]
fn the_next_job_pays_the_new_fee_and_the_running_one_the_old() {
    // Given: a job posted under the old fee, worked but not settled.
    let mut world = governed();
    let team = ["bob", "carol", "dave"].map(|name| (name, "42"));
    let running = world.post("alice", terms());
    world.deliver(&running, 0, &team);
    let raised = FEE_BPS + 100;

    // When
    let action = ProposedAction::set_param(Target::Market, Param::FeeBps as u8, raised);
    let proposal = world.passed_proposal(&[action]);
    let anyone = world.actor("anyone");
    world
        .send(&[governing::execute(proposal)], &[&anyone])
        .unwrap();

    // Then
    let params: Params = world.account(&market::params());
    assert_eq!(params.fee_bps.get(), raised);
    let next = world.post(
        "alice",
        JobTerms {
            nonce: 1,
            ..terms()
        },
    );
    let old_fee = 3 * PRICE * FEE_BPS / 10_000;
    let new_fee = 3 * PRICE * raised / 10_000;
    assert_eq!(world.job(&running).0.fee.get(), old_fee);
    assert_eq!(world.job(&next).0.fee.get(), new_fee);
    assert_eq!(world.balance(&next.escrow), 3 * PRICE + new_fee);

    world.settle(&running, 0).unwrap();
    for (slot, (name, _)) in (0..).zip(team) {
        world.collect(name, &running, &[slot]).unwrap();
    }
    world.close("alice", &running).unwrap();
    let usd = running.payment.mint;
    assert_eq!(wallet_balance(&mut world, &usd, "treasury"), old_fee);
    world.deliver(&next, 0, &team);
    world.settle(&next, 0).unwrap();
    for (slot, (name, _)) in (0..).zip(team) {
        world.collect(name, &next, &[slot]).unwrap();
    }
    world.close("alice", &next).unwrap();
    assert_eq!(
        wallet_balance(&mut world, &usd, "treasury"),
        old_fee + new_fee
    );
}
