//! Lamports, tokens and escrows.

use super::{
    books::{flag, is_end, is_owed, is_settled, kind, state, JobBook},
    ensure, Books, Checked, Facts, Ledger,
};
use crate::{
    cast,
    raw::{Holding, Program, Supply},
};
use assay_client::Address;
use solana_account::{AccountSharedData, ReadableAccount};
use std::collections::BTreeMap;

/// A transaction moves lamports; only its fee is gone.
pub fn lamports_are_conserved(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let lamports = |account: &Option<AccountSharedData>| {
        account.as_ref().map_or(0, |a| u128::from(a.lamports()))
    };
    let written = &facts.change.written;
    let before: u128 = written.iter().map(|(_, before, _)| lamports(before)).sum();
    let after: u128 = written.iter().map(|(_, _, after)| lamports(after)).sum();
    ensure(before == after + u128::from(facts.fee), || {
        format!("{before} lamports before, {after} after, {} fee", facts.fee)
    })
}

/// The balances of a mint change by exactly what its supply changes.
pub fn tokens_change_with_their_supply(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let mut change: BTreeMap<Address, i128> = BTreeMap::new();
    for (_, before, after) in facts.change.holdings() {
        for (holding, sign) in [(before, -1), (after, 1)] {
            if let Some(Holding { mint, amount, .. }) = holding {
                *change.entry(mint).or_default() += sign * i128::from(amount);
            }
        }
    }
    for (address, before, after) in &facts.change.written {
        for (account, sign) in [(before, 1), (after, -1)] {
            if let Some(supply) = account.as_ref().and_then(Supply::read) {
                *change.entry(*address).or_default() += sign * i128::from(supply.amount);
            }
        }
    }
    let wrong = change.into_iter().find(|(_, difference)| *difference != 0);
    wrong.map_or(Ok(()), |(mint, difference)| {
        Err(format!("{difference} tokens of {mint} appeared"))
    })
}

/// All balances of a mint are its supply.
pub fn balances_sum_to_the_supply(books: &Books<'_>) -> Checked {
    let mut sums: BTreeMap<Address, u128> = BTreeMap::new();
    for (_, account) in books.mirror.all() {
        if let Some(holding) = Holding::read(account) {
            *sums.entry(holding.mint).or_default() += u128::from(holding.amount);
        }
    }
    for (mint, sum) in sums {
        let supply = books
            .mirror
            .supply(&mint)
            .map_or(0, |s| u128::from(s.amount));
        ensure(sum == supply, || {
            format!("{sum} tokens of {mint}, supply {supply}")
        })?;
    }
    Ok(())
}

fn supply_change(facts: &Facts<'_>, mint: &Address) -> i128 {
    let amount = |account: Option<&AccountSharedData>| {
        account
            .and_then(Supply::read)
            .map_or(0, |s| i128::from(s.amount))
    };
    let Some(before) = facts.change.before(mint) else {
        return 0;
    };
    amount(facts.mirror.get(mint)) - amount(Some(before))
}

/// No program of ours makes or burns payment tokens.
pub fn payment_tokens_are_neither_made_nor_burned(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for index in 0..cast::MINTS {
        let change = supply_change(facts, &cast::mint(index));
        ensure(facts.is_outside || change == 0, || {
            format!("the supply of payment mint {index} changed by {change}")
        })?;
    }
    Ok(())
}

/// The supply of the staked token grows by what the emission counts, and shrinks by penalties, unpaid awards, kept deposits and
/// what is left in the vaults of a provider that retires.
pub fn stake_tokens_are_made_by_the_emission_and_burned_by_penalties(
    facts: &Facts<'_>,
    _: &mut Ledger,
) -> Checked {
    let change = supply_change(facts, &cast::stake_mint());
    let mut minted = 0i128;
    for (_, before, after) in facts.change.records(Program::Rewards, "Emission") {
        let counted = |record: Option<crate::raw::Record<'_>>| {
            record.map_or(0, |emission| i128::from(emission.u64("minted")))
        };
        minted = counted(after) - counted(before);
    }
    ensure(change <= 0 || change == minted, || {
        format!("{change} made, {minted} counted")
    })?;
    ensure(minted == 0 || change == minted, || {
        format!("{minted} counted, {change} made")
    })?;
    let may_burn = [
        "staking.slash_stake",
        "staking.retire_provider",
        "market.close_round",
        "governance.close_proposal",
    ]
    .iter()
    .any(|name| facts.did(name));
    ensure(change >= 0 || may_burn, || format!("{change} burned"))
}

