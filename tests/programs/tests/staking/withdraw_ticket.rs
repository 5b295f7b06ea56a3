use crate::fixtures::{with_delegation, DELEGATED, OWN};
use assay_harness::{
    assert_fails,
    instruction::staking::{self, MaturedRecord, SlashAmounts},
    pda::staking as at,
    replace_account, without_signature, Address, ErrorCode, ProgramError, Signer, TestContext,
};
use assay_staking::{error::StakingError, event::TicketWithdrawn, state::Bucket};

/// Returns a context in which 4,000 of alice's unbond, bob's provider, and when they mature.
fn unbonding() -> (TestContext, Address, i64) {
    let (mut context, provider) = with_delegation();
    let matures_at = context.delegated_maturity();
    context.undelegate("alice", &provider, 4_000).unwrap();
    (context, provider, matures_at)
}

/// As [`unbonding`], when they have matured.
fn matured() -> (TestContext, Address, i64) {
    let (mut context, provider, matures_at) = unbonding();
    context.advance_to(matures_at);
    (context, provider, matures_at)
}

#[test]
fn anyone_pays_a_matured_ticket_out_of_its_bucket() {
    // Given
    let (mut context, address, matures_at) = matured();
    let (alice, mint) = (context.address_of("alice"), context.stake_mint());
    let ticket = at::ticket(&at::delegation(&address, &alice), matures_at);
    let (rent, before) = (context.lamports(&ticket), context.lamports(&alice));

    // When
    let result = context
        .withdraw_ticket("alice", &address, matures_at)
        .unwrap();

    // Then
    let ata = context.ata(&mint, &alice);
    assert_eq!(context.balance(&ata), 4_000);
    assert!(!context.exists(&ticket));
    assert_eq!(context.lamports(&alice), before + rent, "the rent returns");
    let provider = context.provider_of("bob");
    assert_eq!(provider.stake_balance(), Some(OWN + DELEGATED - 4_000));
    assert!(provider.buckets[0].is_free());
    let event = result.event::<TicketWithdrawn>();
    assert_eq!((event.provider, event.ticket), (address, ticket));
    assert_eq!(
        (event.tokens.get(), event.matures_at.get()),
        (4_000, matures_at)
    );
}

#[test]
fn a_ticket_is_paid_out_of_the_record_of_its_bucket_which_the_last_one_closes() {
    // Given two tickets in a bucket that left
    let (mut context, provider) = with_delegation();
    context.join("carol", &provider, 2_000);
    let matures_at = context.delegated_maturity();
    context.undelegate("alice", &provider, 4_000).unwrap();
    context.undelegate("carol", &provider, 2_000).unwrap();
    context.advance_to(matures_at);
    context.mature(&provider, matures_at).unwrap();
    let record = at::matured(&provider, matures_at);
    let (anyone, rent) = (context.address_of("anyone"), context.lamports(&record));

    // When
    context
        .withdraw_ticket("alice", &provider, matures_at)
        .unwrap();
    assert!(context.exists(&record));
    assert_eq!(context.provider_of("bob").matured_tokens.get(), 2_000);
    let before = context.lamports(&anyone);
    let carol = context.address_of("carol");
    let mint = context.stake_mint();
    let ata = context.ata(&mint, &carol);
    let last = context
        .withdraw_ticket("carol", &provider, matures_at)
        .unwrap();

    // Then
    assert!(!context.exists(&record));
    assert_eq!(context.lamports(&anyone), before + rent - last.fee);
    assert_eq!(context.balance(&ata), 2_000);
    let bob = context.provider_of("bob");
    assert_eq!((bob.matured_tokens.get(), bob.records.get()), (0, 0));
}

#[test]
fn a_slashed_ticket_pays_what_is_left() {
    let (mut context, provider, matures_at) = unbonding();
    // Alice has 2,000 active and 4,000 unbonding; beyond what bob has, both answer in proportion.
    let amounts = SlashAmounts {
        release: 0,
        ..context.slash_amounts(OWN + 3_000)
    };
    context.try_slash(&provider, amounts).unwrap();
    context.advance_to(matures_at);
    context
        .withdraw_ticket("alice", &provider, matures_at)
        .unwrap();
    let (alice, mint) = (context.address_of("alice"), context.stake_mint());
    let ata = context.ata(&mint, &alice);
    assert_eq!(context.balance(&ata), 2_000);
}

#[test]
fn a_ticket_that_is_worth_nothing_closes() {
    let (mut context, provider, matures_at) = matured();
    context.edit_account::<assay_staking::state::Provider>(&provider, |provider| {
        provider.buckets[0].tokens = 0.into();
    });
    let result = context
        .withdraw_ticket("alice", &provider, matures_at)
        .unwrap();
    assert_eq!(result.event::<TicketWithdrawn>().tokens.get(), 0);
    assert_eq!(context.provider_of("bob").buckets[0].shares.get(), 0);
}

#[test]
fn a_ticket_cannot_be_paid_a_second_early_nor_twice() {
    let (mut context, provider, matures_at) = unbonding();
    context.advance_to(matures_at - 1);
    let early = context.withdraw_ticket("alice", &provider, matures_at);
    assert_fails(early, StakingError::NotMatured);
    context.advance(1);
    let mint = context.stake_mint();
    let accounts = context.ticket_accounts("alice", &provider, matures_at);
    context
        .withdraw_ticket("alice", &provider, matures_at)
        .unwrap();
    context.advance(1);
    let again = context.crank(staking::withdraw_ticket(accounts, &mint));
    assert_fails(
        again,
        (assay_staking::ID, ProgramError::AccountDataTooSmall),
    );
}

