use assay_harness::{
    account_exists, assert_fails,
    instruction::market,
    pda::{self, market as at},
    replace_account, token_2022, without_signature, Address, ErrorCode, Signer, TestContext,
    TransactionFailure, TransactionResult,
};
use assay_market::{error::MarketError, event::MintAllowed, state::PaymentMint};
use assay_shared::token::{ACCOUNT_LEN, MINT_LEN, TOKEN};
use spl_token_interface::instruction::{set_authority, AuthorityType};

/// Returns a market that allows no payment mint yet.
fn market_without_mints() -> TestContext {
    let mut context = TestContext::new();
    context.init_staking_for_market();
    let config = context.market_config();
    context.init_market_with(config);
    context
}

/// Allows a mint whose fees go to the actor "treasury", into this account.
fn allow(
    context: &mut TestContext,
    mint: Address,
    vault: Address,
    rate: u64,
) -> Result<TransactionResult, TransactionFailure> {
    let (governance, treasury) = (context.actor("governance"), context.address_of("treasury"));
    let power = governance.pubkey();
    let program = token_2022::program_of(context, &mint);
    let allow = market::allow_mint(power, power, mint, &program, &treasury, rate);
    let ata = pda::ata_with_program(&treasury, &mint, &program);
    context.send(&[replace_account(allow, &ata, &vault)], &[&governance])
}

#[test]
fn the_authority_allows_a_classic_mint() {
    // Given
    let mut context = market_without_mints();
    let payment = context.payment();

    // When
    let result = allow(&mut context, payment.mint, payment.fee_vault, 7).unwrap();

    // Then
    let allowed: PaymentMint = context.account(&at::payment_mint(&payment.mint));
    let treasury = context.address_of("treasury");
    assert_eq!(allowed.mint, payment.mint);
    assert_eq!(allowed.token_program, TOKEN);
    assert_eq!(allowed.fee_authority, treasury);
    assert_eq!(allowed.fee_vault, payment.fee_vault);
    assert_eq!(allowed.stake_rate.get(), 7);
    assert_eq!(allowed.rate_changed_at.get(), context.now());
    assert!(allowed.is_admitted());
    let event = result.event::<MintAllowed>();
    assert_eq!(event.mint, payment.mint);
    assert_eq!(event.fee_authority, treasury);
    assert_eq!(event.stake_rate.get(), 7);
}

#[test]
fn the_payer_may_be_somebody_else() {
    let mut context = market_without_mints();
    let mint = context.payment().mint;
    let treasury = context.address_of("treasury");
    let (governance, payer) = (context.actor("governance"), context.actor("payer"));
    let (power, pays) = (governance.pubkey(), payer.pubkey());
    let allow = market::allow_mint(power, pays, mint, &TOKEN, &treasury, 1);
    context.send(&[allow], &[&payer, &governance]).unwrap();
}

