//! Attacks on penalties: what a lie costs, and that it is paid.

use assay_harness::{
    assert_fails, five, forty_five,
    instruction::{
        market::{
            self, JobAddresses, PaymentMintInfo, PenaltyParams, PostJobParams, SeatPlace, TaskSeat,
        },
        staking::{self, SlashAccounts, SlashAmounts},
    },
    keypairs::provider_of,
    market::{terms, BOND, LIE, MISSED, OPEN_WINDOW, VALUE},
    pda::{market as market_at, staking as at},
    seat_of, Signer, TestContext, MEMBERS,
};
use assay_market::{
    error::MarketError,
    event::{Awarded, Penalized},
    game::{money::BOUNTY_PART, round::RoundKind, Phase, SeatState},
    state::{JobTerms, Source, Worker, CHALLENGER},
};
use assay_shared::token::TOKEN;
use assay_staking::{error::StakingError, event::Slashed, state::Provider};

/// What a lie costs, base units of the stake mint.
const PENALTY: u64 = BOND + LIE;
/// The first seat of task 0 in the account of the job.
const FIRST: TaskSeat = TaskSeat { task: 0, seat: 0 };

/// Returns a first seat in the account of the job.
fn first_of(task: u32) -> SeatPlace {
    SeatPlace {
        task,
        source: Source::Job,
        seat: 0,
    }
}

/// Lets nobody open what was contributed to these tasks, so that it is rejected.
fn never_open(context: &mut TestContext, tasks: &[(&JobAddresses, u32)]) {
    context.advance(OPEN_WINDOW);
    for (job, task) in tasks {
        context.expire(job, *task).unwrap();
        assert_eq!(context.phase(job, *task), Phase::Refunded);
    }
}

/// Returns a job of alice in which bob lied and nobody contradicted: nothing was opened.
fn lied() -> (TestContext, JobAddresses) {
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.fill_seats(&job, 0, &[("bob", "lie")]);
    never_open(&mut context, &[(&job, 0)]);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Rejected);
    (context, job)
}

/// Returns a job of alice in which a round of five found that bob lied, as carol had said; four members were right and the
/// fifth was if `last` is "42".
fn convicted(last: &str) -> (TestContext, JobAddresses) {
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let members = five(["42", "42", "42", "42", last]);
    context
        .play_round(&job, 0, Source::Dispute, &members, "42")
        .unwrap();
    (context, job)
}

/// Returns the actor's provider.
fn provider(context: &TestContext, name: &str) -> Provider {
    context.account(&provider_of(name))
}

/// Claims the first seat of task 0 for bob and, in the same transaction, takes all other collateral out.
fn claim_and_empty(context: &mut TestContext, job: &JobAddresses) {
    context.wait_for_turn("bob", job, FIRST);
    let claim = context.claim_instruction("bob", job, FIRST);
    let (bob, node) = (context.actor("bob"), context.node("bob"));
    let free = context.worker_account("bob").free.get() - BOND;
    let remove = market::remove_collateral(bob.pubkey(), free);
    context.send(&[claim, remove], &[&node, &bob]).unwrap();
    let worker = context.worker_account("bob");
    assert_eq!((worker.free.get(), worker.locked.get()), (0, BOND));
}

#[test]
fn takes_its_collateral_out_while_claiming() {
    // Loss if it worked: nothing is left to slash.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    claim_and_empty(&mut context, &job);
    context.contribute("bob", &job, FIRST, "lie").unwrap();
    never_open(&mut context, &[(&job, 0)]);
    let before = provider(&context, "bob");
    assert_eq!(before.allocated.get(), BOND);

    let result = context.penalize("bob", &job, first_of(0)).unwrap();

    assert_eq!(result.event::<Penalized>().taken.get(), PENALTY);
    let after = provider(&context, "bob");
    assert_eq!(before.own.active.get() - after.own.active.get(), PENALTY);
    assert_eq!(after.allocated.get(), 0);
}

