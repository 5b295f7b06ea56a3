use super::fixtures::{
    another_job, challenged, checked, contributed, decided, disputed_split, overturned, posted,
    posted_tasks, split, standing, FIRST, RUN,
};
use assay_harness::{
    account_exists, assert_fails,
    instruction::market::{self, JobAddresses, OpenRoundParams},
    keypairs::{node_of, worker_of},
    market::{terms, BOND, COLLATERAL, LIE, OPEN_WINDOW, VALUE},
    pda::{self, market as at},
    replace_account,
    work::{contribution, digest_of},
    Address, Instruction, Signer, TestContext, TransactionFailure, TransactionResult,
};
use assay_market::{
    accounts,
    error::MarketError,
    event::RoundOpened,
    game::{contribution::agreement_hash, draw::Purpose, round::RoundKind, Phase, SeatState},
    instruction,
    instructions::WorkerSettings,
    state::Source,
};

/// Returns what opens a round about a task whose seats disagree.
fn split_params(context: &mut TestContext, job: &JobAddresses) -> OpenRoundParams {
    OpenRoundParams {
        payer: context.address_of("anyone"),
        job: job.address,
        task: 0,
        kind: RoundKind::Dispute,
        first_worker: worker_of("bob"),
        stake_mint: context.stake_mint(),
        challenge: None,
    }
}

/// Returns what carol challenges bob's result with.
fn challenge_params(context: &mut TestContext, job: &JobAddresses) -> OpenRoundParams {
    context.challenge_params("carol", job, 0, RoundKind::Dispute, "43")
}

fn send(
    context: &mut TestContext,
    sender: &str,
    instructions: &[Instruction],
) -> Result<TransactionResult, TransactionFailure> {
    let signer = context.actor(sender);
    context.send(instructions, &[&signer])
}

/// Replaces an account of the instruction that opens the round, and of no other.
fn forge(params: &OpenRoundParams, real: &Address, fake: &Address) -> Vec<Instruction> {
    let mut instructions = market::open_round(params);
    let open = instructions.pop().unwrap();
    instructions.push(replace_account(open, real, fake));
    instructions
}

#[test]
fn seats_that_disagree_get_a_round_of_five() {
    // Given
    let (mut context, job) = split();
    let first_hash = context.seat(&job, 0).hash;

    // When
    let result = context.open_split("mallory", &job, 0).unwrap();

    // Then
    let round = context.round_view(&job, 0, Source::Dispute);
    assert_eq!(round.header.purpose(), Purpose::Dispute);
    assert_eq!(
        (round.header.job, round.header.task.get()),
        (job.address, 0)
    );
    assert_eq!(round.header.payer, context.address_of("mallory"));
    assert_eq!(round.seats.len(), 5);
    assert!(round.seats.iter().all(|s| s.state() == SeatState::Free));
    let state = &round.header.round;
    assert_eq!((state.blind, state.drawn, state.verdict), (0, 0, 0));
    assert_eq!(state.first_hash, first_hash);
    assert!(!state.has_challenger());
    let (header, _) = context.job(&job);
    assert_eq!(header.unix_time(state.opened_at.get()), context.now());
    assert_eq!(header.open_rounds.get(), 1);
    let first = context.seat(&job, 0);
    assert_eq!((first.rounds, first.until.get()), (1, 0));
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
    assert_eq!(context.worker_account("bob").accused.get(), LIE);
    assert_eq!(context.worker_account("carol").accused.get(), 0);
    let pot = pda::ata(&round.address, &context.stake_mint());
    assert_eq!(context.balance(&pot), 0);
    let event = result.event::<RoundOpened>();
    assert_eq!(
        (event.job, event.challenger),
        (job.address, Address::default())
    );
    assert_eq!((event.task.get(), event.kind), (0, 1));
}

