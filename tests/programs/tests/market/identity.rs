//! What holds of the same account in every instruction: who signs, at which address it lies, whose it is, what it is.

use super::scene::{scene, Scene};
use assay_harness::{
    assert_fails,
    pda::{market as at, staking},
    swapped, unsigned, Address, ErrorCode, ProgramError, Rule,
};
use assay_market::error::MarketError;
use assay_shared::token::{TOKEN, TOKEN_2022};

#[test]
fn what_is_forged_here_succeeds_unforged() {
    let scene = scene();
    assert_eq!(scene.cases.len(), 20);
    for case in &scene.cases {
        scene.send(case.instruction.clone(), &case.signers).unwrap();
    }
}

#[test]
fn every_signature_is_asked_for() {
    let scene = scene();
    let mut asked = 0;
    for case in &scene.cases {
        for silent in &case.signers {
            let address = scene.context.clone().address_of(silent);
            let forged = unsigned(case.instruction.clone(), &address);
            let others: Vec<&str> = case
                .signers
                .iter()
                .filter(|s| *s != silent)
                .copied()
                .collect();
            let result = scene.send(forged, &others);
            assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
            asked += 1;
        }
    }
    assert_eq!(asked, 14);
}

/// Sends every instruction that names `real` with `fake` in its place; each must be refused by the rule. Answers how many.
#[track_caller]
fn refused(scene: &Scene, real: &Address, fake: &Address, rule: impl Into<Rule>) -> usize {
    let rule = rule.into();
    let naming: Vec<_> = scene.cases.iter().filter(|c| c.names(real)).collect();
    for case in &naming {
        let forged = swapped(case.instruction.clone(), real, fake);
        assert_fails(scene.send(forged, &case.signers), rule.clone());
    }
    naming.len()
}

#[test]
fn parameters_elsewhere_are_refused() {
    let mut scene = scene();
    let real = at::params();
    let fake = scene
        .context
        .copy_owned_by(&real, "false one", &assay_market::ID);
    let rule = (assay_market::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(refused(&scene, &real, &fake, rule), 7);
}

#[test]
fn the_market_signs_with_its_own_authority_only() {
    let scene = scene();
    let fake = scene.context.clone().address_of("false one");
    let rule = (assay_market::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(refused(&scene, &at::authority(), &fake, rule), 4);
}

#[test]
fn only_the_real_staking_program_is_asked() {
    let (scene, fake) = (scene(), assay_rewards::ID);
    let rule = (assay_market::ID, ErrorCode::ConstraintAddress);
    assert_eq!(refused(&scene, &assay_staking::ID, &fake, rule), 4);
}

/// A penalty moves stake tokens, and those are the classic program's. What a job pays is moved by its mint's own program.
#[test]
fn the_other_token_program_moves_nothing() {
    let scene = scene();
    let rules: [Rule; 3] = [
        MarketError::WrongAccount.into(),
        MarketError::WrongTokenAccount.into(),
        (assay_market::ID, ErrorCode::ConstraintAddress).into(),
    ];
    let naming = scene.cases.iter().filter(|case| case.names(&TOKEN));
    let naming: Vec<_> = naming.collect();
    assert_eq!(naming.len(), rules.len());
    // In the scene's order: close_job, collect, penalize.
    for (case, rule) in naming.into_iter().zip(rules) {
        let forged = swapped(case.instruction.clone(), &TOKEN, &TOKEN_2022);
        assert_fails(scene.send(forged, &case.signers), rule);
    }
}

/// The market reads them itself in `penalize` only, and must not take those of another program.
#[test]
fn parameters_of_staking_are_those_of_staking() {
    let mut scene = scene();
    let real = staking::params();
    let copy = |scene: &mut Scene, owner| scene.context.copy_owned_by(&real, "false one", owner);
    let fake = copy(&mut scene, &assay_staking::ID);
    let elsewhere = (assay_staking::ID, ErrorCode::ConstraintSeeds);
    assert_eq!(refused(&scene, &real, &fake, elsewhere), 4);

    let fake = copy(&mut scene, &assay_market::ID);
    scene.cases.retain(|case| case.names(&scene.job.address));
    let foreign = (assay_market::ID, ProgramError::IllegalOwner);
    assert_eq!(refused(&scene, &real, &fake, foreign), 1);
}

/// Answers how many instructions refuse a byte copy of `real` that another program owns, and one that says it is of
/// another type.
#[track_caller]
fn refused_copies(scene: &mut Scene, real: &Address, owner: &Address) -> [usize; 2] {
    let stranger = match *owner == assay_market::ID {
        true => assay_staking::ID,
        false => assay_market::ID,
    };
    let foreign = scene.context.copy_owned_by(real, "false one", &stranger);
    let rule = (assay_market::ID, ProgramError::IllegalOwner);
    let owned_by_another = refused(scene, real, &foreign, rule);

    let typed = scene.context.copy_owned_by(real, "false type", owner);
    scene.context.tamper(&typed, |data| data[0] ^= 1);
    let rule = (assay_market::ID, ProgramError::InvalidAccountData);
    [owned_by_another, refused(scene, real, &typed, rule)]
}

#[test]
fn a_job_is_an_account_of_the_market_and_a_job() {
    let mut scene = scene();
    let (busy, finished) = (scene.job.address, scene.finished.address);
    let market = assay_market::ID;
    assert_eq!(refused_copies(&mut scene, &busy, &market), [9, 9]);
    assert_eq!(refused_copies(&mut scene, &finished, &market), [1, 1]);
}

#[test]
fn a_worker_is_an_account_of_the_market_and_a_worker() {
    let mut scene = scene();
    let (bobs, daves) = (scene.worker(), scene.context.worker_of("dave"));
    let market = assay_market::ID;
    assert_eq!(refused_copies(&mut scene, &bobs, &market), [8, 8]);
    assert_eq!(refused_copies(&mut scene, &daves, &market), [1, 1]);
}

#[test]
fn a_payment_mint_is_an_account_of_the_market_and_a_payment_mint() {
    let mut scene = scene();
    let real = scene.payment_mint();
    assert_eq!(refused_copies(&mut scene, &real, &assay_market::ID), [3, 3]);
}

/// `add_collateral` and `remove_collateral` go by the address that the worker names.
#[test]
fn a_provider_is_an_account_of_staking_and_a_provider() {
    let mut scene = scene();
    let [bob, frank] = ["bob", "frank"].map(|name| {
        let owner = scene.context.address_of(name);
        staking::provider(&owner)
    });
    scene.cases.retain(|case| !case.names(&at::authority()));
    assert_eq!(refused_copies(&mut scene, &bob, &assay_staking::ID), [1, 1]);
    assert_eq!(
        refused_copies(&mut scene, &frank, &assay_staking::ID),
        [1, 1]
    );
}