#[test]
fn unbonds_after_the_claim() {
    // Loss if it worked: stake is out of reach when the verdict comes.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    claim_and_empty(&mut context, &job);
    let bob = context.actor("bob");
    let free = provider(&context, "bob").own.active.get() - BOND;
    context.begin_unbond(&bob, free);
    context.contribute("bob", &job, FIRST, "lie").unwrap();
    never_open(&mut context, &[(&job, 0)]);

    let result = context.penalize("bob", &job, first_of(0)).unwrap();

    let slashed = result.event::<Slashed>();
    assert_eq!(slashed.amount.get(), PENALTY);
    let from_buckets: u64 = slashed.own_buckets.iter().map(|cut| cut.get()).sum();
    assert_eq!(from_buckets, PENALTY);
    assert_eq!(provider(&context, "bob").own.active.get(), BOND);
}

#[test]
fn unbonds_its_bond() {
    // Loss if it worked: the bond leaves.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    claim_and_empty(&mut context, &job);
    let bob = context.actor("bob");
    let active = provider(&context, "bob").own.active.get();

    let all = context.send(&[staking::begin_unbond(bob.pubkey(), active)], &[&bob]);
    let but_for_one = staking::begin_unbond(bob.pubkey(), active - BOND + 1);
    let one_too_many = context.send(&[but_for_one], &[&bob]);

    assert_fails(all, StakingError::StakeAllocated);
    assert_fails(one_too_many, StakingError::StakeAllocated);
    context.begin_unbond(&bob, active - BOND);
}

#[test]
fn takes_its_bond_out() {
    // Loss if it worked: the bond leaves the market.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.claim("bob", &job, FIRST).unwrap();
    let bob = context.actor("bob");
    let free = context.worker_account("bob").free.get();

    let more = market::remove_collateral(bob.pubkey(), free + 1);
    let result = context.send(&[more], &[&bob]);

    assert_fails(result, MarketError::NotEnoughCollateral);
    let all = market::remove_collateral(bob.pubkey(), free);
    context.send(&[all], &[&bob]).unwrap();
    assert_eq!(provider(&context, "bob").allocated.get(), BOND);
}

#[test]
fn slashes_itself_into_its_wallet() {
    // Loss if it worked: stake leaves without unbonding.
    let mut context = TestContext::with_workers();
    let (bob, mint) = (context.actor("bob"), context.stake_mint());
    let own = context.ata(&mint, &bob.pubkey());
    let amount = provider(&context, "bob").own.active.get();
    let accounts = SlashAccounts {
        market_authority: bob.pubkey(),
        provider: provider_of("bob"),
        stake_mint: mint,
        award_account: own,
    };
    let amounts = SlashAmounts {
        amount,
        award: amount,
        release: amount,
        free: 0,
        infraction_time: context.now(),
    };

    let result = context.send(&[staking::slash_stake(accounts, amounts)], &[&bob]);

    assert_fails(result, StakingError::NotMarket);
    assert_eq!(context.balance(&own), 0);
    let vault = at::stake_vault(&provider_of("bob"));
    assert_eq!(context.balance(&vault), amount);
}

#[test]
fn convicts_a_friend_for_the_bounty() {
    // Loss if it worked: stake leaves by a penalty that friends receive.
    let (mut context, job) = convicted("42");
    context.end_hold(&job);
    let mint = context.stake_mint();
    let before = context.supply(&mint);

    context.count_dispute(&job, 0).unwrap();
    let result = context.penalize("bob", &job, first_of(0)).unwrap();
    assert_eq!(result.event::<Penalized>().awarded.get(), PENALTY);
    let seats = (0..).zip(MEMBERS).chain([(CHALLENGER, "carol")]);
    let mut awarded = 0;
    for (seat, name) in seats {
        let result = context.award(name, &job, seat_of(Source::Dispute, seat));
        awarded += result.unwrap().event::<Awarded>().amount.get();
    }
    context.close_round(&job, 0, Source::Dispute).unwrap();

    assert_eq!(awarded, 5 * VALUE + PENALTY / BOUNTY_PART);
    assert_eq!(before - context.supply(&mint), PENALTY - awarded);
}

