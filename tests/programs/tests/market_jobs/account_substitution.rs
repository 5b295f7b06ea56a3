//! Attacks on every instruction: a missing signature, an account at another address, of another program or type.

use super::fixtures::{ready_market, ReadyMarket};
use assay_harness::{
    assert_fails,
    pda::{market as at, staking},
    replace_account, without_signature, Address, ErrorCode, ExpectedError, ProgramError,
};
use assay_market::error::MarketError;
use assay_shared::token::{TOKEN, TOKEN_2022};

#[test]
fn what_is_forged_here_succeeds_unforged() {
    let market = ready_market();
    assert_eq!(market.cases.len(), 20);
    for case in &market.cases {
        market
            .send(case.instruction.clone(), &case.signers)
            .unwrap();
    }
}

#[test]
fn every_signature_is_asked_for() {
    let market = ready_market();
    let mut asked = 0;
    for case in &market.cases {
        for silent in &case.signers {
            let address = market.context.clone().address_of(silent);
            let forged = without_signature(case.instruction.clone(), &address);
            let others: Vec<&str> = case
                .signers
                .iter()
                .filter(|s| *s != silent)
                .copied()
                .collect();
            let result = market.send(forged, &others);
            assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
            asked += 1;
        }
    }
    assert_eq!(asked, 14);
}

/// Sends every instruction that names `real` with `fake` in its place. Each must be rejected with `rule`. Returns their
/// number.
#[track_caller]
fn refused(
    market: &ReadyMarket,
    real: &Address,
    fake: &Address,
    rule: impl Into<ExpectedError>,
) -> usize {
    let rule = rule.into();
    let naming: Vec<_> = market.cases.iter().filter(|c| c.names(real)).collect();
    for case in &naming {
        let forged = replace_account(case.instruction.clone(), real, fake);
        assert_fails(market.send(forged, &case.signers), rule.clone());
    }
    naming.len()
}

#[test]
fn parameters_elsewhere_are_refused() {
    let mut market = ready_market();
    let real = at::params();
    let fake = market
        .context
        .clone_with_owner(&real, "false one", &assay_market::ID);
    let rule = (assay_market::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(refused(&market, &real, &fake, rule), 7);
}

#[test]
fn the_market_signs_with_its_own_authority_only() {
    let market = ready_market();
    let fake = market.context.clone().address_of("false one");
    let rule = (assay_market::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(refused(&market, &at::authority(), &fake, rule), 4);
}

#[test]
fn only_the_real_staking_program_is_asked() {
    let (market, fake) = (ready_market(), assay_rewards::ID);
    let rule = (assay_market::ID, ErrorCode::ConstraintAddress);
    assert_eq!(refused(&market, &assay_staking::ID, &fake, rule), 4);
}

/// Stake tokens belong to the classic token program, which a penalty must use. A payment uses the program of the job's mint.
#[test]
fn the_other_token_program_moves_nothing() {
    let market = ready_market();
    let rules: [ExpectedError; 3] = [
        MarketError::WrongAccount.into(),
        MarketError::WrongTokenAccount.into(),
        (assay_market::ID, ErrorCode::ConstraintAddress).into(),
    ];
    let naming = market.cases.iter().filter(|case| case.names(&TOKEN));
    let naming: Vec<_> = naming.collect();
    assert_eq!(naming.len(), rules.len());
    // In the order of the cases: close_job, collect_pay, penalize_worker.
    for (case, rule) in naming.into_iter().zip(rules) {
        let forged = replace_account(case.instruction.clone(), &TOKEN, &TOKEN_2022);
        assert_fails(market.send(forged, &case.signers), rule);
    }
}

/// Only `penalize_worker` reads staking's parameters in the market itself, so the market must reject those of another
/// program.
#[test]
fn parameters_of_staking_are_those_of_staking() {
    let mut market = ready_market();
    let real = staking::params();
    let copy = |market: &mut ReadyMarket, owner| {
        market.context.clone_with_owner(&real, "false one", owner)
    };
    let fake = copy(&mut market, &assay_staking::ID);
    let elsewhere = (assay_staking::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(refused(&market, &real, &fake, elsewhere), 4);

    let fake = copy(&mut market, &assay_market::ID);
    market.cases.retain(|case| case.names(&market.job.address));
    let foreign = (assay_market::ID, ProgramError::IllegalOwner);
    assert_eq!(refused(&market, &real, &fake, foreign), 1);
}

/// Sends every instruction that names `real` with a copy of it in its place: one that another program owns, and one of
/// another type. Each must be rejected. Returns the number of instructions for either copy.
#[track_caller]
fn refused_copies(market: &mut ReadyMarket, real: &Address, owner: &Address) -> [usize; 2] {
    let stranger = match *owner == assay_market::ID {
        true => assay_staking::ID,
        false => assay_market::ID,
    };
    let foreign = market
        .context
        .clone_with_owner(real, "false one", &stranger);
    let rule = (assay_market::ID, ProgramError::IllegalOwner);
    let owned_by_another = refused(market, real, &foreign, rule);

    let typed = market.context.clone_with_owner(real, "false type", owner);
    market.context.edit_data(&typed, |data| data[0] ^= 1);
    let rule = (assay_market::ID, ProgramError::InvalidAccountData);
    [owned_by_another, refused(market, real, &typed, rule)]
}

#[test]
fn a_job_is_an_account_of_the_market_and_a_job() {
    let mut market = ready_market();
    let (busy, finished) = (market.job.address, market.finished.address);
    let program = assay_market::ID;
    assert_eq!(refused_copies(&mut market, &busy, &program), [9, 9]);
    assert_eq!(refused_copies(&mut market, &finished, &program), [1, 1]);
}

#[test]
fn a_worker_is_an_account_of_the_market_and_a_worker() {
    let mut market = ready_market();
    let (bobs, daves) = (market.worker(), market.context.worker_of("dave"));
    let program = assay_market::ID;
    assert_eq!(refused_copies(&mut market, &bobs, &program), [8, 8]);
    assert_eq!(refused_copies(&mut market, &daves, &program), [1, 1]);
}

#[test]
fn a_payment_mint_is_an_account_of_the_market_and_a_payment_mint() {
    let mut market = ready_market();
    let real = market.payment_mint();
    assert_eq!(
        refused_copies(&mut market, &real, &assay_market::ID),
        [3, 3]
    );
}

/// `add_collateral` and `remove_collateral` compare the provider with the address in the worker.
#[test]
fn a_provider_is_an_account_of_staking_and_a_provider() {
    let mut market = ready_market();
    let [bob, frank] = ["bob", "frank"].map(|name| {
        let owner = market.context.address_of(name);
        staking::provider(&owner)
    });
    market.cases.retain(|case| !case.names(&at::authority()));
    assert_eq!(
        refused_copies(&mut market, &bob, &assay_staking::ID),
        [1, 1]
    );
    assert_eq!(
        refused_copies(&mut market, &frank, &assay_staking::ID),
        [1, 1]
    );
}