/// Tokens of a wallet move only when it signs.
pub fn tokens_leave_a_wallet_only_by_its_signature(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.holdings() {
        let Some(before) = before else { continue };
        let left = after.map_or(0, |after| after.amount);
        let is_wallet = cast::has_key(&before.authority);
        let signed = facts.signers.contains(&before.authority);
        ensure(!is_wallet || signed || left >= before.amount, || {
            format!("{address} of {} lost tokens", before.authority)
        })?;
    }
    Ok(())
}

/// An escrow holds at least the funds that its job counts.
pub fn an_escrow_holds_what_its_job_counts(books: &Books<'_>) -> Checked {
    for job in books.jobs.values() {
        let escrow = books.mirror.holding(&job.header.address("escrow"));
        let held = escrow.map_or(0, |escrow| escrow.amount);
        let funds = job.header.u64("funds");
        ensure(held >= funds, || {
            format!("{}: {held} of {funds}", job.address)
        })?;
        let mint = escrow.map(|escrow| escrow.mint);
        ensure(mint == Some(job.header.address("mint")), || {
            format!("{}: another mint", job.address)
        })?;
    }
    Ok(())
}

/// The funds of a job cover its fees, every open task, and every seat that is still to be paid.
pub fn a_job_can_pay_what_it_owes(books: &Books<'_>) -> Checked {
    for job in books.jobs.values() {
        let (price, whole) = (job.header.u64("price"), job.header.u64("task_escrow"));
        let (fees, royalties) = (job.header.u64("fees_due"), job.header.u64("royalties_due"));
        let mut owed = u128::from(fees) + u128::from(royalties);
        for (task, seats) in job.tasks() {
            if !is_end(seats[0].u8("phase")) {
                owed += u128::from(whole);
                continue;
            }
            let is_due = |seat: &&crate::raw::Item<'_>| {
                seat.u8("state") == state::ACCEPTED && (!is_settled(seat) || is_owed(seat))
            };
            let forgone = seats[0].u8("flags") & flag::FORGONE != 0;
            let own = seats
                .iter()
                .skip(usize::from(forgone))
                .filter(is_due)
                .count();
            let check = books.check_of(&job.address, task);
            let seats = own + check.iter().filter(|seat| is_due(seat)).count();
            owed += u128::from(price) * seats as u128;
        }
        let funds = u128::from(job.header.u64("funds"));
        ensure(funds >= owed, || {
            format!("{}: {funds} of {owed}", job.address)
        })?;
    }
    Ok(())
}

/// Returns what newly settled seats of a job earn, by worker.
fn earned(facts: &Facts<'_>, job: &JobBook<'_>) -> BTreeMap<Address, u64> {
    let mut earned = BTreeMap::new();
    let price = job.header.u64("price");
    for seat in &facts.seats {
        let is_own = seat.job == job.address && seat.source <= kind::CHECK + 1;
        if !is_own || !seat.is_newly_paid() || seat.state() != state::ACCEPTED {
            continue;
        }
        let first = job
            .tasks()
            .nth(usize::try_from(seat.task).unwrap_or(usize::MAX));
        let flags = first.map_or(0, |(_, seats)| seats[0].u8("flags"));
        let is_forgone = seat.source == 0 && seat.index == 0 && flags & flag::FORGONE != 0;
        if !is_forgone {
            *earned.entry(seat.after.address("worker")).or_default() += price;
        }
    }
    earned
}

/// What leaves an escrow before the closing is the price of the seats that are settled with it.
pub fn an_escrow_pays_the_price_of_settled_seats(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    for (address, before, after) in facts.change.records(Program::Market, "Job") {
        let (Some(before), Some(after)) = (before, after) else {
            continue;
        };
        let closing = after.u64("task_count") == 0;
        if before.hash("seed") != after.hash("seed") || facts.is_outside || closing {
            continue;
        }
        let job = JobBook::new(*address, after);
        let paid: u64 = earned(facts, &job).values().sum();
        let gain = facts.change.gain(&after.address("escrow"));
        let extended = facts.did("market.extend_job");
        ensure(extended || gain == -i128::from(paid), || {
            format!("{address}: {gain} instead of -{paid}")
        })?;
        let funds = i128::from(after.u64("funds")) - i128::from(before.u64("funds"));
        ensure(extended || funds == -i128::from(paid), || {
            format!("{address}: funds changed by {funds} instead of -{paid}")
        })?;
    }
    Ok(())
}