#[test]
fn nobody_stands_in_for_the_owner() {
    let (mut context, provider, matures_at) = matured();
    let (alice, mallory) = (context.address_of("alice"), context.actor("mallory"));
    let mint = context.stake_mint();
    let purse = context.ata(&mint, &mallory.pubkey());
    let accounts = context.ticket_accounts("alice", &provider, matures_at);
    let withdraw = staking::withdraw_ticket_to(accounts, purse);
    // The ticket's payer is alice, too, and keeps its place.
    let mut forged = without_signature(withdraw, &alice);
    let owner = forged.accounts.iter_mut().find(|m| m.pubkey == alice);
    let owner = owner.unwrap();
    (owner.pubkey, owner.is_signer) = (mallory.pubkey(), true);
    let result = context.send(&[forged], &[&mallory]);
    assert_fails(result, StakingError::NotOwner);
}

#[test]
fn the_rents_go_to_whoever_paid_them() {
    let (mut context, provider, matures_at) = matured();
    let (mallory, mint) = (context.actor("mallory"), context.stake_mint());
    let accounts = staking::TicketAccounts {
        payer: mallory.pubkey(),
        ..context.ticket_accounts("alice", &provider, matures_at)
    };
    let result = context.crank(staking::withdraw_ticket(accounts, &mint));
    assert_fails(result, StakingError::WrongRecipient);

    context.mature(&provider, matures_at).unwrap();
    let accounts = context.ticket_accounts("alice", &provider, matures_at);
    let stolen = staking::TicketAccounts {
        record: accounts.record.map(|record| MaturedRecord {
            payer: mallory.pubkey(),
            ..record
        }),
        ..accounts
    };
    let result = context.crank(staking::withdraw_ticket(stolen, &mint));
    assert_fails(result, StakingError::WrongRecipient);
}

#[test]
fn a_stranger_pays_the_owners_associated_account_only() {
    let (mut context, provider, matures_at) = matured();
    let (alice, mallory) = (context.actor("alice"), context.actor("mallory"));
    let mint = context.stake_mint();
    let chosen = context.ata(&mint, &mallory.pubkey());
    let accounts = context.ticket_accounts("alice", &provider, matures_at);
    let withdraw = staking::withdraw_ticket_to(accounts, chosen);
    let unsigned = without_signature(withdraw.clone(), &alice.pubkey());
    let result = context.send(&[unsigned], &[&mallory]);
    assert_fails(result, StakingError::WrongTokenAccount);
    context.send(&[withdraw], &[&mallory, &alice]).unwrap();
    assert_eq!(context.balance(&chosen), 4_000);
}

#[test]
fn once_its_bucket_has_left_a_ticket_needs_its_record() {
    // Given two buckets that left
    let (mut context, provider, first) = unbonding();
    context.advance_to(first - 1_000);
    let second = context.delegated_maturity();
    context.undelegate("alice", &provider, 1_000).unwrap();
    context.advance_to(second);
    context.mature(&provider, first).unwrap();
    context.mature(&provider, second).unwrap();
    let mint = context.stake_mint();
    let accounts = context.ticket_accounts("alice", &provider, first);
    let other = context.ticket_accounts("alice", &provider, second).record;

    for record in [None, other] {
        // When
        let accounts = staking::TicketAccounts { record, ..accounts };
        let result = context.crank(staking::withdraw_ticket(accounts, &mint));

        // Then
        assert_fails(result, StakingError::WrongBucket);
    }
}

#[test]
fn a_record_of_another_provider_is_refused() {
    let (mut context, bobs, matures_at) = unbonding();
    let dans = context.provider("dan", OWN);
    context.edit_account::<assay_staking::state::Provider>(&dans, |provider| {
        provider.buckets[0] = Bucket {
            closes_at: 1.into(),
            matures_at: matures_at.into(),
            tokens: 9_000.into(),
            shares: 9_000.into(),
        };
    });
    context.advance_to(matures_at);
    context.mature(&bobs, matures_at).unwrap();
    context.mature(&dans, matures_at).unwrap();
    let mint = context.stake_mint();
    let accounts = context.ticket_accounts("alice", &bobs, matures_at);
    let forged = staking::TicketAccounts {
        record: accounts.record.map(|record| MaturedRecord {
            address: at::matured(&dans, matures_at),
            ..record
        }),
        ..accounts
    };
    let result = context.crank(staking::withdraw_ticket(forged, &mint));
    assert_fails(result, StakingError::WrongBucket);
}

#[test]
fn no_other_provider_or_vault_pays() {
    let (mut context, bobs, matures_at) = matured();
    let dans = context.provider("dan", OWN);
    let mint = context.stake_mint();
    let accounts = context.ticket_accounts("alice", &bobs, matures_at);
    let withdraw = staking::withdraw_ticket(accounts, &mint);
    let rule = || (assay_staking::ID, ErrorCode::ConstraintAddress);
    let vault = replace_account(
        withdraw.clone(),
        &at::stake_vault(&bobs),
        &at::stake_vault(&dans),
    );
    assert_fails(context.crank(vault), rule());
    let provider = replace_account(withdraw, &bobs, &dans);
    assert_fails(context.crank(provider), rule());
}