#[test]
fn a_challenge_binds_its_bond_and_is_blinded() {
    // Given
    let (mut context, job) = standing();

    // When
    let result = context
        .challenge("carol", &job, 0, RoundKind::Dispute, "43")
        .unwrap();

    // Then
    let (header, _) = context.job(&job);
    let round = context.round_view(&job, 0, Source::Dispute);
    let state = &round.header.round;
    let digest = digest_of(&header.seed, "42");
    assert_eq!(state.blind, 1);
    assert_eq!(state.first_hash, agreement_hash(&header.seed, 0, &digest));
    let given = contribution("carol", &header.seed, 0, &digest_of(&header.seed, "43"));
    assert_eq!(state.challenger.contribution(), given);
    assert_eq!(state.challenger.worker, worker_of("carol"));
    assert_eq!(state.challenger.state(), SeatState::Contributed);
    assert_eq!(round.header.unsettled.get(), 1);
    let carol = context.worker_account("carol");
    assert_eq!(carol.locked.get(), BOND.max(5 * VALUE));
    assert_eq!(carol.free.get(), COLLATERAL - BOND);
    assert_eq!(context.worker_account("bob").accused.get(), LIE);
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
    let event = result.event::<RoundOpened>();
    assert_eq!(
        (event.job, event.challenger),
        (job.address, worker_of("carol"))
    );
    assert_eq!((event.task.get(), event.kind), (0, 1));
}