/// The pay of a seat arrives at the associated token account of the beneficiary of its worker, or at the worker's own if that
/// refuses it.
pub fn pay_goes_to_the_beneficiary_of_the_worker(facts: &Facts<'_>, _: &mut Ledger) -> Checked {
    let mut due: BTreeMap<(Address, Address), u64> = BTreeMap::new();
    for (address, _, after) in facts.change.records(Program::Market, "Job") {
        let Some(after) = after else { continue };
        let job = JobBook::new(*address, after);
        for (worker, pay) in earned(facts, &job) {
            let owner = facts
                .mirror
                .record(&worker)
                .map(|worker| worker.address("beneficiary"));
            let owner = owner.ok_or_else(|| format!("{worker} is no worker"))?;
            let mint = after.address("mint");
            let to = (cast::ata(&owner, &mint), cast::ata(&worker, &mint));
            *due.entry(to).or_default() += pay;
        }
    }
    for ((account, held), pay) in due {
        let (gain, kept) = (facts.change.gain(&account), facts.change.gain(&held));
        ensure(gain + kept == i128::from(pay), || {
            format!("{account} got {gain} of {pay}")
        })?;
        let frozen = facts
            .mirror
            .holding(&account)
            .is_some_and(|account| account.frozen);
        ensure(kept == 0 || frozen, || {
            format!("{kept} for {account} went elsewhere")
        })?;
    }
    Ok(())
}

/// A job that is closed is finished, pays fees, royalties and the rest to whom they belong, and owes on what it cannot pay.
pub fn a_closed_job_pays_its_fees_and_returns_the_rest(
    facts: &Facts<'_>,
    _: &mut Ledger,
) -> Checked {
    for (address, before, after) in facts.change.records(Program::Market, "Job") {
        let Some(before) = before else { continue };
        let left = after.filter(|after| after.hash("seed") == before.hash("seed"));
        if left.is_some_and(|left| left.u64("task_count") > 0) {
            continue;
        }
        let job = JobBook::new(*address, before);
        for (task, seats) in job.tasks() {
            ensure(is_end(seats[0].u8("phase")), || {
                format!("{address}: task {task} runs")
            })?;
        }
        for count in ["open_tasks", "unsettled", "open_rounds"] {
            ensure(before.u64(count) == 0, || {
                format!("{address}: {count} is not 0")
            })?;
        }
        let requester = before.address("requester");
        let waits = ["claim_window", "run_window", "hold", "hold"];
        let for_all = job.time(waits.iter().map(|wait| before.u64(wait)).sum());
        let signed = facts.signers.contains(&requester);
        ensure(signed || job.is_cut() || facts.now >= for_all, || {
            format!("{address} was closed by a stranger too early")
        })?;
        let mint = before.address("mint");
        let held = |account: Option<&AccountSharedData>| {
            account
                .and_then(Holding::read)
                .map_or(0, |held| held.amount)
        };
        let escrow = before.address("escrow");
        let (had, has) = (
            held(facts.change.before(&escrow)),
            held(facts.mirror.get(&escrow)),
        );
        let owes = |name: &str| left.map_or(0, |left| left.u64(name));
        let fees = before.u64("fees_due") - owes("fees_due");
        let royalties = before.u64("royalties_due") - owes("royalties_due");
        let mut mints = facts.mirror.records(Program::Market, "PaymentMint");
        let allowed = mints.find(|(_, record)| record.address("mint") == mint);
        let vault = allowed
            .ok_or("a mint that is not allowed")?
            .1
            .address("fee_vault");
        let author = cast::ata(&before.address("author"), &mint);
        let own = cast::ata(&requester, &mint);
        let rest = (had - has).checked_sub(fees + royalties);
        let rest = rest.ok_or_else(|| format!("{address} paid less than it counts"))?;
        let mut due: BTreeMap<Address, u64> = BTreeMap::new();
        for (account, amount) in [(vault, fees), (author, royalties), (own, rest)] {
            *due.entry(account).or_default() += amount;
        }
        for (account, amount) in due {
            let gain = facts.change.gain(&account);
            // The requester may name any account for the rest.
            let fits = gain == i128::from(amount) || signed && gain >= 0;
            ensure(fits, || {
                format!("{address}: {account} got {gain} of {amount}")
            })?;
            let least = if account == vault { fees } else { 0 };
            ensure(gain >= i128::from(least), || {
                format!("{address}: {gain} of {least} in fees")
            })?;
        }
        let owed = owes("fees_due") + owes("royalties_due");
        ensure(has >= owed && owes("funds") == has, || {
            format!(
                "{address}: {has} held, {} counted, {owed} owed",
                owes("funds")
            )
        })?;
        if let Some(left) = left {
            ensure(has > 0, || format!("{address} stays and owes nothing"))?;
            ensure(left.seats().is_empty(), || {
                format!("{address} keeps its seats")
            })?;
        }
    }
    Ok(())
}