#[test]
fn eats_the_bonds_of_other_seats() {
    // Loss if it worked: the second conviction finds nothing of what was promised to it.
    let mut context = TestContext::with_workers();
    context.worker("mallory", 520 * VALUE);
    let dear = JobTerms {
        task_count: 2,
        lie_prices: 500,
        ..terms()
    };
    let other = JobTerms {
        nonce: 1,
        ..terms()
    };
    let (dear, other) = (context.post("alice", dear), context.post("alice", other));
    for (job, task) in [(&dear, 0), (&dear, 1), (&other, 0)] {
        let place = TaskSeat { task, seat: 0 };
        context.claim("mallory", job, place).unwrap();
        context.contribute("mallory", job, place, "lie").unwrap();
    }
    never_open(&mut context, &[(&dear, 0), (&dear, 1), (&other, 0)]);
    let taken = |context: &mut TestContext, job: &JobAddresses, task: u32| {
        let result = context.penalize("mallory", job, first_of(task)).unwrap();
        result.event::<Penalized>().taken.get()
    };

    let first = taken(&mut context, &dear, 0);
    let second = taken(&mut context, &dear, 1);

    assert_eq!(first, BOND + 500 * VALUE);
    assert_eq!(second, 520 * VALUE - first - BOND);
    let (backing, worker) = (
        provider(&context, "mallory"),
        context.worker_account("mallory"),
    );
    assert_eq!(backing.allocated.get(), BOND);
    assert_eq!(worker.locked.get(), BOND);
    assert_eq!(backing.own.active.get(), BOND);
    assert_eq!(taken(&mut context, &other, 0), BOND);
}

#[test]
fn lies_for_dust() {
    // Loss if it worked: a lie costs nothing where amounts round down.
    let mut context = TestContext::with_workers();
    let (mint, governance) = (context.mint("DUST"), context.actor("governance"));
    let treasury = context.address_of("treasury");
    let payment = PaymentMintInfo {
        mint,
        token_program: TOKEN,
        fee_vault: context.ata(&mint, &treasury),
    };
    let power = governance.pubkey();
    let allow = market::allow_mint(power, power, mint, &TOKEN, &treasury, 1);
    context.send(&[allow], &[&governance]).unwrap();
    let dust = JobTerms {
        price: 1,
        ..terms()
    };
    let (alice, escrow) = (context.actor("alice"), context.quote(&dust).escrow);
    let order = PostJobParams {
        requester: alice.pubkey(),
        payment,
        source: context.mint_tokens(&mint, &alice.pubkey(), escrow),
        escrow,
        attesters: None,
        terms: dust,
    };
    let posting = context.post_job_instructions(order);
    context.send(&posting, &[&alice]).unwrap();
    let job = JobAddresses::new(alice.pubkey(), dust.nonce, payment);
    let (header, _) = context.job(&job);
    assert!(header.value.get() >= 1);
    assert!(header.bond.get() >= 1);
    assert!(header.missed.get() >= 1);

    context.fill_seats(&job, 0, &[("bob", "lie")]);
    never_open(&mut context, &[(&job, 0)]);
    let result = context.penalize("bob", &job, first_of(0)).unwrap();

    let taken = result.event::<Penalized>().taken.get();
    assert_eq!(taken, header.bond.get() + header.lie.get());
    assert!(taken >= 21, "{taken}");
}

#[test]
fn penalizes_an_honest_seat() {
    // Loss if it worked: anybody takes anybody's bond.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    let in_the_hold = context.penalize("bob", &job, first_of(0));
    context.end_hold(&job);
    let before = context.data(&job.address);

    let result = context.penalize("bob", &job, first_of(0));

    assert_fails(in_the_hold, MarketError::TaskNotEnded);
    assert_fails(result, MarketError::NothingToPenalize);
    assert_eq!(context.data(&job.address), before);
    context.collect("bob", &job, &[0]).unwrap();
}

#[test]
fn names_another_as_the_liar() {
    // Loss if it worked: an innocent worker pays.
    let (mut context, job) = lied();
    let terms = JobTerms {
        nonce: 1,
        ..terms()
    };
    let other = context.post("alice", terms);
    context.claim("ivan", &other, FIRST).unwrap();

    let result = context.penalize("ivan", &job, first_of(0));

    assert_fails(result, MarketError::NotSeatHolder);
    context.penalize("bob", &job, first_of(0)).unwrap();
}

