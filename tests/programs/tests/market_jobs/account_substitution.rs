//! Attacks on every instruction of the market: a missing signature, an account at another address, of another program or
//! type. `initialize` is tested in its own file.

use super::{
    account_rules::{Account, Rule},
    account_table::TABLE,
    fixtures::{ready_market, InstructionCase, ReadyMarket},
};
use assay_harness::{
    assert_fails, pda,
    pda::{market as at, staking},
    without_signature, Address, ErrorCode, ExpectedError, Instruction, ProgramError,
};
use assay_market::state::{shard_of, Source};
use assay_shared::token::TOKEN_2022;
use std::collections::BTreeSet;

#[test]
fn what_is_forged_here_succeeds_unforged() {
    let market = ready_market();
    for case in &market.cases {
        case.send(case.instruction.clone(), &case.signers)
            .unwrap_or_else(|failure| panic!("{}: {failure:?}", case.name));
    }
}

/// Every instruction of the program but `initialize` has a case: its data begins with the instruction's discriminator.
#[test]
fn every_instruction_has_a_case() {
    let market = ready_market();
    let cases = market.cases.iter().map(|case| &case.instruction.data[..8]);
    let covered: BTreeSet<&[u8]> = cases.collect();
    assert_eq!(covered.len(), 37);
    let listed: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    let cases: Vec<&str> = market.cases.iter().map(|case| case.name).collect();
    assert_eq!(listed, cases);
}

#[test]
fn every_signature_is_asked_for() {
    let market = ready_market();
    let mut asked = 0;
    for case in &market.cases {
        for silent in &case.signers {
            let address = case.context.clone().address_of(silent);
            let forged = without_signature(case.instruction.clone(), &address);
            let others = case.signers.iter().filter(|signer| *signer != silent);
            let others: Vec<&str> = others.copied().collect();
            let result = case.send(forged, &others);
            assert_fails(result, (assay_market::ID, ErrorCode::ConstraintSigner));
            asked += 1;
        }
    }
    assert_eq!(asked, 23);
}

/// Returns the instruction with `fake` as its account number `index`.
fn with_account(case: &InstructionCase, index: usize, fake: Address) -> Instruction {
    let mut instruction = case.instruction.clone();
    let meta = &mut instruction.accounts[index];
    // An optional account that is left out is the program itself, which cannot be written.
    meta.is_writable |= meta.pubkey == assay_market::ID;
    meta.pubkey = fake;
    instruction
}

/// Returns an account of the same kind that belongs to somebody or something else, if there is one on an honest cluster.
/// A signer is replaced by the payer of the transaction, who signs as well.
fn another(market: &ReadyMarket, case: &InstructionCase, account: &Account) -> Option<Address> {
    let mut context = case.context.clone();
    let (twin, mint) = (&market.twin, market.twin.payment.mint);
    let stake_mint = context.stake_mint();
    let [mallory, heidi] = ["mallory", "heidi"].map(|name| context.address_of(name));
    let others = staking::provider(&heidi);
    let exists = |address| context.exists(&address).then_some(address);
    match account.name {
        "job" => Some(twin.address),
        "worker" if case.name == "open_worker" => None,
        "worker" | "accused" => Some(at::worker(&others)),
        "provider" => Some(others),
        "stake_vault" => Some(staking::stake_vault(&others)),
        "check" | "round" if case.name.starts_with("open_") && account.is_new => None,
        "check" => exists(at::round(&twin.address, 0, Source::Check)),
        "round" | "dispute" | "appeal" => exists(at::round(&twin.address, 0, Source::Dispute)),
        "pot" => {
            let dispute = at::round(&twin.address, 0, Source::Dispute);
            exists(pda::ata(&dispute, &stake_mint))
        }
        "escrow" => exists(twin.escrow),
        "escrow_authority" => Some(twin.escrow_authority),
        "stake_mint" | "mint" => Some(mint),
        "payment_mint" if !account.is_new => Some(at::payment_mint(&context.mint("GBP"))),
        "token_program" => Some(TOKEN_2022),
        "staking_program" | "system_program" => Some(assay_rewards::ID),
        "epoch_work" => {
            let shard = (shard_of(&context.worker_of("bob")) + 1) % 16;
            Some(at::epoch_work(0, shard))
        }
        "destination" if case.name.starts_with("collect_award") => {
            Some(pda::ata(&mallory, &stake_mint))
        }
        "destination" | "refund" | "fee_vault" | "held" => Some(pda::ata(&mallory, &mint)),
        _ if account.signs => Some(context.address_of("stranger")),
        _ => None,
    }
}