#[test]
fn only_the_authority_allows_a_mint() {
    let mut context = market_without_mints();
    let mint = context.payment().mint;
    let treasury = context.address_of("treasury");
    let (mallory, governance) = (context.actor("mallory"), context.address_of("governance"));
    let me = mallory.pubkey();
    let allow = market::allow_mint(me, me, mint, &TOKEN, &treasury, 1);
    assert_fails(
        context.send(&[allow], &[&mallory]),
        MarketError::NotAuthority,
    );

    let allow = market::allow_mint(governance, me, mint, &TOKEN, &treasury, 1);
    let result = context.send(&[without_signature(allow, &governance)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn a_mint_is_allowed_once() {
    let mut context = market_without_mints();
    let payment = context.payment();
    allow(&mut context, payment.mint, payment.fee_vault, 1).unwrap();
    context.advance(1);
    let result = allow(&mut context, payment.mint, payment.fee_vault, 2);
    assert_fails(result, account_exists());
}

#[test]
fn a_mint_must_be_worth_something() {
    let mut context = market_without_mints();
    let payment = context.payment();
    let result = allow(&mut context, payment.mint, payment.fee_vault, 0);
    assert_fails(result, MarketError::ZeroAmount);
}

#[test]
fn what_is_no_mint_is_refused() {
    let mut context = market_without_mints();
    let payment = context.payment();
    let nobody = context.address_of("nobody");
    let result = allow(&mut context, nobody, payment.fee_vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
    let result = allow(&mut context, payment.fee_vault, payment.fee_vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
}

#[test]
fn a_plain_token_2022_mint_is_allowed() {
    let mut context = market_without_mints();
    let mint = token_2022::plain_mint(&mut context);
    let treasury = context.address_of("treasury");
    let vault = token_2022::associated_account(&mut context, &mint, &treasury);
    allow(&mut context, mint, vault, 1).unwrap();
}

/// Pointers to metadata, group and member, and the three themselves.
#[test]
fn a_mint_whose_extensions_only_describe_it_is_allowed() {
    for extensions in [
        vec![token_2022::METADATA_POINTER],
        vec![token_2022::GROUP_POINTER, token_2022::MEMBER_POINTER],
        vec![token_2022::METADATA_POINTER, token_2022::METADATA],
        vec![token_2022::GROUP_POINTER, token_2022::GROUP],
    ] {
        let mut context = market_without_mints();
        let mint = token_2022::mint_with(&mut context, &extensions);
        let treasury = context.address_of("treasury");
        let vault = token_2022::associated_account(&mut context, &mint, &treasury);
        let result = allow(&mut context, mint, vault, 1);
        result.unwrap_or_else(|failure| panic!("{extensions:?}: {failure:?}"));
    }
}

/// Every other extension that a mint can have, alone and behind one that describes it.
#[test]
fn a_mint_with_another_extension_is_refused() {
    for hostile in token_2022::HOSTILE {
        for extensions in [vec![hostile], vec![token_2022::METADATA_POINTER, hostile]] {
            let mut context = market_without_mints();
            let mint = token_2022::mint_with(&mut context, &extensions);
            let payment = context.payment();
            let result = allow(&mut context, mint, payment.fee_vault, 1);
            assert_fails(result, MarketError::UnsupportedMint);
        }
    }
}

/// An extension that does not exist yet is on no list.
#[test]
fn an_extension_of_the_future_is_refused() {
    let mut context = market_without_mints();
    let mint = token_2022::mint_with(&mut context, &[token_2022::METADATA_POINTER]);
    let payment = context.payment();
    for unknown in [24u16, 29, 0x0112, u16::MAX] {
        context.edit_data(&mint, |data| {
            data[ACCOUNT_LEN + 1..][..2].copy_from_slice(&unknown.to_le_bytes());
        });
        let result = allow(&mut context, mint, payment.fee_vault, 1);
        assert_fails(result, MarketError::UnsupportedMint);
    }
}

#[test]
fn a_list_of_extensions_that_is_malformed_is_refused() {
    const LENGTH: usize = ACCOUNT_LEN + 1 + 2;
    let mut context = market_without_mints();
    let mint = token_2022::mint_with(&mut context, &[token_2022::METADATA_POINTER]);
    let payment = context.payment();
    for (offset, byte) in [(LENGTH, 255), (LENGTH + 1, 255), (ACCOUNT_LEN, 2)] {
        let mut context = context.clone();
        context.edit_data(&mint, |data| data[offset] = byte);
        let result = allow(&mut context, mint, payment.fee_vault, 1);
        assert_fails(result, MarketError::UnsupportedMint);
    }
    // The bytes of a mint, cut off or padded.
    for length in [ACCOUNT_LEN, 300] {
        let mut context = context.clone();
        context.edit_data(&mint, |data| data.resize(length, 9));
        let result = allow(&mut context, mint, payment.fee_vault, 1);
        assert_fails(result, MarketError::UnsupportedMint);
    }
}

#[test]
fn a_mint_that_is_not_initialized_is_refused() {
    const INITIALIZED: usize = 45;
    let mut context = market_without_mints();
    let payment = context.payment();
    context.edit_data(&payment.mint, |data| data[INITIALIZED] = 0);
    let result = allow(&mut context, payment.mint, payment.fee_vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
}

/// Anybody can create the associated account anew when its authority closes it. Another account would be gone.
#[test]
fn the_fee_vault_must_be_an_associated_account() {
    let mut context = market_without_mints();
    let mint = token_2022::plain_mint(&mut context);
    let treasury = context.address_of("treasury");
    let vault = token_2022::account(&mut context, &mint, &treasury);
    let result = allow(&mut context, mint, vault, 1);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn the_fee_vault_must_be_an_account_of_the_mint() {
    let mut context = market_without_mints();
    let payment = context.payment();
    let stake_mint = context.stake_mint();
    let treasury = context.address_of("treasury");
    let other = context.ata(&stake_mint, &treasury);
    let result = allow(&mut context, payment.mint, other, 1);
    assert_fails(result, MarketError::WrongTokenAccount);
    let nobody = context.address_of("nobody");
    let result = allow(&mut context, payment.mint, nobody, 1);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn a_mint_belongs_to_a_token_program() {
    let mut context = market_without_mints();
    let payment = context.payment();
    let copy = context.clone_with_owner(&payment.mint, "false mint", &assay_market::ID);
    assert_eq!(context.data(&copy).len(), MINT_LEN);
    let result = allow(&mut context, copy, payment.fee_vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
}

#[test]
fn a_fee_vault_that_another_may_close_is_refused() {
    let mut context = market_without_mints();
    let (payment, treasury) = (context.payment(), context.actor("treasury"));
    let (vault, close) = (payment.fee_vault, AuthorityType::CloseAccount);
    let (owner, mallory) = (treasury.pubkey(), context.address_of("mallory"));
    let share = set_authority(&TOKEN, &vault, Some(&mallory), close, &owner, &[]).unwrap();
    context.send(&[share], &[&treasury]).unwrap();
    let result = allow(&mut context, payment.mint, vault, 1);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn a_frozen_fee_vault_or_one_with_a_delegate_is_refused() {
    const DELEGATE_FLAG: usize = 72;
    const STATE: usize = 108;
    const FROZEN: u8 = 2;
    for (offset, byte) in [(DELEGATE_FLAG, 1), (STATE, FROZEN)] {
        let mut context = market_without_mints();
        let payment = context.payment();
        context.edit_data(&payment.fee_vault, |data| data[offset] = byte);
        let result = allow(&mut context, payment.mint, payment.fee_vault, 1);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}