#[test]
fn is_paid_for_a_lie() {
    // Loss if it worked: a lie is paid.
    let (mut context, job) = lied();

    let before = context.collect("bob", &job, &[0]);
    context.penalize("bob", &job, first_of(0)).unwrap();
    let after = context.collect("bob", &job, &[0]);

    assert_fails(before, MarketError::NothingToCollect);
    assert_fails(after, MarketError::AlreadySettled);
    context.close_everything(&job);
}

#[test]
fn pays_its_penalty_to_itself() {
    // Loss if it worked: the liar's penalty flows back to its own vault.
    let (mut context, job) = convicted("42");
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    let params = PenaltyParams {
        job: job.address,
        provider: provider_of("bob"),
        place: first_of(0),
        disputed: false,
        stake_mint: context.stake_mint(),
    };

    let result = context.crank(market::penalize_worker(&params));

    assert_fails(result, MarketError::WrongAccount);
    context.penalize("bob", &job, first_of(0)).unwrap();
}

#[test]
fn penalizes_before_the_count() {
    // Loss if it worked: the pot is divided without this penalty.
    let (mut context, job) = convicted("42");
    context.end_hold(&job);

    let result = context.penalize("bob", &job, first_of(0));

    assert_fails(result, MarketError::DisputeNotCounted);
    context.count_dispute(&job, 0).unwrap();
    context.penalize("bob", &job, first_of(0)).unwrap();
}

#[test]
fn is_convicted_with_less_than_its_penalty() {
    // Loss if it worked: awards are promised that the pot does not hold, and the dispute never closes.
    let (mut context, job) = convicted("42");
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    // Other convictions left bob the bond of this seat.
    let worker = context.worker_of("bob");
    context.edit_account::<Worker>(&worker, |worker| worker.free = 0.into());
    context.edit_account::<Provider>(&provider_of("bob"), |provider| {
        provider.own.active = BOND.into();
        provider.allocated = BOND.into();
    });

    let result = context.penalize("bob", &job, first_of(0)).unwrap();

    assert_eq!(result.event::<Penalized>().taken.get(), BOND);
    let dispute = context.round_view(&job, 0, Source::Dispute).header;
    assert_eq!(dispute.collected.get(), BOND);
    let mint = context.stake_mint();
    let pot = context.ata(&mint, &market_at::round(&job.address, 0, Source::Dispute));
    assert_eq!(context.balance(&pot), BOND);
}

#[test]
fn counts_without_the_appeal() {
    // Loss if it worked: a captured dispute pays its members although the appeal overturned it.
    let (mut context, job) = TestContext::with_dispute("42", "lie");
    let bought = five(["lie", "lie", "lie", "42", "42"]);
    context
        .play_round(&job, 0, Source::Dispute, &bought, "lie")
        .unwrap();
    context
        .challenge("bob", &job, 0, RoundKind::Appeal, "42")
        .unwrap();
    context
        .play_round(&job, 0, Source::Appeal, &forty_five("42"), "42")
        .unwrap();

    let count = market::count_dispute(job.address, 0, false, false);
    let result = context.crank(count);

    assert_fails(result, MarketError::AppealMissing);
    context.count_dispute(&job, 0).unwrap();
    context.close_everything(&job);
}

#[test]
fn counts_twice() {
    // Loss if it worked: penalties are counted twice and the dispute never closes.
    let (mut context, job) = convicted("42");
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();

    let at_once = context.count_dispute(&job, 0);
    context.penalize("bob", &job, first_of(0)).unwrap();
    let later = context.count_dispute(&job, 0);

    assert_fails(at_once, MarketError::AlreadyCounted);
    assert_fails(later, MarketError::AlreadyCounted);
    context.close_everything(&job);
}

#[test]
fn counts_before_the_end() {
    // Loss if it worked: the pot is divided before the appeal.
    let (mut context, job) = convicted("42");
    let hold = u64::from(context.job(&job).0.hold.get());
    context.advance(hold - 1);

    let result = context.count_dispute(&job, 0);

    assert_fails(result, MarketError::TaskNotEnded);
    context.advance(1);
    context.count_dispute(&job, 0).unwrap();
}