#[test]
fn an_appeal_has_forty_five_seats_and_its_challenger_binds_their_pay() {
    // Given
    let (mut context, job, _) = overturned();
    let dispute = context.round_view(&job, 0, Source::Dispute).header.round;

    // When
    let result = context
        .challenge("dave", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();

    // Then
    let appeal = context.round_view(&job, 0, Source::Appeal);
    assert_eq!(appeal.seats.len(), 45);
    assert_eq!(appeal.header.purpose(), Purpose::Appeal);
    assert_eq!(appeal.header.round.first_hash, dispute.first_hash);
    assert_eq!(context.seat(&job, 0).rounds, 2);
    assert_eq!(context.job(&job).0.open_rounds.get(), 2);
    // The first worker is accused once.
    assert_eq!(context.worker_account("bob").accused.get(), LIE);
    let dave = context.worker_account("dave");
    assert!(dave.locked.get() >= 45 * VALUE, "{}", dave.locked.get());
    let event = result.event::<RoundOpened>();
    assert_eq!((event.challenger, event.kind), (worker_of("dave"), 2));
}

#[test]
fn only_a_task_of_the_job_gets_a_round() {
    let (mut context, job) = split();
    let params = OpenRoundParams {
        task: 1,
        ..split_params(&mut context, &job)
    };
    let result = send(&mut context, "anyone", &market::open_round(&params));
    assert_fails(result, MarketError::NoSuchTask);
}

#[test]
fn there_are_two_kinds_of_rounds() {
    let (mut context, job) = split();
    let (anyone, mint) = (context.address_of("anyone"), context.stake_mint());
    for kind in [0u8, 3] {
        let seeds: [&[u8]; 4] = [b"round", job.address.as_ref(), &[0; 4], &[kind]];
        let (round, _) = Address::find_program_address(&seeds, &assay_market::ID);
        let args = instruction::OpenRound {
            task: 0,
            kind,
            pot_bump: 0,
            challenge: None,
        };
        let open = args.to_instruction(accounts::OpenRound {
            payer: anyone,
            worker: None,
            accused: Some(worker_of("bob")),
            job: job.address,
            round,
            dispute: None,
            pot: pda::ata(&round, &mint),
            staking_params: pda::staking::params(),
            system_program: solana_system_interface::program::ID,
        });
        let result = send(&mut context, "anyone", &[open]);
        assert_fails(result, MarketError::NotStanding);
    }
}

#[test]
fn without_a_challenge_the_seats_must_disagree() {
    let (mut context, job) = standing();
    let result = context.open_split("mallory", &job, 0);
    assert_fails(result, MarketError::NotSplit);

    let (mut context, job) = contributed(0);
    let result = context.open_split("mallory", &job, 0);
    assert_fails(result, MarketError::NotSplit);
    assert_eq!(context.worker_account("bob").accused.get(), 0);
}

#[test]
fn a_round_about_seats_that_disagree_is_opened_in_time() {
    let (mut context, job) = split();
    context.advance(OPEN_WINDOW - 1);
    let mut in_time = context.clone();
    in_time.open_split("anyone", &job, 0).unwrap();
    context.advance(1);
    let result = context.open_split("anyone", &job, 0);
    assert_fails(result, MarketError::DeadlinePassed);
}

#[test]
fn a_result_is_challenged_before_the_end_of_its_hold() {
    let (mut context, job) = standing();
    context.advance(2 * RUN - 1);
    let mut in_time = context.clone();
    in_time
        .challenge("carol", &job, 0, RoundKind::Dispute, "43")
        .unwrap();
    context.advance(1);
    let result = context.challenge("carol", &job, 0, RoundKind::Dispute, "43");
    assert_fails(result, MarketError::NotStanding);
    assert_eq!(context.worker_account("carol").locked.get(), 0);
}

#[test]
fn what_is_not_public_is_not_challenged() {
    let (mut context, job) = contributed(0);
    let result = context.challenge("carol", &job, 0, RoundKind::Dispute, "43");
    assert_fails(result, MarketError::NotStanding);

    let (mut context, job) = split();
    let result = context.challenge("dave", &job, 0, RoundKind::Dispute, "44");
    assert_fails(result, MarketError::NotStanding);
}

#[test]
fn a_challenge_contradicts_the_result() {
    let (mut context, job) = standing();
    let result = context.challenge("carol", &job, 0, RoundKind::Dispute, "42");
    assert_fails(result, MarketError::NotContradicting);
    assert_eq!(context.phase(&job, 0), Phase::Standing);
}

#[test]
fn an_appeal_contradicts_the_verdict() {
    let (mut context, job, _) = overturned();
    let result = context.challenge("dave", &job, 0, RoundKind::Appeal, "42");
    assert_fails(result, MarketError::NotContradicting);
}

#[test]
fn the_appeal_comes_after_the_dispute() {
    let (mut context, job) = standing();
    let params = context.challenge_params("carol", &job, 0, RoundKind::Appeal, "43");
    let dispute = at::round(&job.address, 0, Source::Dispute);
    let forged = forge(&params, &dispute, &assay_market::ID);
    let result = send(&mut context, &node_of("carol"), &forged);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn a_second_round_of_five_is_refused() {
    let (mut context, job, _) = overturned();
    let result = context.challenge("dave", &job, 0, RoundKind::Dispute, "lie");
    assert_fails(result, account_exists());
}

/// The accounts of both rounds prove their order; this asks the rule itself, with a task that an attacker has reset.
#[test]
fn the_kind_is_that_of_the_next_round() {
    const ROUNDS_FROM_END: usize = 3;
    let (mut context, job, _) = overturned();
    context.edit_data(&job.address, |data| {
        let place = data.len() - ROUNDS_FROM_END;
        assert_eq!(data[place], 1);
        data[place] = 0;
    });
    let result = context.challenge("dave", &job, 0, RoundKind::Appeal, "lie");
    assert_fails(result, MarketError::NotStanding);
}

#[test]
fn a_third_round_is_refused() {
    let (mut context, job, _) = overturned();
    context
        .challenge("dave", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();
    let result = context.challenge("erin", &job, 0, RoundKind::Appeal, "lie");
    assert_fails(result, account_exists());
}

#[test]
fn a_round_of_five_names_the_first_worker() {
    let (mut context, job) = split();
    let params = split_params(&mut context, &job);
    for accused in [worker_of("carol"), worker_of("dave"), assay_market::ID] {
        let forged = forge(&params, &worker_of("bob"), &accused);
        let result = send(&mut context, "anyone", &forged);
        assert_fails(result, MarketError::WrongAccount);
    }
    assert_eq!(context.worker_account("dave").accused.get(), 0);
}

#[test]
fn an_appeal_accuses_nobody_again() {
    let (mut context, job, _) = overturned();
    let params = context.challenge_params("dave", &job, 0, RoundKind::Appeal, "lie");
    let mut instructions = market::open_round(&params);
    let mut accused = instructions[0].accounts.iter_mut();
    let none = accused.find(|a| a.pubkey == assay_market::ID);
    none.unwrap().pubkey = worker_of("bob");
    instructions[0].accounts[2].is_writable = true;
    let result = send(&mut context, &node_of("dave"), &instructions);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn an_appeal_names_the_round_of_five_of_its_task() {
    // Given: two tasks with a decided round of five each.
    let (mut context, job) = posted_tasks(0, 2);
    for task in 0..2 {
        context.complete_task(&job, task, &["bob"], "lie");
        context
            .challenge("carol", &job, task, RoundKind::Dispute, "42")
            .unwrap();
        context.convene(&job, task, Source::Dispute, &["42"; 5], &["bob", "carol"]);
        let opening = context.opening_of(&job, task, Source::Dispute, "42");
        context
            .decide(&job, task, Source::Dispute, Some(opening))
            .unwrap();
    }

    // When
    let [ours, theirs] = [0, 1].map(|task| at::round(&job.address, task, Source::Dispute));
    let params = context.challenge_params("dave", &job, 0, RoundKind::Appeal, "lie");
    let forged = forge(&params, &ours, &theirs);

    // Then
    let result = send(&mut context, &node_of("dave"), &forged);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn a_round_of_five_names_no_other_round() {
    let (mut context, job) = disputed_split();
    let other = another_job(&mut context);
    context.complete_task(&other, 0, &["bob"], "42");
    let params = challenge_params(&mut context, &other);
    let mut instructions = market::open_round(&params);
    let dispute = at::round(&job.address, 0, Source::Dispute);
    let mut nones = instructions[1].accounts.iter_mut();
    let none = nones.rfind(|a| a.pubkey == assay_market::ID);
    none.unwrap().pubkey = dispute;
    let result = send(&mut context, &node_of("carol"), &instructions);
    assert_fails(result, MarketError::WrongAccount);
}

#[test]
fn the_pot_is_the_associated_account_of_the_round() {
    let (mut context, job) = standing();
    let (mint, usd) = (context.stake_mint(), context.payment_mint());
    let mallory = context.address_of("mallory");
    let round = at::round(&job.address, 0, Source::Dispute);
    let pot = pda::ata(&round, &mint);
    let wrong = [
        context.ata(&mint, &mallory),
        context.ata(&usd, &mallory),
        mallory,
    ];
    let params = challenge_params(&mut context, &job);
    for fake in wrong {
        let forged = forge(&params, &pot, &fake);
        let result = send(&mut context, &node_of("carol"), &forged);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
    // Nor is it an account that does not exist yet.
    let open = market::open_round(&params).pop().unwrap();
    let result = send(&mut context, &node_of("carol"), &[open]);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn a_challenge_names_its_worker() {
    let (mut context, job) = standing();
    let params = challenge_params(&mut context, &job);
    let forged = forge(&params, &worker_of("carol"), &assay_market::ID);
    let result = send(&mut context, &node_of("carol"), &forged);
    assert_fails(result, MarketError::WorkerMissing);
}

#[test]
fn only_the_node_key_of_the_worker_challenges() {
    let (mut context, job) = standing();
    for name in ["mallory", "carol"] {
        let params = OpenRoundParams {
            payer: context.address_of(name),
            ..challenge_params(&mut context, &job)
        };
        let result = send(&mut context, name, &market::open_round(&params));
        assert_fails(result, MarketError::NotNode);
    }
    assert_eq!(context.worker_account("carol").locked.get(), 0);
}

#[test]
fn a_challenge_is_for_one_posting_only() {
    let (mut context, job) = standing();
    let mut params = challenge_params(&mut context, &job);
    let (_, seed, _) = params.challenge.as_mut().unwrap();
    seed[0] ^= 1;
    let result = send(
        &mut context,
        &node_of("carol"),
        &market::open_round(&params),
    );
    assert_fails(result, MarketError::OtherPosting);
}

#[test]
fn the_challengers_free_collateral_covers_the_whole_penalty() {
    let mut context = TestContext::with_workers();
    context.worker("judy", BOND + LIE - 1);
    context.worker("kate", BOND + LIE);
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "42");
    let result = context.challenge("judy", &job, 0, RoundKind::Dispute, "43");
    assert_fails(result, MarketError::NotEnoughCollateral);
    context
        .challenge("kate", &job, 0, RoundKind::Dispute, "43")
        .unwrap();
}

#[test]
fn an_appeal_asks_for_the_pay_of_its_members() {
    // Given: forty-five prices are more than the penalty of a lie.
    let mut context = TestContext::with_workers();
    context.worker("judy", 45 * VALUE - 1);
    context.worker("kate", 45 * VALUE);
    let job = context.post("alice", terms());
    context.complete_task(&job, 0, &["bob"], "lie");
    context
        .challenge("carol", &job, 0, RoundKind::Dispute, "42")
        .unwrap();
    decided(&mut context, &job, Source::Dispute, &["42"; 5], "42");

    // When
    let poor = context.challenge("judy", &job, 0, RoundKind::Appeal, "lie");

    // Then
    assert_fails(poor, MarketError::NotEnoughCollateral);
    context
        .challenge("kate", &job, 0, RoundKind::Appeal, "lie")
        .unwrap();
    let kate = context.worker_account("kate");
    assert_eq!((kate.free.get(), kate.locked.get()), (0, 45 * VALUE));
}

#[test]
fn a_challenge_keeps_the_limits_of_the_owner() {
    let (mut context, job) = standing();
    let carol = context.actor("carol");
    let settings = WorkerSettings {
        seat_bond: BOND - 1,
        locked: 0,
        daily_misses: 0,
        encryption_key: [0; 32],
        read_url: [0; 96],
    };
    let update = market::update_worker(carol.pubkey(), settings);
    context.send(&[update], &[&carol]).unwrap();
    let result = context.challenge("carol", &job, 0, RoundKind::Dispute, "43");
    assert_fails(result, MarketError::BeyondLimits);
}

#[test]
fn a_check_that_contradicts_gets_its_round() {
    let (mut context, job) = checked("43");
    assert_eq!(context.phase(&job, 0), Phase::Split);
    context.open_split("anyone", &job, 0).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
    assert_eq!(context.job(&job).0.open_rounds.get(), 2);
}

#[test]
fn a_dispute_without_a_majority_before_any_opening_gets_its_appeal() {
    // Given
    let (mut context, job) = disputed_split();
    context.end_round(&job, 0, Source::Dispute);
    context.decide(&job, 0, Source::Dispute, None).unwrap();
    assert_eq!(context.phase(&job, 0), Phase::Split);

    // When: nobody needs to challenge.
    let params = OpenRoundParams {
        kind: RoundKind::Appeal,
        ..split_params(&mut context, &job)
    };
    let result = send(&mut context, "anyone", &market::open_round(&params)).unwrap();

    // Then
    let event = result.event::<RoundOpened>();
    assert_eq!((event.challenger, event.kind), (Address::default(), 2));
    let appeal = context.round_view(&job, 0, Source::Appeal).header.round;
    assert_eq!(appeal.blind, 0);
    assert_eq!(context.phase(&job, 0), Phase::Disputed);
}

#[test]
fn a_round_decides_about_a_task_that_is_not_challenged_meanwhile() {
    let (mut context, job) = challenged();
    let params = context.challenge_params("dave", &job, 0, RoundKind::Appeal, "43");
    let result = send(&mut context, &node_of("dave"), &market::open_round(&params));
    assert_fails(result, MarketError::NotStanding);

    let (mut context, job) = posted(0);
    context.claim("bob", &job, FIRST).unwrap();
    let result = context.challenge("dave", &job, 0, RoundKind::Dispute, "43");
    assert_fails(result, MarketError::NotStanding);
}
