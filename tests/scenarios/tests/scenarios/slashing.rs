//! Slashing takes exactly what the formulas say, from active and from unbonding stake alike.

use super::STAKE;
use assay_harness::{
    instruction::market::{self, SeatPlace, TaskSeat},
    keypairs::provider_of,
    market::{terms, BOND, LIE, OPEN_WINDOW, VALUE},
    pda::staking as at,
    Signer as _, TestContext,
};
use assay_market::{
    game::round::RoundKind,
    state::{Source, CHALLENGER},
};
use assay_staking::state::Provider;

const MEMBERS: [&str; 5] = ["dave", "erin", "frank", "grace", "heidi"];

/// Returns a market with the workers of bob, carol and the members of a round.
fn market() -> TestContext {
    let mut context = TestContext::new();
    context.init_market();
    for name in ["bob", "carol"].iter().chain(&MEMBERS) {
        context.worker(name, STAKE);
    }
    context
}

/// Returns a seat of the first task.
fn place(source: Source, seat: u8) -> SeatPlace {
    SeatPlace {
        task: 0,
        source,
        seat,
    }
}

#[test]
fn a_liar_is_slashed_by_the_formula_the_right_are_paid_and_the_rest_is_burned() {
    // Given: bob lies, carol challenges, and a round confirms her.
    let mut context = market();
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    context.enrich(&MEMBERS);
    context.advance(1);
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    let votes = MEMBERS.map(|name| (name, "42"));
    context
        .play_round(&job, 0, Source::Dispute, &votes, "42")
        .unwrap();
    context.end_hold(&job);
    let mint = context.stake_mint();
    let supply = context.supply(&mint);
    let stakes = MEMBERS.map(|name| {
        let provider: Provider = context.account(&provider_of(name));
        provider.own.active.get()
    });

    // When
    context.count_dispute(&job, 0).unwrap();
    context
        .penalize("bob", &job, place(Source::Job, 0))
        .unwrap();
    context
        .award("carol", &job, place(Source::Dispute, CHALLENGER))
        .unwrap();
    for (seat, name) in (0..).zip(MEMBERS) {
        context
            .award(name, &job, place(Source::Dispute, seat))
            .unwrap();
    }
    context.close_round(&job, 0, Source::Dispute).unwrap();

    // Then: a member earns the price, who was right a tenth of the penalty, and the rest is gone.
    let penalty = BOND + LIE;
    let bounty = penalty / 10;
    let awarded = 5 * VALUE + bounty;
    assert_eq!(context.supply(&mint), supply - (penalty - awarded));
    let member = stakes[0];
    for (name, stake, award) in [
        ("bob", STAKE - penalty, 0),
        ("carol", STAKE, bounty),
        ("dave", member, VALUE),
        ("heidi", member, VALUE),
    ] {
        let provider = provider_of(name);
        let state: Provider = context.account(&provider);
        assert_eq!(state.own.active.get(), stake, "{name}");
        let vault = context.balance(&at::stake_vault(&provider));
        assert_eq!(vault, stake, "{name}");
        assert_eq!(
            super::ata_balance(&mut context, &mint, name),
            award,
            "{name}"
        );
        let worker = context.worker_account(name);
        assert_eq!(
            (worker.free.get(), worker.locked.get()),
            (stake, 0),
            "{name}"
        );
    }
}

#[test]
fn unbonding_between_the_claim_and_the_penalty_saves_nothing() {
    // Given: as much unallocated stake as collateral.
    let mut context = market();
    let bob = context.actor("bob");
    context.stake(&bob, STAKE);
    let job = context.post("alice", terms());
    let seat = TaskSeat { task: 0, seat: 0 };
    context.claim("bob", &job, seat).unwrap();

    // When: bob begins to unbond what is free, and never delivers.
    context.begin_unbond(&bob, STAKE);
    context.advance(u64::from(terms().run_window));
    context.penalize_missed("bob", &job, seat).unwrap();

    // Then: what leaves bears the penalty before what stays.
    let missed = context.job(&job).0.missed.get();
    let provider = context.provider_of("bob");
    let [bucket, ..] = provider.own.buckets;
    assert_eq!(bucket.tokens.get(), STAKE - missed);
    assert_eq!(provider.own.active.get(), STAKE);
}

#[test]
fn a_delegator_loses_what_the_owner_no_longer_has() {
    // Given: bob works with dora's stake beside his own, and contributes what he never opens.
    const OWN: u64 = 20_000;
    const DELEGATED: u64 = 60_000;
    let mut context = TestContext::new();
    context.init_market();
    let provider = context.provider("bob", OWN);
    context.join("dora", &provider, DELEGATED);
    let bob = context.actor("bob");
    let open = market::open_worker(bob.pubkey());
    let add = market::add_collateral(bob.pubkey(), OWN + DELEGATED);
    context.send(&[open, add], &[&bob]).unwrap();
    context.advance(1);
    let job = context.post("alice", terms());
    let seat = TaskSeat { task: 0, seat: 0 };
    context.claim("bob", &job, seat).unwrap();
    context.contribute("bob", &job, seat, "lie").unwrap();
    context.advance(OPEN_WINDOW);
    context.expire(&job, 0).unwrap();
    let mint = context.stake_mint();
    let supply = context.supply(&mint);

    // When
    context
        .penalize("bob", &job, place(Source::Job, 0))
        .unwrap();

    // Then: the owner's stake is gone before hers is touched, all is burned, and what is left of hers works no more.
    let penalty = BOND + LIE;
    let state = context.provider_of("bob");
    let left = (state.own.active.get(), state.active_tokens.get());
    assert_eq!(left, (0, OWN + DELEGATED - penalty));
    assert_eq!(context.supply(&mint), supply - penalty);
    assert_eq!(state.allocated.get(), 0);
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.owed.get()), (0, 0));
    let shares = context.delegation_of("dora", &provider).shares.get();
    assert_eq!(state.pool().value(shares), Some(left.1));
}
