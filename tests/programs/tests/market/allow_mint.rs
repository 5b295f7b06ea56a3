use super::token_2022;
use assay_ledger::token::{MINT_LEN, TOKEN};
use assay_market::{error::MarketError, event::MintAllowed, state::PaymentMint};
use assay_world::{
    account_exists, address::market as at, assert_fails, instruction::market, unsigned, Address,
    ErrorCode, Failure, Receipt, Signer, World,
};
use spl_token_interface::instruction::{set_authority, AuthorityType};

fn ready() -> World {
    let mut world = World::new();
    world.staking_for_market();
    let config = world.market_config();
    world.initialize_market(config);
    world
}

fn allow(world: &mut World, mint: Address, vault: Address, rate: u64) -> Result<Receipt, Failure> {
    let governance = world.actor("governance");
    let power = governance.pubkey();
    let allow = market::allow_mint(power, power, mint, vault, rate);
    world.send(&[allow], &[&governance])
}

#[test]
fn the_authority_allows_a_classic_mint() {
    // Given
    let mut world = ready();
    let payment = world.payment();

    // When
    let receipt = allow(&mut world, payment.mint, payment.fee_vault, 7).unwrap();

    // Then
    let allowed: PaymentMint = world.account(&at::payment_mint(&payment.mint));
    assert_eq!(allowed.mint, payment.mint);
    assert_eq!(allowed.token_program, TOKEN);
    assert_eq!(allowed.fee_vault, payment.fee_vault);
    assert_eq!(allowed.stake_rate.get(), 7);
    let event = receipt.event::<MintAllowed>();
    assert_eq!(event.mint, payment.mint);
    assert_eq!(event.fee_vault, payment.fee_vault);
    assert_eq!(event.stake_rate.get(), 7);
}

#[test]
fn the_payer_may_be_somebody_else() {
    let mut world = ready();
    let payment = world.payment();
    let (governance, payer) = (world.actor("governance"), world.actor("payer"));
    let allow = market::allow_mint(
        governance.pubkey(),
        payer.pubkey(),
        payment.mint,
        payment.fee_vault,
        1,
    );
    world.send(&[allow], &[&payer, &governance]).unwrap();
}

#[test]
fn only_the_authority_allows_a_mint() {
    let mut world = ready();
    let payment = world.payment();
    let (mallory, governance) = (world.actor("mallory"), world.address_of("governance"));
    let me = mallory.pubkey();
    let allow = market::allow_mint(me, me, payment.mint, payment.fee_vault, 1);
    assert_fails(world.send(&[allow], &[&mallory]), MarketError::NotAuthority);

    let allow = market::allow_mint(governance, me, payment.mint, payment.fee_vault, 1);
    let result = world.send(&[unsigned(allow, &governance)], &[&mallory]);
    assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
}

#[test]
fn a_mint_is_allowed_once() {
    let mut world = ready();
    let payment = world.payment();
    allow(&mut world, payment.mint, payment.fee_vault, 1).unwrap();
    world.advance(1);
    let result = allow(&mut world, payment.mint, payment.fee_vault, 2);
    assert_fails(result, account_exists());
}

#[test]
fn a_mint_must_be_worth_something() {
    let mut world = ready();
    let payment = world.payment();
    let result = allow(&mut world, payment.mint, payment.fee_vault, 0);
    assert_fails(result, MarketError::ZeroAmount);
}

#[test]
fn what_is_no_mint_is_refused() {
    let mut world = ready();
    let payment = world.payment();
    let nobody = world.address_of("nobody");
    let result = allow(&mut world, nobody, payment.fee_vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
    let result = allow(&mut world, payment.fee_vault, payment.fee_vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
}

#[test]
fn a_plain_token_2022_mint_is_allowed() {
    let mut world = ready();
    let mint = token_2022::plain_mint(&mut world);
    let treasury = world.address_of("treasury");
    let vaults = [
        token_2022::account(&mut world, &mint, &treasury),
        token_2022::associated_account(&mut world, &mint, &treasury),
    ];
    for vault in vaults {
        allow(&mut world.clone(), mint, vault, 1).unwrap();
    }
}

#[test]
fn a_mint_with_extensions_is_refused() {
    let mut world = ready();
    let mint = token_2022::closable_mint(&mut world);
    let treasury = world.address_of("treasury");
    let vault = token_2022::account(&mut world, &mint, &treasury);
    let result = allow(&mut world, mint, vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
}

#[test]
fn the_fee_vault_must_be_an_account_of_the_mint() {
    let mut world = ready();
    let payment = world.payment();
    let stake_mint = world.stake_mint();
    let other = world.wallet(&stake_mint, &payment.mint);
    let result = allow(&mut world, payment.mint, other, 1);
    assert_fails(result, MarketError::WrongTokenAccount);
    let nobody = world.address_of("nobody");
    let result = allow(&mut world, payment.mint, nobody, 1);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn a_mint_belongs_to_a_token_program() {
    let mut world = ready();
    let payment = world.payment();
    let copy = world.copy_owned_by(&payment.mint, "false mint", &assay_market::ID);
    assert_eq!(world.data(&copy).len(), MINT_LEN);
    let result = allow(&mut world, copy, payment.fee_vault, 1);
    assert_fails(result, MarketError::UnsupportedMint);
}

#[test]
fn a_fee_vault_that_another_may_close_is_refused() {
    let mut world = ready();
    let (payment, treasury) = (world.payment(), world.actor("treasury"));
    let (vault, close) = (payment.fee_vault, AuthorityType::CloseAccount);
    let (owner, mallory) = (treasury.pubkey(), world.address_of("mallory"));
    let share = set_authority(&TOKEN, &vault, Some(&mallory), close, &owner, &[]).unwrap();
    world.send(&[share], &[&treasury]).unwrap();
    let result = allow(&mut world, payment.mint, vault, 1);
    assert_fails(result, MarketError::WrongTokenAccount);
}

#[test]
fn a_frozen_fee_vault_or_one_with_a_delegate_is_refused() {
    const DELEGATE_FLAG: usize = 72;
    const STATE: usize = 108;
    const FROZEN: u8 = 2;
    for (offset, byte) in [(DELEGATE_FLAG, 1), (STATE, FROZEN)] {
        let mut world = ready();
        let payment = world.payment();
        world.tamper(&payment.fee_vault, |data| data[offset] = byte);
        let result = allow(&mut world, payment.mint, payment.fee_vault, 1);
        assert_fails(result, MarketError::WrongTokenAccount);
    }
}