#[test]
fn awards_before_the_penalties() {
    // Loss if it worked: the first takes what the others are due.
    let (mut context, job) = convicted("lie");
    context.end_hold(&job);
    let member = seat_of(Source::Dispute, 0);
    let uncounted = context.award("dave", &job, member);
    context.count_dispute(&job, 0).unwrap();
    let unpaid = context.award("dave", &job, member);
    context.penalize("bob", &job, first_of(0)).unwrap();

    let result = context.award("dave", &job, member);

    for early in [result, unpaid, uncounted] {
        assert_fails(early, MarketError::DisputeNotCounted);
    }
    let liar = seat_of(Source::Dispute, 4);
    context.penalize("heidi", &job, liar).unwrap();
    context.award("dave", &job, member).unwrap();
    context.close_everything(&job);
}

#[test]
fn earns_by_a_miss() {
    // Loss if it worked: the requester is paid for deadlines that it makes others miss.
    let mut context = TestContext::with_workers();
    let job = context.post("alice", terms());
    context.claim("bob", &job, FIRST).unwrap();
    context.advance(u64::from(terms().run_window));
    let (stake, pay) = (context.stake_mint(), job.payment.mint);
    let mut accounts = vec![job.escrow, at::stake_vault(&provider_of("carol"))];
    for name in ["alice", "bob", "carol", "anyone", "governance", "treasury"] {
        let owner = context.address_of(name);
        accounts.push(context.ata(&stake, &owner));
        accounts.push(context.ata(&pay, &owner));
    }
    let balances = |context: &TestContext| -> Vec<u64> {
        accounts
            .iter()
            .map(|account| context.balance(account))
            .collect()
    };
    let (before, supply) = (balances(&context), context.supply(&stake));

    let result = context.penalize_missed("bob", &job, FIRST).unwrap();

    let penalized = result.event::<Penalized>();
    assert_eq!(
        (penalized.taken.get(), penalized.awarded.get()),
        (MISSED, 0)
    );
    assert_eq!(balances(&context), before);
    assert_eq!(supply - context.supply(&stake), MISSED);
    assert_eq!(context.seat(&job, 0).state(), SeatState::Free);
}

#[test]
fn penalizes_in_the_hold() {
    // Loss if it worked: a seat pays before the appeal can clear it.
    let (mut context, job) = convicted("lie");
    let hold = u64::from(context.job(&job).0.hold.get());
    context.advance(hold - 1);
    let before = context.data(&job.address);

    let first = context.penalize("bob", &job, first_of(0));
    let member = context.penalize("heidi", &job, seat_of(Source::Dispute, 4));

    assert_fails(first, MarketError::TaskNotEnded);
    assert_fails(member, MarketError::TaskNotEnded);
    assert_eq!(context.data(&job.address), before);
}

#[test]
fn member_is_awarded_for_a_lie() {
    // Loss if it worked: bond and pay are got back for a lie or a missed deadline in a round.
    let (mut context, job) = TestContext::with_dispute("lie", "42");
    let members = [
        ("dave", "42"),
        ("erin", "42"),
        ("frank", "42"),
        ("grace", "lie"),
    ];
    context.fill_round(&job, Source::Dispute, &members);
    let (lie, miss) = (seat_of(Source::Dispute, 3), seat_of(Source::Dispute, 4));
    context.claim_round("heidi", &job, miss).unwrap();
    context.end_round(&job, 0, Source::Dispute);
    context.decide_for(&job, Source::Dispute, "42").unwrap();
    context.end_hold(&job);
    context.count_dispute(&job, 0).unwrap();
    context.penalize("bob", &job, first_of(0)).unwrap();

    // Awards wait for every penalty, so a lie has paid before its award could be asked for.
    let unpenalized = context.award("grace", &job, lie);
    context.penalize("grace", &job, lie).unwrap();
    let penalized = context.award("grace", &job, lie);
    let missed = context.award("heidi", &job, miss);

    assert_fails(unpenalized, MarketError::DisputeNotCounted);
    assert_fails(penalized, MarketError::AlreadySettled);
    assert_fails(missed, MarketError::NothingToCollect);
    context
        .award("dave", &job, seat_of(Source::Dispute, 0))
        .unwrap();
    context.close_everything(&job);
}
