//! What must hold after every step, computed from accounts and balances alone.
//!
//! `docs/security/invariants.md` lists them by number; a test compares the list with [`ALL`].

mod books;
mod chain;
mod collateral;
mod epochs;
mod governance;
mod ledger;
mod money;
mod proofs;
mod rent;
mod rounds;
mod seats;
mod stake;
mod tasks;
mod treasury;
mod votes;

pub use books::{Books, Facts};
pub use ledger::{Ledger, Part};
pub use rent::must_end;

use crate::raw::Mirror;
use std::fmt;

/// What a check says: nothing, or how the invariant is broken.
pub type Checked = Result<(), String>;

/// When an invariant is checked.
pub enum When {
    /// After every accepted transaction, by what it changed.
    Step(fn(&Facts<'_>, &mut Ledger) -> Checked),
    /// Every few steps and at the end of an episode, over every account.
    Whole(fn(&Books<'_>) -> Checked),
    /// At the end of an episode, when nothing is left to do for anybody.
    End(fn(&Books<'_>) -> Checked),
}

/// One invariant.
pub struct Invariant {
    /// Its number in the list.
    pub number: u8,
    /// The name of the function that checks it.
    pub name: &'static str,
    /// The check.
    pub when: When,
}

/// Names the invariants of a module: number, function, when.
macro_rules! invariants {
    ($($number:literal $when:ident $module:ident::$function:ident;)+) => {
        /// Every invariant, by number.
        pub const ALL: &[Invariant] = &[$(Invariant {
            number: $number,
            name: concat!(stringify!($module), "::", stringify!($function)),
            when: When::$when($module::$function),
        }),+];
    };
}

invariants! {
    1 Step money::lamports_are_conserved;
    2 Step money::tokens_change_with_their_supply;
    3 Whole money::balances_sum_to_the_supply;
    4 Step money::payment_tokens_are_neither_made_nor_burned;
    5 Step money::stake_tokens_are_made_by_the_emission_and_burned_by_penalties;
    6 Step money::tokens_leave_a_wallet_only_by_its_signature;
    7 Whole money::an_escrow_holds_what_its_job_counts;
    8 Whole money::a_job_can_pay_what_it_owes;
    9 Step money::an_escrow_pays_the_price_of_settled_seats;
    10 Step money::pay_goes_to_the_beneficiary_of_the_worker;
    11 Step money::a_closed_job_pays_its_fees_and_returns_the_rest;
    12 Step seats::nothing_is_settled_before_the_end;
    13 Step seats::what_is_settled_stays_settled;
    14 Step seats::a_claim_keeps_its_time;
    15 Step seats::a_claim_has_the_rank;
    16 Step seats::a_claim_is_backed;
    17 Step seats::a_contribution_keeps_its_deadline;
    18 Whole seats::a_worker_has_one_seat_of_a_task;
    19 Whole seats::accepted_seats_sealed_the_digest;
    20 Step seats::a_late_seat_is_drawn_by_a_later_slot;
    21 Step seats::terms_of_a_job_do_not_change;
    22 Step tasks::phases_follow_the_graph;
    23 Step tasks::a_hold_ends_by_time;
    24 Step tasks::a_due_check_is_not_skipped;
    25 Step tasks::a_posting_costs_what_its_terms_say;
    26 Whole tasks::open_tasks_are_counted;
    27 Whole tasks::ends_and_fees_are_counted;
    28 Whole tasks::unsettled_seats_are_counted;
    29 Whole tasks::winners_are_counted;
    30 Whole rounds::rounds_of_a_job_are_counted;
    31 Whole rounds::unsettled_members_are_counted;
    32 Whole rounds::a_task_has_two_rounds_at_most;
    33 Step rounds::a_round_is_drawn_by_a_later_slot;
    34 Step rounds::a_majority_is_more_than_half_of_all_seats;
    35 Whole rounds::a_pot_holds_what_was_collected;
    36 Whole rounds::penalties_to_collect_are_counted;
    37 Whole rounds::awards_to_pay_are_counted;
    38 Whole rounds::awards_keep_their_bounds;
    39 Whole collateral::bound_collateral_is_the_sum_of_bonds;
    40 Whole collateral::collateral_is_allocated_stake;
    41 Whole collateral::totals_are_the_sum_of_workers;
    42 Whole collateral::accusations_are_the_sum_of_open_rounds;
    43 Step collateral::a_penalty_takes_what_it_costs;
    44 Step collateral::a_worker_stays_its_owners;
    45 Whole stake::exposure_is_active_stake;
    46 Whole stake::a_vault_holds_its_stake;
    47 Whole stake::shares_are_those_of_delegations;
    48 Whole stake::bucket_shares_are_those_of_tickets;
    49 Whole stake::no_tokens_without_shares;
    50 Whole stake::stake_outlasts_every_verdict;
    51 Step stake::a_ticket_waits_for_the_whole_period;
    52 Step stake::a_share_loses_worth_only_by_a_penalty;
    53 Step epochs::weight_is_counted_once_for_proven_seats;
    54 Step epochs::a_tally_keeps_its_window;
    55 Whole epochs::tallied_sums_are_those_of_workers;
    56 Step epochs::an_emission_follows_the_schedule;
    57 Whole epochs::supply_stays_below_the_cap;
    58 Whole epochs::a_pot_holds_what_is_not_claimed;
    59 Step epochs::a_share_is_claimed_once_and_by_its_owner;
    60 Whole governance::total_weight_is_that_of_locks;
    61 Whole governance::locks_and_deposits_are_held;
    62 Whole governance::tallies_are_those_of_votes;
    63 Step governance::a_lock_is_paid_after_its_cooldown;
    64 Step governance::a_proposal_is_executed_once_in_its_window;
    65 Step governance::parameters_change_by_their_authority;
    66 Whole governance::parameters_keep_their_bounds;
    67 Whole rent::accounts_are_well_formed_and_pay_rent;
    68 Step rent::rent_returns_to_whoever_paid_it;
    69 Step rent::a_wallet_pays_only_by_its_signature;
    70 End rent::everything_ends;
    71 Step governance::a_payment_mint_changes_slowly;
    72 Step proofs::an_attested_result_has_its_signatures;
    73 Step proofs::requirements_are_met;
    74 Step proofs::a_receipt_says_what_was_proven;
    75 Step proofs::a_receipt_stays_for_its_lifetime;
    76 Step proofs::a_set_and_a_credential_are_those_of_their_authority;
    77 Step proofs::an_author_passes_on_what_is_offered;
    78 Whole stake::a_reward_vault_holds_what_is_owed;
    79 Step stake::tokens_wait_before_they_join;
    80 Step stake::stake_and_rewards_go_to_their_owners;
    81 Step treasury::the_treasury_pays_what_was_voted;
    82 Step treasury::a_grant_pays_what_has_vested;
    83 Step treasury::a_program_is_replaced_by_a_vote;
    84 Step treasury::the_newest_decision_stays;
    85 Step votes::a_vote_is_cast_by_a_lock_that_may;
    86 Step votes::a_vote_binds_its_lock;
    87 Step votes::a_secret_vote_is_revealed_once_in_its_time;
    88 Step stake::a_commission_rises_slowly_and_late;
}

/// An invariant that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// How it is broken.
    pub text: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "invariant {} ({}): {}",
            self.number, self.name, self.text
        )
    }
}

fn report(invariant: &Invariant, checked: Checked) -> Result<(), Violation> {
    checked.map_err(|text| Violation {
        number: invariant.number,
        name: invariant.name,
        text,
    })
}

/// Checks what one accepted transaction can break, and records what it did.
///
/// # Errors
/// The first invariant that does not hold.
pub fn check_step(facts: &Facts<'_>, ledger: &mut Ledger) -> Result<(), Violation> {
    ledger.record(facts);
    for invariant in ALL {
        if let When::Step(check) = invariant.when {
            report(invariant, check(facts, ledger))?;
        }
    }
    Ok(())
}

/// Checks what holds over all accounts.
///
/// # Errors
/// The first invariant that does not hold.
pub fn check_whole(mirror: &Mirror, ledger: &Ledger, now: i64) -> Result<(), Violation> {
    let books = Books::new(mirror, ledger, now);
    for invariant in ALL {
        if let When::Whole(check) = invariant.when {
            report(invariant, check(&books))?;
        }
    }
    Ok(())
}

/// Checks what holds when nothing is left to do.
///
/// # Errors
/// The first invariant that does not hold.
pub fn check_end(mirror: &Mirror, ledger: &Ledger, now: i64) -> Result<(), Violation> {
    let books = Books::new(mirror, ledger, now);
    for invariant in ALL {
        if let When::End(check) = invariant.when {
            report(invariant, check(&books))?;
        }
    }
    Ok(())
}

/// Fails with a text unless the condition holds.
fn ensure(holds: bool, text: impl FnOnce() -> String) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(text())
    }
}