/// Every account of every instruction is replaced twice: by an address where nothing is, and by an account of the same kind
/// that belongs to another. The table names the rule that each forgery breaks.
#[test]
fn every_account_of_every_instruction_is_checked() {
    let market = ready_market();
    let mut wrong = Vec::new();
    let mut check = |case: &InstructionCase, account: &Account, fake, rule: &Option<Rule>| {
        let index = account.index;
        let mut signers = case.signers.clone();
        if account.signs {
            let real = case.instruction.accounts[index].pubkey;
            signers.retain(|name| case.context.clone().address_of(name) != real);
        }
        let result = case.send(with_account(case, index, fake), &signers);
        let found = result.err().map(|f| (f.program, f.program_error()));
        let expected = rule.map(|rule| {
            let (program, error) = rule.error();
            (Some(program), error)
        });
        if found != expected {
            wrong.push(format!(
                "{}|{}|{}|{found:?}|{expected:?}",
                case.name,
                account.name,
                if fake == nobody() {
                    "nobody"
                } else {
                    "another"
                }
            ));
        }
    };
    for (case, (name, accounts)) in market.cases.iter().zip(TABLE) {
        assert_eq!(accounts.len(), case.instruction.accounts.len(), "{name}");
        for (index, row) in accounts.iter().enumerate() {
            let signs = case.instruction.accounts[index].is_signer;
            let is_new = !case
                .context
                .exists(&case.instruction.accounts[index].pubkey);
            let account = Account {
                name: row.0,
                index,
                signs,
                is_new,
            };
            if !signs {
                check(case, &account, nobody(), &row.1);
            }
            if let Some(fake) = another(&market, case, &account) {
                check(case, &account, fake, &row.2);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where nothing is awarded the vault also stands for the pot, so that both are replaced together.
#[test]
fn a_miss_is_paid_from_the_vault_of_the_worker_that_missed() {
    let mut market = ready_market();
    market
        .cases
        .retain(|case| case.name == "penalize_worker of a miss");
    let [franks, heidis] = ["frank", "heidi"]
        .map(assay_harness::keypairs::provider_of)
        .map(|provider| staking::stake_vault(&provider));
    let rule = (assay_staking::ID, ErrorCode::ConstraintAddress);
    assert_eq!(refused(&market, &franks, |_| heidis, rule), 1);
}

/// An address where nothing is.
fn nobody() -> Address {
    Address::new_from_array([7; 32])
}

/// Replaces `real` in every instruction that names it by `fake`, made in the market of that instruction. Each forgery must be
/// rejected with `rule`. Returns their number.
#[track_caller]
fn refused(
    market: &ReadyMarket,
    real: &Address,
    fake: impl Fn(&mut InstructionCase) -> Address,
    rule: impl Into<ExpectedError>,
) -> usize {
    let rule = rule.into();
    let naming = market.cases.iter().filter(|case| case.names(real));
    let mut count = 0;
    for case in naming {
        let mut case = case.clone();
        let fake = fake(&mut case);
        let forged = assay_harness::replace_account(case.instruction.clone(), real, &fake);
        assert_fails(case.send(forged, &case.signers), rule.clone());
        count += 1;
    }
    count
}

/// Returns how many instructions refuse a copy of `real` that `owner` owns, elsewhere.
#[track_caller]
fn refused_copy(
    market: &ReadyMarket,
    real: &Address,
    owner: &Address,
    rule: impl Into<ExpectedError>,
) -> usize {
    let copy = |case: &mut InstructionCase| {
        let context = &mut case.context;
        context.clone_with_owner(real, "false one", owner)
    };
    refused(market, real, copy, rule)
}

#[test]
fn parameters_and_sums_elsewhere_are_refused() {
    let market = ready_market();
    let seeds: ExpectedError = (assay_market::ID, ErrorCode::ConstraintSeeds).into();
    let program = assay_market::ID;
    assert_eq!(
        refused_copy(&market, &at::params(), &program, seeds.clone()),
        16
    );
    assert_eq!(refused_copy(&market, &at::totals(), &program, seeds), 6);
}

#[test]
fn the_market_signs_with_its_own_authority_only() {
    let market = ready_market();
    let rule = (assay_market::ID, ErrorCode::ConstraintSeeds);
    let fake = |case: &mut InstructionCase| case.context.address_of("false one");
    assert_eq!(refused(&market, &at::authority(), fake, rule), 6);
}

#[test]
fn parameters_of_staking_are_those_of_staking() {
    let mut market = ready_market();
    let real = staking::params();
    let foreign = (assay_market::ID, ProgramError::IllegalOwner);
    let elsewhere = (assay_staking::ID, ErrorCode::ConstraintSeeds);

    // Those that the market reads itself it checks by their program; the others are checked by staking.
    let (asked, read) = market.cases.drain(..).partition(|case| {
        matches!(
            case.name,
            "set_params" | "add_collateral" | "remove_collateral" | "yield_collateral"
        )
    });
    market.cases = asked;
    assert_eq!(
        refused_copy(&market, &real, &assay_staking::ID, elsewhere),
        4
    );
    market.cases = read;
    assert_eq!(refused_copy(&market, &real, &assay_market::ID, foreign), 8);
}

/// Replaces `real` by a copy that another program owns, and by one of another type. Returns the number of instructions for
/// either copy.
#[track_caller]
fn refused_copies(market: &ReadyMarket, real: &Address, owner: &Address) -> [usize; 2] {
    let stranger = match *owner == assay_market::ID {
        true => assay_staking::ID,
        false => assay_market::ID,
    };
    let rule = (assay_market::ID, ProgramError::IllegalOwner);
    let owned_by_another = refused_copy(market, real, &stranger, rule);
    let typed = |case: &mut InstructionCase| {
        let context = &mut case.context;
        let typed = context.clone_with_owner(real, "false type", owner);
        context.edit_data(&typed, |data| data[0] ^= 1);
        typed
    };
    let rule = (assay_market::ID, ProgramError::InvalidAccountData);
    [owned_by_another, refused(market, real, typed, rule)]
}

#[test]
fn a_job_is_an_account_of_the_market_and_a_job() {
    let market = ready_market();
    let copies = refused_copies(&market, &market.job.address, &assay_market::ID);
    assert_eq!(copies, [20, 20]);
}

#[test]
fn an_attester_set_is_an_account_of_staking_and_an_attester_set() {
    let market = ready_market();
    let lab = assay_harness::keypairs::address_of("lab");
    let set = staking::attester_set(&lab, 0);
    let copies = refused_copies(&market, &set, &assay_staking::ID);
    assert_eq!(copies, [1, 1]);
}

#[test]
fn a_worker_is_an_account_of_the_market_and_a_worker() {
    let market = ready_market();
    for (name, count) in [
        ("bob", 11),
        ("judge", 3),
        ("ivan", 4),
        ("judy", 2),
        ("ken", 1),
    ] {
        let worker = assay_harness::keypairs::worker_of(name);
        let copies = refused_copies(&market, &worker, &assay_market::ID);
        assert_eq!(copies, [count, count], "{name}");
    }
}

#[test]
fn a_check_and_a_round_are_accounts_of_the_market_and_rounds() {
    let mut market = ready_market();
    market
        .cases
        .retain(|case| !matches!(case.name, "open_check" | "open_round"));
    for (source, count) in [(Source::Check, 7), (Source::Dispute, 11)] {
        let round = at::round(&market.job.address, 0, source);
        let copies = refused_copies(&market, &round, &assay_market::ID);
        assert_eq!(copies, [count, count], "{source:?}");
    }
}

#[test]
fn a_payment_mint_is_an_account_of_the_market_and_a_payment_mint() {
    let market = ready_market();
    let real = at::payment_mint(&market.job.payment.mint);
    let copies = refused_copies(&market, &real, &assay_market::ID);
    assert_eq!(copies, [4, 4]);
}

/// The other instructions compare the provider with the address in the worker.
#[test]
fn a_provider_is_an_account_of_staking_and_a_provider() {
    let mut market = ready_market();
    market
        .cases
        .retain(|case| matches!(case.name, "sync_worker" | "open_worker"));
    for name in ["bob", "liz"] {
        let provider = assay_harness::keypairs::provider_of(name);
        let copies = refused_copies(&market, &provider, &assay_staking::ID);
        assert_eq!(copies, [1, 1], "{name}");
    }
}
